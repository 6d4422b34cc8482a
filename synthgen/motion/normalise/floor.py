"""Where the floor is, judged by what touches it: soles, knees, hands, elbows, hips, shoulders."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.motion.clip import Clip

_STANDING_SHARE = 10
"""Percentile of the frames' lowest point that is taken for the floor: jumps and stray frames do not count."""

FLESH = {"knee": 0.05, "hip": 0.09, "wrist": 0.03, "elbow": 0.035, "shoulder": 0.06}
"""Metres of body around a joint's centre when it lies on the floor (estimates, near DeepMimic's collision shapes)."""


def soles(body: BodyModel) -> np.ndarray:
    """(2, 3) heel and ball of the foot on the sole, from the ankle in the foot's frame, metres."""
    heel = body.landmarks["left_heel"][1]
    toes = body.tree.segments[body.tree.segment_index["left_toes"]].offset
    return np.stack([heel, [toes[0], toes[1], heel[2]]])


def lowest_point(clip: Clip) -> np.ndarray:
    """(T,) height of the lowest point of the body, metres; NaN where the clip does not show the feet.

    The soles hang from the ankles by the reference body's foot; the toes, which bend, do not count.
    """
    low = []
    for side in ("left", "right"):
        ankle, turn = clip.points.get(f"{side}_ankle"), clip.orientations.get(f"{side}_foot")
        if ankle is not None and turn is not None:
            low += [(ankle + turn @ point)[:, 2] for point in soles(reference_body())]
        low += [clip.points[n][:, 2] - r for j, r in FLESH.items() if (n := f"{side}_{j}") in clip.points and low]
    if not low:
        return np.full(clip.frames, np.nan)
    return np.asarray(np.min(low, axis=0))


def settle(clip: Clip, tolerance: float = 0.005) -> Clip:
    """The clip, moved up or down as a whole so that it stands or lies on z = 0; says so in the notes."""
    low = lowest_point(clip)
    if np.isnan(low).all():
        return replace(clip, floor=False, notes=(*clip.notes, "no feet in the source: the floor is not known"))
    gap = float(np.nanpercentile(low, _STANDING_SHARE))
    return clip if abs(gap) <= tolerance else raised(clip, -gap)


def raised(clip: Clip, metres: float) -> Clip:
    """The clip moved up as a whole, which its notes and ``lifted`` tell."""
    return replace(
        clip,
        points={n: p - (0.0, 0.0, -metres) for n, p in clip.points.items()},
        notes=(*clip.notes, f"moved {'down' if metres < 0 else 'up'} by {abs(metres):.3f} m onto the floor"),
        lifted=clip.lifted + metres,
    )
