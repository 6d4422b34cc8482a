"""Which moment of which clip a person of a shot is shown in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.errors import InputError
from synthgen.core.seeding import stream
from synthgen.scene import ClipSource, Scene

_LARGEST_DECK = 500
_ELSEWHERE = 1000
"""Further attempts take from decks of places that no shot has."""


@dataclass(frozen=True)
class Moment:
    """A moment of a clip.

    Attributes:
        clip: its source, as the scene file writes it.
        frame: the clip's frame.
    """

    clip: str
    frame: int


@dataclass(frozen=True)
class MomentTable:
    """What the clips of a scene hold, as far as moments are drawn by it.

    Attributes:
        fps: clip source → frames per second.
        frames: clip source → number of frames.
    """

    fps: dict[str, float]
    frames: dict[str, int]

    @classmethod
    def of(cls, fits: Mapping[str, SpineMotion]) -> MomentTable:
        """Looks at every fit."""
        return cls({s: fit.fps for s, fit in fits.items()}, {s: fit.frames for s, fit in fits.items()})


def draw_moment(scene: Scene, shot: int, place: int, attempt: int, table: MomentTable) -> Moment:
    """What the person at one place of a shot does.

    The first person of shot after shot goes through a shuffled deck that holds every clip by its weight, so that even
    a small dataset shows many clips; the others have decks of their own.

    Args:
        scene: the scene.
        shot, place: whose.
        attempt: 0, and then 1, 2 … where a person cannot take what was drawn.
        table: of the scene's clips.
    """
    clip = _from_deck(scene, shot, place + attempt * _ELSEWHERE)
    first, last = frames_of(clip, table.fps[clip.source], table.frames[clip.source])
    again = f"/{attempt}" if attempt else ""
    return Moment(clip.source, int(stream(scene.seed, shot, f"moment/{place}{again}").integers(first, last + 1)))


def frames_of(clip: ClipSource, fps: float, frames: int) -> tuple[int, int]:
    """First and last frame of the part of a clip that pictures are taken from.

    Raises:
        InputError: that part holds no frame.
    """
    start, end = clip.time or (0.0, np.inf)
    first = int(np.ceil(start * fps - 1e-9))
    last = int(min(np.floor(min(end, 1e9) * fps + 1e-9), frames - 1))
    if first > last:
        raise InputError(
            "this part of the clip holds no frame",
            where=f"clips: {clip.source}",
            expected=f"a time within 0 … {(frames - 1) / fps:.2f} s",
            got=f"[{start:g}, {end:g}] s",
            remedy="change or remove 'time'",
        )
    return first, last


def _from_deck(scene: Scene, shot: int, place: int) -> ClipSource:
    smallest = min(c.weight for c in scene.clips)
    deck = [c for c in scene.clips for _ in range(round(c.weight / smallest))][:_LARGEST_DECK]
    turn, at = divmod(shot, len(deck))
    return deck[int(stream(scene.seed, turn, f"clips/{place}").permutation(len(deck))[at])]
