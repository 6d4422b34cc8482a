"""Flags follow from reasons, 2D from 3D, and what is seen lies on the person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from synthgen.core.skeleton import REGIONS
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.points import PointGroup
from synthgen.dataset.checks.subject import Dataset, PersonRecord

PROJECTION_PX = 0.01
"""A written 2D point lies this near to the projection of its written 3D point."""


def check_projection(_: Dataset, person: PersonRecord) -> Iterator[Issue]:
    """Looks at every point of every group that is complete."""
    for group in person.groups:
        if group.is_complete and group.is_placed:
            yield from _check_group(person, group)


def _check_group(person: PersonRecord, group: PointGroup) -> Iterator[Issue]:
    uv, depth = _project(person.image.record, group.points)
    width, height = person.image.size
    inside = (depth > 0) & (uv[:, 0] >= 0) & (uv[:, 0] < width) & (uv[:, 1] >= 0) & (uv[:, 1] < height)
    off = np.linalg.norm(uv - group.labels[:, :2], axis=1)
    # At the very border rounding may decide which side a point lies on.
    border = np.minimum(np.abs(uv), np.abs(uv - (width, height))).min(1) < PROJECTION_PX
    others, where, mask = _others(person), person.where, person.mask
    for i, (name, (x, y, flag), reason) in enumerate(zip(group.names, group.labels, group.reasons, strict=True)):
        if flag != {"visible": 2, "off_image": 0}.get(reason, 1):
            yield PROJECTION.issue("flag", where, f"{name} has flag {flag:g} for the reason {reason!r}")
        elif not _known(reason, others):
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


def _known(reason: Any, others: set[str]) -> bool:
    """``visible``, ``off_image``, ``self:<region>``, ``person:<number of another>`` or ``object:<name>``."""
    if reason in ("visible", "off_image"):
        return True
    what, _, which = str(reason).partition(":")
    return (
        (what == "self" and which in REGIONS)
        or (what == "person" and which in others)
        or (what == "object" and which != "")
    )


def _project(image: dict[str, Any], points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N, 3) world → (N, 2) pixels and (N,) depth, by the matrices of the record."""
    extrinsics, intrinsics = np.array(image["extrinsics"]), np.array(image["intrinsics"])
    camera = points @ extrinsics[:3, :3].T + extrinsics[:3, 3]
    with np.errstate(divide="ignore", invalid="ignore"):
        pixels = camera @ intrinsics.T
        return pixels[:, :2] / pixels[:, 2:], camera[:, 2]


PROJECTION = Check(
    name="projection",
    promise="Flags follow from reasons, 2D points are the projections of the 3D points, seen points lie on the person.",
    codes=("flag", "reason", "point-unlabelled", "point-outside", "projection", "off-mask"),
    person=check_projection,
    needs=("cameras",),
)
