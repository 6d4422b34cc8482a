"""From named trajectories as a file holds them to a :class:`Clip`: names, unit, axes, sides, gaps and floor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.keys import Given
from synthgen.motion.marker_sets import Place, marker_set
from synthgen.motion.normalise.axes import to_world
from synthgen.motion.normalise.in_view import gap_notes, in_view
from synthgen.motion.normalise.levels import on_their_levels
from synthgen.motion.normalise.placed import placed
from synthgen.motion.normalise.sides import check_pairs, check_sides, undo_exchanges
from synthgen.motion.normalise.soles import on_floor
from synthgen.motion.normalise.surplus import STRAY, of_any_unit, of_use, without_strays
from synthgen.motion.normalise.units import unit_of
from synthgen.motion.normalise.upright import up_axis

Points = dict[str, np.ndarray]
Places = dict[str, Place]


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
    recording = _of_use(recording)
    chosen = marker_set(given.get("markers"), recording.path.parent, list(recording.names), where)
    points, places, notes = placed(recording.path, recording.names, recording.points, chosen)
    points, cut = in_view(points, places)
    pairs = tuple((chosen.called(a), chosen.called(b)) for a, b in chosen.pairs)
    check_pairs(points, places, pairs, where)
    points, scaled = _in_metres(recording, points, places, given)
    points, turned = _turned_up(recording, points, places, given)
    points, exchanged = undo_exchanges(points, pairs)
    unsure = check_sides(points, places, pairs, where)
    places, levels = on_their_levels(points, places)
    named = f"markers named as {chosen.name}"
    told = (named, *notes, *cut, *gap_notes(points), *scaled, turned, *exchanged, *unsure, *levels)
    sigma = {chosen.called(n): metres for n, metres in chosen.sigma.items()}
    clip = Clip(
        name=recording.path.stem,
        points=points,
        orientations={},
        fps=recording.fps,
        source=where,
        licence="unknown: the user's file",
        notes=(*recording.notes, *told),
        markers={n: place for n, place in places.items() if n not in chosen.landmarks.values()},
        sigma={n: sigma[n] for n in points if n in sigma},
    )
    return on_floor(clip, places)


def _of_use(recording: Recording) -> Recording:
    """The recording without what has no name or no value; refuses what no marker set could mend."""
    where = str(recording.path)
    measured = of_any_unit(recording.points)
    kept, told = of_use(recording.names, measured)
    recording = replace(
        recording,
        names=tuple(recording.names[i] for i in kept),
        points=measured[:, kept],
        notes=(*recording.notes, *told),
    )
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
    return recording


def _in_metres(recording: Recording, points: Points, places: Places, given: Given) -> tuple[Points, list[str]]:
    """The points in metres, without values that lie metres away from the body, and notes."""
    beside, where = f"{recording.path.name}.yaml beside the file", str(recording.path)
    ask = f"say it in {beside} (unit: mm), if the markers are right"
    metres, note = unit_of(points, places, recording.unit, given.get("unit"), where, ask)
    points, strays = without_strays({n: metres * p for n, p in points.items()})
    if not points:
        raise InputError(
            "the markers lie further from each other than any limb reaches",
            where=where,
            expected=f"a person's, within {STRAY:g} m of their middle",
            remedy=f"correct the unit in {beside} (unit: mm), or the markers",
        )
    return points, [note, *strays]


def _turned_up(recording: Recording, points: Points, places: Places, given: Given) -> tuple[Points, str]:
    """The points, in metres, with Z up, and a note."""
    ask = f"say which axis points up in {recording.path.name}.yaml beside the file (up: +z)"
    axis, note = up_axis(points, places, given.get("up"), str(recording.path), ask, recording.vertical)
    turn = to_world(axis)
    return {n: p @ turn.T for n, p in points.items()}, note
