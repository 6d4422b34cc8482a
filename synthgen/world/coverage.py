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
from synthgen.scene.sections.moments import BendTarget, VariationRanges
from synthgen.world.carriage import draw_neck
from synthgen.world.draws import uniform
from synthgen.world.repertoire import INDIFFERENT, TRUNK, Choices, Repertoire

_OWN_WAY = np.array([1.0, 0.5, 0.5])
"""How freely flexion, side bend and rotation are shared out between lumbar and thoracic spine; 0 is by their ranges."""


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
        likely = np.exp(-(costs - costs.min()) / INDIFFERENT)
        k = int(np.searchsorted(np.cumsum(likely) / likely.sum(), rng.random(), side="right"))
        step = int(rng.integers(card.stride)) - card.stride // 2
        frame = int(np.clip(card.frames[k] + step, card.frames[0], card.frames[-1]))
        plain = Variation(bool(card.mirror[k]), round(float(card.amplitude[k]), 3))
        lacks = wish - varied_bends(card.source[frame], plain)[:TRUNK]
        trunk = np.clip(lacks, -card.most[k], card.most[k]) * ease
        layer = np.concatenate([trunk, draw_neck(rng, trunk, 2 * card.most[k, :3] * ease)])
        tempo = round(uniform(rng, self.variation.tempo), 3)
        degrees = tuple(round(float(v), 1) + 0.0 for v in layer)
        return frame, Variation(plain.mirror, plain.amplitude, tempo, degrees)


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
    # Of what the thorax may take of a bend with the lumbar spine within its range, anything is as likely.
    least, most = bend_ranges()
    lower, upper = np.maximum(least[3:6], total - most[:3]), np.minimum(most[3:6], total - least[:3])
    own = rng.random((count, 3)) * _OWN_WAY + (1 - _OWN_WAY) * _thoracic_share(total, lower, upper)
    thoracic = lower + own * (upper - lower)
    lumbar = np.clip(total - thoracic, least[:3], most[:3])
    return np.concatenate([lumbar, thoracic], 1)


def _thoracic_share(total: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """(N, 3) places from the thorax' least bend (0) to its most (1) where it takes what its range is of the trunk's."""
    least, most = bend_ranges()
    whole = np.where(total < 0, least[:3] + least[3:6], most[:3] + most[3:6])
    part = total * np.where(total < 0, least[3:6], most[3:6]) / whole
    out: np.ndarray = np.clip((part - lower) / np.maximum(upper - lower, 1e-9), 0.0, 1.0)
    return out
