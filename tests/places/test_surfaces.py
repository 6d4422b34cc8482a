"""Surfaces: the same bytes whatever came before and whatever processor, tinted as if painted, varied by the seed."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256

import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from synthgen.core.srgb import linear_from_srgb, srgb_from_linear
from synthgen.core.tables import table
from synthgen.meshes.mesh import Material
from synthgen.meshes.shapes import sheet
from synthgen.places import bank
from synthgen.places.bank import covering, laid, surfaces_of, tile
from synthgen.places.fields import SIZE, across, along, cloud, grain, lines, speckle
from synthgen.places.ground import GROUND
from synthgen.places.surfaces import PAINTERS as SURFACES

PAINTERS = SURFACES | GROUND
ALL = tuple(PAINTERS)
COLOUR = (0.55, 0.42, 0.30)
TINTED = [name for name, row in table("places/data/surfaces.yaml").items() if "ground" in row]


def digest(material: Material) -> str:
    images = [i for i in (material.texture, material.normal_map) if i is not None]
    return sha256(b"".join(i.tobytes() for i in images) + repr(material.colour).encode()).hexdigest()


def codes(material: Material) -> np.ndarray:
    """What a white light shows of a material, 0…255."""
    return 255 * srgb_from_linear(
        linear_from_srgb(material.texture / 255) * linear_from_srgb(np.array(material.colour))
    )


def wished() -> set[tuple[str, tuple[float, float, float]]]:
    """Every surface of the shipped rooms in every colour that they give it."""
    rows = table("world/data/sets.yaml").values()
    return {
        (name, tuple(colour))
        for row in rows
        for place in ("floors", "walls")
        for name, colours in row[place].items()
        for colour in colours
    }


def test_every_painter_is_in_the_table_and_the_other_way_round():
    assert set(ALL) == {n for place in ("floor", "wall", "prop") for n in surfaces_of(place)}


@pytest.mark.parametrize("name", ALL)
def test_a_surface_is_an_image_that_tiles(name: str):
    image = PAINTERS[name](COLOUR, 3).texture
    assert image.shape == (SIZE, SIZE, 3) and image.dtype == np.uint8
    for picture in (image.astype(int), image.swapaxes(0, 1).astype(int)):
        steps = np.abs(np.diff(picture, axis=0)).mean(axis=(1, 2))
        over_the_edge = np.abs(picture[0] - picture[-1]).mean()
        assert over_the_edge <= steps.max() + 0.3


@pytest.mark.parametrize(("name", "colour"), sorted(wished()))
def test_a_tinted_image_looks_as_if_painted_in_the_colour(name: str, colour: tuple[float, float, float]):
    tinted = covering(name, colour, 11)
    images = [PAINTERS[name](colour, which) for which in range(table("places/data/surfaces.yaml")[name]["images"])]
    off = [np.abs(codes(tinted) - codes(painted)) for painted in images]
    best = min(off, key=np.mean)
    assert best.mean() < 0.7 and np.percentile(best, 99) < 3.5
    other = (colour[2], colour[0], 0.7 * colour[1])  # another colour is seen
    assert np.abs(codes(covering(name, other, 11)) - codes(tinted)).mean() > 5


def test_what_a_seed_picks_does_not_depend_on_what_was_painted_before():
    wanted = [(name, seed) for name in ALL for seed in (0, 7, 2**31 - 1)]
    bank._painted.cache_clear()
    forwards = {w: digest(covering(w[0], COLOUR, w[1])) for w in wanted}
    bank._painted.cache_clear()
    covering("brick", (0.1, 0.2, 0.3), 99)
    backwards = {w: digest(covering(w[0], COLOUR, w[1])) for w in reversed(wanted)}
    assert backwards == forwards
    assert len(set(forwards.values())) > len(ALL)


def test_the_bytes_do_not_depend_on_the_processor():
    """As on a machine without this one's vector instructions; sines of float32, say, come out differently there."""
    program = (
        "from tests.places.test_surfaces import *\n"
        "print([digest(covering(n, COLOUR, s)) for n in ALL for s in (1, 2)], "
        "sha256(np.sin(np.arange(1e5, dtype=np.float32)).tobytes()).hexdigest())"
    )

    def run(**more: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, env={**os.environ, **more}
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    optional = [name for name in __cpu_dispatch__ if __cpu_features__[name]]
    if not optional:
        pytest.skip("numpy uses nothing of this processor that others lack")
    plain, usual = run(NPY_DISABLE_CPU_FEATURES=" ".join(optional)), run()
    assert plain.split("]")[0] == usual.split("]")[0]


@pytest.mark.parametrize("name", ALL)
def test_every_image_is_picked_now_and_then(name: str):
    wanted = table("places/data/surfaces.yaml")[name]["images"]
    seen = {id(covering(name, COLOUR, seed).texture) for seed in range(40 * wanted)}
    assert len(seen) == wanted


def test_images_are_handed_out_again_and_nobody_can_spoil_them():
    a, b = covering("paint", COLOUR, 5), covering("paint", (0.2, 0.3, 0.4), 5)
    assert a.texture is b.texture and a.colour != b.colour
    with pytest.raises(ValueError, match="read-only"):
        a.texture[0, 0] = 0


def test_what_is_kept_is_bounded():
    info = bank._painted.cache_info()
    assert info.maxsize is not None and info.maxsize * 2 * SIZE * SIZE * 3 <= 256 * 2**20


@pytest.mark.parametrize("name", ALL)
def test_images_are_shifted_and_turned_but_not_stretched(name: str):
    part = sheet("floor", (0, 0, 0), (4, 0, 0), (0, 3, 0), Material(), tile(name))
    turns = table("places/data/surfaces.yaml")[name]["turns"]
    lies = set()
    for seed in range(60):
        uvs = laid(part, name, seed).uvs
        edges = uvs[1:3] - uvs[0:2]
        assert np.linalg.norm(edges, axis=1) == pytest.approx([4 / tile(name), 3 / tile(name)])
        before = part.uvs[1:3] - part.uvs[0:2]
        assert np.cross(*edges) == pytest.approx(np.cross(*before))  # not mirrored
        lies.add(tuple(np.sign(np.round(edges[0], 6))))
    assert len(lies) == turns
    assert np.array_equal(laid(part, name, 3).uvs, laid(part, name, 3).uvs)
    assert not np.allclose(laid(part, name, 3).uvs, laid(part, name, 4).uvs)


def test_cloud_is_its_layers_read_between_lattice_points():
    """Against the plain formula: each layer's own lattice, read bilinearly, at one pixel."""
    from synthgen.core.seeding import stream

    field = cloud(4, "x", 6, 3)
    total = 0.0
    for k in range(3):
        lattice = stream(4, 0, f"x/{k}").random((6 * 2**k,) * 2)
        y, x = ((np.array([101, 340]) + 0.5) / SIZE) * len(lattice)
        i, j, fy, fx = int(y), int(x), y % 1, x % 1
        corner = lattice[np.ix_([i, (i + 1) % len(lattice)], [j, (j + 1) % len(lattice)])]
        total += 0.5**k * ([1 - fy, fy] @ corner @ [1 - fx, fx])
    assert field[101, 340] == pytest.approx(total / 1.75, abs=1e-6)


def test_lines_are_read_along_bent_places():
    rows = lines(2, "x", across() * 64, 16)
    straight = along(rows, across() * 16)
    low, share = divmod(104.5 / SIZE * 16, 1)
    assert straight[5, 104] == pytest.approx((1 - share) * rows[5, int(low)] + share * rows[5, int(low) + 1], abs=1e-6)
    bent = along(rows, np.broadcast_to(across() * 16, (SIZE, SIZE)))
    assert np.abs(bent - straight).max() < 1e-6
    assert np.allclose(along(rows, across() + 16), along(rows, across()), atol=1e-5)


def test_speckles_and_grain_keep_their_mass():
    assert speckle(0, "x", 0.002, 0.9).mean() == pytest.approx(0.002 * 2 * np.pi * 0.81 * 1.2, rel=0.05)
    assert grain(0, "x", 0.7).mean() == pytest.approx(0.5, abs=2e-3)
    assert 0.05 < grain(0, "x", 0.7).std() < 1 / np.sqrt(12)
