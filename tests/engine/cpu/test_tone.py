"""The tone curve against the GPU's formula, and pixels against the samples that they are the mean of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.core.srgb import linear_from_srgb, srgb_from_linear
from synthgen.engine.cpu.arrays import Triangles
from synthgen.engine.cpu.gather import looks_of
from synthgen.engine.cpu.images import ImagePool
from synthgen.engine.cpu.picture import drawn
from synthgen.engine.cpu.resolve import encode, tone_centres
from synthgen.engine.cpu.tables import CODE, LINEAR, read
from synthgen.engine.cpu.tone import GAIN
from synthgen.meshes.mesh import Material

from .drawing import HEIGHT, WIDTH, camera, lamps, sky


def on_screen(light: np.ndarray, exposure: float = 1.0) -> np.ndarray:
    """(N, 3) light → (N, 3) sRGB bytes, by the kernels."""
    light = np.asarray(light, np.float32).reshape(1, -1, 3)
    screen, out = np.empty_like(light), np.zeros((*light.shape[:2], 4), np.uint8)
    tone_centres(light, np.ones(light.shape[:2], np.float32), GAIN * exposure, screen)
    encode(screen, out)
    return out[0, :, :3]


def by_formula(light: np.ndarray, exposure: float = 1.0) -> np.ndarray:
    """The same as the shader has it (``engine/gpu/passes.py``), sRGB 0…1."""
    film = 0.18 * (np.maximum(light, 0) * 1.7 * exposure / 0.18) ** 1.06
    peak = film.max(-1, keepdims=True)
    rest = 1 - 0.76
    rolled = 1 - rest**2 / (peak + rest - 0.76)
    white = 1 - 1 / (0.15 * (peak - rolled) + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        bright = film * (rolled / peak) * (1 - white) + rolled * white
    return srgb_from_linear(np.clip(np.where(peak < 0.76, film, bright), 0, 1))


lights = st.lists(st.tuples(*[st.floats(0, 40)] * 3), min_size=1, max_size=50).map(np.array)


@given(lights, st.sampled_from([0.25, 1.0, 3.0]))
def test_the_curve_is_the_shaders(light, exposure):
    assert np.abs(on_screen(light, exposure) / 255 - by_formula(light, exposure)).max() <= 1 / 255


def test_black_is_black_and_more_light_is_never_darker():
    grey = np.concatenate([[0.0], np.geomspace(1e-6, 1e6, 4000)])[:, None] * np.ones(3)
    shown = on_screen(grey).astype(int)
    assert (shown[0] == 0).all() and (shown[-1] == 255).all()
    assert (np.diff(shown, axis=0) >= 0).all()
    assert (shown[:, 0] == shown[:, 1]).all() and (shown[:, 0] == shown[:, 2]).all()
    assert (on_screen(np.array([(-1.0, -1e-3, 0.0)])) == 0).all()


def test_light_that_is_no_number_is_shown_and_crashes_nothing():
    assert on_screen(np.array([(np.nan, 1.0, 1.0), (np.inf, np.inf, np.inf), (np.inf, 0, 0)])).shape == (3, 3)


def test_bytes_survive_linear_light():
    every = np.arange(256)
    assert (CODE[np.round(linear_from_srgb(every / 255) * 65535).astype(int)] == every).all()
    at = np.linspace(0, 1, 999)
    assert [read(LINEAR, a) for a in at] == pytest.approx(linear_from_srgb(at), abs=1e-7)


def test_a_table_is_linear_between_its_values_and_straight_beyond_its_end():
    line = np.linspace(2.0, 4.0, 9)
    for at, expected in ((0, 2), (0.3, 2.6), (1, 4), (1.5, 5), (-3, 2)):
        assert read(line, float(at)) == pytest.approx(expected)


def shapes_up_to(edges: list[float], glow: list[float], focal: float = 40.0):
    """Upright quads at 2 m, 3 m …, each from far left to a column of the picture; they give off their own light."""
    places, faces = [], []
    for n, edge in enumerate(edges):
        z = 2.0 + n
        right = (edge - WIDTH / 2) / focal * z
        places += [(-50, -50, z), (right, -50, z), (right, 50, z), (-50, 50, z)]
        faces += [(4 * n, 4 * n + 1, 4 * n + 2), (4 * n, 4 * n + 2, 4 * n + 3)]
    count = len(edges)
    of = Triangles(
        np.array(places, np.float32),
        np.tile(np.array([0, 0, -1], np.float32), (4 * count, 1)),
        np.zeros((4 * count, 2), np.float32),
        np.array(faces, np.int32),
        np.repeat(np.arange(count, dtype=np.int32), 2),
        np.arange(1, count + 1, dtype=np.int32),
        np.ones(count, bool),
    )
    materials = [Material((0, 0, 0), emissive=(g, g, g), double_sided=True, roughness=1.0) for g in glow]
    return of, looks_of(materials, 3, ImagePool())


def weight_left_of(edge: float, column: int) -> float:
    """What samples left of an edge weigh in a pixel: of three at x, x + ½ and x + 1, weighted 1 2 1."""
    return sum(w for at, w in ((0.0, 0.25), (0.5, 0.5), (1.0, 0.25)) if column + at < edge)


@given(st.integers(3, WIDTH - 4), st.integers(0, 7), st.sampled_from([0.2, 0.5, 0.8]))
def test_an_edge_within_a_pixel_is_mixed_in_linear_light_by_the_tent(column, eighth, glow):
    edge = column + eighth / 8 + 1 / 16
    of, how = shapes_up_to([edge], [glow])
    dark = sky((0, 0, 0), strength=0.0)
    row = drawn(camera(), 1.0, of, how, dark, lamps(), True).colour[HEIGHT // 2, :, 0]
    whole = float(linear_from_srgb(by_formula(np.full((1, 3), linear_from_srgb(glow)))[0, 0]))
    for x in range(WIDTH):
        expected = 255 * float(srgb_from_linear(weight_left_of(edge, x) * whole))
        assert row[x] == pytest.approx(expected, abs=1.0), x
    plain = drawn(camera(), 1.0, of, how, dark, lamps(), False).colour[HEIGHT // 2, :, 0]
    bright = np.arange(WIDTH) + 0.5 < edge
    assert (plain[bright] == row[0]).all() and (plain[~bright] == 0).all()


def test_two_edges_in_one_pixel_are_mixed_too():
    """A strip half a pixel wide, whose surface no pixel's centre shows: its light is found all the same."""
    of, how = shapes_up_to([20.3, 20.8], [0.3, 0.9])
    shown = drawn(camera(), 1.0, of, how, sky((0, 0, 0), 0.0), lamps(), True).colour[HEIGHT // 2, :, 0]
    near, far = (linear_from_srgb(by_formula(np.full((1, 3), linear_from_srgb(g)))[0, 0]) for g in (0.3, 0.9))
    mixed = 0.25 * near + 0.5 * far
    assert shown[20] == pytest.approx(255 * float(srgb_from_linear(mixed)), abs=1.0)
