"""Bodies that lie, sit or lean: the pelvis where the floor holds what rests on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthgen.core.rotations import axis_angle
from synthgen.motion.contacts import FLESH
from synthgen.motion.exercises.figure import Figure
from synthgen.motion.exercises.targets import BodyTargets, Transforms, X, Y, Z

_ROUND = 0.003
"""Metres over which one resting point takes over from its neighbour, so that nothing rolls with a jerk."""
_STEPS = 12
_STEP = 1e-5
_SETTLED = 1e-7
BACK_OF_HEAD = 0.098
"""Metres from the head's centre to a floor under it (head length 0.195, half of it; an estimate)."""


@dataclass(frozen=True)
class Rest:
    """Something of the trunk that lies on the floor, or ``above`` (T,) metres over it.

    ``points`` are landmarks of pelvis, spine and head (with their flesh between them and the floor) or ``L3.skin``; the
    lowest of them lies there.
    """

    points: tuple[str, ...]
    above: np.ndarray | float = 0.0


def flesh(figure: Figure, point: str) -> float:
    """Metres from a landmark to what it lies on."""
    if point.endswith(".skin"):
        return 0.0
    part = point.removeprefix("left_").removeprefix("right_")
    return figure.size * (BACK_OF_HEAD if part == "head_centre" else FLESH[part])


def settled(
    figure: Figure, targets: BodyTargets, rests: Sequence[Rest], free: Sequence[str] = ("height", "tilt")
) -> BodyTargets:
    """The same targets with the pelvis where the trunk rests on the floor.

    Args:
        figure: who.
        targets: with a first guess of the pelvis; regions and clavicles are kept.
        rests: what lies on the floor.
        free: as many of ``height``, ``tilt`` and ``list`` as there are rests.
    """
    frames = targets.frames
    trunk = figure.trunk(replace(targets, pelvis=np.zeros((frames, 3)), yaw=0.0, tilt=0.0, list=0.0))
    places = [np.stack([_place(figure, trunk, n) for n in r.points], 1) for r in rests]
    cover = [np.array([flesh(figure, n) for n in r.points]) for r in rests]

    def gaps(values: np.ndarray) -> np.ndarray:
        """(T, R) metres from the rests down to where they should be, for (T, R) values of the free ones."""
        at = dict(zip(free, values.T, strict=True))
        turn = axis_angle(Z, yaw) @ axis_angle(Y, at.get("tilt", tilt)) @ axis_angle(X, at.get("list", lean))
        rows = []
        for place, thick, rest in zip(places, cover, rests, strict=True):
            high = (turn[:, None, 2] * place).sum(-1) - thick
            least = high.min(1)
            soft = least - _ROUND * np.log(np.exp((least[:, None] - high) / _ROUND).sum(1))
            rows.append(at.get("height", pelvis[:, 2]) + soft - rest.above)
        return np.stack(rows, -1)

    pelvis = np.array(np.broadcast_to(targets.pelvis, (frames, 3)), float)
    yaw, tilt, lean = (np.broadcast_to(np.asarray(a, float), frames) for a in (targets.yaw, targets.tilt, targets.list))
    start = {"height": pelvis[:, 2], "tilt": tilt, "list": lean}
    values = np.stack([start[n] for n in free], -1)
    for _ in range(_STEPS):
        now = gaps(values)
        if np.abs(now).max() < _SETTLED:
            break
        slopes = np.stack([(gaps(values + _STEP * e) - now) / _STEP for e in np.eye(len(free))], -1)
        values = values - np.clip(np.linalg.solve(slopes, now[..., None])[..., 0], -0.3, 0.3)
    found = dict(zip(free, values.T, strict=True))
    pelvis[:, 2] = found.get("height", pelvis[:, 2])
    return replace(targets, pelvis=pelvis, tilt=found.get("tilt", tilt), list=found.get("list", lean))


def _place(figure: Figure, trunk: Transforms, name: str) -> np.ndarray:
    """(T, 3) a landmark or a vertebra's skin point, from transforms of the trunk."""
    body = figure.body
    if name.endswith(".skin"):
        segment = name.removesuffix(".skin")
        offset = body.vertebra_points[segment]["skin"]
    else:
        segment, offset = body.landmarks[name]
    t = trunk(segment)
    out: np.ndarray = t[:, :3, 3] + (t[:, :3, :3] @ offset[:, None])[..., 0]
    return out
