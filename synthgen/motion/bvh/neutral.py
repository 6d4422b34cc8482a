"""How each joint's own axes lie in neutral standing: what turns of segments count from.

Most files' zero pose is a standing figure, and turns count from it. Where the joints' axes follow the bones the zero
pose is a heap, and only the motion shows how they stand: in the frames in which trunk and legs are straightest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.motion.axes import AXES
from synthgen.motion.bvh.directions import SIDES, Directions, degrees_between, unit

_STRAIGHT = (0.1, 0.25)
"""Degrees by which a frame may be less straight than the best one and still count for much of it, and that as a share
of what the best one leaves: a frame that is nearly perfect needs no others beside it, poor ones even out."""
_UPRIGHT = (20.0, 25.0)
"""Degrees by which trunk and thighs, on their average, may leave the vertical in a standing figure."""
_FLAT = 0.015
"""Share of the stature by which ankle and toes of a foot that stands flat may be above their lowest."""
_LEGS = {"thigh": ("hip", "knee"), "shank": ("knee", "ankle")}


@dataclass(frozen=True)
class Neutral:
    """Turns of joints in neutral standing.

    Attributes:
        turns: segment → (3, 3) its joint's axes → forward, left and up of the body.
        left: (3,) the body's left there, in the file's axes.
        notes: what was assumed.
    """

    turns: dict[str, np.ndarray]
    left: np.ndarray
    notes: tuple[str, ...] = ()


def from_zero_pose(axes: np.ndarray, zero: dict[str, np.ndarray], segments: list[str], left: np.ndarray) -> Neutral:
    """Turns that count from a zero pose that stands; a leg that is not plumb there counts from plumb.

    Args:
        axes: (3, 3) rows are forward, left and up of the zero pose; zero: its landmarks (1, 3).
        segments: those with a joint; left: (3,) the body's left in the motion.
    """
    bones = {s: zero[end][0] - zero[top][0] for s, (top, end) in _leg_bones(segments).items()}
    return Neutral({s: _plumb(axes, bones.get(s)) for s in segments}, left)


def from_motion(
    points: dict[str, np.ndarray], body: Directions, turns: dict[str, np.ndarray], up: str, tall: float
) -> Neutral:
    """Turns that count from the frames in which the person stands, or lies, straightest.

    Args:
        points: landmarks (T, 3), file axes; body: their directions.
        turns: segment → (T, 3, 3) its joint's axes → the file's.
        up: the axis that points up; tall: stature in the points' unit.

    Returns:
        without turns where no frame is straight; without those of feet that never stand flat.
    """
    world = AXES[up]
    weights, axis = straight(body, world)
    left = mean_left(body, up)
    if not weights.any():
        return Neutral({}, left, ("the zero pose is no standing figure and nobody stands or lies straight in the take: "
                                  "its turns are left out, joints' positions alone are used",))  # fmt: skip
    frame = _frames(body.left, axis)
    standing = bool(np.allclose(axis, world))
    found, without = {}, []
    bones = _leg_bones(list(turns))
    for segment, turn in turns.items():
        own = weights
        if segment.endswith("_foot"):
            own = weights**0.04 * _flat(points, segment.partition("_")[0], world, tall) * standing
        if not own.any():
            without.append(segment)
            continue
        neutral = _mean_rotation(frame @ turn, own)
        bone = None
        if segment in bones:
            top, end = (points[n] for n in bones[segment])
            bone = ((end - top)[:, None] @ turn)[:, 0].mean(0)  # in the joint's axes
        found[segment] = _plumb(neutral, bone)
    best = int(np.argmax(weights))
    notes = [f"the zero pose is no standing figure: turns count from frames near {best}, the straightest"]
    if without:
        notes.append(f"never flat on the floor, turns left out: {', '.join(without)}")
    return Neutral(found, left, tuple(notes))


def straight(body: Directions, up: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T,) how much each frame shows a neutral figure, all 0 where none does, and (T, 3) what is up for its body.

    That is the world's up in frames in which somebody stands; where nobody ever does, along the body itself.
    """
    thighs = unit(body.thighs.mean(1))
    own = unit(body.trunk - thighs)
    upright = (degrees_between(body.trunk, up) < _UPRIGHT[0]) & (degrees_between(thighs, -up) < _UPRIGHT[1])
    axis = np.broadcast_to(up, own.shape) if upright.any() else own
    along = (degrees_between(body.trunk, axis) < _UPRIGHT[0]) & (degrees_between(thighs, -axis) < _UPRIGHT[1])
    legs = degrees_between(np.concatenate([body.thighs, body.shanks], 1), -axis[:, None])
    off = np.stack([
        degrees_between(body.trunk, axis), degrees_between(thighs, -axis), degrees_between(body.loin, body.trunk),
        degrees_between(body.shoulders, body.left), 90 - degrees_between(body.left, axis),
        0.3 * np.sqrt((legs**2).mean(1)),
    ])  # fmt: skip
    score = np.where(along, np.sqrt((off**2).sum(0)), np.inf)
    if not along.any():
        return np.zeros(len(score)), axis
    best = float(score.min())
    return np.exp(-0.5 * ((score - best) / (_STRAIGHT[0] + _STRAIGHT[1] * best)) ** 2), axis


def _frames(left: np.ndarray, up: np.ndarray) -> np.ndarray:
    """(T, 3, 3) whose rows are forward, left and up of bodies with that left and up (T, 3)."""
    across = unit(left - (left * up).sum(-1, keepdims=True) * up)
    return np.stack([np.cross(across, up), across, up], 1)


def mean_left(body: Directions, up: str) -> np.ndarray:
    """(3,) the body's left in its straightest frames, or in all where none is straight."""
    weights = straight(body, AXES[up])[0]
    return unit((weights if weights.any() else np.ones_like(weights)) @ body.left)


def _flat(points: dict[str, np.ndarray], side: str, up: np.ndarray, tall: float) -> np.ndarray:
    """(T,) 1 where the foot stands flat."""
    out = np.ones(len(points[f"{side}_ankle"]))
    for name in (f"{side}_ankle", f"{side}_toe_base"):
        if name not in points:
            return np.zeros_like(out)
        height = points[name] @ up
        out *= height < np.percentile(height, 5) + _FLAT * tall
    return out


def _mean_rotation(turns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(3, 3) the rotation nearest to the weighted mean of rotations (T, 3, 3)."""
    u, _, v = np.linalg.svd(np.einsum("t,tij->ij", weights, turns))
    return np.asarray(u @ np.diag([1.0, 1.0, np.linalg.det(u @ v)]) @ v)


def _leg_bones(segments: list[str]) -> dict[str, tuple[str, str]]:
    """Segment of a leg → the landmarks at its ends."""
    return {f"{s}_{part}": (f"{s}_{top}", f"{s}_{end}") for s in SIDES for part, (top, end) in _LEGS.items()
            if f"{s}_{part}" in segments}  # fmt: skip


def _plumb(neutral: np.ndarray, bone: np.ndarray | None) -> np.ndarray:
    """The turn (3, 3) with its ``bone`` (3,), in the joint's axes, straight down; as it is without one."""
    return neutral if bone is None else from_plumb(neutral @ bone).T @ neutral


def from_plumb(direction: np.ndarray) -> np.ndarray:
    """(3, 3) smallest rotation that takes straight down to ``direction``, which is not straight up."""
    d, down = unit(np.asarray(direction, float)), np.array([0.0, 0.0, -1.0])
    v, c = np.cross(down, d), float(down @ d)
    k = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0.0]])
    return np.asarray(np.eye(3) + k + k @ k / (1 + c))
