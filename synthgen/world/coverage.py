"""Moments by coverage: bends of the trunk spread evenly over a target, dealt to the clips that come nearest to them.

For every turn of a scene's deck of clips as many bends are wished for as it has cards, stratified over the target, and
assigned to the cards so that altogether the least has to be added to what the clips do (``linear_sum_assignment``). So
every clip appears by its weight, every part of the target comes up in every turn, and a wish for a deep flexion goes to
a clip that bends rather than to one that runs. All of it follows from the scene, the turn and the clips alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import linear_sum_assignment

from synthgen.biomech.variation.bends import varied_bends
from synthgen.biomech.variation.kinds import Variation, bend_ranges
from synthgen.core.seeding import stream
from synthgen.scene import ClipSource
from synthgen.scene.sections.moments import BendTarget, VariationRanges
from synthgen.world.draws import uniform
from synthgen.world.moment_table import MomentTable, frames_of

TRUNK = 6
"""The first bends are those of the trunk: lumbar and thoracic flexion, side bend and rotation."""
_MOST_FRAMES = 120
"""Frames of one clip that are looked at; of longer clips in regular steps."""
_AMPLITUDES = 4
_MISSED, _ADDED = 8.0, 20.0
"""Degrees of a wish that is missed, and of a bend that is added, which weigh as much as each other."""
_INDIFFERENT = 0.3
"""Such a difference between two moments' costs decides little between them."""
_ROOM = {"hands": 0.7, "one foot": 0.75, "free": 0.6}
"""Share of the largest layer for who stands on the hands too, on one foot, or on none."""


@dataclass(frozen=True, eq=False)
class Choices:
    """Moments of one clip that may be shown.

    Attributes:
        frames: (K,) frames; stride: frames from one to the next.
        mirror, amplitude: (K,) of the variation.
        bends: (K, 12) degrees with that variation.
        most: (K,) degrees of the largest layer.
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
        added = np.clip(lacks, -self.most[:, None], self.most[:, None])
        out: np.ndarray = (((lacks - added) / _MISSED) ** 2 + (added / _ADDED) ** 2).sum(1) + self.prior
        return np.round(out, 6)


@dataclass(frozen=True, eq=False)
class Repertoire:
    """What a deck of clips can show; one of :class:`Choices` per card, equal ones shared."""

    cards: tuple[Choices, ...]
    variation: VariationRanges


@dataclass(frozen=True, eq=False)
class Hand:
    """One turn of a deck: the card and the wish of each of its shots."""

    cards: tuple[Choices, ...]
    wishes: np.ndarray
    variation: VariationRanges

    def play(self, at: int, rng: np.random.Generator, ease: float) -> tuple[int, Variation]:
        """Frame and variation of the ``at``-th shot of the turn, with a share ``ease`` of what is to be added."""
        card, wish = self.cards[at], self.wishes[at]
        costs = card.costs(wish)
        likely = np.exp(-(costs - costs.min()) / _INDIFFERENT)
        k = int(np.searchsorted(np.cumsum(likely) / likely.sum(), rng.random(), side="right"))
        step = int(rng.integers(card.stride)) - card.stride // 2
        frame = int(np.clip(card.frames[k] + step, card.frames[0], card.frames[-1]))
        plain = Variation(bool(card.mirror[k]), round(float(card.amplitude[k]), 3))
        lacks = wish - varied_bends(card.source[frame], plain)[:TRUNK]
        trunk = np.clip(lacks, -card.most[k], card.most[k]) * ease
        layer = np.concatenate([trunk, _neck(rng, trunk, 1.5 * self.variation.layer * ease)])
        tempo = round(uniform(rng, self.variation.tempo), 3)
        degrees = tuple(round(float(v), 1) + 0.0 for v in layer)
        return frame, Variation(plain.mirror, plain.amplitude, tempo, degrees)


@lru_cache(maxsize=4)
def repertoire(deck: tuple[ClipSource, ...], variation: VariationRanges, table: MomentTable) -> Repertoire:
    """What a deck can show."""
    made = {clip: _choices(clip, variation, table) for clip in dict.fromkeys(deck)}
    return Repertoire(tuple(made[clip] for clip in deck), variation)


@lru_cache(maxsize=64)
def deal(clips: Repertoire, target: BendTarget, order: tuple[int, ...], seed: int, turn: int, place: int) -> Hand:
    """The wishes of one turn, dealt to its cards.

    Args:
        clips: of the deck.
        target: what is to be filled evenly.
        order: the cards in the order of the turn's shots.
        seed, turn, place: name the turn.
    """
    wishes = spread(len(order), target, stream(seed, turn, f"wishes/{place}"))
    cards = tuple(clips.cards[i] for i in order)
    kinds = {id(card): card for card in cards}
    costs = {key: np.array([card.costs(wish).min() for wish in wishes]) for key, card in kinds.items()}
    _, dealt = linear_sum_assignment(np.stack([costs[id(card)] for card in cards]))
    return Hand(cards, wishes[dealt], clips.variation)


def spread(count: int, target: BendTarget, rng: np.random.Generator) -> np.ndarray:
    """(N, 6) bends of the trunk, degrees: a Latin hypercube over the ellipsoid that the target's ranges span.

    Half of the ranges in one plane leaves less for the others, as ligaments do. Between lumbar and thoracic spine a
    bend is shared out anew for everybody, at times one against the other.
    """
    even = np.stack([(rng.permutation(count) + rng.random(count)) / count for _ in range(3)], 1)
    low, high = np.array([target.flexion, target.side_bend, target.twist]).T
    # The pole of the ball is flexion; its two halves are as large as the ranges backwards and forwards.
    back = -low[0] / max(high[0] - low[0], 1e-9)
    height = np.where(even[:, 0] < back, even[:, 0] / max(back, 1e-9) - 1, (even[:, 0] - back) / max(1 - back, 1e-9))
    radius, angle = even[:, 1] ** (1 / 3), 2 * np.pi * even[:, 2]
    flat = np.sqrt(1 - height**2)
    ball = radius[:, None] * np.stack([height, flat * np.cos(angle), flat * np.sin(angle)], 1)
    total = np.where(ball < 0, -ball * low, ball * high)
    share = np.stack([uniform_of(rng, count, span) for span in ((0.3, 0.9), (0.25, 0.65), (0.0, 0.25))], 1)
    against = rng.normal(size=(count, 3)) * (9.0, 5.0, 1.5)
    least, most = bend_ranges()
    lumbar = np.clip(total * share + against, least[:3], most[:3])
    thoracic = np.clip(total - lumbar, least[3:6], most[3:6])
    lumbar = np.clip(total - thoracic, least[:3], most[:3])
    return np.concatenate([lumbar, thoracic], 1)


def uniform_of(rng: np.random.Generator, count: int, span: tuple[float, float]) -> np.ndarray:
    """(N,) uniform draws from a range."""
    out: np.ndarray = span[0] + (span[1] - span[0]) * rng.random(count)
    return out


def _choices(clip: ClipSource, wish: VariationRanges, table: MomentTable) -> Choices:
    first, last = frames_of(clip, table.fps[clip.source], table.frames[clip.source])
    stride = -(-(last - first + 1) // _MOST_FRAMES)
    source, planted = table.bends[clip.source], table.planted[clip.source]
    rows, sides, factors = np.arange(first, last + 1, stride), [], sorted({*np.linspace(*wish.amplitude, _AMPLITUDES)})
    if wish.mirror < 1:
        sides.append((False, -np.log(1 - wish.mirror)))
    if wish.mirror > 0:
        sides.append((True, -np.log(wish.mirror)))
    variations = [(m, a, p) for m, p in sides for a in factors]
    most = wish.layer * _room(planted[rows])
    return Choices(
        frames=np.tile(rows, len(variations)),
        stride=stride,
        mirror=np.repeat([m for m, _, _ in variations], len(rows)),
        amplitude=np.repeat([a for _, a, _ in variations], len(rows)),
        bends=np.concatenate([varied_bends(source[rows], Variation(m, float(a))) for m, a, _ in variations]),
        most=np.tile(most, len(variations)),
        prior=_INDIFFERENT * np.repeat([p for _, _, p in variations], len(rows)),
        source=source,
    )


def _room(planted: np.ndarray) -> np.ndarray:
    """(T, 4) what bears weight → (T,) share of the largest layer."""
    hands, feet = planted[:, :2].any(1), planted[:, 2:].sum(1)
    steady = np.select([feet == 2, feet == 1], [1.0, _ROOM["one foot"]], _ROOM["free"])
    out: np.ndarray = np.where(hands, _ROOM["hands"], steady)
    return out


def _neck(rng: np.random.Generator, trunk: np.ndarray, most: float) -> np.ndarray:
    """(6,) degrees for the neck: it takes back part of what the trunk adds, so that the eyes look ahead, and turns.

    Args:
        rng: draws.
        trunk: (6,) degrees that are added to the trunk.
        most: degrees that may be added to the neck in a plane.
    """
    keeps = uniform(rng, (0.2, 0.8))
    look = rng.normal(size=3) * (10.0, 7.0, 18.0)
    total = np.clip(-keeps * (trunk[:3] + trunk[3:]) * (1.0, 1.0, 0.4) + look, -most, most)
    lower = total * (0.6, 0.8, 0.45) + np.clip(rng.normal() * 6.0, -most / 3, most / 3) * np.array([1.0, 0.0, 0.0])
    return np.concatenate([lower, total - lower])
