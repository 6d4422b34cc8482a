"""The floor under a recording of points, judged by those of the feet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.clip import Clip
from synthgen.motion.marker_sets import Place
from synthgen.motion.normalise.axes import AXES
from synthgen.motion.normalise.floor import raised
from synthgen.motion.normalise.upright import sole_heights

FLOOR_TRUSTED = 0.04
"""Metres: feet that stand so near to the laboratory's zero are taken to stand on it."""
_ON_SKIN, _UNDER_SOLES = 0.02, 0.15
"""Metres from the floor to a marker or joint that lies on it, and below the soles from which on it is not a foot's."""
_STANDING_SHARE = 10
"""Percentile of the frames' lowest foot marker that is taken for a standing foot's."""


def on_floor(clip: Clip, places: dict[str, Place]) -> Clip:
    """The clip with its soles on z = 0, judged by the foot points; says so in the notes where it had to be moved."""
    gap = floor_height(clip.points, places)
    if gap is None:
        return replace(clip, floor=False, notes=(*clip.notes, "no feet in the file: the floor is not known"))
    return clip if abs(gap) <= FLOOR_TRUSTED else raised(clip, -gap)


def floor_height(points: dict[str, np.ndarray], places: dict[str, Place]) -> float | None:
    """Metres from z = 0 up to the floor under the soles; under hands, head or back far below them, as in a handstand.

    Args:
        points: (T, 3) metres, Z up; places: where they sit on the body.

    Returns:
        None where no foot is shown.
    """
    heights = sole_heights(points, places, AXES["+z"])
    if heights is None or not np.isfinite(heights).any():
        return None
    lowest = np.fmin.reduce([p[:, 2] for p in points.values()]) - _ON_SKIN
    return float(np.nanpercentile(np.where(lowest < heights - _UNDER_SOLES, lowest, heights), _STANDING_SHARE))
