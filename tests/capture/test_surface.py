"""Which region a surface point belongs to: from skin, and from bones alone, on a real body."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthgen.capture.surface import BodySurface
from synthgen.characters.rest_body import RestBody, blend
from synthgen.characters.rigs import rest_body
from synthgen.core.skeleton import REGIONS

from .people import POSES, body_of, pose


def bare(body: RestBody) -> RestBody:
    return replace(body, vertices=np.zeros((0, 3)))


@pytest.mark.parametrize("name", POSES)
@pytest.mark.parametrize("gender", [0.0, 1.0])
def test_skin_points_find_their_own_region(name: str, gender: float) -> None:
    body = body_of(gender)
    bones = pose(body, POSES[name])
    surface = BodySurface.of(body).posed(body, bones)
    skin = blend(body.bones, bones, body.vertices, body.skin_indices, body.skin_weights)
    assert (surface.region_of(skin) == body.regions).mean() > 0.98


@pytest.mark.parametrize("gender", [0.0, 1.0])
def test_capsules_agree_with_the_skin_away_from_joints(gender: float) -> None:
    body = body_of(gender)
    bones = pose(body, POSES["standing"])
    capsules = BodySurface.of(bare(body)).posed(body, bones)
    skin = blend(body.bones, bones, body.vertices, body.skin_indices, body.skin_weights)
    assert (capsules.region_of(skin) == body.regions).mean() > 0.92
    arms = np.array([r.endswith(("forearm", "hand")) for r in REGIONS])
    legs = np.array([r.endswith(("shank", "foot")) for r in REGIONS])
    found = capsules.region_of(skin)
    assert not arms[found[legs[body.regions]]].any() and not legs[found[arms[body.regions]]].any()


def test_height_over_the_skin_is_signed() -> None:
    body = body_of(0.0)
    surface = BodySurface.of(body).posed(body, body.bones)
    trunk = np.flatnonzero(surface.regions == REGIONS.index("trunk"))[::20]
    out, into = (surface.centres[trunk] + d * surface.normals[trunk] for d in (0.02, -0.02))
    assert (surface.height_of(out) > 0.01).mean() > 0.95
    assert (surface.height_of(into) < -0.01).mean() > 0.95
    chest = body.bones[body.bone("spine02"), :3, 3]
    assert surface.height_of(chest[None])[0] < -0.02


def test_a_rig_without_skin_has_every_region() -> None:
    body = rest_body("ue5_mannequin")
    surface = BodySurface.of(body)
    assert {REGIONS[r] for r in surface.regions} == set(REGIONS)
    posed = surface.posed(body, body.bones)
    for bone, region in (("head", "head"), ("lowerarm_l", "left_forearm"), ("calf_r", "right_shank")):
        point = body.bones[body.bone(bone), :3, 3] + (0, 0, 0.02 if bone == "head" else -0.05)
        assert REGIONS[posed.region_of(point[None])[0]] == region
