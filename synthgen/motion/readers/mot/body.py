"""The body that an OpenSim motion moves, at the size of the model beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.errors import InputError
from synthgen.core.frames import opensim_to_world
from synthgen.core.kinematics import Tree
from synthgen.motion.parsing.native import NativeReader
from synthgen.motion.sidecar import sibling

_OPENSIM = NativeReader("OpenSim model", "OpenSim", "synthgen.motion.readers.mot.osim:read_model")


def body_of(path: Path, model: Path | None) -> tuple[BodyModel, str]:
    """The body at the size of the model that belongs to the motion, and a note.

    Args:
        path: the motion; model: the file that the user names, if any.

    Raises:
        InputError: the model cannot be read, or is none of this project's.
    """
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
