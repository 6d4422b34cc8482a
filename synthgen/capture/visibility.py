"""Which labelled points can be seen, and what hides the others: rule version 2.

The rule looks at the picture's own depth and mask, so it works for any engine. For each point P of a person:

1. P lies behind the camera's plane or its pixel ``(floor u, floor v)`` outside the image → ``off_image``.
2. The pixel shows another person, a prop or the room, before P → ``person:<number>``, ``object:<name>``,
   ``object:room``. Where that thing lies behind P, nothing hides P, but the picture does not show its body there
   either: P sits on the outline, or beside the body, and is ``self:<region that carries P>`` with a negative margin.
3. The pixel shows P's own person. Its depth, lifted to 3D, belongs to the body region of the nearest part of that
   person's body; clothes and hair belong to the region under them.

   - The region may carry P (its own region, or the neighbours at a joint: ``data/visibility.yaml``). An *inner* point
     (joint centre, vertebral body) is then ``visible``, however deep it lies. A *surface* point (nose, eyes, ears,
     top of the head, toes, heels, clavicles, latissimi, skin and spinous tip of a vertebra) is ``visible`` when its
     skin is what is seen there: when the margin is within the point's tolerance, or, under loose cloth, when the ray
     from the cloth to the point runs outside the body. Else it is hidden by its own region: the left eye seen from
     behind is ``self:head``.
   - The region may not carry P: ``self:<region>``, unless that surface lies behind P (then nothing hides it).

The margin is the distance in metres along P's ray from the first surface to P, less the tissue that is expected
between them at rest; negative when the surface lies behind P, NaN off the image and where the ray meets nothing.

COCO flags are derived, never set: ``off_image`` → 0, ``visible`` → 2, anything else → 1. A point with flag 2 lies on
its person's mask: rules 2 and 3 see to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthgen.capture.point_rule import PointRule
from synthgen.capture.surface import BodySurface, PosedSurface, rule_table
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.core.frames import Camera
from synthgen.core.skeleton import REGIONS

VISIBILITY_RULE = 2
"""Version of the rule above; written into datasets. Raise it with every change of the rule or of its table."""

OFF_IMAGE, VISIBLE = "off_image", "visible"
ROOM = "object:room"

_STEPS = 8
"""Samples on the way from cloth to skin."""

_SKIN, _LOOSE, _INSIDE = 0.02, 0.006, 0.003
"""Metres: the end of that way that is not looked at; how far off the skin a surface is cloth; how far under the skin is
inside. Chosen by comparing 1632 back points of dressed bodies with exact rays on the bare ones: 1 % were seen that are
not, 3 % hidden that are not, half of these on the outline (tests/capture/test_capture.py)."""


@dataclass(frozen=True)
class View:
    """What one camera saw.

    Attributes:
        camera: as read back from the engine.
        depth: (H, W) planar depth in metres, inf where nothing was hit.
        ids: (H, W) index into ``names`` of what each pixel shows; −1 for the room and the sky.
        names: reason of each thing that can hide a point: ``person:3``, ``object:bench``.
    """

    camera: Camera
    depth: np.ndarray
    ids: np.ndarray
    names: Sequence[str]


@dataclass(frozen=True)
class Visibility:
    """Reasons, margins and flags of one person's points; see the module's docstring.

    Attributes:
        reasons: (N,).
        margin: (N,) metres.
        flags: (N,) uint8, COCO's 0, 1, 2.
    """

    reasons: tuple[str, ...]
    margin: np.ndarray
    flags: np.ndarray


def see(
    view: View,
    person: int,
    sites: SiteSet,
    projected: np.ndarray,
    body: RestBody,
    bones: np.ndarray,
    surface: BodySurface | None = None,
) -> Visibility:
    """Applies the rule to one person.

    Args:
        view: what the camera saw.
        person: the person's index into ``view.names``.
        sites: the person's points.
        projected: (N, 3) where they are in this pose: u and v in pixels and depth in metres, exactly as they will be
            written (rounded), so that the flags hold for what is written.
        body, bones: the rest body and its posed bones (B, 4, 4), world.
        surface: ``BodySurface.of(body)``, where the caller has it already.
    """
    camera, count = view.camera, len(sites.names)
    rule = PointRule.of(sites)
    inside = in_image(camera, projected)
    at = np.flatnonzero(inside)
    uv, pixel = projected[at, :2], np.floor(projected[at, :2]).astype(int)

    depth = view.depth[pixel[:, 1], pixel[:, 0]].astype(float)
    ids = view.ids[pixel[:, 1], pixel[:, 0]]
    own = ids == person

    # Metres along each point's ray per metre of planar depth.
    middle = (camera.width / 2, camera.height / 2)
    stretch = np.sqrt(1.0 + (((uv - middle) / camera.focal) ** 2).sum(1))
    gap = (projected[at, 2] - depth) * stretch
    margins = gap - sites.tissue[at]

    posed = (surface or BodySurface.of(body)).posed(body, bones)
    first = camera.unproject(pixel + 0.5, np.where(own, depth, 1.0))
    region = np.full(len(at), -1)
    region[own] = posed.region_of(first[own])
    accepted = own & rule.accepted[at, region]
    near = margins <= rule.tolerance[at]
    cloth = np.flatnonzero(accepted & ~near & (margins <= rule.cloth[at]))
    points = camera.unproject(uv[cloth], projected[at[cloth], 2])
    near[cloth] = _under_cloth(posed, first[cloth], points, sites.tissue[at[cloth]])

    before = gap > rule_table()["slack"]
    seen = own & np.where(accepted, near, ~before)

    reasons = [OFF_IMAGE] * count
    for n, site in enumerate(at):
        if seen[n]:
            reasons[site] = VISIBLE
        elif own[n]:
            reasons[site] = f"self:{REGIONS[region[n]]}"
        elif not before[n]:
            reasons[site] = f"self:{sites.regions[site]}"
        else:
            reasons[site] = view.names[ids[n]] if ids[n] >= 0 else ROOM
    margin = np.full(count, np.nan)
    margin[at] = np.where(np.isfinite(margins), margins, np.nan)
    return Visibility(tuple(reasons), margin, flags_of(reasons))


def _under_cloth(posed: PosedSurface, first: np.ndarray, points: np.ndarray, tissue: np.ndarray) -> np.ndarray:
    """(n,) True where the first surface (n, 3) stands off the skin and the way from it to the points is air.

    Args:
        posed: the body in this pose.
        first: what the pixels show, world.
        points: the points behind it, world.
        tissue: (n,) metres; the end of the way, where the point's own tissue begins, does not count.
    """
    way = points - first
    length = np.linalg.norm(way, axis=1, keepdims=True)
    free = np.maximum(length - tissue[:, None] - _SKIN, 0.0) / np.maximum(length, 1e-9)
    steps = np.linspace(0.0, 1.0, _STEPS)
    samples = first[:, None] + (steps[:, None] * free[:, None]) * way[:, None]
    heights = posed.height_of(samples.reshape(-1, 3)).reshape(-1, _STEPS)
    return (heights[:, 0] > _LOOSE) & (heights > -_INSIDE).all(1)


def in_image(camera: Camera, projected: np.ndarray) -> np.ndarray:
    """(N,) True where (N, 3) projections (u, v, depth) fall on a pixel of the image."""
    u, v = projected[:, 0], projected[:, 1]
    with np.errstate(invalid="ignore"):
        return (u >= 0) & (u < camera.width) & (v >= 0) & (v < camera.height)  # False for NaN


def flags_of(reasons: Sequence[str]) -> np.ndarray:
    """(N,) COCO flags derived from reasons."""
    return np.array([{OFF_IMAGE: 0, VISIBLE: 2}.get(reason, 1) for reason in reasons], np.uint8)
