"""The text of a BVH file as a tree of joints and a table of values; every fault with its line.

A joint has any channels in any order: positions, rotations, scales, or none. Blanks may stand in its name, and braces
on its line. What the values mean is the business of ``kinematics.py``.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.motion.parsing.text import read_text
from synthgen.motion.readers.bvh.hierarchy import hierarchy
from synthgen.motion.readers.bvh.lines import LARGEST, Lines, comma, excerpt, number

RATES = (0.1, 10_000.0)
"""Frames per second that a recording may have."""
_CUT_OFF = 1e-4
"""Share by which cutting off decimals changes a frame time; 23.976 is further from 24."""


@dataclass(frozen=True)
class BvhFile:
    """A BVH file as it stands there, in its own names, unit and axes.

    Attributes:
        names: (N,) joints in the file's order, without end sites; a parent comes before its children.
        parents: (N,) index of the joint above, −1 for the root.
        offsets: (N, 3) from the joint above, file units.
        channels: (N,) the channels of each joint, such as ``Zrotation``, in their order.
        values: (T, C) all channels' values, joint by joint; file units and degrees.
        frame_time: seconds per frame.
    """

    names: tuple[str, ...]
    parents: np.ndarray
    offsets: np.ndarray
    channels: tuple[tuple[str, ...], ...]
    values: np.ndarray
    frame_time: float

    @property
    def fps(self) -> float:
        """Frames per second; a whole number where the time is one that was cut off, as 0.0333333 for 30."""
        rate = 1.0 / self.frame_time
        return float(round(rate)) if abs(rate - round(rate)) < _CUT_OFF * rate else rate

    def columns(self, joint: int) -> dict[str, np.ndarray]:
        """Channel → (T,) values of a joint, in the file's order."""
        first = sum(len(c) for c in self.channels[:joint])
        return {name: self.values[:, first + k] for k, name in enumerate(self.channels[joint])}


def parse(path: Path) -> BvhFile:
    """Reads a BVH file's text.

    Raises:
        InputError: with file and line: it is missing, no BVH file, damaged, or too large to be a person.
    """
    if path.suffix.lower() != ".bvh":
        raise InputError("a BVH file's name must end in .bvh", where=str(path), remedy="rename it")
    text = read_text(path, "BVH")
    if not text.strip():
        raise InputError(
            "the file is empty",
            where=str(path),
            expected="HIERARCHY and MOTION",
            got="an empty file",
            remedy="copy or export it again",
        )
    lines = Lines(path, text)
    joints = hierarchy(lines)
    frames, frame_time = _header(lines)
    count = sum(len(c) for c in joints.channels)
    values = _values(lines, frames, count)
    return BvhFile(
        tuple(joints.names),
        np.array(joints.parents, int),
        np.array(joints.offsets, float),
        tuple(joints.channels),
        values,
        frame_time,
    )


def _header(lines: Lines) -> tuple[int, float]:
    """``Frames:`` and ``Frame Time:`` after ``MOTION``, in any order."""
    frames = time = None
    start = lines.where
    for line in lines:
        key, _, value = line.partition(":")
        kind, value = " ".join(key.split()).lower(), value.strip()
        if kind == "frames":
            frames = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
            if frames == 0:
                raise InputError(
                    "the motion has no frames",
                    where=lines.where,
                    expected="Frames: 1 or more",
                    got=excerpt(line),
                    remedy="export the motion again, with its frames",
                )
        elif kind == "frame time":
            time = number(value) or 0.0
            _check_time(lines, line, time)
        else:
            break
        if frames is not None and time is not None:
            return frames, time
    raise InputError(
        "the motion's header is not complete",
        where=start,
        expected="Frames: and Frame Time: after MOTION",
        remedy="add the line that is missing, such as Frame Time: 0.0333333",
    )


def _check_time(lines: Lines, line: str, time: float) -> None:
    if time <= 0:
        raise InputError(
            "the frame time must be positive",
            where=lines.where,
            got=excerpt(line),
            expected="seconds per frame, such as 0.0333333",
            remedy=comma(line),
        )
    if not RATES[0] <= 1 / time <= RATES[1]:
        rate = f"write {1 / time:.7f} if {time:g} are the frames a second" if RATES[0] <= time <= RATES[1] else None
        raise InputError(
            "the frame time suits no recording",
            where=lines.where,
            got=excerpt(line),
            expected=f"{1 / RATES[1]:g} to {1 / RATES[0]:g} seconds per frame",
            remedy=rate,
        )


def _values(lines: Lines, frames: int, channels: int) -> np.ndarray:
    """(T, C) values of all frames."""
    flat, numbers = array("d"), array("q")
    for line in lines:
        words = line.split()
        if len(words) != channels:
            raise InputError(
                "a frame is not complete",
                where=lines.where,
                got=f"{len(words)}",
                expected=f"{channels} numbers, one per channel",
                remedy=comma(line) or "export or copy the file again",
            )
        try:
            flat.extend(map(float, words if "_" not in line else ["_"]))
        except ValueError:
            bad = next(k for k, w in enumerate(words) if number(w) is None)
            raise _bad_value(f"{lines.where} value {bad + 1}", words[bad]) from None
        numbers.append(lines.number)
    values = np.frombuffer(flat, float).reshape(-1, channels) if flat else np.empty((0, channels))
    with np.errstate(invalid="ignore"):
        odd = np.argwhere(~(np.abs(values) <= LARGEST))
    if len(odd):
        row, column = odd[0].tolist()
        raise _bad_value(f"{lines.path}:{numbers[row]} value {column + 1}", f"{values[row, column]:g}")
    if len(values) != frames:
        few = len(values) < frames
        raise InputError(
            "the file is truncated" if few else "the file has more frames than it says",
            where=lines.where,
            expected=f"{frames} frames",
            got=f"{len(values)}",
            remedy="export or copy it again" + (f", or write Frames: {len(values)}" if flat else ""),
        )
    return values


def _bad_value(where: str, word: str) -> InputError:
    large = number(word) is not None
    return InputError(
        "a value is too large for a motion" if large else "a value is not a finite number",
        where=where,
        expected=f"numbers up to {LARGEST:g}",
        got=word[:60],
        remedy=comma(word) or "export the file again",
    )
