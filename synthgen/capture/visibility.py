"""Which labelled points can be seen, and what hides the others: rule version 3.

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
     from the cloth to the point runs outside the body. An ear under more hair than a little is not. Near the outline
     of the part that hides it (``outline.py``) such a point is ``visible``, too: an annotator sets it on the outline.
     Else it is hidden by its own region: the left eye seen from behind is ``self:head``.
   - The region may not carry P: ``self:<region>``, unless that surface lies behind P (then nothing hides it).

   Where what hides P is hair or a shoe (``covering.py``), the reason is ``self:hair`` or ``self:shoe``.

The margin is the distance in metres along P's ray from the first surface to P, less the tissue that is expected
between them at rest; negative when the surface lies behind P, NaN off the image and where the ray meets nothing.

COCO flags are derived, never set: ``off_image`` → 0, ``visible`` → 2, anything else → 1. A point with flag 2 lies on
its person's mask: rules 2 and 3 see to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthgen.capture.covering import HAIR, SHOE, Covering
from synthgen.capture.loose_cloth import under_cloth
from synthgen.capture.outline import beside_outline
from synthgen.capture.point_rule import PointRule
from synthgen.capture.surface import BodySurface, rule_table
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.characters.specs import OutfitSpec
from synthgen.core.frames import Camera
from synthgen.core.skeleton import REGIONS

VISIBILITY_RULE = 3
"""Version of the rule above; written into datasets. Raise it with every change of the rule or of its table."""

OFF_IMAGE, VISIBLE = "off_image", "visible"
ROOM = "object:room"

MOST_COVER = 0.06
"""Metres: what stands farther off the skin is a fold that hangs, and no longer says how far the skin is."""


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
        cover: (N,) metres that cloth, hair or shoe stands off the skin where the picture shows the person at the
            point's pixel; 0 elsewhere.
    """

    reasons: tuple[str, ...]
    margin: np.ndarray
    flags: np.ndarray
    cover: np.ndarray


def see(
    view: View,
    person: int,
    sites: SiteSet,
    projected: np.ndarray,
    body: RestBody,
    bones: np.ndarray,
    surface: BodySurface | None = None,
    outfit: OutfitSpec | None = None,
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
        outfit: what the person wears; None wears nothing.
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
    stretch = np.sqrt(1.0 + (camera.normalised(uv) ** 2).sum(1))
    gap = (projected[at, 2] - depth) * stretch
    margins = gap - sites.tissue[at]

    surface = surface or BodySurface.of(body)
    posed = surface.posed(body, bones)
    first = camera.unproject(pixel + 0.5, np.where(own, depth, 1.0))
    region, height = np.full(len(at), -1), np.zeros(len(at))
    hair, shoe = np.zeros(len(at), bool), np.zeros(len(at), bool)
    nearest = posed.nearest(first[own])
    region[own], height[own] = posed.regions[nearest], posed.stand_off(first[own], nearest)
    hair[own], shoe[own] = Covering.of(surface, sites, outfit).told(nearest, region[own], height[own])
    accepted = own & rule.accepted[at, region]
    near = (margins <= rule.tolerance[at]) & ~(hair & (margins > rule.hair[at]))
    cloth = np.flatnonzero(accepted & ~near & (margins <= rule.cloth[at]))
    points = camera.unproject(uv[cloth], projected[at[cloth], 2])
    near[cloth] = under_cloth(posed, first[cloth], points, sites.tissue[at[cloth]])

    table = rule_table()
    rim = np.flatnonzero(accepted & ~near & (rule.outline[at] > 0))
    reach = np.maximum(rule.outline[at[rim]] * camera.focal / projected[at[rim], 2], table["outline_pixels"])
    near[rim] = beside_outline(view.depth, projected[at[rim]], reach, table["slack"])

    before = gap > table["slack"]
    seen = own & np.where(accepted, near, ~before)

    reasons = [OFF_IMAGE] * count
    for n, site in enumerate(at):
        if seen[n]:
            reasons[site] = VISIBLE
        elif own[n]:
            reasons[site] = HAIR if hair[n] else SHOE if shoe[n] else f"self:{REGIONS[region[n]]}"
        elif not before[n]:
            reasons[site] = f"self:{sites.regions[site]}"
        else:
            reasons[site] = view.names[ids[n]] if ids[n] >= 0 else ROOM
    margin = np.full(count, np.nan)
    margin[at] = np.where(np.isfinite(margins), margins, np.nan)
    cover = np.zeros(count)
    cover[at] = np.clip(height, 0.0, MOST_COVER)
    return Visibility(tuple(reasons), margin, flags_of(reasons), cover)


def in_image(camera: Camera, projected: np.ndarray) -> np.ndarray:
    """(N,) True where (N, 3) projections (u, v, depth) fall on a pixel of the image."""
    u, v = projected[:, 0], projected[:, 1]
    with np.errstate(invalid="ignore"):
        return (u >= 0) & (u < camera.width) & (v >= 0) & (v < camera.height)  # False for NaN


def flags_of(reasons: Sequence[str]) -> np.ndarray:
    """(N,) COCO flags derived from reasons."""
    return np.array([{OFF_IMAGE: 0, VISIBLE: 2}.get(reason, 1) for reason in reasons], np.uint8)
