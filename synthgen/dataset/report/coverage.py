"""What is covered: how often trunks are bent how far, in two planes at a time and from which side they are seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from synthgen.biomech.label_bends import REGIONS, label_bends
from synthgen.core.skeleton import INDEX, VERTEBRAE
from synthgen.core.vectors import unit

BINS = 12
SPANS = {"flexion": (-40.0, 80.0), "side bend": (-48.0, 48.0), "twist": (-48.0, 48.0), "view": (-180.0, 180.0)}
"""Axis → degrees from its lower to its upper end. A view of 0 is from the front, of 90 from the person's left."""
PANELS = (("flexion", "side bend"), ("flexion", "twist"), ("side bend", "twist"), ("flexion", "view"))
"""Pairs of axes, across and upwards."""
_AT_ONCE = 256


@dataclass
class Coverage:
    """Counts of people by bends and views, with people waiting to be counted together.

    Attributes:
        counted: (regions, panels, BINS, BINS) people; the last axes run upwards and across.
    """

    counted: np.ndarray = field(default_factory=lambda: np.zeros((len(REGIONS), len(PANELS), BINS, BINS), int))
    _waiting: list[np.ndarray] = field(default_factory=list)

    def add(self, person: dict[str, Any], extrinsics: list[list[float]]) -> None:
        """Counts a person record of an image with those extrinsics."""
        rows = [person["vertebrae"][kind]["points_3d"] for kind in ("body", "spinous")]
        rows += [[person["sacrum_3d"][kind] for kind in ("body", "spinous")]]
        rows += [[person["keypoints_3d"][INDEX[f"{side}_{part}"]] for part in _PARTS for side in ("left", "right")]]
        camera = np.array(extrinsics, float)
        rows += [[(-camera[:3, :3].T @ camera[:3, 3]).tolist()]]
        points = np.concatenate([np.array(r, float) for r in rows])
        if np.isfinite(points).all():
            self._waiting.append(points)
        if len(self._waiting) >= _AT_ONCE:
            self._count()

    @property
    def counts(self) -> np.ndarray:
        """(regions, panels, BINS, BINS) of everybody who was added."""
        if self._waiting:
            self._count()
        return self.counted

    def _count(self) -> None:
        points = np.stack(self._waiting, 1)
        self._waiting.clear()
        names = [f"{v}.{kind}" for kind in ("body", "spinous") for v in VERTEBRAE] + ["sacrum.body", "sacrum.spinous"]
        named = dict(zip(names, points, strict=False))
        left_hip, right_hip, left_shoulder, right_shoulder, camera = points[len(names) :]
        bends = label_bends({**named, "left_hip": left_hip, "right_hip": right_hip})
        up = unit(left_shoulder + right_shoulder - left_hip - right_hip)
        across = left_hip - right_hip + left_shoulder - right_shoulder
        left = unit(across - (across * up).sum(-1, keepdims=True) * up)
        towards = camera - named["L1.body"]
        view = np.degrees(np.arctan2((towards * left).sum(-1), (towards * np.cross(left, up)).sum(-1)))
        tally(self.counted, bends, view)


def tally(counted: np.ndarray, bends: np.ndarray, view: np.ndarray) -> None:
    """Counts people into ``counted`` of :class:`Coverage`.

    Args:
        counted: changed in place.
        bends: (N, regions, 3) degrees of flexion, side bend and twist.
        view: (N,) degrees.
    """
    for r in range(len(REGIONS)):
        values = dict(zip(SPANS, [*bends[:, r].T, view], strict=True))
        for p, (across, upwards) in enumerate(PANELS):
            places = [_bins(values[name], SPANS[name]) for name in (upwards, across)]
            np.add.at(counted[r, p], tuple(places), 1)


_PARTS = ("hip", "shoulder")


def _bins(values: np.ndarray, span: tuple[float, float]) -> np.ndarray:
    """(N,) number of the bin of each value; what is beyond the span counts at its ends."""
    share = (values - span[0]) / (span[1] - span[0])
    out: np.ndarray = np.clip((share * BINS).astype(int), 0, BINS - 1)
    return out


def coverage_svg(counts: np.ndarray) -> str:
    """The counts as one drawing: a row for each region, a panel for each pair of axes, darker where more people are.

    Args:
        counts: of :attr:`Coverage.counts`.
    """
    cell, gap, left, top = 13, 58, 64, 26
    side = cell * BINS
    width, height = left + len(PANELS) * (side + gap), top + len(REGIONS) * (side + gap)
    out = [
        f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" '
        'font-family="sans-serif" font-size="11" fill="#777">'
    ]
    for r, region in enumerate(REGIONS):
        for p, (across, upwards) in enumerate(PANELS):
            x, y = left + p * (side + gap), top + r * (side + gap)
            out.append(f'<rect x="{x}" y="{y}" width="{side}" height="{side}" fill="none" stroke="#999"/>')
            most = max(1, int(counts[r, p].max()))
            for row, column in np.argwhere(counts[r, p]):
                # The root lets single people be seen beside crowds.
                strength = 0.12 + 0.88 * np.sqrt(counts[r, p, row, column] / most)
                out.append(
                    f'<rect x="{x + cell * column}" y="{y + side - cell * (row + 1)}" width="{cell}" height="{cell}" '
                    f'fill="#2f6fa3" fill-opacity="{strength:.2f}"><title>{counts[r, p, row, column]}</title></rect>'
                )
            out.append(f'<text x="{x}" y="{y - 6}">{region}</text>')
            out += _axis(across, x, y + side + 13, side) + _axis(upwards, x, y, side, upright=True)
    return "\n".join([*out, "</svg>"])


def _axis(name: str, x: float, y: float, side: float, upright: bool = False) -> list[str]:
    """The axis' name in its middle and its ends in degrees."""
    low, high = (f"{v:.0f}°".replace("-", "−") for v in SPANS[name])
    if upright:
        return [
            f'<text x="{x - 5}" y="{y + side}" text-anchor="end">{low}</text>',
            f'<text x="{x - 5}" y="{y + 9}" text-anchor="end">{high}</text>',
            f'<text transform="translate({x - 9} {y + side / 2}) rotate(-90)" text-anchor="middle">{name}</text>',
        ]
    return [
        f'<text x="{x}" y="{y}">{low}</text>',
        f'<text x="{x + side}" y="{y}" text-anchor="end">{high}</text>',
        f'<text x="{x + side / 2}" y="{y}" text-anchor="middle">{name}</text>',
    ]
