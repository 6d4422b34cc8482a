"""How a fitted person travels, what it touches and how its trunk stands: for the report, and for the gate to judge."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.report.travel import Afloat, Travel
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import sized_body
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.motion.contacts import contact
from synthgen.motion.plausible import LEVEL, UPSIDE_DOWN
from synthgen.motion.travel import fastest

_SLIDES = 0.8
"""Metres a second of what touches the floor, in half of the frames: walkers' feet, dancers' and tumblers' (0.6) stay
below; treadmills, skates, and travel in a wrong unit do not."""
_PERCHED = 0.1
"""Share of frames in which somebody rests high over the floor, from which on it is reported."""
_MOVED = 1.5
"""Metres between a source's zero and its floor, from which on it is reported: more than a pelvis that is the origin."""


def travel_of(
    body: BodyModel, fps: float, transforms: np.ndarray, *, floor: bool = True, lifted: float = 0.0
) -> Travel:
    """What a motion says of travel, floor and posture.

    Args:
        body: the subject.
        fps: frames per second.
        transforms: (T, S, 4, 4) world, metres.
        floor: whether z = 0 is known to be the floor (``Clip.floor``); lifted: ``Clip.lifted``, metres.
    """
    points = body.points(transforms)
    touched = contact(points, fps, body.stature / reference_body().stature)
    assert touched is not None  # a body has feet
    speed, frame = fastest(points["pelvis"], fps)
    afloat = np.where(touched.afloat, touched.low, -np.inf)
    worst = int(afloat.argmax())
    near = np.isfinite(touched.slide)
    floats = Afloat(
        frames=int(touched.afloat.sum()),
        high_m=round(float(afloat[worst]), 2) if touched.afloat.any() else 0.0,
        frame=worst if touched.afloat.any() else 0,
    )
    slide = round(float(np.median(touched.slide[near])), 2) if near.any() else None
    trunk = points["neck_base"] - points["pelvis"]
    rise = trunk[:, 2] / np.linalg.norm(trunk, axis=1)
    return Travel(
        fastest_m_s=round(speed, 2),
        fastest_frame=frame,
        lifted_m=round(lifted, 3),
        # Feet that a source does not show are where they usually are: they tell nothing of a floor.
        floor_m=round(touched.floor, 3) if floor else None,
        afloat=floats if floor else None,
        perched=round(float(touched.perched.mean()), 3) if floor else None,
        slide_m_s=slide if floor else None,
        trunk_degrees=round(float(np.degrees(np.median(np.arccos(np.clip(rise, -1, 1))))), 1),
        level=round(float(((rise < LEVEL) & (rise > UPSIDE_DOWN)).mean()), 3),
        upside_down=round(float((rise <= UPSIDE_DOWN).mean()), 3),
    )


def moments(motion: SpineMotion) -> np.ndarray:
    """(T, 2) of every frame: metres from the floor to the lowest part, degrees from the vertical to sacrum → C7."""
    body = sized_body(motion)
    touched = contact(body.points(motion.transforms), motion.fps, motion.stature / reference_body().stature)
    assert touched is not None  # a body has feet
    trunk = motion.segment("C7")[:, :3, 3] - motion.segment("sacrum")[:, :3, 3]
    rise = np.clip(trunk[:, 2] / np.linalg.norm(trunk, axis=1), -1, 1)
    return np.stack([touched.low, np.degrees(np.arccos(rise))], -1)


def travel_warnings(travel: Travel) -> list[str]:
    """What is unusual in it, as sentences: nobody may overlook it, though it can be right."""
    out = []
    if abs(travel.lifted_m) > _MOVED:
        way = "down" if travel.lifted_m < 0 else "up"
        out.append(f"moved {way} by {abs(travel.lifted_m):.3f} m onto the floor: are unit and up axis right?")
    if travel.slide_m_s is not None and travel.slide_m_s > _SLIDES:
        out.append(
            f"what touches the floor slides at {travel.slide_m_s:.1f} m/s in half of the frames: a treadmill or "
            "skates, or a wrong unit, rate or up axis?"
        )
    if travel.afloat and travel.afloat.frames:
        out.append(
            f"nothing holds the person in {travel.afloat.frames} frames, up to {travel.afloat.high_m:.2f} "
            "m over the floor: water, or a wrong up axis or unit?"
        )
    if travel.perched is not None and travel.perched > _PERCHED:
        out.append(
            f"the person rests high over the floor in {travel.perched:.0%} of frames, on something that is not "
            "shown (steps, a box, a bar): characters are put on the floor"
        )
    return out
