"""Points at a silhouette, hair and shoes: cases whose geometry is known by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthgen.capture.covering import HAIR, SHOE, Covering
from synthgen.capture.outline import beside_outline
from synthgen.capture.point_rule import PointRule
from synthgen.capture.surface import BodySurface
from synthgen.capture.visibility import VISIBLE, View, see
from synthgen.characters.site_set import SiteSet
from synthgen.characters.sites.place import place_sites
from synthgen.characters.specs import GarmentSpec, OutfitSpec
from synthgen.core.frames import Camera, look_at
from synthgen.core.skeleton import REGIONS

from .people import body_of
from .spheres import balls_of, body, picture, sites

CAMERA = look_at((3.0, 0.0, 1.45), (0.0, 0.0, 1.45), 0.25, 640, 480)
"""Looks at the head, a ball of 0.12 m at x = y = 0, z = 1.45."""
RADIUS, AWAY = 0.12, 3.0


def nose_at(angle: float) -> tuple[str, float]:
    """Reason of a nose on the head's skin, turned by an angle (radians) from the camera, and metres to the outline."""
    points = sites()
    at = points.rest.copy()
    at[0] = np.array([0.0, 0.0, 1.45]) + RADIUS * np.array([np.cos(angle), np.sin(angle), 0.0])
    points = replace(points, rest=at)
    rest = body()
    view = picture(CAMERA, balls_of(rest.bones, 0), ["person:4"])
    seen = see(view, 0, points, CAMERA.project(points.posed(rest, rest.bones)), rest, rest.bones)
    depth = AWAY - RADIUS * np.cos(angle)
    # The outline's ray is tangent to the ball: sin = radius / distance. At the nose's depth it is so far to the side.
    side = depth * np.tan(np.arcsin(RADIUS / AWAY))
    return seen.reasons[0], side - RADIUS * np.sin(angle)


def test_a_nose_that_turns_away_is_seen_until_it_is_15_mm_within_the_outline() -> None:
    """On a ball the nose passes the outline at 87.7°; behind it, it is seen as far as the table says."""
    limit = PointRule.of(sites()).outline[0]
    assert limit == 0.015
    pixel = AWAY / CAMERA.focal
    told = {}
    for degrees in np.arange(92, 170, 2):
        reason, within = nose_at(np.radians(degrees))
        if abs(within - limit) > pixel:
            told[degrees] = reason
            assert reason == (VISIBLE if within < limit else "self:head"), (degrees, within)
    assert set(told.values()) == {VISIBLE, "self:head"}
    # There is one change, from seen to hidden: nothing flips back.
    order = [told[d] == VISIBLE for d in sorted(told)]
    assert order == sorted(order, reverse=True)


def test_an_eye_that_turned_away_is_not_seen() -> None:
    """An annotator leaves the far eye out, however near to the outline."""
    assert PointRule.of(sites()).outline[1] == 0


def test_the_outline_is_what_nothing_stands_before() -> None:
    """A surface from column 10 on, 1 m away; a point at 1.5 m behind it, with open air to the left."""
    depth = np.full((20, 40), np.inf, np.float32)
    depth[:, 10:] = 1.0
    at = np.array([[14.2, 9.5, 1.5]])
    # Column 9's middle is 9.5: 4.7 pixels away.
    assert not beside_outline(depth, at, np.array([4.6]), 0.005)[0]
    assert beside_outline(depth, at, np.array([4.8]), 0.005)[0]
    depth[:, :10] = 1.4  # something else before the point: no outline of what hides it
    assert not beside_outline(depth, at, np.array([4.8]), 0.005)[0]
    depth[:, :10] = 1.496  # less than the slack before it
    assert beside_outline(depth, at, np.array([4.8]), 0.005)[0]


def test_at_the_images_corner_nothing_lies_outside() -> None:
    depth = np.full((4, 4), 1.0, np.float32)
    assert not beside_outline(depth, np.array([[0.2, 0.2, 2.0], [3.9, 3.9, 2.0]]), np.array([9.0, 9.0]), 0.005).any()


SHOES = GarmentSpec(kind="shoes", colour=(0.1, 0.1, 0.1))


def covering(**outfit: object) -> tuple[Covering, BodySurface, SiteSet]:
    rest = body_of(0.0)
    surface, points = BodySurface.of(rest), place_sites(rest)
    return Covering.of(surface, points, OutfitSpec(**outfit)), surface, points


@pytest.mark.parametrize(("hair", "worn"), [("short", True), ("long", True), ("bald", False), ("buzz", False)])
def test_hair_grows_on_crown_and_nape_and_not_on_face_and_ears(hair: str, worn: bool) -> None:
    cover, surface, points = covering(hair=hair)
    at = dict(zip(points.names, points.rest, strict=True))

    def is_scalp(place: np.ndarray) -> bool:
        return bool(cover.scalp[np.linalg.norm(surface.centres - place, axis=1).argmin()])

    assert is_scalp(at["head"]) == worn
    behind = at["head"] + (-0.07, 0, -0.09)
    assert is_scalp(behind) == worn
    for name in ("nose", "left_eye", "right_eye", "left_ear", "right_ear", "T8.skin"):
        assert not is_scalp(at[name]), name


def test_hair_and_shoes_are_told() -> None:
    cover, _, _ = covering(hair="bob", garments=(SHOES,))
    head, foot, trunk = (REGIONS.index(n) for n in ("head", "left_foot", "trunk"))
    face = int(np.flatnonzero(~cover.scalp)[0])
    regions = np.array([head, head, foot, trunk])
    hair, shoe = cover.told(np.full(4, face), regions, np.array([0.001, 0.02, 0.01, 0.03]))
    assert hair.tolist() == [False, True, False, False]  # skin of the face; a strand before it; shoe; loose shirt
    assert shoe.tolist() == [False, False, True, False]


def bare_head(camera: Camera, hair: float, outfit: OutfitSpec | None) -> dict[str, str]:
    """Reasons on a picture of Anny's own skin points as balls; ``hair`` metres stand before everything of the head."""
    rest = body_of(0.0)
    points = place_sites(rest)
    projected = camera.project(points.posed(rest, rest.bones))
    depth = np.full((camera.height, camera.width), np.inf, np.float32)
    for u, v, z in camera.project(rest.vertices):
        window = depth[max(0, int(v) - 4) : int(v) + 5, max(0, int(u) - 4) : int(u) + 5]
        np.minimum(window, z - hair, out=window)
    view = View(camera, depth, np.where(np.isfinite(depth), 0, -1), ["person:1"])
    seen = see(view, 0, points, projected, rest, rest.bones, outfit=outfit)
    return dict(zip(points.names, seen.reasons, strict=True))


def test_an_ear_under_hair_is_hidden_by_it() -> None:
    rest = body_of(0.0)
    ear = place_sites(rest).rest[list(place_sites(rest).names).index("left_ear")]
    side = look_at((ear[0], 2.5, ear[2]), (ear[0], 0.0, ear[2]), 0.25, 320, 240)
    assert bare_head(side, 0.0, OutfitSpec(hair="bob"))["left_ear"] == VISIBLE
    assert bare_head(side, 0.028, OutfitSpec(hair="bob"))["left_ear"] == HAIR
    assert bare_head(side, 0.028, None)["left_ear"] == "self:head", "nobody said that hair is worn"
    assert bare_head(side, 0.028, OutfitSpec(hair="bob"))["right_ear"] in (HAIR, "self:head")


def test_a_toe_hidden_by_its_shoe_says_so() -> None:
    """From behind and below the heel's height the toes are hidden by the foot, whose surface is a shoe's."""
    rest = body_of(0.0)
    toe = place_sites(rest).rest[list(place_sites(rest).names).index("left_big_toe")]
    low = look_at((-2.5, toe[1], 0.04), (0.0, toe[1], 0.04), 0.25, 320, 240)
    shod, bare = bare_head(low, 0.0, OutfitSpec(garments=(SHOES,))), bare_head(low, 0.0, None)
    assert (shod["left_big_toe"], bare["left_big_toe"]) in ((SHOE, "self:left_foot"), (VISIBLE, VISIBLE))
    hidden = {n for n in shod if shod[n] == SHOE}
    assert hidden == {n for n in bare if bare[n] == "self:left_foot" or bare[n] == "self:right_foot"}


def test_the_collar_may_stand_before_the_lower_neck() -> None:
    rest = body_of(0.0)
    points = place_sites(rest)
    accepted = PointRule.of(points).accepted
    trunk = REGIONS.index("trunk")
    assert {n for n, a in zip(points.names, accepted[:, trunk], strict=True) if a and n[0] == "C"} == {
        f"C{level}.{kind}" for level in (5, 6, 7) for kind in ("body", "spinous", "skin")
    }
