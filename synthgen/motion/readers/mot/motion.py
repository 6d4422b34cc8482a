"""Reader of OpenSim motions (.mot) of this project's body model: coordinates → landmarks and orientations.

A model beside the motion is read by OpenSim, in a process of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.errors import InputError
from synthgen.core.frames import opensim_to_world
from synthgen.core.kinematics import Tree
from synthgen.motion.clip import Clip
from synthgen.motion.keys import Given
from synthgen.motion.names import close_matches
from synthgen.motion.normalise.recording import even_times
from synthgen.motion.parsing.native import NativeReader
from synthgen.motion.parsing.text import number, read_lines
from synthgen.motion.sidecar import sibling

_OPENSIM = NativeReader("OpenSim model", "OpenSim", "synthgen.motion.readers.mot.osim:read_model")
ORIENTED = (
    "pelvis",
    "T6",
    "skull",
    *(f"{side}_{part}" for side in ("left", "right") for part in ("upper_arm", "forearm", "thigh", "shank", "foot")),
)
"""Segments whose orientation the clip gets; the vertebrae's own are left to the fit but for one."""


def read(path: Path, given: Given) -> Clip:
    """Reads the coordinates of ``opensim_models/synthgen_body.osim`` or of a model scaled from it.

    Lengths come from the model beside the motion (``take.osim``, or ``model:`` in ``take.mot.yaml``), without one
    from the reference adult. The clip has every landmark of the body model but the soft ones.

    Raises:
        InputError: a file is missing or damaged, or its coordinates or joints are another model's.
    """
    table = _table(path)
    body, size_note = _body(path, given.get("model"))
    values, fps, notes = even_times(table.times, table.values, str(path))
    q, more = _coordinates(table, values, body, path)
    world = body.tree.forward(q)
    standing = body.tree.forward(body.neutral()[0])[:, :3, :3]
    index = {s: body.tree.segment_index[s] for s in ORIENTED}
    return Clip(
        name=path.stem,
        points={n: p for n, p in body.points(world).items() if n not in body.soft},
        orientations={s: world[:, i, :3, :3] @ standing[i].T for s, i in index.items()},
        fps=fps,
        source=str(path),
        licence="unknown: the user's file",
        notes=(*notes, size_note, *more),
    )


@dataclass(frozen=True)
class _Table:
    """Names of C columns, times (T,) in seconds, values (T, C) as the file has them, and its word for ``inDegrees``."""

    names: tuple[str, ...]
    times: np.ndarray
    values: np.ndarray
    degrees: str


def _table(path: Path) -> _Table:
    """The file's numbers; OpenSim 4.6 never returns from a file that lacks ``endheader`` or rows."""
    lines = read_lines(path, "OpenSim motion (.mot)")
    end = next((i for i, line in enumerate(lines) if line.strip().lower() == "endheader"), len(lines))
    labels = lines[end + 1].split() if end + 1 < len(lines) else []
    rows = [(i, line.split()) for i, line in enumerate(lines[end + 2 :], end + 3) if line.strip()]
    if [n.lower() for n in labels[:1]] != ["time"] or len(labels) < 2 or not rows:
        raise InputError(
            "this is no complete OpenSim motion",
            where=f"{path}:{min(end + 2, len(lines)) or 1}",
            expected="a header up to endheader, time and names, then rows",
            got=f"{len(lines)} lines, {len(rows)} rows",
            remedy="export it again from OpenSim as .mot",
        )
    header = {k.strip().lower(): v.strip() for k, _, v in (line.partition("=") for line in lines[:end])}
    stated = header.get("nrows") or str(len(rows))
    if stated != str(len(rows)):
        raise InputError(
            "the file is truncated",
            where=str(path),
            expected=f"{stated} rows",
            got=str(len(rows)),
            remedy=f"copy or export it again; if it was cut on purpose, write nRows={len(rows)}",
        )
    if len(set(labels)) != len(labels):
        doubled = sorted({n for n in labels if labels.count(n) > 1})
        raise InputError(
            "a coordinate comes twice",
            where=f"{path}:{end + 2}",
            expected="one column per name",
            got=", ".join(doubled),
            remedy="take one of the two columns out",
        )
    values = np.empty((len(rows), len(labels)))
    for t, (i, words) in enumerate(rows):
        if len(words) != len(labels):
            raise InputError(
                "a row is not complete",
                where=f"{path}:{i}",
                expected=f"{len(labels)} numbers, one per name",
                got=str(len(words)),
                remedy="copy or export the file again",
            )
        values[t] = [number(w, f"{path}:{i} {n}") for n, w in zip(labels, words, strict=True)]
    return _Table(tuple(labels[1:]), values[:, 0], values[:, 1:], header.get("indegrees", ""))


def _coordinates(table: _Table, values: np.ndarray, body: BodyModel, path: Path) -> tuple[np.ndarray, list[str]]:
    """(T, C) coordinates of the tree in metres and radians from the table's ``values`` at even times, and notes."""
    known = body.tree.coordinate_index
    plain = [n.split("/")[-2] if n.endswith("/value") and n.count("/") > 1 else n for n in table.names]
    found = [n for n in plain if n in known]
    if len(found) < len(known) / 2:
        raise InputError(
            "the coordinates are another model's",
            where=str(path),
            expected=f"coordinates of opensim_models/synthgen_body.osim, such as {', '.join(list(known)[:8])}",
            got=f"{', '.join(plain[:8])} …: {len(found)} of {len(known)} known",
            remedy="give the recording that this motion was computed from (.trc or .c3d): coordinates mean nothing "
            "without their own model",
        )
    if "pelvis_ty" not in found:
        hint = close_matches("pelvis_ty", [n for n in plain if n not in known])
        raise InputError(
            "the pelvis has no height",
            where=str(path),
            expected="a column pelvis_ty",
            got=f"{len(found)} other coordinates",
            remedy="export all coordinates of the model" + (f"; {hint}" if hint else ""),
        )
    answer = table.degrees.lower()
    if answer not in ("yes", "no"):
        raise InputError(
            "the file does not say whether its angles are degrees",
            where=str(path),
            expected="inDegrees=yes or inDegrees=no in its header",
            got=table.degrees or "nothing",
            remedy="write inDegrees=yes above endheader, if its angles are degrees",
        )
    q = np.zeros((len(values), len(known)))
    kinds = {c.name: c.kind for c in body.tree.coordinates}
    for column, name in enumerate(plain):
        if name in known:
            turned = answer == "yes" and kinds[name] == "rotation"
            q[:, known[name]] = np.radians(values[:, column]) if turned else values[:, column]
    joints = np.array([k == "rotation" and not n.startswith("pelvis_") for n, k in kinds.items()])
    if np.abs(q[:, joints]).max() > 2 * np.pi:
        raise InputError(
            "the angles make no sense",
            where=str(path),
            expected=f"inDegrees={answer} as the file says",
            got=f"{np.degrees(np.abs(q[:, joints]).max()):.0f}°",
            remedy="correct inDegrees in the file's header",
        )
    notes = []
    if missing := [n for n in known if n not in found]:
        notes.append(f"{len(missing)} coordinates missing, taken as 0: {', '.join(missing[:8])}")
    if unknown := [n for n in plain if n not in known]:
        notes.append(f"{len(unknown)} columns unknown, left out: {', '.join(unknown[:8])}")
    low, high = (np.array([getattr(c, side) for c in body.tree.coordinates]) for side in ("lower", "upper"))
    if beyond := int(((q < low - 0.02) | (q > high + 0.02)).any(0).sum()):
        notes.append(f"{beyond} coordinates leave the model's range")
    return q, notes


def _body(path: Path, model: Path | None) -> tuple[BodyModel, str]:
    """The body at the size of the model that belongs to the motion, and a note."""
    reference = reference_body()
    source = model or sibling(path, ".osim")
    if source is None:
        return reference, f"no model beside the motion: lengths of the reference adult, {reference.stature:.3f} m"
    meta, _ = _OPENSIM.read(source)
    joints = {n.removesuffix("_joint"): opensim_to_world(np.array(at)) for n, at in meta["joints"].items()}
    missing = [s.name for s in reference.tree.segments if s.parent is not None and s.name not in joints]
    if missing:
        raise InputError(
            "the model beside the motion is another one",
            where=str(source),
            expected="a model scaled from opensim_models/synthgen_body.osim",
            got=f"no joints for {', '.join(missing[:6])}",
            remedy="put the .osim there that was written with the motion, or none: lengths are then the "
            "reference adult's",
        )
    segments = [replace(s, offset=joints[s.name]) if s.parent is not None else s for s in reference.tree.segments]
    marks = {n: (s, opensim_to_world(np.array(at))) for n, (s, at) in meta["markers"].items()}
    landmarks = {n: marks.get(n, old) for n, old in reference.landmarks.items()}
    body = replace(reference, tree=Tree(tuple(segments)), landmarks=landmarks)
    return body, f"lengths of {source.name}"
