"""Reader of OpenSim motions (.mot) of this project's body model: coordinates → landmarks and orientations."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from synthgen.bodymodel import BodyModel, reference_body
from synthgen.errors import InputError
from synthgen.frames import opensim_to_world
from synthgen.kinematics import Tree
from synthgen.motion.beside import beside
from synthgen.motion.clip import Clip
from synthgen.motion.names import close_matches
from synthgen.motion.native import read_native, read_native_text
from synthgen.motion.recording import even_times
from synthgen.motion.text import read_text

ORIENTED = ("pelvis", "T6", "skull", *(f"{side}_{part}" for side in ("left", "right") for part in (
    "upper_arm", "forearm", "thigh", "shank", "foot")))  # fmt: skip
"""Segments whose orientation the clip gets; the vertebrae's own are left to the fit but for one."""


def read(path: Path) -> Clip:
    """Reads the coordinates of ``opensim_models/synthgen_body.osim`` or of a model scaled from it.

    Lengths come from the model beside the motion (``take.osim``, or ``model:`` in ``take.mot.yaml``), without one
    from the reference adult. The clip has every landmark of the body model but the soft ones.

    Raises:
        InputError: a file is missing or damaged, or its coordinates or joints are another model's.
    """
    path = Path(path)
    given = beside(path)
    lines = read_text(path, "OpenSim motion (.mot)").splitlines()
    rows = _check_text(path, lines)
    body, size_note = _body(path, given.get("model"))
    meta, values = read_native_text("mot", path, "\n".join(lines) + "\n")
    if len(values) != rows:
        raise InputError(
            "the file's rows could not all be read", where=str(path), expected=str(rows), got=str(len(values))
        )
    if not np.isfinite(values).all():
        t, c = np.argwhere(~np.isfinite(values))[0]
        raise InputError("a coordinate is not a finite number", where=f"{path} frame {t}", got=meta["names"][c])
    values, fps, notes = even_times(np.array(meta["times"], float), values, str(path))
    q, more = _coordinates(meta["names"], values, meta["degrees"], body, path)
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


def _check_text(path: Path, lines: list[str]) -> int:
    """The number of rows; OpenSim 4.6 never returns from a file that lacks ``endheader`` or rows."""
    end = next((i for i, line in enumerate(lines) if line.strip() == "endheader"), len(lines))
    labels = lines[end + 1].split() if end + 1 < len(lines) else []
    rows = [(i, line.split()) for i, line in enumerate(lines[end + 2 :], end + 3) if line.strip()]
    if labels[:1] != ["time"] or not rows:
        raise InputError(
            "this is no complete OpenSim motion",
            where=f"{path}:{min(end + 2, len(lines)) or 1}",
            expected="a header up to endheader, time and names, then rows",
            got=f"{len(lines)} lines, {len(rows)} rows",
        )
    header = dict(line.split("=", 1) for line in lines[:end] if "=" in line)
    stated = header.get("nRows", str(len(rows))).strip()
    if stated != str(len(rows)):
        raise InputError("the file is truncated", where=str(path), expected=f"{stated} rows", got=str(len(rows)))
    for number, words in rows:
        if len(words) != len(labels):
            raise InputError(
                "a row is not complete",
                where=f"{path}:{number}",
                expected=f"{len(labels)} numbers, one per name",
                got=str(len(words)),
            )
    if len(set(labels)) != len(labels):
        doubled = sorted({n for n in labels if labels.count(n) > 1})
        raise InputError("a coordinate comes twice", where=f"{path}:{end + 2}", got=", ".join(doubled))
    return len(rows)


def _coordinates(
    names: list[str], values: np.ndarray, degrees: str, body: BodyModel, path: Path
) -> tuple[np.ndarray, list[str]]:
    """(T, C) coordinates of the tree in metres and radians, and notes."""
    known = body.tree.coordinate_index
    plain = [n.split("/")[-2] if n.endswith("/value") else n for n in names]
    found = [n for n in plain if n in known]
    if "pelvis_ty" not in found or len(found) < len(known) / 2:
        strange = next((n for n in plain if n not in known), "")
        raise InputError(
            "the coordinates are another model's",
            where=str(path),
            expected=f"coordinates of opensim_models/synthgen_body.osim, such as {', '.join(list(known)[:8])}",
            got=f"{', '.join(plain[:8])} …: {len(found)} of {len(known)} known",
            remedy=close_matches(strange, known) or "export markers (.trc, .c3d) of the other model instead",
        )
    answer = degrees.strip().lower()
    if answer not in ("yes", "no"):
        raise InputError("the file does not say whether its angles are degrees", where=str(path),
                         expected="inDegrees=yes or inDegrees=no in its header", got=degrees or "nothing")  # fmt: skip
    q = np.zeros((len(values), len(known)))
    kinds = {c.name: c.kind for c in body.tree.coordinates}
    for column, name in enumerate(plain):
        if name in known:
            turned = answer == "yes" and kinds[name] == "rotation"
            q[:, known[name]] = np.radians(values[:, column]) if turned else values[:, column]
    joints = np.array([k == "rotation" and not n.startswith("pelvis_") for n, k in kinds.items()])
    if np.abs(q[:, joints]).max() > 2 * np.pi:
        raise InputError("the angles make no sense", where=str(path), expected=f"inDegrees={answer} as the file says",
                         got=f"{np.degrees(np.abs(q[:, joints]).max()):.0f}°",
                         remedy="correct inDegrees in the file's header")  # fmt: skip
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
    beside_it = path.with_suffix(".osim")
    source = model or (beside_it if beside_it.exists() else None)
    if source is None:
        return reference, f"no model beside the motion: lengths of the reference adult, {reference.stature:.3f} m"
    meta, _ = read_native("osim", source)
    joints = {n.removesuffix("_joint"): opensim_to_world(np.array(at)) for n, at in meta["joints"].items()}
    missing = [s.name for s in reference.tree.segments if s.parent is not None and s.name not in joints]
    if missing:
        raise InputError("the model beside the motion is another one", where=str(source),
                         expected="a model scaled from opensim_models/synthgen_body.osim",
                         got=f"no joints for {', '.join(missing[:6])}")  # fmt: skip
    segments = [replace(s, offset=joints[s.name]) if s.parent is not None else s for s in reference.tree.segments]
    marks = {n: (s, opensim_to_world(np.array(at))) for n, (s, at) in meta["markers"].items()}
    landmarks = {n: marks.get(n, old) for n, old in reference.landmarks.items()}
    body = replace(reference, tree=Tree(tuple(segments)), landmarks=landmarks)
    return body, f"lengths of {source.name}"
