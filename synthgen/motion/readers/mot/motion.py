"""From an OpenSim motion of this project's body model to a clip: coordinates → landmarks and orientations."""

from __future__ import annotations

from pathlib import Path

from synthgen.motion.clip import Clip
from synthgen.motion.keys import Given
from synthgen.motion.normalise.times import even_times
from synthgen.motion.readers.mot.body import body_of
from synthgen.motion.readers.mot.coordinates import coordinates
from synthgen.motion.readers.mot.table import read_table

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
    table = read_table(path)
    body, size_note = body_of(path, given.get("model"))
    values, fps, notes = even_times(table.times, table.values, str(path))
    q, more = coordinates(table, values, body, path)
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
