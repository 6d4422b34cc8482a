"""C3D files of an exercise, as a laboratory would write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from synthgen.motion.marker_sets import shipped

from .conftest import performance
from .recordings import markers_on, write_c3d

PIG = shipped("plug_in_gait")


def squat(frames: slice = slice(None), chosen=PIG) -> tuple[list[str], np.ndarray]:
    truth = performance("squat")[1]
    return markers_on(truth.body, truth.transforms[frames], chosen)


def written(folder: Path, edit: Callable | None = None, **options) -> Path:
    """Twelve frames of a squat in Plug-in Gait; ``edit`` may change names and points first."""
    names, points = squat(slice(0, None, 9))
    names, points = edit(list(names), points.copy()) if edit else (names, points)
    return write_c3d(folder / "take.c3d", names, points, **options)
