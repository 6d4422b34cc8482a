"""A first pose for the least squares: pelvis by Kabsch, the trunk alone, limbs by their bones' directions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.biomech.observations import Observations
from synthgen.biomech.solving.leastsquares import solve
from synthgen.biomech.solving.reduction import Reduction
from synthgen.biomech.solving.targets import Poses, transforms
from synthgen.core.bodymodel import BodyModel
from synthgen.core.frames import transform
from synthgen.core.skeleton import SPINE_SEGMENTS, VERTEBRAE

_PELVIS = ("pelvis", "left_hip", "right_hip", "sacrum", "pelvis_front", "left_pelvis_side", "right_pelvis_side")
_TRUNK = ("lumbar_joint", "T8", "C7", "neck_base", "left_shoulder", "right_shoulder", "chest_front")
_STRAIGHT = np.radians(12)
"""Below this bend the plane of a knee or elbow says nothing of the rotation above it."""
_NEAR = 0.07
"""Metres from a joint's centre to markers that show where it is."""


def first_poses(body: BodyModel, basis: Reduction, seen: Observations) -> Poses:
    """A pose of every frame near the best one: pelvis, then spine and clavicles, then limbs."""
    start = Poses(_pelvis(body, seen), np.zeros((seen.frames, len(basis.lower))))
    trunk, _ = solve(body, basis, start, _trunk_only(body, seen), iterations=6)
    return _with_limbs(body, basis, trunk, seen)


def _trunk_only(body: BodyModel, seen: Observations) -> Observations:
    """The measurements that do not depend on the angles of arms and legs."""
    names = [s.name for s in body.tree.segments]
    central = np.array([n == "pelvis" or n in SPINE_SEGMENTS for n in names])
    # Shoulders and hips are the origins of the first limb segments and hang from the trunk.
    roots = np.array([n.endswith(("_shoulder", "_hip")) for n in seen.point_names], bool)
    return replace(
        seen,
        point_seen=seen.point_seen & (central[seen.point_segments] | roots),
        rotation_seen=seen.rotation_seen & central[seen.rotation_segments],
    )


def _with_limbs(body: BodyModel, basis: Reduction, trunk: Poses, seen: Observations) -> Poses:
    """Ball joints, elbows and knees from measured orientations or, without them, from the bones' directions."""
    world = transforms(body, basis, trunk)
    z = trunk.z.copy()
    column = {n: i for i, n in enumerate(basis.names)}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for carrier, joints, ball, upper, hinge, bends in (
            (f"{side}_clavicle", ("shoulder", "elbow", "wrist"), "shoulder", "upper_arm", "elbow_flexion", 1.0),
            ("pelvis", ("hip", "knee", "ankle"), "hip", "thigh", "knee_flexion", -1.0),
        ):
            frame = world[:, body.tree.segment_index[carrier], :3, :3]
            ends = [_joint(body, world, seen, f"{side}_{j}") for j in joints]
            columns = [column[f"{side}_{n}"] for n in (f"{ball}_flexion", f"{ball}_abduction", f"{ball}_rotation")]
            columns.append(column[f"{side}_{hinge}"])
            measured = _measured(seen, f"{side}_{upper}")
            choices = [_limb(frame, ends, measured, sign, bends, branch) for branch in (False, True)]
            low, high = basis.lower[columns], basis.upper[columns]
            outside = [np.maximum(np.maximum(low - c, c - high), 0).sum(-1) for c in choices]
            z[:, columns] = np.where((outside[0] <= outside[1])[:, None], choices[0], choices[1])
    return Poses(trunk.pelvis, np.clip(z, basis.lower, basis.upper))


def _pelvis(body: BodyModel, seen: Observations) -> np.ndarray:
    """(T, 4, 4) by weighted Kabsch: pelvis points, trunk points with less weight, measured orientation."""
    index = {n: i for i, n in enumerate(seen.point_names)}
    neutral = body.points(body.tree.forward(body.neutral()[0]))
    on = {n: body.landmarks[n][0] for n in seen.point_names if n not in _PELVIS + _TRUNK}
    low = [n for n in _PELVIS if n in index] + [n for n, s in on.items() if s in ("pelvis", "sacrum")]
    high = [n for n in _TRUNK if n in index] + [n for n, s in on.items() if s in VERTEBRAE]
    names = low + high or list(seen.point_names)
    model = np.stack([neutral[n] for n in names])
    weights = np.array([1.0 if n in low else 0.05 for n in names])
    measured = _measured(seen, "pelvis")
    columns = [index[n] for n in names]
    w = weights * seen.point_seen[:, columns]
    total = np.maximum(w.sum(1, keepdims=True), 1e-12)
    points = seen.points[:, columns]
    middle, centre = ((w[..., None] * x).sum(1) / total for x in (points, np.broadcast_to(model, points.shape)))
    rotation = _kabsch(model - centre[:, None], points - middle[:, None], w)
    if measured is not None:
        known = np.isfinite(measured).all((-1, -2), keepdims=True)
        rotation = np.where(known, measured, rotation)
    return transform(rotation, middle - (rotation @ centre[..., None])[..., 0])


def _kabsch(model: np.ndarray, points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(T, 3, 3) rotations that bring centred model points (T, N, 3) nearest to centred measured ones."""
    u, _, vt = np.linalg.svd(np.swapaxes(points * weights[..., None], -1, -2) @ model)
    u[..., -1] *= np.sign(np.linalg.det(u @ vt))[:, None]
    out: np.ndarray = u @ vt
    return out


def _limb(
    carrier: np.ndarray,
    ends: list[np.ndarray],
    measured: np.ndarray | None,
    sign: float,
    bends: float,
    branch: bool,
) -> np.ndarray:
    """(T, 4) flexion, abduction, rotation of the ball joint and flexion of the hinge.

    The ball joint turns about −Y, X and −Z (X and Z mirrored on the right); every direction has two such
    sequences, of which ``branch`` takes the second. ``bends`` is +1 where the hinge brings the lower bone
    forwards (elbow), −1 where backwards (knee).
    """
    upper = _direction(ends[0], ends[1], carrier)
    if measured is not None:
        upper = -(np.swapaxes(carrier, -1, -2) @ measured)[..., 2]
    flexion = np.arctan2(upper[:, 0], -upper[:, 2])
    abduction = np.arcsin(np.clip(sign * upper[:, 1], -1, 1))
    if branch:
        flexion, abduction = np.where(flexion > 0, flexion - np.pi, flexion + np.pi), np.pi - abduction
    turn = carrier @ Rotation.from_euler("YX", np.stack([-flexion, sign * abduction], -1)).as_matrix()
    lower = _direction(ends[1], ends[2], turn)
    bend = np.arccos(np.clip(-lower[:, 2], -1, 1))
    if measured is not None:
        rest = np.swapaxes(turn, -1, -2) @ measured
        rotation = -sign * np.arctan2(rest[:, 1, 0], rest[:, 0, 0])
    else:
        rotation = -sign * np.arctan2(bends * lower[:, 1], bends * lower[:, 0])
        rotation = np.where(bend > _STRAIGHT, rotation, 0.0)
    return np.stack([flexion, abduction, rotation, bend], -1)


def _direction(a: np.ndarray, b: np.ndarray, frame: np.ndarray) -> np.ndarray:
    """(T, 3) unit vectors from a to b seen in ``frame`` (T, 3, 3); straight down where unknown."""
    d = np.nan_to_num((np.swapaxes(frame, -1, -2) @ (b - a)[..., None])[..., 0])
    length = np.linalg.norm(d, axis=-1, keepdims=True)
    return np.where(length > 1e-6, d / np.maximum(length, 1e-6), (0.0, 0.0, -1.0))


def _joint(body: BodyModel, trunk: np.ndarray, seen: Observations, name: str) -> np.ndarray:
    """(T, 3) a limb's joint: as measured, else amid the markers around it; hips and shoulders else as on the trunk."""
    if name in seen.point_names:
        return _point(seen, name)
    neutral = body.points(body.tree.forward(body.neutral()[0]), [name, *seen.point_names])
    near = [n for n in seen.point_names if np.linalg.norm(neutral[n] - neutral[name]) < _NEAR]
    if near and not name.endswith(("_hip", "_shoulder")):
        points = np.stack([_point(seen, n) for n in near])
        known = np.isfinite(points).all(-1, keepdims=True)
        middle = np.where(known, points, 0.0).sum(0) / np.maximum(known.sum(0), 1)
        return np.where(known.any(0), middle, np.nan)
    if name.endswith(("_hip", "_shoulder")):
        return trunk[:, body.tree.segment_index[body.landmarks[name][0]], :3, 3]
    return np.full((seen.frames, 3), np.nan)


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
    out: np.ndarray = seen.rotations[nearest, k]
    return out
