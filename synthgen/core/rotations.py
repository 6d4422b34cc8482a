"""Rotations of whole clips: (…, 3, 3) matrices and (…, 3) rotation vectors, radians."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.core.vectors import unit


def axis_angle(axis: Sequence[float] | np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rodrigues' formula: one unit ``axis`` (3,) and ``angle`` (…) in radians → (…, 3, 3).

    :func:`about` takes an axis for every angle; its last bits differ.
    """
    s, c = np.sin(angle)[..., None, None], np.cos(angle)[..., None, None]
    one, first, second = rodrigues(axis)
    out: np.ndarray = one + s * first + (1 - c) * second
    return out


def rodrigues(axis: Sequence[float] | np.ndarray) -> np.ndarray:
    """(3, 3, 3): what 1, sin and 1 − cos of an angle are multiplied with in the rotation about a unit ``axis``."""
    x, y, z = axis
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0.0]])
    return np.stack([np.eye(3), k, k @ k])


def to_vector(rotations: np.ndarray) -> np.ndarray:
    """(…, 3, 3) → (…, 3) rotation vectors, radians."""
    out: np.ndarray = Rotation.from_matrix(rotations.reshape(-1, 3, 3)).as_rotvec()
    return out.reshape(*rotations.shape[:-2], 3)


def from_vector(vectors: np.ndarray) -> np.ndarray:
    """(…, 3) rotation vectors, radians → (…, 3, 3)."""
    out: np.ndarray = Rotation.from_rotvec(vectors.reshape(-1, 3)).as_matrix()
    return out.reshape(*vectors.shape, 3)


def transposed(rotations: np.ndarray) -> np.ndarray:
    """Inverse of (…, 3, 3) rotations."""
    return np.swapaxes(rotations, -1, -2)


def between(first: np.ndarray, second: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    """Rotations a share of the way from ``first`` to ``second``, (…, 3, 3); ``share`` broadcasts over leading axes."""
    step = to_vector(transposed(first) @ second)
    out: np.ndarray = first @ from_vector(step * np.asarray(share)[..., None])
    return out


def about(axes: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Rotations by ``angles`` (…) radians about unit ``axes`` (…, 3)."""
    return from_vector(np.asarray(axes) * np.asarray(angles)[..., None])


def swing(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The shortest rotations that take directions ``first`` to ``second``, (…, 3) → (…, 3, 3).

    Opposite directions have no shortest rotation; any axis across ``first`` serves.
    """
    a, b = np.broadcast_arrays(unit(first), unit(second))
    axis = np.cross(a, b)
    sine = np.linalg.norm(axis, axis=-1)
    angle = np.arctan2(sine, np.sum(a * b, -1))
    helper = np.where(np.abs(a[..., :1]) < 0.9, np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    fallback = unit(np.cross(a, helper))
    axis = np.where(sine[..., None] > 1e-9, axis / np.maximum(sine, 1e-12)[..., None], fallback)
    return about(axis, angle)


def twist(rotations: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """(…) radians that ``rotations`` turn about their own unit ``axes``, of the swing–twist decomposition."""
    q = Rotation.from_matrix(rotations.reshape(-1, 3, 3)).as_quat().reshape(*rotations.shape[:-2], 4)
    angle = 2 * np.arctan2(np.sum(q[..., :3] * axes, -1), q[..., 3])
    out: np.ndarray = (angle + np.pi) % (2 * np.pi) - np.pi
    return out


def frame(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(…, 3, 3) axes X, Y, Z with Z along ``z`` and Y as near to ``y`` as a right angle allows."""
    z = unit(z)
    y = unit(y - np.sum(y * z, -1, keepdims=True) * z)
    return np.stack([np.cross(y, z), y, z], -1)


def nearest_euler(rotation: np.ndarray, sequence: str, near: np.ndarray) -> np.ndarray:
    """(T, 3) body-fixed angles of (T, 3, 3) rotations; of the two solutions the one closer to ``near``, unwrapped."""
    with warnings.catch_warnings():  # an arm held sideways is at the pole of its sequence; any solution will do there
        warnings.filterwarnings("ignore", "Gimbal lock")
        first = Rotation.from_matrix(rotation).as_euler(sequence)
    second = np.stack([first[:, 0] + np.pi, np.pi - first[:, 1], first[:, 2] + np.pi], -1)
    both = np.stack([first, second])
    both = near + (both - near + np.pi) % (2 * np.pi) - np.pi
    best = np.abs(both - near).max(-1).argmin(0)
    return np.asarray(both[best, np.arange(len(near))])
