"""Lens distortion: OpenCV's model of five coefficients (k1, k2, p1, p2, k3), on normalised image coordinates.

With r² = x² + y²::

    radial = 1 + k1 r² + k2 r⁴ + k3 r⁶
    x' = x radial + 2 p1 x y + p2 (r² + 2 x²)
    y' = y radial + p1 (r² + 2 y²) + 2 p2 x y

(x, y) = (X/Z, Y/Z) of a point in the camera's frame, (x', y') where the lens shows it (Brown 1966; OpenCV, "Camera
calibration and 3D reconstruction"). Beyond the radius at which the radial part no longer grows, the formula folds the
picture back onto itself and shows what no lens does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

NO_LENS = (0.0, 0.0, 0.0, 0.0, 0.0)
"""The coefficients of a pinhole."""

_ROUNDS = 12
"""Newton steps; five reach the last bit for the lenses that scenes draw."""
_FLAT = 0.05
"""Slope of the radial part from which on nothing is told apart."""
_PLACES = np.linspace(0.125, 1.0, 8)
"""Where on the way out the slope is looked at, as shares of r²."""


def distorted(points: np.ndarray, coefficients: Sequence[float] | np.ndarray) -> np.ndarray:
    """(…, 2) normalised coordinates → where the lens shows them; NaN where it shows nothing.

    ``coefficients`` are five numbers, or (…, 5) that broadcast with the points.
    """
    points = np.asarray(points, float)
    c = np.asarray(coefficients, float)
    with np.errstate(invalid="ignore", over="ignore"):
        r2 = np.asarray((points**2).sum(-1))
        grows = (_slope(r2[..., None] * _PLACES, c[..., None, :]) > _FLAT).all(-1, keepdims=True)
        out: np.ndarray = np.where(grows, _shown(points, c), np.nan)
    return out


def undistorted(points: np.ndarray, coefficients: Sequence[float] | np.ndarray) -> np.ndarray:
    """Inverse of :func:`distorted` by Newton's method on the radius, (…, 2) → (…, 2); float32 stays float32."""
    wanted = np.asarray(points)
    c = np.asarray(coefficients, wanted.dtype)
    out, enough = wanted.copy(), 1e-7 if wanted.dtype == np.float32 else 1e-13
    for _ in range(_ROUNDS):
        slope = np.maximum(_slope((out**2).sum(-1), c), wanted.dtype.type(_FLAT))
        step = (wanted - _shown(out, c)) / slope[..., None]
        out = out + step
        if not np.abs(step).max(initial=0.0) > enough:
            break
    return out


def _shown(points: np.ndarray, c: np.ndarray) -> np.ndarray:
    """(…, 2) by the formula of this module."""
    x, y = points[..., 0], points[..., 1]
    k1, k2, p1, p2, k3 = np.moveaxis(c, -1, 0)
    xx, yy, xy = x * x, y * y, 2 * x * y
    r2 = xx + yy
    radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
    return np.stack([x * radial + p1 * xy + p2 * (r2 + 2 * xx), y * radial + p1 * (r2 + 2 * yy) + p2 * xy], -1)


def _slope(r2: np.ndarray, c: np.ndarray) -> np.ndarray:
    """By how much the radial part moves out with the radius, at (…) squared radii."""
    k1, k2, _, _, k3 = np.moveaxis(c, -1, 0)
    return np.asarray(1 + r2 * (3 * k1 + r2 * (5 * k2 + r2 * 7 * k3)))
