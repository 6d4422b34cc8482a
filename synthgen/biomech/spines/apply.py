"""A motion carried over to a person's own spine: plain arithmetic on its coordinates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.biomech.postures.limbs import keep_limbs
from synthgen.biomech.postures.marks import asked_words
from synthgen.biomech.postures.turns import level_columns
from synthgen.biomech.report.fit_report import DrawnSpine, FitReport, SimulatedPosture
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.spines.shares import REGIONS, region_of_levels
from synthgen.biomech.spines.spine import Spine
from synthgen.biomech.spines.unsure import share_covariance
from synthgen.biomech.subject import subject_body
from synthgen.core.bodymodel import BodyModel
from synthgen.core.bodyparts import PLANES

_HANDED_ON = 4
"""Times that what is over at one level is handed to the others."""


def with_spine(motion: SpineMotion, spine: Spine, body: BodyModel | None = None) -> SpineMotion:
    """The motion as a person with that spine makes it.

    Every region bends as far as it does in the motion, within the person's range; its levels share the bend as the
    person's do. Where the measurements say how they do (``Observability.levels_measured_share``), the motion's own
    levels stay by that share. Then everything stands where it stands in the person: pelvis height, legs and the
    directions of the arms are kept.

    Args:
        motion: a fitted motion or a part of one.
        spine: the person's.
        body: the motion's subject, if it is at hand.

    Returns:
        the motion with other coordinates and transforms. Its covariance holds what people's levels differ by besides.
        Its residuals stay those of the fit; its report tells the spine, and a posture as simulated.
    """
    body = body or subject_body(motion)
    columns = level_columns(body)
    levels = motion.q[:, columns]
    neutral = np.radians(np.array(spine.neutral))
    known = levels_known(motion.report)
    own = own_levels(body, levels, spine, known) if spine.shares else levels
    change = np.zeros_like(motion.q)
    change[:, columns] = own - levels + neutral
    q = keep_limbs(body.tree, motion.q, motion.transforms, change, float(np.radians(spine.pelvis)))
    world, axes = body.tree.forward_with_axes(q)
    covariance = motion.vertebra_covariance
    if spine.shares:
        covariance = covariance + share_covariance(body, world, axes, region_bends(own), 1 - known).astype(
            covariance.dtype
        )
    return replace(
        motion,
        q=q,
        transforms=world,
        vertebra_covariance=covariance,
        report=_told(motion.report, spine),
    )


def region_bends(levels: np.ndarray) -> np.ndarray:
    """(T, 25, 3) bends of the levels → (T, 4, 3) of the regions, radians."""
    return np.asarray(np.einsum("rl,tlp->trp", region_of_levels(), levels))


def levels_known(report: FitReport) -> np.ndarray:
    """(4, 3) share, 0 … 1, of how each region shares its bend that the measurements say."""
    seen = report.observability
    rows = [[seen.get(f"{region}_{plane}") for plane in PLANES] for region in REGIONS]
    return np.array([[row.levels_measured_share if row else 0.0 for row in region] for region in rows])


def own_levels(body: BodyModel, levels: np.ndarray, spine: Spine, known: np.ndarray) -> np.ndarray:
    """(T, 25, 3) radians that the person's levels bend by where those of the motion, (T, 25, 3), do.

    Args:
        body: whose ranges are the model's.
        levels: of the motion.
        spine: of the person.
        known: (4, 3) of :func:`levels_known`.
    """
    member = region_of_levels()
    lower, upper = _limits(body, spine)
    bends = np.clip(region_bends(levels), member @ lower, member @ upper)
    of_level = np.einsum("rl,trp->tlp", member, bends)
    shares = np.array(spine.shares)
    shares = shares / (member.T @ (member @ shares))  # they were rounded
    bent = np.where(of_level > 0, shares[:, [0, 2, 3]], shares[:, [1, 2, 3]]) * of_level
    most = (member.T @ (member @ upper[:, 0]))[None]
    forward = np.clip(of_level[..., 0], 0.0, most)
    bent[..., 0] += np.array(spine.lead) * forward * (1 - forward / most)
    bent = within(bent, lower, upper)
    return np.asarray(bent + (member.T @ known) * (levels - bent))


def _limits(body: BodyModel, spine: Spine) -> tuple[np.ndarray, np.ndarray]:
    """(25, 3) radians that the person's levels bend to, away from how they stand."""
    coordinates = np.array([[c.lower, c.upper] for c in body.tree.coordinates])[level_columns(body)]
    factors = np.array(spine.ranges)
    return coordinates[..., 0] * factors, coordinates[..., 1] * factors


def within(levels: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """(T, 25, 3) with what a level would bend beyond its range handed on to others of its region that have room."""
    member = region_of_levels()
    total = region_bends(levels)
    out = np.clip(levels, lower, upper)
    for _ in range(_HANDED_ON):
        over = total - region_bends(out)
        room = np.where(np.einsum("rl,trp->tlp", member, over) > 0, upper - out, out - lower)
        all_room = region_bends(room)
        step = np.clip(over / np.maximum(all_room, 1e-9), -1.0, 1.0)
        out = out + room * np.einsum("rl,trp->tlp", member, step)
    return np.asarray(out)


def _told(report: FitReport, spine: Spine) -> FitReport:
    """The report with the spine, and with a simulated posture marked as such."""
    standing = dict(spine.curve)
    if spine.shares:
        report = replace(report, spine=DrawnSpine(True, standing, spine.stiff, spine.hypermobile))
    if spine.posture is None:
        return report
    posture = SimulatedPosture(True, spine.posture.name, spine.posture.to_dict(), standing)
    note = f"simulated posture {posture.name}, not measured: {asked_words(posture.asked)}"
    return replace(report, posture=posture, notes=(*report.notes, note))
