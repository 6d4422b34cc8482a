"""How each joint's own axes lie in neutral standing: what turns of segments count from.

Most files' zero pose is a standing figure, and turns count from it. Where the joints' axes follow the bones the zero
pose is a heap, and only the motion shows how they stand: in the frames in which trunk and legs are straightest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.core.vectors import unit
from synthgen.motion.normalise.axes import AXES
from synthgen.motion.readers.bvh.directions import SIDES, Directions, degrees_between
from synthgen.motion.readers.bvh.legs import BONES, bone_in_joint, by_hinge, by_sole, flat, mean_rotation

_STRAIGHT = (0.1, 0.25)
"""Degrees by which a frame may be less straight than the best one and still count for much of it, and that as a share
of what the best one leaves: a frame that is nearly perfect needs no others beside it, poor ones even out."""
_UPRIGHT = (20.0, 25.0)
"""Degrees by which trunk and thighs, on their average, may leave the vertical in a standing figure."""


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
    bones = {s: zero[end][0] - zero[top][0] for s, (top, end) in BONES.items()}
    return Neutral({s: _plumb(axes, bones.get(s)) for s in segments}, left)


def from_motion(
    points: dict[str, np.ndarray], body: Directions, turns: dict[str, np.ndarray], up: str, tall: float
) -> Neutral:
    """Turns that count from a neutral figure that the motion shows.

    Pelvis and head count from the frames in which the person stands, or lies, straightest; the chest from the line to
    the neck and from the shoulders; legs from how their bones lie and their knees bend; feet from how they stand.

    Args:
        points: landmarks (T, 3), file axes; body: their directions.
        turns: segment → (T, 3, 3) its joint's axes → the file's.
        up: the axis that points up; tall: stature in the points' unit.

    Returns:
        without turns of what the take never shows.
    """
    weights, axis = straight(body, AXES[up])
    found: dict[str, np.ndarray] = {}
    for segment, turn in turns.items():
        if segment.startswith(SIDES):
            neutral = _leg(points, body, segment, turn, AXES[up], tall, weights, axis)
        elif segment.startswith("T"):  # the chest leads to the neck, however the person leans or turns
            neutral = _mean(body.shoulders, body.chest, turn, weights if weights.any() else np.ones(len(weights)))
        else:
            neutral = _mean(body.left, axis, turn, weights)
        if neutral is not None:
            found[segment] = neutral
    notes = ["the zero pose is no standing figure: turns count from the motion"]
    if weights.any():
        notes[0] += f", straightest in frame {int(np.argmax(weights))}"
    without = [s for s in turns if s not in found]
    if without:
        notes.append("what turns count from is never seen, so positions alone are used: " + ", ".join(without))
    return Neutral(found, mean_left(body, up), tuple(notes))


def _leg(
    points: dict[str, np.ndarray],
    body: Directions,
    segment: str,
    turn: np.ndarray,
    world: np.ndarray,
    tall: float,
    weights: np.ndarray,
    axis: np.ndarray,
) -> np.ndarray | None:
    """(3, 3) the turn of a joint of leg or foot in neutral standing; None where the take never shows it."""
    stands, forward = flat(points, body, segment.partition("_")[0], world, tall)
    if segment not in BONES:
        return by_sole(turn, stands, forward, world) if segment.endswith("_foot") else None
    neutral = by_hinge(points, body, segment, turn)
    if neutral is None:
        # A leg that never bends faces where its foot does, which may be turned out.
        left = np.where(stands[:, None] > 0, np.cross(axis, forward), body.left)
        neutral = _mean(left, axis, turn, weights)
        neutral = None if neutral is None else _plumb(neutral, bone_in_joint(points, segment, turn))
    return neutral


def _mean(left: np.ndarray, up: np.ndarray, turn: np.ndarray, weights: np.ndarray) -> np.ndarray | None:
    """(3, 3) axes of a joint, turned by ``turn`` (T, 3, 3), in bodies of that left and up (T, 3), if any weighs."""
    across = unit(left - (left * up).sum(-1, keepdims=True) * up)
    frame = np.stack([np.cross(across, up), across, np.broadcast_to(up, across.shape)], 1)
    return mean_rotation(frame @ turn, weights) if weights.any() else None


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
    off = np.stack(
        [
            degrees_between(body.trunk, axis),
            degrees_between(thighs, -axis),
            degrees_between(body.loin, body.trunk),
            degrees_between(body.shoulders, body.left),
            90 - degrees_between(body.left, axis),
            0.3 * np.sqrt((legs**2).mean(1)),
        ]
    )
    score = np.where(along, np.sqrt((off**2).sum(0)), np.inf)
    if not along.any():
        return np.zeros(len(score)), axis
    best = float(score.min())
    return np.exp(-0.5 * ((score - best) / (_STRAIGHT[0] + _STRAIGHT[1] * best)) ** 2), axis


def mean_left(body: Directions, up: str) -> np.ndarray:
    """(3,) the body's left in its straightest frames, or in all where none is straight."""
    weights = straight(body, AXES[up])[0]
    return unit((weights if weights.any() else np.ones_like(weights)) @ body.left)


def _plumb(neutral: np.ndarray, bone: np.ndarray | None) -> np.ndarray:
    """The turn (3, 3) with its ``bone`` (3,), in the joint's axes, straight down; as it is without one."""
    return neutral if bone is None else from_plumb(neutral @ bone).T @ neutral


def from_plumb(direction: np.ndarray) -> np.ndarray:
    """(3, 3) smallest rotation that takes straight down to ``direction``, which is not straight up."""
    d, down = unit(np.asarray(direction, float)), np.array([0.0, 0.0, -1.0])
    v, c = np.cross(down, d), float(down @ d)
    k = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0.0]])
    return np.asarray(np.eye(3) + k + k @ k / (1 + c))
