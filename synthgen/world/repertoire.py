"""What a scene's clips can show: their frames, mirrored and of several sizes, and how much may be added to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from synthgen.biomech.variation.bends import varied_bends
from synthgen.biomech.variation.kinds import Variation
from synthgen.scene import ClipSource
from synthgen.scene.sections.moments import VariationRanges
from synthgen.world.moment_table import MomentTable, frames_of

TRUNK = 6
"""The first bends are those of the trunk: lumbar and thoracic flexion, side bend and rotation."""
_MOST_FRAMES = 120
"""Frames of one clip that are looked at; of longer clips in regular steps."""
_AMPLITUDES = 4
_MISSED, _ADDED = 8.0, 20.0
"""Degrees of a wish that is missed, and of a bend that is added, which weigh as much as each other."""
INDIFFERENT = 0.3
"""Such a difference between two moments' costs decides little between them."""
_ROOM = {"hands": 0.7, "one foot": 0.75, "free": 0.6}
"""Share of the largest layer for who stands on the hands too, on one foot, or on none."""
_LYING = np.array([0.15, 0.4, 0.3] * 2)
"""The same for flexion, side bend and twist of who lies on the chest, the back or the head: the floor is in the way."""
_UNLIKE = 25.0
"""Cost of bending less or more than the clip does for who lies."""


@dataclass(frozen=True, eq=False)
class Choices:
    """Moments of one clip that may be shown.

    Attributes:
        frames: (K,) frames; stride: frames from one to the next.
        mirror, amplitude: (K,) of the variation.
        bends: (K, 12) degrees with that variation.
        most: (K, 6) degrees of the largest layer.
        prior: (K,) cost of what the scene wants seldom.
        source: (T, 12) bends of the clip as it is.
    """

    frames: np.ndarray
    stride: int
    mirror: np.ndarray
    amplitude: np.ndarray
    bends: np.ndarray
    most: np.ndarray
    prior: np.ndarray
    source: np.ndarray

    def costs(self, wish: np.ndarray) -> np.ndarray:
        """(K,) cost of showing this clip to somebody whose trunk is wished to bend as ``wish`` (6,) degrees."""
        lacks = wish - self.bends[:, :TRUNK]
        added = np.clip(lacks, -self.most, self.most)
        out: np.ndarray = (((lacks - added) / _MISSED) ** 2 + (added / _ADDED) ** 2).sum(1) + self.prior
        return np.round(out, 6)


@dataclass(frozen=True, eq=False)
class Repertoire:
    """What a deck of clips can show; one of :class:`Choices` per card, equal ones shared."""

    cards: tuple[Choices, ...]
    variation: VariationRanges


@lru_cache(maxsize=4)
def repertoire(deck: tuple[ClipSource, ...], variation: VariationRanges, table: MomentTable) -> Repertoire:
    """What a deck can show."""
    made = {clip: _choices(clip, variation, table) for clip in dict.fromkeys(deck)}
    return Repertoire(tuple(made[clip] for clip in deck), variation)


def _choices(clip: ClipSource, wish: VariationRanges, table: MomentTable) -> Choices:
    first, last = frames_of(clip, table.fps[clip.source], table.frames[clip.source])
    stride = -(-(last - first + 1) // _MOST_FRAMES)
    source, planted, lies = table.bends[clip.source], table.planted[clip.source], table.lies(clip.source)
    low, high = wish.amplitude
    rows, sides = np.arange(first, last + 1, stride), []
    factors = sorted({*np.linspace(low, high, _AMPLITUDES).tolist(), min(max(1.0, low), high)})
    if wish.mirror < 1:
        sides.append((False, -np.log(1 - wish.mirror)))
    if wish.mirror > 0:
        sides.append((True, -np.log(wish.mirror)))
    variations = [(m, a, p) for m, p in sides for a in factors]
    most = wish.layer * _room(planted[rows], lies[rows])
    changed = np.repeat([abs(a - min(max(1.0, low), high)) > 1e-9 for _, a, _ in variations], len(rows))
    prior = INDIFFERENT * np.repeat([p for _, _, p in variations], len(rows))
    return Choices(
        frames=np.tile(rows, len(variations)),
        stride=stride,
        mirror=np.repeat([m for m, _, _ in variations], len(rows)),
        amplitude=np.repeat([a for _, a, _ in variations], len(rows)),
        bends=np.concatenate([varied_bends(source[rows], Variation(m, a)) for m, a, _ in variations]),
        most=np.tile(most, (len(variations), 1)),
        prior=prior + _UNLIKE * (changed & np.tile(lies[rows], len(variations))),
        source=source,
    )


def _room(planted: np.ndarray, lies: np.ndarray) -> np.ndarray:
    """(T, 4) what bears weight and (T,) whether the trunk does → (T, 6) share of the largest layer."""
    hands, feet = planted[:, :2].any(1), planted[:, 2:].sum(1)
    steady = np.select([feet == 2, feet == 1], [1.0, _ROOM["one foot"]], _ROOM["free"])
    free = np.where(hands, _ROOM["hands"], steady)
    out: np.ndarray = np.where(lies[:, None], _LYING, free[:, None])
    return out
