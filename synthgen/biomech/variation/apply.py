"""A fitted motion → the same motion varied. Arithmetic on coordinates: a window of 20 frames takes milliseconds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import subject_body
from synthgen.biomech.variation.arms import carried, hanging, planted_arms, reachable
from synthgen.biomech.variation.bends import region_bends, varied_bends
from synthgen.biomech.variation.kinds import SHOULDERS, Variation, bend_names
from synthgen.biomech.variation.mirror import mirrored
from synthgen.biomech.variation.shoulders import shoulder_change
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.tables import table
from synthgen.motion.exercises.balance import centre_of_mass

_STEPS = (1.0, 0.8, 0.6, 0.4, 0.2)
"""Shares of what is asked for that are tried where hands bear weight or balance would be lost."""


def varied(motion: SpineMotion, variation: Variation, planted: np.ndarray | None = None) -> SpineMotion:
    """The motion with a variation.

    The spine bends as :func:`synthgen.biomech.variation.bends.varied_bends` says, shared out to the levels by the
    model's rhythm and within each level's range; pelvis and legs stay as they are. Shoulders move on the thorax as
    ``shoulders.shoulder_change`` says. Arms go along with the thorax, keep their directions on it, hang where they
    hung, and stay in place while their hands bear weight. Where a planted hand could not be reached any
    more, or a person who stands on the feet alone would lose balance, less of the bend is done, in all frames alike.

    Args:
        motion: a fit, or a window of one.
        variation: what is asked for.
        planted: (T, 4) True while the left hand, right hand, left foot, right foot of ``motion`` bears weight;
            without it nothing is planted and nobody loses balance.

    Returns:
        The varied motion. Residuals and covariance stay those of the fit; the report gets a note.
    """
    out = mirrored(motion) if variation.mirror else motion
    if planted is not None and variation.mirror:
        planted = planted[:, [1, 0, 3, 2]]
    if variation.tempo != 1.0:
        out = replace(out, fps=out.fps * variation.tempo)
    if variation.poses:
        out = _posed(out, replace(variation, mirror=False), planted)
    if out is motion:
        return motion
    notes = (*out.report.notes, f"varied, not measured: {told(variation)}")
    return replace(out, report=replace(out.report, notes=notes))


def told(variation: Variation) -> str:
    """The variation in words."""
    parts = ["mirrored"] if variation.mirror else []
    parts += [f"{name} × {v:g}" for name in ("amplitude", "tempo") if (v := getattr(variation, name)) != 1.0]
    parts += [f"{n.replace('_', ' ')} {v:+.1f}°" for n, v in zip(bend_names(), variation.layer, strict=True) if v]
    shares = zip(SHOULDERS, variation.shoulders, strict=True)
    parts += [f"{name.replace('_', ' ')} {100 * share:+.0f} %" for name, share in shares if share]
    return ", ".join(parts)


def _posed(motion: SpineMotion, variation: Variation, planted: np.ndarray | None) -> SpineMotion:
    body = subject_body(motion)
    bends = region_bends(motion)
    added = np.radians(varied_bends(bends, variation) - bends) @ body.rhythm.T
    added = added + shoulder_change(body.tree, motion.q, np.array(variation.shoulders))
    low, high = (np.array([getattr(c, n) for c in body.tree.coordinates]) for n in ("lower", "upper"))
    low, high = np.minimum(motion.q, low), np.maximum(motion.q, high)  # what was measured may be
    for share in _STEPS:
        q = np.clip(motion.q + share * added, low, high)
        moved = body.tree.forward(q)
        if planted is None or _holds(body, motion.transforms, moved, planted):
            break
    if any(variation.shoulders):
        q = carried(body.tree, q, motion.transforms, moved)
        moved = body.tree.forward(q)
    q = hanging(body.tree, q, motion.transforms, moved)
    if planted is not None and planted[:, :2].any():
        q = planted_arms(body.tree, q, motion.transforms, moved, planted[:, :2])
    return replace(motion, q=q, transforms=body.tree.forward(q))


def _holds(body: BodyModel, before: np.ndarray, moved: np.ndarray, planted: np.ndarray) -> bool:
    """Whether planted hands are in reach and whoever stands on the feet alone keeps balance."""
    hands, feet = planted[:, :2], planted[:, 2:]
    if hands.any() and not reachable(body.tree, before, moved, hands):
        return False
    standing = feet.any(1) & ~hands.any(1)
    if not standing.any():
        return True
    shift = centre_of_mass(body, moved[standing]) - centre_of_mass(body, before[standing])
    most = table("biomech/data/variation.yaml")["balance"]["shift"] * body.stature / reference_body().stature
    return bool(np.linalg.norm(shift[:, :2], axis=-1).max() <= most)
