"""Characters in the cache: the same after the way over the disk, built again when the file is damaged."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from synthgen.characters.asset import CharacterAsset
from synthgen.characters.rest_body import RestBody
from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.characters.wardrobe import cached_character, dressed
from synthgen.core.cache import Cache
from synthgen.meshes.mesh import Material, MeshPart

from .people import BODIES, FULL


def flag() -> CharacterAsset:
    """One triangle on one bone."""
    vertices, faces = np.array([(0.0, 0, 0), (1.0, 0, 0), (0.0, 1, 0)]), np.array([[0, 1, 2]])
    indices, weights, regions = np.zeros((3, 1), int), np.ones((3, 1)), np.zeros(3, int)
    rest = RestBody(
        "test",
        ("pole",),
        np.array([-1]),
        np.eye(4)[None],
        vertices,
        faces,
        np.zeros((0, 3, 2)),
        indices,
        weights,
        regions,
        1.0,
    )
    return CharacterAsset(rest, (MeshPart("body", vertices, faces, Material(), None, indices, weights),))


class Tailor:
    """Counts what it builds."""

    def __init__(self) -> None:
        self.built = 0

    def __call__(self, body: BodySpec, outfit: OutfitSpec) -> CharacterAsset:
        self.built += 1
        asset = flag()
        image = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
        material = Material((0.1, 0.2, 0.3), image, 0.4, 0.5, image, 0.6, True, (0.7, 0.8, 0.9))
        part = replace(asset.parts[0], material=material, uvs=asset.parts[0].vertices[:, :2])
        return CharacterAsset(asset.rest, (part, asset.parts[0]))


def test_the_cached_character_is_the_built_one(tmp_path):
    tailor = Tailor()
    built = cached_character(BodySpec(), OutfitSpec(), Cache(tmp_path), tailor)
    read = cached_character(BodySpec(), OutfitSpec(), Cache(tmp_path), tailor)
    assert tailor.built == 1
    assert (read.rest.bone_names, read.rest.rig) == (built.rest.bone_names, built.rest.rig)
    assert (read.rest.bones == flag().rest.bones).all()
    for a, b in zip(built.parts, read.parts, strict=True):
        assert a.name == b.name
        for name in ("vertices", "faces", "uvs", "skin_indices", "skin_weights", "regions"):
            x, y = getattr(a, name), getattr(b, name)
            assert (x is None and y is None) or (x.dtype == y.dtype and (x == y).all())
        assert (a.material.texture is None) == (b.material.texture is None)
    material = read.parts[0].material
    assert (material.colour, material.emissive, material.double_sided) == ((0.1, 0.2, 0.3), (0.7, 0.8, 0.9), True)
    assert (material.normal_map == built.parts[0].material.normal_map).all()
    cached_character(BodySpec(gender=1.0), OutfitSpec(), Cache(tmp_path), tailor)
    cached_character(BodySpec(), OutfitSpec(hair="bald"), Cache(tmp_path), tailor)
    assert tailor.built == 3


@pytest.mark.parametrize("damage", [b"", b"not a zip", None])
def test_a_damaged_file_is_built_again(tmp_path, damage):
    tailor = Tailor()
    cached_character(BodySpec(), OutfitSpec(), Cache(tmp_path), tailor)
    (file,) = tmp_path.rglob("*.npz")
    file.write_bytes(file.read_bytes()[:200] if damage is None else damage)
    cached_character(BodySpec(), OutfitSpec(), Cache(tmp_path), tailor)
    cached_character(BodySpec(), OutfitSpec(), Cache(tmp_path), tailor)
    assert tailor.built == 2


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    tailor = Tailor()
    assert cached_character(BodySpec(), OutfitSpec(), Cache(blocked / "cache"), tailor).parts


def test_a_dressed_person_is_kept_for_the_engines(shared_cache, monkeypatch):
    built = dressed(BODIES["thin"], FULL, shared_cache)
    monkeypatch.setattr("synthgen.characters.character.build_character", None)
    again = dressed(BODIES["thin"], FULL, shared_cache)
    assert [p.name for p in again.parts] == [p.name for p in built.parts]
    assert (again.parts[0].vertices == built.parts[0].vertices).all()


def test_an_engine_takes_a_cached_character_without_what_builds_one(tmp_path):
    cached_character(BodySpec(), OutfitSpec(), Cache(tmp_path), Tailor())
    program = (
        "import sys; from pathlib import Path\n"
        "from synthgen.characters.specs import BodySpec, OutfitSpec\n"
        "from synthgen.core.cache import Cache\n"
        "from synthgen.engine.builders import asset_builders\n"
        f"asset = asset_builders(Cache(Path({str(tmp_path)!r}))).character(BodySpec(), OutfitSpec())\n"
        "assert asset.rest.rig == 'test'\n"
        "heavy = {'torch', 'anny', 'trimesh', 'opensim', 'synthgen.characters.character'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
