"""The reader that CONTRIBUTING.md shows, for the tests of the registry: no part of the package."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from synthgen.core.errors import InputError
from synthgen.motion.keys import MARKERS, UNIT, UP, Given
from synthgen.motion.reader import Reader

if TYPE_CHECKING:
    from synthgen.motion.clip import Clip


def _read(path: Path, given: Given) -> Clip:
    import numpy as np

    from synthgen.motion.normalise.recording import Recording, clip_of
    from synthgen.motion.normalise.times import even_times
    from synthgen.motion.parsing.text import number, read_lines

    head, *rows = [*csv.reader(read_lines(path, "CSV"))] or [[]]
    wrong = next((i for i, row in enumerate([head, *rows], 1) if len(row) != len(head) or len(row) % 3 != 1), None)
    if wrong or not rows:
        raise InputError(
            "this is no table of points",
            where=f"{path}:{wrong or 1}",
            expected="a line of names (time, C7_x, C7_y, C7_z, …), then as many numbers in every line",
            got=f"{len(rows)} lines below the names",
            remedy="export it again, with commas between the values",
        )
    values = np.array([[number(word, f"{path}:{i}") for word in row] for i, row in enumerate(rows, 2)])
    points, fps, notes = even_times(values[:, 0], values[:, 1:].reshape(len(rows), -1, 3), str(path))
    names = tuple(name.removesuffix("_x") for name in head[1::3])
    return clip_of(Recording(path, names, points, fps, notes=notes), given)


READER = Reader(
    name="CSV",
    about="markers or keypoints by name",
    suffixes=(".csv",),
    read=_read,
    keys=(UNIT, UP, MARKERS),
)
