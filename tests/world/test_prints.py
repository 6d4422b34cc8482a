"""Prints from the user's own pictures: drawn, named by content, refused clearly, painted where they belong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synthgen.characters.body import build_body
from synthgen.characters.character import painted
from synthgen.characters.specs import BodySpec, GarmentSpec, OutfitSpec
from synthgen.characters.worn import put_on
from synthgen.core.cache import Cache
from synthgen.core.digests import sha256_file
from synthgen.core.errors import InputError
from synthgen.core.plain import FileSpec
from synthgen.places.files import found_file
from synthgen.scene import load_scene
from synthgen.world.cast import make_cast

SCENE = """
name: printed
images: 4
clips: [builtin:squat]
cast: {{count: 8, outfits: {{prints: prints, print_share: {share}, kinds: [shirt_and_shorts]}}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prints").mkdir()
    for name, colour in (("red", (250, 10, 10)), ("green", (10, 250, 10))):
        Image.new("RGB", (96, 80), colour).save(tmp_path / "prints" / f"{name}.png")
    return tmp_path


def scene_in(folder: Path, share: float = 1.0):
    (folder / "a.yaml").write_text(SCENE.format(share=share))
    return load_scene(folder / "a.yaml")


def prints_of(scene) -> list[GarmentSpec]:
    return [g for c in make_cast(scene) for o in c.outfits for g in o.garments if g.print is not None]


def test_prints_are_drawn_as_often_as_the_scene_says(folder):
    some = prints_of(scene_in(folder))
    assert {g.print.path for g in some} == {"prints/green.png", "prints/red.png"}
    assert {g.print_at for g in some} >= {"all", "chest", "back"}
    assert {g.kind for g in some} == {"tshirt", "shorts"}
    assert {g.print_at for g in some if g.kind == "shorts"} == {"all"}
    for garment in some:
        assert found_file(garment.print, folder).name in garment.print.path
    assert prints_of(scene_in(folder, share=0.0)) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("prints/broken.png", b"\x89PNG\r\n\x1a\nnot at all", "prints"),
        ("prints/empty.jpg", b"", "prints"),
    ],
)
def test_a_print_that_cannot_be_read_is_refused_where_the_scene_names_it(folder, name, content, words):
    (folder / name).write_bytes(content)
    with pytest.raises(InputError, match=words) as error:
        scene_in(folder)
    assert Path(name).name in str(error.value)


def test_a_gigantic_print_is_refused(folder):
    Image.new("1", (20_000, 100)).save(folder / "prints" / "wide.png")
    with pytest.raises(InputError, match="20000"):
        scene_in(folder)


def test_a_folder_without_pictures_is_refused(tmp_path):
    (tmp_path / "prints").mkdir()
    with pytest.raises(InputError, match="print"):
        scene_in(tmp_path)


@pytest.fixture(scope="module")
def worn(shared_cache: Cache):
    rest = build_body(BodySpec(gender=0.0, muscle=0.6), shared_cache)
    plain = OutfitSpec(garments=(GarmentSpec(kind="tshirt", colour=(0.1, 0.1, 0.8)),), hair="bald")
    return rest, put_on(rest, plain)


@pytest.mark.parametrize(("at", "least", "most"), [("all", 0.95, 1.0), ("chest", 0.02, 0.4), ("back", 0.02, 0.4)])
def test_a_print_is_where_it_belongs(folder, worn, at, least, most):
    rest, clothes = worn
    file = folder / "prints" / "red.png"
    spec = FileSpec(path="prints/red.png", digest=sha256_file(file))
    garment = GarmentSpec(kind="tshirt", colour=(0.1, 0.1, 0.8), print=spec, print_at=at)
    asset = painted(rest, clothes, OutfitSpec(garments=(garment,), hair="bald"), lambda f: found_file(f, folder))
    part = next(p for p in asset.parts if p.name == "tshirt")
    texture = part.material.texture.astype(int)
    red = (texture[..., 0] > 90) & (texture[..., 2] < 60)
    assert least <= red.mean() <= most
    if at != "all":
        pixel = (part.uvs * len(texture)).astype(int).clip(0, len(texture) - 1)
        front = part.vertices[red[pixel[:, 1], pixel[:, 0]], 0]
        assert (np.median(front) > 0) == (at == "chest")


def test_a_print_that_has_changed_or_whose_place_nobody_knows_is_refused(folder, worn):
    rest, clothes = worn
    spec = FileSpec(path="prints/red.png", digest="0" * 64)
    outfit = OutfitSpec(garments=(GarmentSpec(kind="tshirt", colour=(0.1, 0.1, 0.8), print=spec),), hair="bald")
    with pytest.raises(InputError, match="changed"):
        painted(rest, clothes, outfit, lambda f: found_file(f, folder))
    with pytest.raises(InputError, match="files"):
        painted(rest, clothes, outfit)
