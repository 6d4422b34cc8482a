"""The points of an annotation as arrays, group by group: the keypoints, and three points of every vertebra."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from synthgen.core.skeleton import KEYPOINTS, VERTEBRAE
from synthgen.dataset.records import VERTEBRA_POINTS


@dataclass(frozen=True)
class PointGroup:
    """Points that are written together, as they are written: shapes are what the record has.

    Attributes:
        kind: ``keypoint``, ``body``, ``spinous`` or ``skin``.
        names: (N,) what the points are called.
        labels: (N, 3) x and y in pixels, COCO flag.
        points: (N, 3) metres, world.
        reasons: (N,) why each is seen or not.
        margin: (N,) metres; NaN where a point has no pixel, or its pixel shows nothing.
        sigma: (N,) metres.
    """

    kind: str
    names: tuple[str, ...]
    labels: np.ndarray
    points: np.ndarray
    reasons: list[str]
    margin: np.ndarray
    sigma: Any

    @property
    def is_complete(self) -> bool:
        """Whether every name has a label, a point and a reason."""
        shape = (len(self.names), 3)
        return self.labels.shape == shape and self.points.shape == shape and len(self.reasons) == len(self.names)

    @property
    def is_placed(self) -> bool:
        """Whether every point has a place in the world."""
        return bool(np.isfinite(self.points).all())


def point_groups(record: dict[str, Any]) -> Iterator[PointGroup]:
    """The four groups of an annotation record. Raises what reading a damaged one raises (``check.DAMAGE``)."""
    yield _group(
        "keypoint",
        KEYPOINTS,
        {
            "keypoints": np.array(record["keypoints"], float).reshape(-1, 3),
            "points_3d": record["keypoints_3d"],
            "reasons": record["keypoint_reasons"],
            "margin": record["keypoint_margin"],
            "sigma": record["keypoint_sigma"],
        },
    )
    for kind in VERTEBRA_POINTS:
        yield _group(kind, tuple(f"{v}.{kind}" for v in VERTEBRAE), record["vertebrae"][kind])


def _group(kind: str, names: tuple[str, ...], group: dict[str, Any]) -> PointGroup:
    return PointGroup(
        kind=kind,
        names=names,
        labels=np.array(group["keypoints"], float),
        points=np.array(group["points_3d"], float),
        reasons=group["reasons"],
        margin=np.array(group["margin"], float),
        sigma=group["sigma"],
    )
