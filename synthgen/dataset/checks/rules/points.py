"""Every point of an annotation has a label, a place, a reason, a margin and a sigma."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.people import PeopleTable
from synthgen.dataset.checks.subject import Dataset, PersonRecord, finite


def check_points(_: Dataset, person: PersonRecord) -> Iterator[Issue]:
    """Points that are written together: as many as there are names, each with all that belongs to it."""
    where = person.where
    for group in person.groups:
        count, kind = len(group.names), group.kind
        if group.margin.shape != (count,) or np.isinf(group.margin).any():
            yield POINTS.issue("margin", where, f"expected a margin or null for each of {count} {kind} points")
        sigma = finite(group.sigma, (count,))
        if sigma is None or not (sigma > 0).all():
            yield POINTS.issue("sigma", where, f"expected a sigma above 0 for each of {count} {kind} points")
        if not group.is_complete:
            yield POINTS.issue("point-count", where, f"expected {count} {kind} points with 2D, 3D and a reason each")
        elif not group.is_placed:
            yield POINTS.issue("points-3d", where, f"a {kind} point has no place in the world")


def suspects(_: Dataset, people: PeopleTable) -> np.ndarray:
    """Who lacks something of a point."""
    sound = np.ones(people.count, bool)
    for group in people.groups:
        sound &= ~np.isinf(group.margin).any(1) & (np.isfinite(group.sigma) & (group.sigma > 0)).all(1)
        sound &= np.isfinite(group.points).all((1, 2))
    return np.asarray(~sound)


POINTS = Check(
    name="points",
    promise="Every keypoint and vertebra point has a label, a place, a reason, a margin and a sigma above 0.",
    codes=("margin", "sigma", "point-count", "points-3d"),
    person=check_points,
    suspects=suspects,
    needs=("cameras",),
)
