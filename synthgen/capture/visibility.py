"""Which labelled points can be seen, and what hides the others: rule version 1.

The rule looks at the picture's own depth and mask, so it works for any engine. For each point P of a person:

1. P lies behind the camera's plane or its pixel ``(floor u, floor v)`` outside the image → ``off_image``.
2. The pixel shows another person, a prop or the room → ``person:<id>``, ``object:<name>``, ``object:room``.
   (Usually that thing stands before P. At an outline it may lie behind it: the picture has rounded P off its
   person; the margin is negative then.)
3. The pixel shows P's own person. Its depth, lifted to 3D, belongs to the body region of the nearest part of that
   person's body; clothes and hair belong to the region under them.

   - The region may carry P (its own region, or the neighbours at a joint: ``data/visibility.yaml``). An *inner* point
     (joint centre, vertebral body) is then ``visible``, however deep it lies. A *surface* point (nose, eyes, ears,
     toes, heels, skin and spinous tip of a vertebra) is ``visible`` when its skin is what is seen there: when the
     margin is within the point's tolerance in one of the pixel and its eight neighbours. Else it is hidden by its own
     region: the left eye seen from behind is ``self:head``.
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

from synthgen.capture.surface import BodySurface, rule_table
from synthgen.frames import Camera
from synthgen.retarget.rig import RestBody, SiteSet
from synthgen.skeleton import REGIONS

VISIBILITY_RULE = 1
"""Version of the rule above; written into datasets. Raise it with every change of the rule or of its table."""

OFF_IMAGE, VISIBLE = "off_image", "visible"
ROOM = "object:room"

_NEIGHBOURS = np.array([(0, 0), *((du, dv) for dv in (-1, 0, 1) for du in (-1, 0, 1) if du or dv)])
"""(9, 2) pixel offsets, the pixel itself first."""


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
class PointRule:
    """What the rule's table says about one person's points.

    Attributes:
        accepted: (N, R) True where region r (``skeleton.REGIONS``) may be the first surface on point n's ray.
        tolerance: (N,) metres that a surface point's margin may be; inf for inner points.
    """

    accepted: np.ndarray
    tolerance: np.ndarray

    @classmethod
    def of(cls, sites: SiteSet) -> PointRule:
        """Looks every site up in ``data/visibility.yaml``."""
        table = rule_table()
        accepted = np.zeros((len(sites.names), len(REGIONS)), bool)
        tolerance = np.full(len(sites.names), np.inf)
        for n, (name, region) in enumerate(zip(sites.names, sites.regions, strict=True)):
            accepted[n, REGIONS.index(region)] = True
            stem, _, kind = name.partition(".")
            side = stem.partition("_")[0]
            key = "*" + stem[len(side) :] if side in ("left", "right") else stem
            for neighbour in table["accept"].get(key, ()):
                accepted[n, REGIONS.index(neighbour.replace("*", side))] = True
            tolerance[n] = table["surface"].get(f".{kind}" if kind else key, np.inf)
        return cls(accepted, tolerance)


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
    surface = surface or BodySurface.of(body)
    inside = in_image(camera, projected)
    at = np.flatnonzero(inside)
    uv, pixel = projected[at, :2], np.floor(projected[at, :2]).astype(int)

    # (n, 9): the pixel and its neighbours, clamped into the image.
    columns = np.clip(pixel[:, None, 0] + _NEIGHBOURS[:, 0], 0, camera.width - 1)
    rows = np.clip(pixel[:, None, 1] + _NEIGHBOURS[:, 1], 0, camera.height - 1)
    depth = view.depth[rows, columns].astype(float)
    own = view.ids[rows, columns] == person

    # Metres along each point's ray per metre of planar depth.
    stretch = np.linalg.norm(np.concatenate([(uv - _middle(camera)) / camera.focal, np.ones((len(at), 1))], 1), axis=1)
    margins = (projected[at, 2, None] - depth) * stretch[:, None] - sites.tissue[at, None]

    region = np.full(own.shape, -1)
    lifted = camera.unproject(np.stack([columns[own], rows[own]], -1) + 0.5, depth[own])
    region[own] = surface.region_of(surface.posed(body, bones), lifted)

    accepted = own & np.take_along_axis(rule.accepted[at], np.maximum(region, 0), 1)
    near = (accepted & (margins <= rule.tolerance[at, None])).any(1)
    before = margins[:, 0] + sites.tissue[at] > rule_table()["slack"]
    seen = own[:, 0] & np.where(accepted[:, 0], near, ~before)

    reasons = [OFF_IMAGE] * count
    ids = view.ids[pixel[:, 1], pixel[:, 0]]
    for n, site in enumerate(at):
        if seen[n]:
            reasons[site] = VISIBLE
        elif own[n, 0]:
            reasons[site] = f"self:{REGIONS[region[n, 0]]}"
        else:
            reasons[site] = view.names[ids[n]] if ids[n] >= 0 else ROOM
    margin = np.full(count, np.nan)
    margin[at] = np.where(np.isfinite(margins[:, 0]), margins[:, 0], np.nan)
    return Visibility(tuple(reasons), margin, flags_of(reasons))


def in_image(camera: Camera, projected: np.ndarray) -> np.ndarray:
    """(N,) True where (N, 3) projections (u, v, depth) fall on a pixel of the image."""
    u, v = projected[:, 0], projected[:, 1]
    with np.errstate(invalid="ignore"):
        return (u >= 0) & (u < camera.width) & (v >= 0) & (v < camera.height)  # False for NaN


def flags_of(reasons: Sequence[str]) -> np.ndarray:
    """(N,) COCO flags derived from reasons."""
    return np.array([{OFF_IMAGE: 0, VISIBLE: 2}.get(reason, 1) for reason in reasons], np.uint8)


def _middle(camera: Camera) -> np.ndarray:
    return np.array([camera.width / 2, camera.height / 2])
