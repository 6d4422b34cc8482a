"""Records of how a fitted person travels, what it touches and how its trunk stands."""

from __future__ import annotations

from dataclasses import dataclass

from synthgen.core.records import Record


@dataclass(frozen=True)
class Afloat(Record):
    """Frames in which nothing holds the body and it does not fall (``motion/contacts.py``).

    Attributes:
        frames: how many.
        high_m: metres over the floor in the worst of them, 0 without one.
        frame: the worst.
    """

    frames: int
    high_m: float
    frame: int


@dataclass(frozen=True)
class Travel(Record):
    """Speed, floor and posture of a motion. What needs a floor is None where the floor is not known.

    Attributes:
        fastest_m_s: metres a second, of the pelvis over half a second, which ends at ``fastest_frame``.
        lifted_m: metres by which the source was moved onto the floor.
        floor_m: metres, height of the lowest part of the body while it stands, lies or crawls.
        afloat: frames in which nothing holds the body.
        perched: share of frames, 0 … 1, in which it rests high over the floor.
        slide_m_s: metres a second, median speed of what touches the floor; None also where nothing does.
        trunk_degrees: median tilt of the trunk from the vertical.
        level, upside_down: shares of frames, 0 … 1, in which the trunk is so.
    """

    fastest_m_s: float
    fastest_frame: int
    lifted_m: float
    floor_m: float | None
    afloat: Afloat | None
    perched: float | None
    slide_m_s: float | None
    trunk_degrees: float
    level: float
    upside_down: float
