"""Skinning by kernels against the reference in float64 and against the GPU renderer's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from synthgen.characters.rest_body import blend
from synthgen.core.frames import transform
from synthgen.engine.cpu.skin import SkinArrays, skin_arrays
from synthgen.engine.cpu.skin import posed as posed_with
from synthgen.engine.skinning import LinearBlendSkin
from tests.engine.shapes import arm

ASSET = arm()
PART, REST = ASSET.parts[0], ASSET.rest.bones
GIVEN = (PART.vertices, PART.faces, PART.skin_indices, PART.skin_weights, REST)
seeds = st.integers(0, 10**6)


def posed(skin: SkinArrays, bones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return posed_with(skin, bones, np.zeros((0, 3)))


def pose(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    turns = Rotation.from_rotvec(rng.normal(size=(2, 3))).as_matrix()
    return np.ascontiguousarray(transform(turns, 2 * rng.normal(size=(2, 3))) @ REST)


@given(seeds)
def test_places_are_the_references(seed):
    bones = pose(seed)
    places, normals = posed(skin_arrays(*GIVEN), bones)
    expected = blend(REST, bones, PART.vertices, PART.skin_indices, PART.skin_weights)
    assert places.dtype == normals.dtype == np.float32
    assert np.abs(places - expected).max() <= 1e-6 * max(1.0, np.abs(expected).max())


@given(seeds)
def test_both_renderers_skins_agree(seed):
    bones = pose(seed)
    places, normals = posed(skin_arrays(*GIVEN), bones)
    others = LinearBlendSkin(*GIVEN).posed(bones)
    scale = max(1.0, np.abs(others[0]).max())
    assert np.abs(places - others[0]).max() <= 3e-6 * scale  # the other blends in float32
    assert np.abs(normals - others[1]).max() <= 2e-4
    assert np.linalg.norm(normals, axis=1) == pytest.approx(1.0, abs=1e-6)


@given(seeds)
def test_the_same_pose_gives_the_same_bits(seed):
    skin = skin_arrays(*GIVEN)
    first = [a.tobytes() for a in posed(skin, pose(seed))]
    posed(skin, pose(seed + 1))
    assert [a.tobytes() for a in posed(skin, pose(seed))] == first


def test_at_rest_nothing_moves():
    places, _ = posed(skin_arrays(*GIVEN), np.ascontiguousarray(REST, float))
    assert places == pytest.approx(PART.vertices.astype(np.float32), abs=1e-7)


def test_weights_are_normalised_and_a_vertex_without_faces_has_a_normal():
    vertices = np.vstack([PART.vertices, [(5.0, 5.0, 5.0)]])
    indices = np.vstack([PART.skin_indices, [(0, 1)]])
    weights = np.vstack([3 * PART.skin_weights, [(0.2, 0.2)]])
    bones = pose(3)
    places, normals = posed(skin_arrays(vertices, PART.faces, indices, weights, REST), bones)
    assert places[:-1] == pytest.approx(posed(skin_arrays(*GIVEN), bones)[0], abs=1e-6)
    moved = (bones @ np.linalg.inv(REST)).mean(0) @ (5, 5, 5, 1)
    assert places[-1] == pytest.approx(moved[:3], abs=1e-5)
    assert normals[-1].tolist() == [0.0, 0.0, 1.0]


@given(seeds)
def test_both_renderers_move_on_by_the_same_shift(seed):
    bones, shift = pose(seed), np.random.default_rng(seed).normal(size=PART.vertices.shape)
    places, _ = posed_with(skin_arrays(*GIVEN), bones, shift)
    others, _ = LinearBlendSkin(*GIVEN).posed(bones, shift)
    assert np.abs(places - others).max() <= 3e-6 * max(1.0, np.abs(others).max())
    assert places == pytest.approx(posed(skin_arrays(*GIVEN), bones)[0] + shift, abs=1e-5)
