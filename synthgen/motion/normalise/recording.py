"""From named trajectories as a file holds them to a :class:`Clip`: names, unit, axes, sides, gaps and floor."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.keys import Given
from synthgen.motion.marker_sets import MarkerSet, Place, marker_set
from synthgen.motion.normalise.axes import AXES, to_world
from synthgen.motion.normalise.computed import computed_middles
from synthgen.motion.normalise.floor import raised
from synthgen.motion.normalise.in_view import above_pelvis, gap_notes, in_view
from synthgen.motion.normalise.levels import on_their_levels
from synthgen.motion.normalise.sides import check_pairs, check_sides, undo_exchanges
from synthgen.motion.normalise.size import unit_of
from synthgen.motion.normalise.surplus import check_single, listed, of_any_unit, of_use, rename
from synthgen.motion.normalise.upright import sole_heights, up_axis

FLOOR_TRUSTED = 0.04
"""Metres: feet that stand so near to the laboratory's zero are taken to stand on it."""
STRAY = 2.5
"""Metres from the middle of all markers in a frame, further than any limb reaches."""
_ROUNDED = 0.1
"""Share of a frame's duration by which rounded times may lie off even ones."""
_ON_SKIN, _UNDER_SOLES = 0.02, 0.15
"""Metres from the floor to a marker or joint that lies on it, and below the soles from which on it is not a foot's."""
_STANDING_SHARE = 10
"""Percentile of the frames' lowest foot marker that is taken for a standing foot's."""


@dataclass(frozen=True)
class Recording:
    """Trajectories in a file's own names, unit and axes.

    Attributes:
        path: the file.
        names: (N,) as in the file.
        points: (T, N, 3); NaN where missing.
        fps: frames per second.
        unit: what the file calls its unit; empty when it does not say.
        notes: what was repaired or assumed so far.
        vertical: the axis that the file calls vertical, such as ``+z``; empty when it does not say.
    """

    path: Path
    names: tuple[str, ...]
    points: np.ndarray
    fps: float
    unit: str = ""
    notes: tuple[str, ...] = ()
    vertical: str = ""


def clip_of(recording: Recording, given: Given) -> Clip:
    """The clip of a recording of markers.

    Args:
        recording: the file's content.
        given: what the user says of it: ``unit``, ``up``, ``markers`` (``motion/sidecar.py``).

    Returns:
        points under the names of the marker set, or of the landmark that a marker is; ``markers`` says where they
        sit. The axes are the laboratory's, turned so that Z is up. Missing values stay NaN.

    Raises:
        InputError: markers, unit, up axis or sides are unknown, implausible or ambiguous, or nothing was measured.
    """
    where = str(recording.path)
    measured = of_any_unit(recording.points)
    kept, told = of_use(recording.names, measured)
    recording = replace(
        recording,
        names=tuple(recording.names[i] for i in kept),
        points=measured[:, kept],
        notes=(*recording.notes, *told),
    )
    _check(recording)
    chosen = marker_set(given.get("markers"), recording.path.parent, list(recording.names), where)
    points, places, notes = _named(recording, chosen)
    _check_trunk(places, where)
    points, cut = in_view(points, places)
    pairs = tuple((chosen.called(a), chosen.called(b)) for a, b in chosen.pairs)
    check_pairs(points, places, pairs, where)
    beside = f"{recording.path.name}.yaml beside the file"
    metres, unit_note = unit_of(
        points,
        places,
        recording.unit,
        given.get("unit"),
        where,
        f"say it in {beside} (unit: mm), if the markers are right",
    )
    points, strays = _without_strays({n: metres * p for n, p in points.items()})
    if not points:
        raise InputError(
            "the markers lie further from each other than any limb reaches",
            where=where,
            expected=f"a person's, within {STRAY:g} m of their middle",
            remedy=f"correct the unit in {beside} (unit: mm), or the markers",
        )
    axis, up_note = up_axis(
        points, places, given.get("up"), where, f"say which axis points up in {beside} (up: +z)", recording.vertical
    )
    turn = to_world(axis)
    points = {n: p @ turn.T for n, p in points.items()}
    points, exchanged = undo_exchanges(points, pairs)
    unsure = check_sides(points, places, pairs, where)
    places, levels = on_their_levels(points, places)
    own = {n: place for n, place in places.items() if n not in chosen.landmarks.values()}
    sigma = {chosen.called(n): metres for n, metres in chosen.sigma.items()}
    clip = Clip(
        name=recording.path.stem,
        points=points,
        orientations={},
        fps=recording.fps,
        source=where,
        licence="unknown: the user's file",
        notes=(
            *recording.notes,
            f"markers named as {chosen.name}",
            *notes,
            *cut,
            *gap_notes(points),
            unit_note,
            *strays,
            up_note,
            *exchanged,
            *unsure,
            *levels,
        ),
        markers=own,
        sigma={n: sigma[n] for n in points if n in sigma},
    )
    return on_floor(clip, places)


def _check(recording: Recording) -> None:
    """Refuses what no marker set could mend."""
    where = str(recording.path)
    if not (np.isfinite(recording.fps) and recording.fps > 0):
        raise InputError(
            "the frame rate must be positive",
            where=where,
            expected="frames per second",
            got=f"{recording.fps}",
            remedy="export it again with its rate",
        )
    if recording.points.size == 0:
        raise InputError(
            "the file holds no measured point that has a name",
            where=where,
            expected="markers with names and values",
            got="; ".join(recording.notes[-2:]) or f"{len(recording.points)} frames",
            remedy="name the markers in the program that recorded them, and export it again",
        )


def _check_trunk(places: dict[str, Place], where: str) -> None:
    """Refuses recordings of legs and pelvis alone: every bend of the spine would be our guess."""
    if not any(above_pelvis(segment) for segment, _ in places.values()):
        raise InputError(
            "the recording shows nothing of the body above the pelvis",
            where=where,
            expected="markers on chest, back, shoulders, neck or head, which tell how the spine is bent",
            got=", ".join(sorted(places)),
            remedy="take a recording with markers on the trunk",
        )


def _named(recording: Recording, chosen: MarkerSet) -> tuple[dict[str, np.ndarray], dict[str, Place], list[str]]:
    """The markers of known place under their names in the clip, where they sit, and notes on the others."""
    points: dict[str, np.ndarray] = {}
    places: dict[str, Place] = {}
    notes, unplaced, unknown = [], [], []
    matches = chosen.matches(recording.names)
    check_single(recording.path, recording.names, {n: m for n, m in matches.taken.items() if m in chosen.places})
    computed = computed_middles(
        dict(zip(recording.names, recording.points.swapaxes(0, 1), strict=True)), matches.taken, chosen
    )
    origin: dict[str, str] = {}
    for i, name in enumerate(recording.names):
        marker = matches.taken.get(name)
        if marker is None:
            unknown += [] if name in matches.alike else [name]
        elif name in computed:
            notes.append(computed[name])
        elif marker in chosen.unplaced:
            unplaced.append(name)
        elif (key := chosen.called(marker)) in points:
            raise InputError(
                "two markers of the file mean the same place",
                where=str(recording.path),
                expected=f"one for {key}",
                got=f"{origin[key]} and {name}",
                remedy=rename(recording.path),
            )
        else:
            values = recording.points[:, i]
            points[key] = np.where(np.isfinite(values).all(-1, keepdims=True), values, np.nan)
            places[key], origin[key] = chosen.places[marker], name
    if len(points) < 3:
        raise InputError(
            "the file has too few markers of known place",
            where=str(recording.path),
            expected=f"at least 3 of {chosen.name}",
            got=", ".join(points) or "none",
            remedy="export the recording with all of its markers",
        )
    for title, names in (("of unknown place on the bone, left out", unplaced), ("unknown, left out", unknown)):
        if names:
            notes.append(f"{len(names)} markers {title}: {listed(names)}")
    if matches.alike:
        told = [f"{name} (not {marker})" for name, marker in matches.alike.items()]
        notes.append(f"{len(told)} markers that only resemble the set's in name, left out: {listed(told)}")
    return points, places, notes


def _without_strays(points: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], list[str]]:
    """The points with values that lie metres away from the body in their frame taken as missing, and notes."""
    stacked = np.stack(list(points.values()), 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a frame without any of them is NaN
        middle = np.nanmedian(stacked, axis=1, keepdims=True)
    stray = np.linalg.norm(stacked - middle, axis=-1) > STRAY
    stacked[stray] = np.nan
    notes = [
        f"{n}: {k} values more than {STRAY:g} m from the body, taken as missing"
        for n, k in zip(points, stray.sum(0).tolist(), strict=True)
        if k
    ]
    return {n: stacked[:, i] for i, n in enumerate(points) if np.isfinite(stacked[:, i]).any()}, notes


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


def even_times(times: np.ndarray, values: np.ndarray, where: str) -> tuple[np.ndarray, float, tuple[str, ...]]:
    """Values (T, …) at one frame rate: as they are where the times (T,) are even, else interpolated.

    Times that programs rounded (0.017, 0.033, 0.05 at 60 fps) are even ones.

    Raises:
        InputError: times that are not finite or do not grow.
    """
    if len(times) < 2:
        return values, 30.0, ("one frame: its rate does not matter and is set to 30 fps",)
    steps = np.diff(times)
    if not np.isfinite(times).all() or (steps <= 0).any():
        bad = int(np.argmax(~(steps > 0))) + 1
        raise InputError(
            "the times must grow from frame to frame",
            where=f"{where} frame {bad}",
            expected="seconds, each later than the one before",
            got=f"{times[bad - 1]} s, then {times[bad]} s",
            remedy="correct the times, or export the file again",
        )
    step = float(times[-1] - times[0]) / len(steps)
    even = np.abs(times - times[0] - step * np.arange(len(times))).max() < _ROUNDED * step
    step = step if even else float(np.median(steps))
    fps = 1 / step
    fps = float(round(fps)) if abs(fps - round(fps)) < 0.002 * fps else fps
    if even:
        return values, fps, ()
    wanted = np.arange(times[0], times[-1] + 1e-9, step)
    flat = values.reshape(len(values), -1)
    resampled = np.stack([np.interp(wanted, times, v) for v in flat.T], -1).reshape(-1, *values.shape[1:])
    return resampled, fps, (f"frames of uneven duration were interpolated at {fps:g} fps",)
