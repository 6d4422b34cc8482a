"""The look at every clip, whatever it was read from: could a person have moved so, and what is unusual about it?

What nobody does is refused with what the user can say of the file; what few do is accepted, with a note.
"""

from __future__ import annotations

import warnings
from collections.abc import Container
from dataclasses import replace
from pathlib import Path

import numpy as np

from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.marker_sets import Place
from synthgen.motion.normalise.floor import lowest_point, raised
from synthgen.motion.normalise.size import check_size, relative_size
from synthgen.motion.normalise.soles import floor_height
from synthgen.motion.normalise.upright import trunk_direction
from synthgen.motion.travel import FASTEST, fastest

_FLOOR = 0.15
"""Metres from z = 0 within which a clip's floor is taken for the one that its reader found."""
_STANDING_SHARE = 10
"""Percentile of the frames' lowest point that is taken for the floor, as in ``motion/normalise/floor.py``."""
LEVEL, UPSIDE_DOWN = 0.5, -0.5
"""Cosine between trunk and vertical below which somebody lies, crawls or bends low, and stands on the head."""


def plausible(clip: Clip, path: Path, keys: Container[str] = ()) -> Clip:
    """The clip on its floor, with notes on what is unusual.

    Args:
        clip: as a reader made it, world frame, metres.
        path: the file that it was read from, or its name where it needs none.
        keys: what may be said beside a file of its kind, for the remedies.

    Raises:
        InputError: the person travels faster than people can, or is larger or smaller than anybody.
    """
    places = _places(clip)
    _check_size(clip, places, path, keys)
    _check_travel(clip, path, keys)
    return _noted(_grounded(clip, places), places)


def _check_travel(clip: Clip, path: Path, keys: Container[str]) -> None:
    if not clip.points:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a frame without any point is NaN
        middle = np.nanmedian(np.stack(list(clip.points.values()), 1), axis=1)
    speed, frame = fastest(middle, clip.fps)
    if speed > FASTEST:
        raise InputError(
            "the person travels faster than people can",
            where=f"{path} frame {frame}",
            expected=f"at most {FASTEST:g} m/s over half a second; a sprinter's record is 12.4",
            got=f"{speed:.4g} m/s at {clip.fps:g} frames a second",
            remedy=_remedy(clip, path, keys),
        )


def _check_size(clip: Clip, places: dict[str, Place], path: Path, keys: Container[str]) -> None:
    size = relative_size({n: clip.points[n] for n in places}, places)
    if size is None:
        return
    remedy = "correct the lengths in the file"
    if path.is_file() and clip.source == str(path) and "unit" in keys:
        remedy = f"say the right unit of length in {path.name}.yaml beside the file (unit: mm)"
    check_size(size, str(path), remedy)


def _remedy(clip: Clip, path: Path, keys: Container[str]) -> str:
    """What helps against a wrong speed: bodies tell their unit by their size, so the rate is wrong, or one leaps."""
    leap = "or cut the recording where it leaps"
    if not path.is_file():
        return f"correct the frame rate, {leap}"
    if clip.source != str(path):
        return f"this is a saved clip: correct the frame rate in the file that it was made from, {leap}"
    if "fps" in keys:
        return f"say the frame rate in {path.name}.yaml beside the file (fps: 30), {leap}"
    return f"correct the frame rate in the file, {leap}"


def _places(clip: Clip) -> dict[str, Place]:
    """Where the clip's points sit on the body, as far as their names tell."""
    marks = reference_body().landmarks
    known = {n: (marks[n][0], tuple(marks[n][1].tolist())) for n in clip.points if n in marks}
    return {**known, **{n: p for n, p in clip.markers.items() if n in clip.points}}


def _grounded(clip: Clip, places: dict[str, Place]) -> Clip:
    """The clip on z = 0, where its source (a saved clip, a motion of coordinates) has another floor."""
    if not clip.floor:
        return clip
    low = lowest_point(clip)
    if np.isfinite(low).any():
        gap: float | None = float(np.nanpercentile(low, _STANDING_SHARE))
    else:
        gap = floor_height({n: clip.points[n] for n in places}, places)
    return clip if gap is None or abs(gap) <= _FLOOR else raised(clip, -gap)


def _noted(clip: Clip, places: dict[str, Place]) -> Clip:
    """The clip with a note where the trunk is level or upside down: taken as it is, but worth knowing."""
    trunk = trunk_direction({n: clip.points[n] for n in places}, places)
    if trunk is None or not np.isfinite(trunk).all(1).any():
        return clip
    trunk = trunk[np.isfinite(trunk).all(1)]
    rise = trunk[:, 2] / np.maximum(np.linalg.norm(trunk, axis=1), 1e-9)
    level, over = int(((rise < LEVEL) & (rise > UPSIDE_DOWN)).sum()), int((rise <= UPSIDE_DOWN).sum())
    notes = []
    if level:
        notes.append(f"the trunk is level in {level} of {len(rise)} frames: lying, on all fours, or bent low")
    if over:
        notes.append(f"the trunk is upside down in {over} of {len(rise)} frames")
    return replace(clip, notes=(*clip.notes, *(n for n in notes if n not in clip.notes)))
