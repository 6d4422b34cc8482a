"""A few frames of built-in exercises, sound and with a fault."""

from __future__ import annotations

from dataclasses import replace

from synthgen.motion import load
from synthgen.motion.clip import Clip


def part(source: str, frames: slice, name: str) -> Clip:
    """Some frames of a clip, under another name."""
    clip = load(source)
    return replace(
        clip,
        name=name,
        loop=False,
        points={n: p[frames] for n, p in clip.points.items()},
        orientations={n: o[frames] for n, o in clip.orientations.items()},
    )


def good() -> Clip:
    """Ten frames of a squat."""
    return part("builtin:squat", slice(0, 40, 4), "good")


def bad() -> Clip:
    """The same with a knee 42 cm off from frame 4 on: refused."""
    clip = good()
    knee = clip.points["left_knee"].copy()
    knee[4:] += (0.3, 0.3, 0.0)
    return replace(clip, name="bad", points={**clip.points, "left_knee": knee})
