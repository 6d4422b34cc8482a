"""Which moment of which clip a person of a shot is shown in, and what is changed in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from synthgen.biomech.variation.kinds import UNVARIED, Variation
from synthgen.core.seeding import stream
from synthgen.scene import ClipSource, Scene
from synthgen.world.carriage import draw_shoulders
from synthgen.world.coverage import deal
from synthgen.world.draws import uniform
from synthgen.world.moment_table import MomentTable, frames_of
from synthgen.world.repertoire import repertoire
from synthgen.world.shot import PersonSpec

_LARGEST_DECK = 500
_EASING = 4
"""Tries over which the bends that are added fade away, for a person who cannot take them; then come other clips."""
_ELSEWHERE = 1000
"""Other clips are taken from decks of places that no shot has."""
_LYING = 0.3
"""Share of the shoulders' range for who lies on the chest, the back or the head: the floor is in the way."""


@dataclass(frozen=True)
class Moment:
    """A moment of a clip.

    Attributes:
        clip: its source, as the scene file writes it.
        frame: the clip's frame.
        variation: what is done to the clip's motion.
    """

    clip: str
    frame: int
    variation: Variation = UNVARIED


def moment_of(person: PersonSpec) -> Moment:
    """The moment that a person of a shot is shown in."""
    return Moment(person.clip, person.frame, Variation(**person.variation.model_dump()))


def draw_moment(scene: Scene, shot: int, place: int, attempt: int, table: MomentTable) -> Moment:
    """What the person at one place of a shot does.

    The first person of shot after shot goes through a shuffled deck that holds every clip by its weight, so that even
    a small dataset shows many clips; the others have decks of their own. For every turn of a deck as many targets as it
    has cards are spread evenly over what ``moments: {target: …}`` of the scene names, and dealt to the clips that come
    nearest to them (``coverage.py``); what a clip lacks of its target is added by a layer of bends. Shoulders and heads
    are carried in ways of their own (``carriage.py``).

    Args:
        scene: the scene.
        shot, place: whose.
        attempt: 0, and then 1, 2 … where a person cannot take what was drawn: the same clip with less and less added,
            then others, in the end as they are.
        table: of the scene's clips.
    """
    deck = _deck(scene)
    rng = stream(scene.seed, shot, f"moment/{place}" + (f"/{attempt}" if attempt else ""))
    place += max(0, attempt - _EASING + 1) * _ELSEWHERE
    turn, at = divmod(shot, len(deck))
    order = stream(scene.seed, turn, f"clips/{place}").permutation(len(deck))
    clip = deck[int(order[at])]
    wish = scene.variation
    if rng.random() < scene.moments.coverage and table.bends and attempt < 2 * _EASING:
        ease = 1.0 - (attempt % _EASING) / (_EASING - 1)
        hand = deal(
            repertoire(tuple(deck), wish, table), scene.moments.target, tuple(order.tolist()), scene.seed, turn, place
        )
        frame, variation = hand.play(at, rng, ease)
        share = ease * (_LYING if table.lies(clip.source)[frame] else 1.0)
    else:
        first, last = frames_of(clip, table.fps[clip.source], table.frames[clip.source])
        frame = int(rng.integers(first, last + 1))
        plain = attempt >= _EASING or bool(table.lies(clip.source)[frame])
        share = 0.0 if plain else 1.0
        variation = Variation(
            mirror=bool(rng.random() < wish.mirror),
            amplitude=round(1.0 if plain else uniform(rng, wish.amplitude), 3),
            tempo=round(uniform(rng, wish.tempo), 3),
        )
    shoulders = draw_shoulders(rng, share * wish.shoulders)
    return Moment(clip.source, frame, replace(variation, shoulders=shoulders))


def _deck(scene: Scene) -> list[ClipSource]:
    smallest = min(c.weight for c in scene.clips)
    return [c for c in scene.clips for _ in range(round(c.weight / smallest))][:_LARGEST_DECK]
