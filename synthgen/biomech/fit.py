"""A motion clip fitted by the spine model: :func:`fit_clip`.

Gaps and noise → the subject's size → least squares on pelvis, rhythms and limbs, then level by level → OpenSim's word
on every frame → what the measurements say of each region.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from synthgen.biomech.all_frames import filled, unknown_elsewhere, zero_elsewhere
from synthgen.biomech.checks import check, spread_enough
from synthgen.biomech.observations import MARKER_SIGMA, Observations, marked, observe
from synthgen.biomech.options import FitOptions
from synthgen.biomech.reporting.build import FittedFrames, Knowledge, fit_report, vertebra_sigma
from synthgen.biomech.reporting.opensim import opensim_check
from synthgen.biomech.residuals import measured_points, residuals_of
from synthgen.biomech.signals.conditioning import condition
from synthgen.biomech.solving.calibration import subject_of
from synthgen.biomech.solving.confirmation import Confirmation, joined
from synthgen.biomech.solving.covariance import Scatter
from synthgen.biomech.solving.further_markers import further_markers
from synthgen.biomech.solving.ranges import wanted_beyond
from synthgen.biomech.solving.reduction import PELVIS, reduction
from synthgen.biomech.solving.scatter import scatter_of
from synthgen.biomech.solving.solution import CHUNK, solve_chunk
from synthgen.biomech.solving.uncertainty import Uncertainty, joint_sigma, observability, uncertainty
from synthgen.biomech.spine_motion import SpineMotion, sigma_per_axis
from synthgen.biomech.travel import travel_of
from synthgen.core.bodymodel import BodyModel
from synthgen.core.errors import InputError
from synthgen.core.processes.maps import process_map
from synthgen.core.processes.threads import one_thread_each
from synthgen.motion.clip import Clip

UNEXPLAINED = 1.4
"""Times the RMS that the calibration leaves: what points are off per axis; half of it the unknowns have taken up."""


@one_thread_each()
def fit_clip(
    clip: Clip,
    options: FitOptions | None = None,
    *,
    body: BodyModel | None = None,
    workers: int = 1,
) -> SpineMotion:
    """Fits the spine model to a clip.

    Args:
        clip: points and orientations, world frame, metres. Spikes are rejected, short gaps (NaN) closed, other missing
            values left out; frames with too little to place a pelvis are interpolated and named in the report.
        options: choices; their rhythm and sex are not used with ``body``.
        body: the body to be scaled to the clip's subject; the reference adult of the options by default.
        workers: processes for clips of several thousand frames; the result does not depend on their number.

    Returns:
        the fitted motion in the clip's world; the same clip gives the same bytes. ``neutral`` and ``stature`` are
        the scaled subject's; ``report`` is the fit's :class:`~synthgen.biomech.report.fit_report.FitReport`.

    Raises:
        InputError: the clip has too few points, or in no frame enough of them, its size is no person's, or its
            sides are swapped.
    """
    # Processes start while the clip is prepared for them.
    count = min(workers, -(-clip.frames // CHUNK))
    with process_map(
        count, ("synthgen.biomech.solving.ranges", "synthgen.biomech.solving.solution", "opensim")
    ) as over:
        return _fitted(clip, options or FitOptions(), body, over)


def _fitted(clip: Clip, options: FitOptions, body: BodyModel | None, over: Callable[..., list[Any]]) -> SpineMotion:
    """:func:`fit_clip` with ``over``, a ``map`` over the chunks of a clip."""
    reference = marked(body or options.reference(), clip)
    measured = clip.points
    clip, conditioning = condition(clip, cutoff_hz=options.cutoff_hz, max_gap=options.max_gap)
    seen, notes = observe(clip, reference)
    usable = _usable(seen)
    if not usable.any():
        raise InputError(
            "no frame of the clip has enough points to place a pelvis",
            where=clip.source,
            expected="three points that are not NaN nor on one line, or one and the pelvis' orientation",
            got=f"{clip.frames} frames with at most {int(seen.point_seen.sum(1).max())} points",
            remedy="export the clip with all its points, or name their set in a file beside it (docs/motion.md)",
        )
    known = seen.take(usable)
    notes += check(clip.source, reference, known)
    subject, factors, left = subject_of(reference, reduction(reference), known)
    spans = [slice(i, i + CHUNK) for i in range(0, known.frames, CHUNK)]
    parts = [known.take(s) for s in spans]
    hard = np.array([n not in subject.soft for n in seen.point_names])
    # What the body cannot explain is no posture: the more of it, the less a region that hardly shows is moved for it.
    noise = max(1e-3 * conditioning.noise_left_mm * _usual_weight(seen, hard), UNEXPLAINED * left)
    chunks = over(partial(_solved, subject, fps=clip.fps, noise=noise, every=options.opensim_every), parts)
    solved, wanted = (np.concatenate([chunk[i] for chunk in chunks]) for i in range(2))
    confirmation = joined([chunk[2] for chunk in chunks])
    solved[:, 3:PELVIS] = np.unwrap(solved[:, 3:PELVIS], axis=0)
    q = filled(solved, usable)
    world = subject.tree.forward(q)
    raw = measured_points(measured, conditioning.spikes, seen.point_names)
    away = residuals_of(subject, world, seen, raw, reference.scaled(factors))
    from_place = np.hypot(away.conditioned, np.linalg.norm(away.moved, axis=-1))
    scatter = scatter_of(subject, solved, known, (seen.point_weights * from_place)[usable], hard)
    spread = partial(uncertainty, subject, fps=clip.fps, scatter=scatter)
    found = over(spread, [solved[s] for s in spans], parts)
    covariance = unknown_elsewhere([u.vertebrae for u in found], usable)
    report = fit_report(
        subject,
        FittedFrames(
            fps=clip.fps,
            q=q,
            transforms=world,
            names=seen.point_names,
            residuals=away,
            place_sigma=MARKER_SIGMA / seen.point_weights,
            interpolated=~usable,
            wanted=zero_elsewhere(wanted, usable),
        ),
        opensim_check(confirmation, np.flatnonzero(usable), options.opensim_every),
        _knowledge(subject, solved, known, found, covariance, scatter),
        notes=(*clip.notes, *notes),
        options=options,
        rhythm=options.rhythm if body is None else "of the body that was given",
        conditioning=conditioning,
        travel=travel_of(subject, clip.fps, world, floor=clip.floor, lifted=clip.lifted),
    )
    return SpineMotion(
        name=clip.name,
        fps=clip.fps,
        coordinate_names=tuple(subject.tree.coordinate_index),
        q=q,
        segment_names=tuple(subject.tree.segment_index),
        transforms=world,
        neutral=subject.tree.forward(subject.neutral()[0]),
        scale=factors,
        stature=subject.stature,
        marker_names=seen.point_names,
        marker_error=away.raw,
        source=clip.source,
        licence=clip.licence,
        loop=clip.loop,
        report=report,
        vertebra_covariance=covariance,
        joint_sigma=joint_sigma(found),
        marker_segments=tuple(subject.landmarks[n][0] for n in seen.point_names),
        marker_offsets=np.stack([subject.landmarks[n][1] for n in seen.point_names]),
        reference={"rhythm": options.rhythm, "sex": options.sex} if body is None else None,
    )


def _solved(
    subject: BodyModel, part: Observations, fps: float, noise: float, every: int
) -> tuple[np.ndarray, np.ndarray, Confirmation]:
    """Coordinates of a stretch of frames, what they ask of regions beyond their ranges, and OpenSim's word on them."""
    q, confirmation = solve_chunk(subject, part, fps, noise, every)
    return q, wanted_beyond(subject, q, part, noise), confirmation


def _knowledge(
    subject: BodyModel,
    q: np.ndarray,
    seen: Observations,
    found: list[Uncertainty],
    covariance: np.ndarray,
    scatter: Scatter,
) -> Knowledge:
    """How well the frames that were fitted are known, and what further markers would tell."""
    sigma = vertebra_sigma(sigma_per_axis(covariance))
    return Knowledge(
        marker_sigma_mm=round(1e3 * scatter.points, 2),
        observability=observability(subject, found),
        vertebra_sigma_mm=sigma,
        further_markers=further_markers(subject, q, seen, scatter, 1e-3 * (sigma.rms or 0.0)),
    )


def _usual_weight(seen: Observations, hard: np.ndarray) -> float:
    """Root mean square weight of the (M,) hard points: 1 for markers."""
    return float(np.sqrt((seen.point_weights[hard] ** 2).mean())) if hard.any() else 1.0


def _usable(seen: Observations) -> np.ndarray:
    """(T,) True where the pelvis can be placed."""
    count = seen.point_seen.sum(1)
    pelvis = [k for k, n in enumerate(seen.segment_names) if n == "pelvis"]
    turned = seen.rotation_seen[:, pelvis].any(1)
    return np.asarray(((count >= 3) & spread_enough(seen)) | ((count >= 1) & turned))
