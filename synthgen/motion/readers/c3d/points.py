"""The points of a C3D file by the library ezc3d: runs in a process of its own (``parsing/native.py``)."""

from __future__ import annotations

from typing import Any

import numpy as np


def read_points(path: str) -> tuple[dict[str, Any], np.ndarray]:
    """(T, N, 3) points in file units, NaN where one was not seen."""
    import ezc3d

    file = ezc3d.c3d(path)
    values = np.moveaxis(np.asarray(file["data"]["points"], float)[:3], 0, -1).transpose(1, 0, 2).copy()
    residuals = file["data"]["meta_points"]["residuals"]
    if residuals.shape[1:] == values.shape[1::-1]:
        values[residuals[0].T < 0] = np.nan
    values[(values == 0).all(-1)] = np.nan  # the exact origin is what some programs write for an unseen marker
    return {}, values
