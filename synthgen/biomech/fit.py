"""A motion clip fitted by the spine model: :func:`fit_clip`.

Gaps and noise → the subject's size → least squares on pelvis, rhythms and limbs, then level by level → OpenSim's
assembly → what the measurements say of each region.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context

import numpy as np

from synthgen.biomech.calibration import subject_of
from synthgen.biomech.checks import check, spread_enough
from synthgen.biomech.conditioning import MAX_GAP, condition
from synthgen.biomech.leastsquares import landmark_points
from synthgen.biomech.observations import Observations, marked, observe
from synthgen.biomech.reduction import PELVIS, reduction
from synthgen.biomech.report import fit_report
from synthgen.biomech.solution import CHUNK, solve_chunk
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.uncertainty import Uncertainty, marker_scatter, observability, uncertainty
from synthgen.bodymodel import DEFAULT_RHYTHM, BodyModel, reference_body
from synthgen.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.processes import one_thread_each
from synthgen.skeleton import VERTEBRAE


@one_thread_each()
def fit_clip(
    clip: Clip,
    *,
    body: BodyModel | None = None,
    rhythm: str = DEFAULT_RHYTHM,
    cutoff_hz: float | str | None = "auto",
    max_gap: float = MAX_GAP,
    workers: int = 1,
) -> SpineMotion:
    """Fits the spine model to a clip.

    Args:
        clip: points and orientations, world frame, metres. Short gaps (NaN) are closed, other missing values left
            out; frames with too little to place a pelvis are interpolated and named in the report.
        body: the body to be scaled to the clip's subject; the reference adult by default.
        rhythm: how the reference adult shares a region's bend out to its levels, a table of
            ``opensim_models/rhythms.yaml``; not used with ``body``.
        cutoff_hz: of the low-pass filter, ``"auto"`` or None (``conditioning.condition``).
        max_gap: seconds; longer gaps are left open.
        workers: processes for clips of several thousand frames; the result does not depend on their number.

    Returns:
        the fitted motion in the clip's world; the same clip gives the same bytes. ``neutral`` and ``stature`` are
        the scaled subject's; ``report`` is described in ``biomech/report.py``.

    Raises:
        InputError: the clip has too few points, or in no frame enough of them, its size is no person's, or its
            sides are swapped.
    """
    reference = marked(body or reference_body(rhythm), clip)
    clip, conditioning = condition(clip, cutoff_hz=cutoff_hz, max_gap=max_gap)
    seen, notes = observe(clip, reference)
    usable = _usable(seen)
    if not usable.any():
        raise InputError(
            "no frame of the clip has enough points to place a pelvis",
            where=clip.source,
            expected="three points that are not NaN nor on one line, or one and the pelvis' orientation",
            got=f"{clip.frames} frames with at most {int(seen.point_seen.sum(1).max())} points",
        )
    known = seen.take(usable)
    notes += check(clip.source, reference, known)
    subject, factors = subject_of(reference, reduction(reference), known)
    stretches = [slice(i, i + CHUNK) for i in range(0, known.frames, CHUNK)]
    parts = [known.take(s) for s in stretches]
    hard = np.array([n not in subject.soft for n in seen.point_names])
    with _over(min(workers, len(parts))) as over:
        noise = 1e-3 * conditioning["noise_left_mm"]
        solved = np.concatenate(over(partial(solve_chunk, subject, fps=clip.fps, noise=noise), parts))
        solved[:, 3:PELVIS] = np.unwrap(solved[:, 3:PELVIS], axis=0)
        q = _filled(solved, usable)
        world, error = _placed(subject, q, seen)
        scatter = marker_scatter(error[usable], hard)
        spread = partial(uncertainty, subject, fps=clip.fps, scatter=scatter)
        found = over(spread, [solved[s] for s in stretches], parts)
    report = fit_report(subject, clip.fps, q, world, seen.point_names, error, ~usable, [*clip.notes, *notes])
    report |= {
        "rhythm": rhythm if body is None else "of the body that was given",
        "conditioning": conditioning,
        "marker_sigma_mm": round(1e3 * scatter, 2),
        "observability": observability(subject, found),
    }
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
        marker_error=error,
        source=clip.source,
        licence=clip.licence,
        loop=clip.loop,
        report=report,
        vertebra_sigma=_sigma(found, usable),
        marker_segments=tuple(subject.landmarks[n][0] for n in seen.point_names),
        marker_offsets=np.stack([subject.landmarks[n][1] for n in seen.point_names]),
        reference={"rhythm": rhythm} if body is None else None,
    )


def _usable(seen: Observations) -> np.ndarray:
    """(T,) True where the pelvis can be placed."""
    count = seen.point_seen.sum(1)
    pelvis = [k for k, n in enumerate(seen.segment_names) if n == "pelvis"]
    turned = seen.rotation_seen[:, pelvis].any(1)
    return np.asarray(((count >= 3) & spread_enough(seen)) | ((count >= 1) & turned))


@contextmanager
def _over(workers: int) -> Iterator[Callable[..., list]]:
    """A ``map`` over so many processes, or in this one."""
    if workers < 2:
        yield lambda function, *values: list(map(function, *values))
        return
    # Fresh processes: a fork would inherit OpenSim's and the solver's threads half alive.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield lambda function, *values: list(pool.map(function, *values))


def _filled(q: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Coordinates of all frames: unusable ones between their neighbours, at the ends like the nearest."""
    if usable.all():
        return q
    at, known = np.arange(len(usable)), np.flatnonzero(usable)
    return np.stack([np.interp(at, known, column) for column in q.T], -1)


def _placed(body: BodyModel, q: np.ndarray, seen: Observations) -> tuple[np.ndarray, np.ndarray]:
    """(T, S, 4, 4) transforms and (T, M) metres from the measured points, NaN where missing, a stretch at a time."""
    world = np.empty((len(q), len(body.tree.segments), 4, 4))
    error = np.empty(seen.point_seen.shape)
    for i in range(0, len(q), CHUNK):
        part = slice(i, i + CHUNK)
        some = seen.take(part)
        world[part] = body.tree.forward(q[part])
        error[part] = np.linalg.norm(landmark_points(body, some, world[part]) - some.points, axis=-1)
    return world, np.where(seen.point_seen, error, np.nan)


def _sigma(found: list[Uncertainty], usable: np.ndarray) -> np.ndarray:
    """(T, 24) metres, NaN in frames that were interpolated."""
    out = np.full((len(usable), len(VERTEBRAE)), np.nan)
    out[usable] = np.concatenate([u.vertebrae for u in found])
    return out
