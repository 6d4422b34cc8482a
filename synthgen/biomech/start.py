"""A first pose for the least squares: pelvis by Kabsch, limbs by the directions of their bones."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.biomech.leastsquares import Poses
from synthgen.biomech.observations import Observations
from synthgen.biomech.reduction import Reduction
from synthgen.bodymodel import BodyModel
from synthgen.frames import transform

_PELVIS = ("pelvis", "left_hip", "right_hip", "sacrum", "pelvis_front", "left_pelvis_side", "right_pelvis_side")
_TRUNK = ("lumbar_joint", "T8", "C7", "neck_base", "left_shoulder", "right_shoulder", "chest_front")
_STRAIGHT = np.radians(12)
"""Below this bend the plane of a knee or elbow says nothing of the rotation above it."""


def first_poses(body: BodyModel, basis: Reduction, seen: Observations) -> Poses:
    """Pelvis pose and limb angles of every frame; the spine starts neutral."""
    pelvis = _pelvis(body, seen)
    z = np.zeros((seen.frames, len(basis.lower)))
    column = {n: i for i, n in enumerate(basis.names)}
    chest = _measured(seen, "T6")
    standing = body.tree.forward(body.neutral()[0])[body.tree.segment_index["T6"], :3, :3]
    trunk = pelvis[:, :3, :3] if chest is None else chest @ standing.T
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for carrier, joints, ball, hinge, bends in (
            (trunk, ("shoulder", "elbow", "wrist"), "shoulder", "elbow_flexion", 1.0),
            (pelvis[:, :3, :3], ("hip", "knee", "ankle"), "hip", "knee_flexion", -1.0),
        ):
            ends = [_point(seen, f"{side}_{j}") for j in joints]
            angles = _limb(carrier, ends, sign, bends)
            names = (f"{ball}_flexion", f"{ball}_abduction", f"{ball}_rotation", hinge)
            for name, values in zip(names, angles, strict=True):
                z[:, column[f"{side}_{name}"]] = values
    return Poses(pelvis, np.clip(z, basis.lower, basis.upper))


def _pelvis(body: BodyModel, seen: Observations) -> np.ndarray:
    """(T, 4, 4) by weighted Kabsch: pelvis points, trunk points with less weight, measured orientation."""
    index = {n: i for i, n in enumerate(seen.point_names)}
    neutral = body.points(body.tree.forward(body.neutral()[0]))
    names = [n for n in _PELVIS + _TRUNK if n in index] or list(seen.point_names)
    model = np.stack([neutral[n] for n in names])
    weights = np.array([1.0 if n in _PELVIS else 0.05 for n in names])
    measured = _measured(seen, "pelvis")
    out = np.tile(np.eye(4), (seen.frames, 1, 1))
    for t in range(seen.frames):
        got = [k for k, n in enumerate(names) if seen.point_seen[t, index[n]]]
        if not got:
            continue
        points, m, w = seen.points[t, [index[names[k]] for k in got]], model[got], weights[got]
        middle, centre = w @ points / w.sum(), w @ m / w.sum()
        if measured is not None and np.isfinite(measured[t]).all():
            rotation = measured[t]
        elif len(got) > 1:
            rotation = Rotation.align_vectors(points - middle, m - centre, weights=w)[0].as_matrix()
        else:
            rotation = np.eye(3)
        out[t] = transform(rotation, middle - rotation @ centre)
    return out


def _limb(carrier: np.ndarray, ends: list[np.ndarray], sign: float, bends: float) -> np.ndarray:
    """(4, T) flexion, abduction, rotation of the ball joint and flexion of the hinge, from bone directions.

    The ball joint turns about −Y, X and −Z (X and Z mirrored on the right). ``bends`` is +1 where the hinge
    brings the lower bone forwards (elbow), −1 where backwards (knee).
    """
    upper = _direction(ends[0], ends[1], carrier)
    flexion = np.arctan2(upper[:, 0], -upper[:, 2])
    abduction = np.arcsin(np.clip(sign * upper[:, 1], -1, 1))
    turn = Rotation.from_euler("YX", np.stack([-flexion, sign * abduction], -1)).as_matrix()
    lower = _direction(ends[1], ends[2], carrier @ turn)
    bend = np.arccos(np.clip(-lower[:, 2], -1, 1))
    plane = np.arctan2(bends * lower[:, 1], bends * lower[:, 0])
    rotation = np.where(bend > _STRAIGHT, -sign * plane, 0.0)
    return np.stack([flexion, abduction, rotation, bend])


def _direction(a: np.ndarray, b: np.ndarray, frame: np.ndarray) -> np.ndarray:
    """(T, 3) unit vectors from a to b seen in ``frame`` (T, 3, 3); straight down where unknown."""
    d = np.nan_to_num((np.swapaxes(frame, -1, -2) @ (b - a)[..., None])[..., 0])
    length = np.linalg.norm(d, axis=-1, keepdims=True)
    return np.where(length > 1e-6, d / np.maximum(length, 1e-6), (0.0, 0.0, -1.0))


def _point(seen: Observations, name: str) -> np.ndarray:
    """(T, 3), NaN where missing."""
    if name not in seen.point_names:
        return np.full((seen.frames, 3), np.nan)
    i = seen.point_names.index(name)
    return np.where(seen.point_seen[:, i, None], seen.points[:, i], np.nan)


def _measured(seen: Observations, name: str) -> np.ndarray | None:
    """(T, 3, 3) measured orientation, or None; identity-filled gaps are replaced by the nearest measured frame."""
    if name not in seen.segment_names:
        return None
    k = seen.segment_names.index(name)
    known = np.flatnonzero(seen.rotation_seen[:, k])
    if not known.size:
        return None
    nearest = known[np.abs(np.arange(seen.frames)[:, None] - known).argmin(1)]
    return seen.rotations[nearest, k]
