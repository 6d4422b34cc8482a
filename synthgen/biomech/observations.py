"""What the fit aims at: a clip's points and orientations as arrays, with missing values masked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthgen.core.bodymodel import BodyModel
from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip

SOFT_WEIGHT = 0.2
"""A two-part trunk's joints move unlike any vertebra by centimetres: with full weight they bend the spine for it."""
MARKER_SIGMA = 0.005
"""Metres, per axis: what a marker or a joint centre is usually off (skin, palpation, model) [book]."""


@dataclass(frozen=True)
class Observations:
    """Measured points and orientations of the frames of one clip. World frame, metres.

    Attributes:
        point_names: (M,) landmarks of the body model.
        points: (T, M, 3) positions; 0 where missing.
        point_seen: (T, M) False where missing.
        point_weights: (M,) factors on the residuals: 1, :data:`SOFT_WEIGHT` for soft landmarks, and for a point of less
            certain place :data:`MARKER_SIGMA` over its own σ.
        point_segments: (M,) index of the segment that carries each point.
        segment_names: (K,) segments with measured orientations.
        rotations: (T, K, 3, 3) orientation of each segment's own frame; identity where missing.
        rotation_seen: (T, K) False where missing.
        rotation_segments: (K,) indices of those segments.
    """

    point_names: tuple[str, ...]
    points: np.ndarray
    point_seen: np.ndarray
    point_weights: np.ndarray
    point_segments: np.ndarray
    segment_names: tuple[str, ...]
    rotations: np.ndarray
    rotation_seen: np.ndarray
    rotation_segments: np.ndarray

    @property
    def frames(self) -> int:
        """Number of frames T."""
        return len(self.points)

    def take(self, index: np.ndarray | slice) -> Observations:
        """The same for some of the frames."""
        return replace(
            self,
            points=self.points[index],
            point_seen=self.point_seen[index],
            rotations=self.rotations[index],
            rotation_seen=self.rotation_seen[index],
        )


def marked(body: BodyModel, clip: Clip) -> BodyModel:
    """The body with the clip's own markers as further landmarks, so that they are fitted, scaled and written alike.

    Raises:
        InputError: a marker sits on a segment that the body does not have.
    """
    unknown = sorted({segment for segment, _ in clip.markers.values()} - set(body.tree.segment_index))
    if unknown:
        raise InputError(
            "the clip's markers sit on segments that the body model does not have",
            where=clip.source,
            expected=f"some of {', '.join(body.tree.segment_index)}",
            got=", ".join(unknown),
            remedy="correct the segments in the clip's marker set",
        )
    own = {name: (segment, np.array(at, float)) for name, (segment, at) in clip.markers.items()}
    return replace(body, landmarks={**body.landmarks, **own}, soft=body.soft - own.keys())


def observe(clip: Clip, body: BodyModel) -> tuple[Observations, list[str]]:
    """Arranges a clip for the fit; the second value says what was left out.

    A clip's orientation is the identity when its segment stands as in neutral standing, a segment's own
    frame is not (T1 leans forward there), so the neutral orientation is multiplied in.

    Raises:
        InputError: none of the clip's points is a landmark of the body, or too few to place a pelvis.
    """
    tree = body.tree
    notes = []
    names = [n for n in clip.points if n in body.landmarks]
    segments = [s for s in clip.orientations if s in tree.segment_index]
    unknown = sorted((set(clip.points) - set(names)) | (set(clip.orientations) - set(segments)))
    if unknown:
        notes.append(f"unknown to the body model, left out: {', '.join(unknown)}")
    if len(names) < 3:
        raise InputError(
            "the clip has too few points to fit a body",
            where=clip.source,
            expected=f"at least 3 of: {', '.join(body.landmarks)}",
            got=", ".join(sorted(clip.points)) or "no points",
            remedy="rename the clip's points, or name them in a marker set of your own (docs/motion.md)",
        )
    points = np.stack([clip.points[n] for n in names], 1).astype(float)
    seen = np.isfinite(points).all(-1)
    standing = tree.forward(body.neutral())[0, :, :3, :3]
    index = np.array([tree.segment_index[s] for s in segments], int)
    rotations = np.zeros((clip.frames, 0, 3, 3))
    if segments:
        rotations = np.stack([clip.orientations[s] for s in segments], 1).astype(float) @ standing[index]
    rotation_seen = np.asarray(np.isfinite(rotations).all(axis=(-1, -2)))
    known = np.concatenate([seen, rotation_seen], 1)
    for name, missing in zip([*names, *segments], (~known).sum(0), strict=True):
        if missing:
            notes.append(f"{name} missing in {missing} of {clip.frames} frames")
    return (
        Observations(
            point_names=tuple(names),
            points=np.where(seen[..., None], points, 0.0),
            point_seen=seen,
            point_weights=np.array([_weight(n, clip, body) for n in names]),
            point_segments=np.array([tree.segment_index[body.landmarks[n][0]] for n in names]),
            segment_names=tuple(segments),
            rotations=np.where(rotation_seen[..., None, None], rotations, np.eye(3)),
            rotation_seen=rotation_seen,
            rotation_segments=index,
        ),
        notes,
    )


def _weight(name: str, clip: Clip, body: BodyModel) -> float:
    """Factor on a point's residual."""
    if name in body.soft:
        return SOFT_WEIGHT
    return MARKER_SIGMA / max(MARKER_SIGMA, clip.sigma.get(name, 0.0))
