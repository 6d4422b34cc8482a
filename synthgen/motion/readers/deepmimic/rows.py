"""The rows of a DeepMimic humanoid file, checked, and brought to one frame rate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from synthgen.core.errors import InputError
from synthgen.core.tables import table
from synthgen.core.userfiles.content import decoded, read_bytes
from synthgen.motion.values import RATES

COLUMNS = 44
_EXPORT = "compare it with a file of DeepMimic's, and export it again"
_GREATEST = 1e4
"""Metres, radians or seconds of any column."""
_LARGEST = 100_000_000
"""Bytes: hours of motion."""
_UNEVEN = 50


def layout() -> dict[str, Any]:
    """``deepmimic.yaml``."""
    return table("motion/readers/deepmimic/deepmimic.yaml")


def read_rows(path: Path) -> tuple[np.ndarray, bool]:
    """(T, 44) rows of a file, each a humanoid's, and whether its motion repeats.

    Raises:
        InputError: with the frame: the file is missing, is not of this format, or holds senseless numbers.
    """
    where, data = str(path), _json(path)
    frames = data.get("Frames") if isinstance(data, dict) else None
    if not isinstance(frames, list) or len(frames) < 2:
        raise InputError(
            "the motion has no frames",
            where=where,
            expected="two rows or more under Frames",
            got="1 row" if isinstance(frames, list) and frames else "nothing",
            remedy=_EXPORT,
        )
    for i, row in enumerate(frames):
        wrong = None
        if not isinstance(row, list) or len(row) != COLUMNS:
            wrong = f"{len(row)} columns" if isinstance(row, list) else type(row).__name__
        elif not all(type(x) is float for x in row):
            wrong = "values that are no numbers"
        elif not all(-_GREATEST <= x <= _GREATEST for x in row):
            wrong = "values that are not finite, or beyond any person's"
        if wrong:
            raise InputError(
                "a frame of the motion is not a humanoid's",
                where=f"{where} frame {i}",
                expected=f"{COLUMNS} finite numbers of at most {_GREATEST:g}",
                got=wrong,
                remedy=_EXPORT,
            )
    rows = np.array(frames, float)
    _check_turns(rows, where)
    _check_durations(rows, where)
    return rows, data.get("Loop") == "wrap"


def _json(path: Path) -> Any:
    """What a JSON file holds, every number as a float."""
    text = decoded(read_bytes(path, "motion file", _LARGEST))
    try:
        return json.loads(text, parse_int=float)  # a number of 5,000 digits is infinite, and refused with its frame
    except json.JSONDecodeError as error:
        where, got = f"{path}:{error.lineno}", error.msg
    except RecursionError:
        where, got = str(path), "brackets inside brackets without end"
    raise InputError(
        "this is not a DeepMimic motion file",
        where=where,
        got=got,
        remedy=_EXPORT,
        expected="JSON with Frames, complete to its closing bracket",
    )


def _check_turns(rows: np.ndarray, where: str) -> None:
    for name, joint in layout()["joints"].items():
        if joint["kind"] == "ball":
            norms = np.linalg.norm(rows[:, joint["column"] : joint["column"] + 4], axis=1)
            if np.abs(norms - 1).max() > 0.5:
                raise InputError(
                    f"the rotation of {name} is no unit quaternion",
                    where=f"{where} frame {int(np.abs(norms - 1).argmax())} column {joint['column']}",
                    expected="w, x, y, z of length 1 (0.5 to 1.5 is mended by normalising)",
                    got=f"length {norms[np.abs(norms - 1).argmax()]:.3f}",
                    remedy=_EXPORT,
                )


def _check_durations(rows: np.ndarray, where: str) -> None:
    """The last frame's duration is of no consequence: nothing follows it."""
    lasting = rows[:-1, 0]
    wrong = ~((lasting >= 1 / RATES.upper) & (lasting <= 1 / RATES.lower))
    if wrong.any():
        raise InputError(
            "a frame's duration must be positive, and one of a recording",
            where=f"{where} frame {int(wrong.argmax())} column 0",
            expected=f"{1 / RATES.upper:g} to {1 / RATES.lower:g} seconds",
            got=f"{lasting[wrong][0]:g} s",
            remedy="write each frame's seconds in its first column, such as 0.0333",
        )
    if lasting.sum() / lasting.min() > _UNEVEN * len(rows):
        raise InputError(
            "the frames' durations are too uneven to be brought to one rate",
            where=f"{where} frame {int(lasting.argmin())} column 0",
            expected=f"a shortest one of at least 1/{_UNEVEN} of the mean",
            got=f"{lasting.min():g} s, with a mean of {lasting.mean():g} s",
            remedy="correct the durations",
        )


def even(rows: np.ndarray, where: str) -> tuple[np.ndarray, float, tuple[str, ...]]:
    """Rows at one frame rate: the file's own where it is even, else interpolated at its fastest."""
    times = np.concatenate([[0.0], np.cumsum(rows[:-1, 0])])
    rate = 1 / rows[:-1, 0].min()
    fps = float(round(rate)) if abs(rate - round(rate)) < 0.005 * rate else float(rate)
    if np.ptp(rows[:-1, 0]) < 1e-4 * rows[0, 0]:
        return rows, fps, ()
    wanted = np.arange(0.0, times[-1] + 1e-9, 1 / fps)
    wanted = wanted[wanted <= times[-1]]
    out = np.stack([np.interp(wanted, times, rows[:, k]) for k in range(COLUMNS)], -1)
    for joint in layout()["joints"].values():
        if joint["kind"] == "ball":
            k = slice(joint["column"], joint["column"] + 4)
            turns = Slerp(times, Rotation.from_quat(rows[:, k], scalar_first=True))(wanted)
            out[:, k] = turns.as_quat(scalar_first=True)
    return out, fps, (f"frames of uneven duration were interpolated at {fps:g} fps",)
