"""Stand-ins for fitted motion: figures of known extent, so that placing can be tested without a fit."""

from __future__ import annotations

import numpy as np

from synthgen.scene import Scene
from synthgen.world.cast import Character
from synthgen.world.clipinfo import ClipInfo
from synthgen.world.moment_table import MomentTable
from synthgen.world.moments import Moment, draw_moment

DIRECTIONS = np.array([d for d in np.ndindex(3, 3, 3) if d != (1, 1, 1)]) - 1.0


def figure(clip: str, half: tuple[float, float, float], lying: bool = False, frames: int = 30) -> ClipInfo:
    """A box of half sizes ``half`` (metres) that walks 1 m along +X while it turns by 90°."""
    t = np.linspace(0.0, 1.0, frames)
    yaw = t * np.pi / 2
    own = DIRECTIONS * half
    c, s = np.cos(yaw)[:, None], np.sin(yaw)[:, None]
    outline = np.stack([c * own[:, 0] - s * own[:, 1], s * own[:, 0] + c * own[:, 1], own[:, 2] + 0 * c], -1)
    middle = np.stack([t, 0 * t, half[2] + 0 * t], -1)
    return ClipInfo(
        clip=clip,
        fps=10.0,
        centre=middle[:, :2],
        radius=np.full(frames, float(np.hypot(*half[:2]))),
        height=np.full(frames, 2 * half[2]),
        low=np.zeros(frames),
        yaw=yaw,
        upright=np.full(frames, 0.1 if lying else 1.0),
        outline=outline + middle[:, None],
        trunk=middle,
        seat=np.array([0.1, 0.0, 0.45, 0.0, 0.2, 0.24]),
    )


class FigureStage:
    """Everybody is a figure: standing, or lying in clips whose name says floor.

    Args:
        scene: whose clips they do.
        refuses: clips that nobody can follow.
    """

    def __init__(self, scene: Scene, refuses: frozenset[str] = frozenset()) -> None:
        sources = [c.source for c in scene.clips]
        self._scene, self._refuses = scene, refuses
        self._infos = {source: _figure_of(source) for source in sources}
        self._table = MomentTable(dict.fromkeys(sources, 10.0), dict.fromkeys(sources, 30))

    def moment(self, shot: int, place: int, attempt: int) -> Moment:
        return draw_moment(self._scene, shot, place, attempt, self._table)

    def extent(self, character: Character, moment: Moment) -> ClipInfo | None:
        return None if moment.clip in self._refuses else self._infos[moment.clip]

    def __getitem__(self, key: tuple[str, str]) -> ClipInfo:
        return self._infos[key[0]]


def _figure_of(source: str) -> ClipInfo:
    lying = any(word in source for word in ("plank", "cat_cow"))
    return figure(source, (0.85, 0.35, 0.3) if lying else (0.35, 0.3, 0.88), lying)
