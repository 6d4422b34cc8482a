"""What people wear, in the cache: the same after the way over the disk, cut again when the file is damaged."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from synthgen.characters.body import build_body
from synthgen.characters.cover import WHAT
from synthgen.characters.rest_body import RestBody
from synthgen.characters.sites.place import place_sites
from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.characters.wardrobe import character_entry, cover_at, dressed, worn_by
from synthgen.characters.worn import Worn, put_on
from synthgen.core.cache import Cache

from .people import BODIES, FULL, outfit

PONY = BodySpec(rig="ue5_mannequin")
"""A rig of bones alone: its rest body takes no time."""


class Tailor:
    """Counts what it cuts: the clothes of one man, whoever asks."""

    def __init__(self, worn: Worn) -> None:
        self.worn, self.cut = worn, 0

    def __call__(self, body: RestBody, outfit: OutfitSpec) -> Worn:
        self.cut += 1
        return self.worn


@pytest.fixture(scope="module")
def clothes(shared_cache: Cache) -> Worn:
    return put_on(build_body(BODIES["man"], shared_cache), FULL)


def test_clothes_come_out_of_the_cache_as_they_were_cut(tmp_path, clothes):
    tailor = Tailor(clothes)
    worn_by(PONY, OutfitSpec(), Cache(tmp_path), tailor)
    read = worn_by(PONY, OutfitSpec(skin_tone=0.9, hair_colour=(1, 0, 0)), Cache(tmp_path), tailor)
    assert tailor.cut == 1  # colours are no reason to cut again
    assert [p.name for p in read.parts] == ["body", "shorts", "tshirt", "socks", "shoes", "hair"]
    for a, b in zip(clothes.parts, read.parts, strict=True):
        for name in ("vertices", "faces", "uvs", "skin_indices", "skin_weights", "regions", "edge"):
            x, y = getattr(a, name), getattr(b, name)
            assert (x is None and y is None) or (x.dtype == y.dtype and (x == y).all())
    assert (read.cover.height == clothes.cover.height).all() and (read.cover.what == clothes.cover.what).all()
    worn_by(PONY.model_copy(update={"height": 0.6}), OutfitSpec(), Cache(tmp_path), tailor)
    worn_by(PONY, OutfitSpec(hair="bald"), Cache(tmp_path), tailor)
    assert tailor.cut == 3


@pytest.mark.parametrize("damage", [b"", b"not a zip", None])
def test_a_damaged_file_is_cut_again(tmp_path, clothes, damage):
    tailor = Tailor(clothes)
    worn_by(PONY, OutfitSpec(), Cache(tmp_path), tailor)
    (file,) = tmp_path.rglob("character*.npz")
    file.write_bytes(file.read_bytes()[:200] if damage is None else damage)
    worn_by(PONY, OutfitSpec(), Cache(tmp_path), tailor)
    worn_by(PONY, OutfitSpec(), Cache(tmp_path), tailor)
    assert tailor.cut == 2


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path, clothes):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert worn_by(PONY, OutfitSpec(), Cache(blocked / "cache"), Tailor(clothes)).parts


def test_a_dressed_person_is_kept_for_the_engines(shared_cache, monkeypatch):
    built = dressed(BODIES["thin"], FULL, shared_cache)
    assert character_entry(BODIES["thin"], FULL, shared_cache).exists()
    monkeypatch.setattr("synthgen.characters.worn.put_on", None)
    again = dressed(BODIES["thin"], FULL, shared_cache)
    assert [p.name for p in again.parts] == [p.name for p in built.parts]
    assert (again.parts[0].vertices == built.parts[0].vertices).all()


def test_an_engine_takes_kept_clothes_without_what_builds_bodies(shared_cache):
    dressed(BODIES["man"], FULL, shared_cache)
    program = (
        "import sys; from pathlib import Path\n"
        "from synthgen.core.cache import Cache\n"
        "from synthgen.engine.builders import asset_builders\n"
        "from tests.characters.people import BODIES, FULL\n"
        f"asset = asset_builders(Cache(Path({str(shared_cache.root)!r}))).character(BODIES['man'], FULL)\n"
        "assert asset.rest.rig == 'anny'\n"
        "heavy = {'torch', 'anny', 'trimesh', 'opensim'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_lies_over_the_skin_is_told_by_site(shared_cache):
    body = BODIES["man"]
    rest = build_body(body, shared_cache)
    sites = place_sites(rest)

    def over(worn: OutfitSpec, name: str) -> tuple[str, float]:
        cover = cover_at(body, worn, sites.rest[[sites.names.index(name)]], shared_cache)
        return cover.names()[0], float(cover.height[0])

    bare = cover_at(body, outfit(), sites.rest, shared_cache)
    assert set(bare.names()) == {"skin"} and not bare.height.any()
    what, height = over(FULL, "T8.skin")
    assert what == "cloth" and 0.003 < height < 0.06
    assert over(FULL, "left_elbow")[0] == "skin"
    assert over(FULL, "left_heel")[0] == "shoe"
    assert over(outfit(hair="long"), "C7.skin")[0] == "hair"
    assert over(outfit(hair="short"), "C7.skin") == ("skin", 0.0)
    assert WHAT == ("skin", "cloth", "hair", "shoe")


def test_the_outermost_layer_counts(shared_cache):
    rest = build_body(BODIES["man"], shared_cache)
    one, two = (put_on(rest, outfit(*kinds)).cover.height for kinds in (("leggings",), ("leggings", "shorts")))
    thigh = np.argmin(
        np.linalg.norm(rest.vertices - (rest.bones[rest.bone("upperleg02.L"), :3, 3] + [0.1, 0, 0]), axis=1)
    )
    assert two[thigh] > one[thigh] > 0.001
