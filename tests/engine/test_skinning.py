"""Skinning and normals against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synthgen.characters.rest_body import blend
from synthgen.core.frames import transform
from synthgen.engine.skinning import LinearBlendSkin
from synthgen.meshes.normals import normal_operator, normals

from .shapes import arm, box


def test_skin_agrees_with_the_reference_blend():
    asset = arm()
    part, rest = asset.parts[0], asset.rest.bones
    rng = np.random.default_rng(0)
    bones = rest @ transform(Rotation.from_rotvec(rng.normal(size=(2, 3))).as_matrix(), rng.normal(size=(2, 3)))
    skin = LinearBlendSkin(part.vertices, part.faces, part.skin_indices, part.skin_weights, rest)
    expected = blend(rest, bones, part.vertices, part.skin_indices, part.skin_weights)
    assert skin.posed(bones)[0] == pytest.approx(expected, abs=1e-5)


def test_normals_turn_with_the_body():
    asset = arm()
    part, rest = asset.parts[0], asset.rest.bones
    skin = LinearBlendSkin(part.vertices, part.faces, part.skin_indices, part.skin_weights, rest)
    turn = Rotation.from_rotvec([0.3, -0.8, 1.1]).as_matrix()
    before, after = skin.posed(rest)[1], skin.posed(transform(turn, np.array([1.0, 2, 3])) @ rest)[1]
    assert after == pytest.approx(before @ turn.T, abs=1e-5)
    assert np.linalg.norm(after, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_a_box_keeps_sharp_edges():
    part = box()
    unit = normals(normal_operator(part.vertices, part.faces, np.radians(40)), part.vertices, part.faces)
    assert np.abs(unit).max(1) == pytest.approx(1.0)
    assert (np.einsum("ij,ij->i", unit, part.vertices) > 0).all()


def test_a_seam_is_invisible():
    angles = np.linspace(0, 2 * np.pi, 25)  # first and last vertices coincide: the seam of a tube
    ring = np.stack([np.cos(angles), np.sin(angles)], 1)
    vertices = np.concatenate([np.c_[ring, np.zeros(25)], np.c_[ring, np.ones(25)]])
    faces = [f for k in range(24) for f in ((k, k + 1, k + 26), (k, k + 26, k + 25))]
    faces = np.array(faces)
    unit = normals(normal_operator(vertices, faces, np.radians(40)), vertices, faces)
    assert unit[0] == pytest.approx(unit[24]) and unit[25] == pytest.approx(unit[49])
    assert unit[0] == pytest.approx([1.0, 0.0, 0.0], abs=0.05)
