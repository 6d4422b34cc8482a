"""A motion clip fitted by the spine model: :func:`fit_clip`."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.biomech.assembly import assemble
from synthgen.biomech.calibration import subject_of
from synthgen.biomech.leastsquares import Poses, landmark_points, solve
from synthgen.biomech.observations import observe
from synthgen.biomech.reduction import Reduction, reduction
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.start import first_poses
from synthgen.bodymodel import BodyModel, reference_body
from synthgen.motion.clip import Clip


def fit_clip(clip: Clip, *, body: BodyModel | None = None) -> SpineMotion:
    """Fits the spine model to a clip.

    Args:
        clip: points and orientations, world frame, metres.
        body: the body to be scaled to the clip's subject; the reference adult by default.

    Raises:
        InputError: the clip has too few points.
    """
    reference = body or reference_body()
    seen, notes = observe(clip, reference)
    basis = reduction(reference)
    subject, factors = subject_of(reference, basis, seen)
    poses, _ = solve(subject, basis, first_poses(subject, basis, seen), seen)
    q = assemble(subject, _coordinates(subject, basis, poses), seen)
    world = subject.tree.forward(q)
    error = np.linalg.norm(landmark_points(subject, seen, world) - seen.points, axis=-1)
    error = np.where(seen.point_seen, error, np.nan)
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
        report={"notes": [*clip.notes, *notes]},
    )


def _coordinates(body: BodyModel, basis: Reduction, poses: Poses) -> np.ndarray:
    """(T, C) coordinates of the tree; the pelvis' rotation is taken apart about its Z, Y and X axes."""
    angles = Rotation.from_matrix(poses.pelvis[:, :3, :3]).as_euler("ZYX")
    q = np.concatenate([poses.pelvis[:, :3, 3], np.unwrap(angles, axis=0), poses.z @ basis.matrix.T], -1)
    return np.clip(q, *_bounds(body))


def _bounds(body: BodyModel) -> tuple[np.ndarray, np.ndarray]:
    """(C,) lower and (C,) upper bounds of the coordinates."""
    return tuple(np.array([getattr(c, side) for c in body.tree.coordinates]) for side in ("lower", "upper"))  # type: ignore[return-value]
