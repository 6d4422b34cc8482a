"""The numbers of a clip, whatever it was read from: finite, of human size, and rotations that are rotations."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.limits import Span

RATES = Span(0.1, 100_000.0)
"""Frames a second of anything that records people."""
FARTHEST = 1e5
"""Metres from the origin: beyond, single precision has no centimetres left."""
_ROTATION = 1e-3
"""Greatest deviation of R Rᵀ from the identity."""


def check_rate(fps: object, where: str) -> None:
    """Refuses what is no frame rate.

    Raises:
        InputError: it is no number, or not within :data:`RATES`.
    """
    if not isinstance(fps, int | float) or isinstance(fps, bool) or not RATES.holds(fps):
        raise InputError(
            "the frame rate must be positive, and one that something records with",
            where=where,
            expected=f"{RATES.lower:g} to {RATES.upper:g} frames a second",
            got=f"{fps} fps",
            remedy="correct the frame rate, or the times of the frames, in the file",
        )


def check_points(points: Mapping[str, np.ndarray], where: str) -> None:
    """Refuses points that are no real numbers, or infinitely or senselessly far away; NaN is a missing value.

    Args:
        points: name → (T, 3), metres.
        where: the source, for the error.

    Raises:
        InputError: names the first such point and its frame.
    """
    for name, values in points.items():
        _check_kind(name, values, where)
        with np.errstate(all="ignore"):  # 80 bits are cast to 64
            values = np.asarray(values, float)
            wrong = np.abs(values) > FARTHEST
        if wrong.any():
            frame, axis = np.argwhere(wrong)[0]
            raise InputError(
                f"the point {name} is infinitely or senselessly far away",
                where=f"{where} frame {frame}",
                expected=f"at most {FARTHEST:g} m from the origin, or NaN where it is missing",
                got=f"{values[frame, axis]:g} m",
                remedy="write NaN for what is missing; check the unit of length",
            )


def check_rotations(turns: Mapping[str, np.ndarray], where: str) -> None:
    """Refuses matrices that turn nothing: infinite, scaled, sheared or mirrored; NaN throughout is a missing one.

    Args:
        turns: name → (T, 3, 3).
        where: the source, for the error.

    Raises:
        InputError: names the first such matrix and its frame.
    """
    for name, values in turns.items():
        _check_kind(name, values, where)
        with np.errstate(all="ignore"):
            values = np.asarray(values, float)
            off = np.abs(values @ np.swapaxes(values, -1, -2) - np.eye(3)).max((-1, -2))
            sound = np.isnan(values).all((-1, -2)) | ((off <= _ROTATION) & (np.linalg.det(values) > 0))
        if not sound.all():
            frame = int(np.argmin(sound))
            raise InputError(
                f"the orientation of {name} is no rotation",
                where=f"{where} frame {frame}",
                expected="three perpendicular right-handed axes of length 1",
                got=f"{np.array2string(values[frame], precision=3)}".replace("\n", ""),
                remedy="correct this frame, or export the motion again",
            )


def _check_kind(name: str, values: np.ndarray, where: str) -> None:
    if values.dtype.kind not in "fiu":
        raise InputError(
            f"{name} holds no real numbers",
            where=where,
            expected="real numbers, NaN where missing",
            got=f"values of kind {values.dtype}",
            remedy="export the motion again",
        )
