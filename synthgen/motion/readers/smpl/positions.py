"""Joint positions of an SMPL-family file: taken as they are, to lie where the set ``smpl_22`` has them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.keys import Given
from synthgen.motion.marker_sets import Place, shipped
from synthgen.motion.normalise.axes import to_world
from synthgen.motion.normalise.sides import check_pairs, check_sides
from synthgen.motion.normalise.soles import on_floor
from synthgen.motion.normalise.units import unit_of
from synthgen.motion.normalise.upright import up_axis
from synthgen.motion.readers.smpl.skeleton import COUNT, joints


def from_positions(positions: np.ndarray, fps: float, given: Given, path: Path) -> Clip:
    """The clip of joint positions.

    Args:
        positions: (T, J ≥ 22, 3) in the file's unit and axes.
        fps: frames a second.
        given: ``unit`` and ``up``, where the user says them; path: the file.

    Raises:
        InputError: they have another shape, or unit, axis or sides are implausible or ambiguous.
    """
    where = str(path)
    positions = _measured(positions, where)
    body, known = reference_body(), shipped("smpl_22")
    points = {known.called(n): positions[:, i] for i, row in enumerate(joints()) if (n := row["name"]) in known.places}
    places: dict[str, Place] = {known.called(n): place for n, place in known.places.items()}
    say = f"{path.name}.yaml beside the file"
    pairs = tuple((n, "right_" + n[5:]) for n in points if n.startswith("left_"))
    check_pairs(points, places, pairs, where)
    hard = {n: p for n, p in points.items() if n not in body.soft}
    metres, unit_note = unit_of(hard, places, "", given.get("unit"), where, f"say it in {say} (unit: m)")
    points = {n: metres * p for n, p in points.items()}
    axis, up_note = up_axis(points, places, given.get("up"), where, f"say which axis points up in {say} (up: +z)")
    points = {n: p @ to_world(axis).T for n, p in points.items()}
    unsure = check_sides(points, places, pairs, where)
    gaps = [f"{n} missing in {k} of {len(p)} frames" for n, p in points.items() if (k := int(np.isnan(p[:, 0]).sum()))]
    notes = ["SMPL joints by position; the body's own shape is left to the fit", unit_note, up_note, *unsure, *gaps]
    clip = Clip(path.stem, points, {}, fps, where, "unknown: the user's file", notes=tuple(notes))
    own = {n: place for n, place in places.items() if n not in known.landmarks.values()}
    sigma = {known.called(n): metres for n, metres in known.sigma.items()}
    return on_floor(replace(clip, markers=own, sigma=sigma), places)


def _measured(positions: np.ndarray, where: str) -> np.ndarray:
    """(T, 22, 3) the first joints, NaN where one is missing."""
    if positions.ndim != 3 or positions.shape[1] < COUNT or positions.shape[2] != 3 or not len(positions):
        raise InputError(
            "the joint positions have another shape",
            where=where,
            expected=f"(frames, {COUNT} or more, 3)",
            got=str(positions.shape),
            remedy="save them as frames × joints × 3",
        )
    positions = np.asarray(positions[:, :COUNT], float)
    positions[~np.isfinite(positions).all(-1)] = np.nan
    if not np.isfinite(positions).any():
        raise InputError(
            "the file holds no measured point",
            where=where,
            expected="finite positions",
            got="none",
            remedy="export the motion again",
        )
    return positions
