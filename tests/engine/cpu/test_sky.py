"""The environment as kernels read it, against the directions in which it is painted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.core.srgb import linear_from_srgb
from synthgen.engine.cpu.sky import face_of, light_from, mirror_level, sky_of
from synthgen.places.sky import build_sky, cube_directions
from synthgen.world.surroundings import SkySpec

from .drawing import sky

directions = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda d: np.linalg.norm(d) > 1e-3)


def noise(size: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (6, size, size, 4), dtype=np.uint8)


@pytest.mark.parametrize("size", [1, 2, 8])
def test_directions_find_the_texels_that_were_painted_there(size):
    faces = noise(size)
    of = sky_of(faces, 1.0)
    for (face, row, column, _), d in zip(
        np.ndindex(6, size, size, 1), cube_directions(size).reshape(-1, 3), strict=True
    ):
        found, s, t = face_of(*map(float, d))
        assert found == face
        assert (s, t) == pytest.approx(((column + 0.5) / size * 2 - 1, (row + 0.5) / size * 2 - 1))
        expected = linear_from_srgb(faces[face, row, column, :3] / 255)
        assert light_from(of, 0.0, *map(float, d)) == pytest.approx(expected, abs=1e-6)


@given(directions, st.floats(1e-3, 1e3))
def test_only_the_direction_counts(d, length):
    of = sky_of(noise(8), 1.0)
    d = np.array(d) / np.linalg.norm(d)
    assert light_from(of, 0.3, *map(float, length * d)) == pytest.approx(light_from(of, 0.3, *map(float, d)), abs=1e-6)


@given(
    st.permutations([0, 1, 2]),
    st.tuples(st.sampled_from([-1.0, 1.0]), st.sampled_from([-1.0, 1.0])),
    st.floats(-0.49, 0.49),
    st.sampled_from([0.0, 0.5, 1.0, 2.0]),
)
def test_the_sky_has_no_seams(order, signs, along, level):
    """Two of three coordinates are equal on an edge of the cube; either may be the larger by a hair.

    Half a coarse texel from the corners, where three faces meet and no two-way mixture fits all.
    """
    of = sky_of(noise(8), 1.0)
    both = []
    for shift in (1e-7, -1e-7):
        d = np.zeros(3)
        d[list(order)] = signs[0] * (1 + shift), signs[1], along
        both.append(np.array(light_from(of, level, *map(float, d))))
    assert both[0] == pytest.approx(both[1], abs=1e-5)


def test_a_coarser_level_is_the_mean_of_two_by_two():
    faces = noise(8)
    of = sky_of(faces, 1.0)
    assert of.sizes.tolist() == [8, 4, 2, 1]
    coarse = faces[..., :3].reshape(6, 4, 2, 4, 2, 3).mean((2, 4)) / 255
    for (face, row, column), d in zip(np.ndindex(6, 4, 4), cube_directions(4).reshape(-1, 3), strict=True):
        assert light_from(of, 1.0, *map(float, d)) == pytest.approx(
            linear_from_srgb(coarse[face, row, column]), abs=1e-6
        )
    last = linear_from_srgb(faces[4, ..., :3].mean((0, 1)) / 255)  # straight up, the coarsest
    for level in (3.0, 3.5, 99.0):
        assert light_from(of, level, 0.0, 0.0, 1.0) == pytest.approx(last, abs=1e-6)


def test_between_two_levels_it_is_their_mixture_as_bytes():
    of = sky_of(np.repeat(noise(1), 2, axis=1).repeat(2, axis=2) // 2 + noise(2) // 2, 1.0)
    fine, coarse = (np.array(light_from(of, level, 0.2, 1.0, -0.3)) for level in (0.0, 1.0))
    half = np.array(light_from(of, 0.5, 0.2, 1.0, -0.3))
    assert (half >= np.minimum(fine, coarse) - 1e-9).all() and (half <= np.maximum(fine, coarse) + 1e-9).all()


@given(directions, st.floats(0, 6), st.tuples(*[st.integers(0, 255)] * 3))
def test_an_even_sky_gives_its_colour_from_everywhere(d, level, colour):
    got = light_from(sky(colour, size=8), level, *map(float, d))
    assert got == pytest.approx(linear_from_srgb(np.array(colour) / 255), abs=1e-6)


def test_a_null_direction_reads_the_sky_too():
    """Normals of a cloth's two sides may cancel each other out."""
    assert light_from(sky((10, 20, 30)), 1.0, 0.0, 0.0, 0.0) == pytest.approx(
        linear_from_srgb(np.array([10, 20, 30]) / 255), abs=1e-6
    )


def test_up_is_up():
    of = sky_of(build_sky(SkySpec(zenith=(0, 0, 1), horizon=(0, 1, 0), ground=(1, 0, 0)), 32), 1.0)
    down, level = light_from(of, 0.0, 0.0, 0.1, -1.0), light_from(of, 0.0, 1.0, 0.2, 0.01)
    assert down[0] > 0.5 > max(down[1:]) and level[1] > 0.5 > max(level[0], level[2])


def test_rough_surfaces_mirror_coarse_levels():
    rough = np.linspace(0, 1, 101)
    level = mirror_level(rough, 6)
    assert (np.diff(level) >= 0).all() and level[0] == 0 and level[-1] == 5
    assert level[50] == pytest.approx(5 + np.log2(np.pi * 0.25 / 1.5), abs=1e-6)
