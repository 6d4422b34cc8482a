"""Coordinates of this project's body model from the columns of an OpenSim motion."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synthgen.core.bodymodel import BodyModel
from synthgen.core.errors import InputError
from synthgen.motion.names import close_matches
from synthgen.motion.readers.mot.table import CoordinateTable

_BEYOND = 0.02
"""Radians or metres by which a coordinate may leave its range before it is noted."""


def coordinates(
    table: CoordinateTable, values: np.ndarray, body: BodyModel, path: Path
) -> tuple[np.ndarray, list[str]]:
    """(T, C) coordinates of the tree in metres and radians, and notes.

    Args:
        table: the file's; values: (T, …) its values at even times.
        body: whose tree it is; path: the file, for errors.

    Raises:
        InputError: the columns are another model's, lack the pelvis' height, or are no angles in the unit that is said.
    """
    names = [n.split("/")[-2] if n.endswith("/value") and n.count("/") > 1 else n for n in table.names]
    _check_names(names, body, str(path))
    q = _in_radians(table, names, values, body, str(path))
    _check_angles(q, table, body, str(path))
    return q, _notes(q, names, body)


def _check_names(names: list[str], body: BodyModel, where: str) -> None:
    known = body.tree.coordinate_index
    found = [n for n in names if n in known]
    if len(found) < len(known) / 2:
        raise InputError(
            "the coordinates are another model's",
            where=where,
            expected=f"coordinates of opensim_models/synthgen_body.osim, such as {', '.join(list(known)[:8])}",
            got=f"{', '.join(names[:8])} …: {len(found)} of {len(known)} known",
            remedy="give the recording that this motion was computed from (.trc or .c3d): coordinates mean nothing "
            "without their own model",
        )
    if "pelvis_ty" not in found:
        hint = close_matches("pelvis_ty", [n for n in names if n not in known])
        raise InputError(
            "the pelvis has no height",
            where=where,
            expected="a column pelvis_ty",
            got=f"{len(found)} other coordinates",
            remedy="export all coordinates of the model" + (f"; {hint}" if hint else ""),
        )


def _in_radians(
    table: CoordinateTable, names: list[str], values: np.ndarray, body: BodyModel, where: str
) -> np.ndarray:
    """(T, C) coordinates of the tree, 0 where the file has no column."""
    if table.degrees.lower() not in ("yes", "no"):
        raise InputError(
            "the file does not say whether its angles are degrees",
            where=where,
            expected="inDegrees=yes or inDegrees=no in its header",
            got=table.degrees or "nothing",
            remedy="write inDegrees=yes above endheader, if its angles are degrees",
        )
    known = body.tree.coordinate_index
    kinds = {c.name: c.kind for c in body.tree.coordinates}
    q = np.zeros((len(values), len(known)))
    for column, name in enumerate(names):
        if name in known:
            turned = table.degrees.lower() == "yes" and kinds[name] == "rotation"
            q[:, known[name]] = np.radians(values[:, column]) if turned else values[:, column]
    return q


def _check_angles(q: np.ndarray, table: CoordinateTable, body: BodyModel, where: str) -> None:
    joints = np.array([c.kind == "rotation" and not c.name.startswith("pelvis_") for c in body.tree.coordinates])
    largest = np.abs(q[:, joints]).max()
    if largest > 2 * np.pi:
        raise InputError(
            "the angles make no sense",
            where=where,
            expected=f"inDegrees={table.degrees.lower()} as the file says",
            got=f"{np.degrees(largest):.0f}°",
            remedy="correct inDegrees in the file's header",
        )


def _notes(q: np.ndarray, names: list[str], body: BodyModel) -> list[str]:
    known, notes = body.tree.coordinate_index, []
    if missing := [n for n in known if n not in names]:
        notes.append(f"{len(missing)} coordinates missing, taken as 0: {', '.join(missing[:8])}")
    if unknown := [n for n in names if n not in known]:
        notes.append(f"{len(unknown)} columns unknown, left out: {', '.join(unknown[:8])}")
    low, high = (np.array([getattr(c, side) for c in body.tree.coordinates]) for side in ("lower", "upper"))
    if beyond := int(((q < low - _BEYOND) | (q > high + _BEYOND)).any(0).sum()):
        notes.append(f"{beyond} coordinates leave the model's range")
    return notes
