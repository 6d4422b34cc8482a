"""How much of a lamp's light reaches a point, against rays to the lamp."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.engine.cpu.arrays import Lamps
from synthgen.engine.cpu.lamps import MAP_SIZE, lamps_of
from synthgen.engine.cpu.shadow import BLOCK, block_bounds, filtered, light_share
from synthgen.engine.sunlight import BELOW
from synthgen.world.surroundings import LightSpec
from tests.engine.shapes import box

from .drawing import surfaces

LOW, HIGH = np.array([-0.5, -0.5, 0.0]), np.array([0.5, 0.5, 1.0])
"""The caster: a metre of a box that stands on the ground."""

BOUNDS = [np.array([(-2.0, -2.0, 0.0), (2.0, 2.0, 1.0)])]
"""What the sun's map looks at: a texel is some 5 mm."""

SUN = LightSpec(kind="sun", position=(-1.0, 0.4, 1.2), intensity=2.0, shadow=True)
SPOT = LightSpec(kind="spot", position=(-2.0, 0.5, 3.0), target=(0.0, 0.0, 0.3), shadow=True)


@functools.lru_cache
def lit(*lights: LightSpec) -> Lamps:
    part = box()
    of = surfaces(part.vertices + (0, 0, 0.5), part.faces, np.array([0, 0, 1.0]))
    return lamps_of(lights, of, BOUNDS)


def meets_box(point: np.ndarray, toward: np.ndarray, grown: float = 0.0) -> bool:
    """Whether a ray meets the box ahead: slabs. ``grown``: metres that the box is larger on all sides."""
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (LOW - grown - point) / toward, (HIGH + grown - point) / toward
    near, far = np.minimum(a, b).max(), np.maximum(a, b).min()
    return bool(near <= far and far > 0)


@pytest.mark.parametrize("light", [SUN, SPOT])
@given(st.floats(-0.7, 2.0), st.floats(-1.9, 1.9), st.floats(-1.5, -0.02))
def test_a_point_is_lit_where_its_ray_to_the_lamp_is_free(light, x, y, z):
    point = np.array([x, y, z])
    toward = np.subtract(light.position, light.target if light.kind == "sun" else point)
    share = light_share(lit(light), 0, *map(float, point))
    assert 0.0 <= share <= 1.0 + 1e-9
    edge = 0.04  # the filter is some three texels wide
    if meets_box(point, toward, -edge):
        assert share == 0.0
    elif not meets_box(point, toward, edge):
        assert share == pytest.approx(1.0)


@pytest.mark.parametrize("light", [SUN, SPOT])
def test_a_surface_does_not_shade_itself_and_its_far_side_is_dark(light):
    for x, y in ((0.0, 0.0), (0.3, -0.4), (-0.45, 0.45)):
        assert light_share(lit(light), 0, x, y, 1.0) == pytest.approx(1.0)  # the top
        assert light_share(lit(light), 0, x, y, -0.03) == 0.0  # a little below the ground
    assert light_share(lit(light), 0, -0.5, 0.0, 0.5) == pytest.approx(1.0)  # the side that faces the lamp


@pytest.mark.parametrize("light", [SUN, SPOT])
@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-3, 1.5))
def test_blocks_never_contradict_the_filter(light, x, y, z):
    lamps = lit(light)
    place = np.array([x, y, z, 1.0])
    w = lamps.depth_rows[0] @ place
    column, row, nearness = lamps.views[0] @ place / w
    if w > 0 and 0 <= column < MAP_SIZE and 0 <= row < MAP_SIZE:
        whole = filtered(lamps.maps[0], column, row, max(nearness + lamps.bias[0], 1e-6))
        assert light_share(lamps, 0, x, y, z) == pytest.approx(whole, abs=1e-9)
    else:
        assert light_share(lamps, 0, x, y, z) == 1.0


@given(st.integers(0, 10**6))
def test_bounds_hold_for_everything_that_the_filter_reads(seed):
    rng = np.random.default_rng(seed)
    nearness = rng.random((32, 32)).astype(np.float32)
    nearness[rng.random((32, 32)) < 0.3] = 0
    low, high = block_bounds(nearness)
    wide = np.pad(nearness, 3, mode="edge")  # the filter reads the border's texels beyond it
    for i, j in np.ndindex(4, 4):
        around = wide[i * BLOCK : (i + 1) * BLOCK + 6, j * BLOCK : (j + 1) * BLOCK + 6]
        assert low[i, j] == around.min() and high[i, j] == around.max()
    x, y = rng.uniform(0, 32, 2)
    i, j = int(y) // BLOCK, int(x) // BLOCK
    assert filtered(nearness, x, y, float(low[i, j])) == 0.0
    assert filtered(nearness, x, y, float(np.nextafter(high[i, j], np.float32(2)))) == pytest.approx(1.0)


def test_an_edge_of_the_map_softens_over_the_filters_width():
    nearness = np.zeros((64, 64), np.float32)
    nearness[:, 32:] = 1.0
    shares = [filtered(nearness, x, 30.2, 0.5) for x in np.linspace(26, 38, 200)]
    assert shares[0] == pytest.approx(1.0) and shares[-1] == 0.0
    assert (np.diff(shares) <= 1e-12).all()
    assert filtered(nearness, 32.0, 30.0, 0.5) == pytest.approx(0.5)


def test_beyond_the_maps_end_shadows_still_fall_and_light_still_arrives():
    """A floor further below the casters than the map goes: a low sun in a large hall."""
    down = -np.subtract(SUN.position, SUN.target)
    down /= np.linalg.norm(down)
    below, beside = (np.array(p) + (BELOW + 9) * down for p in ((0.0, 0, 0.5), (0, 1.5, 0.5)))
    assert light_share(lit(SUN), 0, *map(float, below)) == 0.0
    assert light_share(lit(SUN), 0, *map(float, beside)) == 1.0


def test_what_a_lamp_does_not_see_is_lit():
    assert light_share(lit(SUN), 0, 50.0, 0.0, 0.0) == 1.0
    assert light_share(lit(SPOT), 0, -3.0, 1.0, 5.0) == 1.0  # behind the spot


def test_lamps_without_light_or_shadow_have_no_map():
    off = LightSpec(kind="spot", position=(0, 0, 3), intensity=0.0, shadow=True)
    point = LightSpec(kind="point", position=(0, 0, 3), shadow=True, colour=(1.0, 0.5, 0.0), intensity=2.0)
    lamps = lit(off, point, SUN)
    assert lamps.kind.tolist() == [1, 0] and lamps.shadow.tolist() == [-1, 0] and len(lamps.maps) == 1
    assert lamps.power[0] == pytest.approx([2.0, 2 * 0.21404, 0.0], abs=1e-4)
    toward = np.array(SUN.position) / np.linalg.norm(SUN.position)
    assert lamps.place[1] == pytest.approx(toward) and lamps.axis[1] == pytest.approx(-toward)


def test_only_casters_are_in_the_map():
    part = box()
    of = surfaces(part.vertices + (0, 0, 0.5), part.faces, np.array([0, 0, 1.0]), casts=False)
    assert (lamps_of((SUN,), of, BOUNDS).maps == 0).all() and (lit(SUN).maps > 0).any()
    nothing = surfaces(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(3))
    assert (lamps_of((SUN, SPOT), nothing, []).maps == 0).all()
