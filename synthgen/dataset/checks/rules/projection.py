"""Flags follow from reasons, 2D from 3D, and what is seen lies on the person."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

import numpy as np

from synthgen.core.lens import distorted
from synthgen.core.skeleton import REGIONS
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.people import NEARLY, PeoplePoints, PeopleTable, to_camera, to_pixels
from synthgen.dataset.checks.points import PointGroup
from synthgen.dataset.checks.subject import Dataset, PersonRecord
from synthgen.dataset.versions import visibility_rule

_FLAGS = {"visible": 2, "off_image": 0}
"""Flags of reasons; those that name what hides a point have 1."""

PROJECTION_PX = 0.01
"""A written 2D point lies this near to the projection of its written 3D point."""


COVERS_SINCE = 3
"""Version of the visibility rule from which on reasons tell hair and shoes apart from the part under them."""


def check_projection(dataset: Dataset, person: PersonRecord) -> Iterator[Issue]:
    """Looks at every point of every group that is complete."""
    for group in person.groups:
        if group.is_complete and group.is_placed:
            yield from _check_group(person, group, selves(dataset))


def selves(dataset: Dataset) -> frozenset[str]:
    """What of themselves can hide people's points, by the dataset's own version of the rule."""
    covers = ("hair", "shoe") if visibility_rule(dataset.plan) >= COVERS_SINCE else ()
    return frozenset((*REGIONS, *covers))


def _check_group(person: PersonRecord, group: PointGroup, own: frozenset[str]) -> Iterator[Issue]:
    uv, depth = _project(person.image.record, group.points)
    width, height = person.image.size
    inside = (depth > 0) & (uv[:, 0] >= 0) & (uv[:, 0] < width) & (uv[:, 1] >= 0) & (uv[:, 1] < height)
    off = np.linalg.norm(uv - group.labels[:, :2], axis=1)
    # At the very border rounding may decide which side a point lies on.
    border = np.minimum(np.abs(uv), np.abs(uv - (width, height))).min(1) < PROJECTION_PX
    others, where, mask = _others(person), person.where, person.mask
    for i, (name, (x, y, flag), reason) in enumerate(zip(group.names, group.labels, group.reasons, strict=True)):
        if flag != _FLAGS.get(reason, 1):
            yield PROJECTION.issue("flag", where, f"{name} has flag {flag:g} for the reason {reason!r}")
        elif not _known(reason, own, others):
            yield PROJECTION.issue("reason", where, f"{name} has the unknown reason {reason!r}")
        elif flag == 0:
            if (x, y) != (0, 0):
                what = f"{name} has flag 0, so x and y must be 0, got {x:g}, {y:g}"
                yield PROJECTION.issue("point-unlabelled", where, what)
            if inside[i] and not border[i]:
                what = f"{name} is called off the image but projects to {uv[i].round(1)}"
                yield PROJECTION.issue("point-outside", where, what)
        elif not (0 <= x <= width and 0 <= y <= height):
            yield PROJECTION.issue("point-outside", where, f"{name} has flag {flag:g} but lies at {x:g}, {y:g}")
        elif not off[i] <= PROJECTION_PX:
            what = f"{name} is written {off[i]:.3f} px from the projection of its 3D point"
            yield PROJECTION.issue("projection", where, what)
        elif flag == 2 and mask is not None and not mask[min(int(y), height - 1), min(int(x), width - 1)]:
            what = f"{name} is called visible but does not lie on the person's mask"
            yield PROJECTION.issue("off-mask", where, what)


def _others(person: PersonRecord) -> set[str]:
    """The numbers of the image's other people: they alone can hide this one."""
    return {str(n) for n in range(1, len(person.image.people) + 1) if n != person.index + 1}


def _known(reason: Any, own: Container[str], others: Container[str]) -> bool:
    """``visible``, ``off_image``, ``self:<one of own>``, ``person:<number of another>`` or ``object:<name>``."""
    if reason in ("visible", "off_image"):
        return True
    what, _, which = str(reason).partition(":")
    return (
        (what == "self" and which in own)
        or (what == "person" and which in others)
        or (what == "object" and which != "")
    )


def _project(image: dict[str, Any], points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N, 3) world → (N, 2) pixels and (N,) depth, by the matrices and the lens of the record."""
    extrinsics, intrinsics = np.array(image["extrinsics"]), np.array(image["intrinsics"])
    camera = points @ extrinsics[:3, :3].T + extrinsics[:3, 3]
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = camera[:, :2] / camera[:, 2:]
        if any(image["distortion"]):
            seen = distorted(seen, image["distortion"])
        return seen @ intrinsics[:2, :2].T + intrinsics[:2, 2], camera[:, 2]


def suspects(dataset: Dataset, people: PeopleTable) -> np.ndarray:
    """Who has a point that may not be right, or not place."""
    sound = np.ones(people.count, bool)
    for group in people.groups:
        sound &= _sound_points(people, group, selves(dataset)).all(1)
    return np.asarray(~sound)


def _sound_points(people: PeopleTable, group: PeoplePoints, own: frozenset[str]) -> np.ndarray:
    """(P, N) whether a point is surely as :func:`check_projection` wants it."""
    x, y, flag = (group.labels[..., k] for k in range(3))
    width, height = (people.of_image(name)[:, None] for name in ("width", "height"))
    camera = to_camera(people, group.points)
    u, v = np.moveaxis(to_pixels(people, camera), -1, 0)
    inside = (camera[..., 2] > 0) & (u >= 0) & (u < width) & (v >= 0) & (v < height)
    border = np.minimum(np.minimum(np.abs(u), np.abs(u - width)), np.minimum(np.abs(v), np.abs(v - height)))
    is_right_off = (x == 0) & (y == 0) & (~inside | (border < PROJECTION_PX * NEARLY))
    is_right_on = (x >= 0) & (x <= width) & (y >= 0) & (y <= height)
    is_right_on &= np.hypot(u - x, v - y) <= PROJECTION_PX * NEARLY
    sound: np.ndarray = (flag == _flags(people, group, own)) & np.where(flag == 0, is_right_off, is_right_on)
    who, at = np.nonzero(sound & (flag == 2))
    column, row = (np.minimum(c[who, at].astype(int), n[who, 0].astype(int) - 1) for c, n in ((x, width), (y, height)))
    sound[who, at] = people.masks.holds(who, column, row)
    return sound


def _flags(people: PeopleTable, group: PeoplePoints, own: frozenset[str]) -> np.ndarray:
    """(P, N) the flag that follows from each reason; NaN where the reason is none."""
    coded = group.reasons.dictionary_encode()
    codes = np.asarray(coded.indices.fill_null(-1)).reshape(people.count, -1)
    anybody = {f"{n}": n for n in range(1, int(people.in_image.max()) + 1)}
    reasons = [*coded.dictionary.to_pylist(), None]  # the last one stands for null
    flags = np.array([_FLAGS.get(r, 1) if _known(r, own, anybody) else np.nan for r in reasons])[codes]
    number = np.array([anybody.get(str(r).removeprefix("person:"), 0) for r in reasons])[codes]
    is_other = (number <= people.in_image[:, None]) & (number != people.index[:, None] + 1)
    return np.where((number == 0) | is_other, flags, np.nan)


PROJECTION = Check(
    name="projection",
    promise="Flags follow from reasons, 2D points are the projections of the 3D points, seen points lie on the person.",
    codes=("flag", "reason", "point-unlabelled", "point-outside", "projection", "off-mask"),
    person=check_projection,
    suspects=suspects,
    needs=("cameras",),
)
