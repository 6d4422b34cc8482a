"""How uncertain the labels of a dataset are: by region, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from synthgen.capture.point_sigma import SOURCES
from synthgen.core.skeleton import KEYPOINTS, SPINE_LEVELS, VERTEBRAE

STEP_MM, _BINS = 0.5, 400
_NECK = {name for name, level in SPINE_LEVELS.items() if level.startswith("C")}
_PARTS = {"arms": ("shoulder", "elbow", "wrist"), "legs": ("hip", "knee", "ankle"), "feet": ("toe", "heel")}


def group_of(keypoint: str) -> str:
    """``trunk``, ``neck``, ``head``, ``arms``, ``legs`` or ``feet``."""
    if keypoint in SPINE_LEVELS or keypoint.endswith(("clavicle", "latissimus")):
        return "neck" if keypoint in _NECK else "trunk"
    return next((group for group, ends in _PARTS.items() if keypoint.endswith(ends)), "head")


GROUPS: tuple[str, ...] = ("trunk", "neck", "head", "arms", "legs", "feet")
REGIONS: tuple[str, ...] = ("lumbar", "thoracic", "cervical")
_GROUP = np.array([GROUPS.index(group_of(name)) for name in KEYPOINTS])
_REGION = np.array(["LTC".index(name[0]) for name in VERTEBRAE])


@dataclass
class SigmaCounts:
    """Counts over a dataset's annotation records.

    Attributes:
        regions: (3, bins) histogram of the vertebral bodies' sigma, bins of :data:`STEP_MM`.
        groups: (6, bins) the same of the keypoints of :data:`GROUPS`.
        squares: (6, sources) sums of m² by group and source; people: how many have told their sources.
    """

    regions: np.ndarray = field(default_factory=lambda: np.zeros((len(REGIONS), _BINS), int))
    groups: np.ndarray = field(default_factory=lambda: np.zeros((len(GROUPS), _BINS), int))
    squares: np.ndarray = field(default_factory=lambda: np.zeros((len(GROUPS), len(SOURCES))))
    people: int = 0

    def add(self, person: Mapping[str, Any]) -> None:
        """Counts one annotation record; one of an older version has no sources."""
        _count(self.groups, _GROUP, person["keypoint_sigma"])
        _count(self.regions, _REGION, person["vertebrae"]["body"]["sigma"])
        told = person.get("sigma_sources")
        if told:
            parts = np.array([told[source] for source in SOURCES], float).T ** 2
            np.add.at(self.squares, _GROUP, parts)
            self.people += 1

    def rows(self) -> list[tuple[str, float, float, tuple[float, ...]]]:
        """Name, median and 95 % of sigma in mm, and the RMS that each source adds in mm (none for vertebrae)."""
        out: list[tuple[str, float, float, tuple[float, ...]]] = []
        for names, counts in ((REGIONS, self.regions), (GROUPS, self.groups)):
            for name, row in zip(names, counts, strict=True):
                if row.sum():
                    out.append((name, _quantile(row, 0.5), _quantile(row, 0.95), ()))
        each = np.bincount(_GROUP, minlength=len(GROUPS))[:, None] * max(self.people, 1)
        rms = 1e3 * np.sqrt(self.squares / each)
        with_sources = {g: tuple(float(v) for v in row) for g, row in zip(GROUPS, rms, strict=True) if self.people}
        return [(n, half, most, with_sources.get(n, ())) for n, half, most, _ in out]


def _count(counts: np.ndarray, rows: np.ndarray, sigma: Any) -> None:
    bins = np.clip((1e3 * np.array(sigma, float) / STEP_MM).astype(int), 0, _BINS - 1)
    np.add.at(counts, (rows, bins), 1)


def _quantile(row: np.ndarray, share: float) -> float:
    return float((np.cumsum(row) >= share * row.sum()).argmax() + 1) * STEP_MM
