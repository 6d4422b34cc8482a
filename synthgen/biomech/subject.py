"""The subject of a fit as a body: rebuilt from what a :class:`SpineMotion` carries."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.errors import InputError
from synthgen.core.kinematics import Tree

_FRAMES = ("q", "transforms", "marker_error", "vertebra_covariance")
"""What a motion has of its frames, of which the subject does not depend."""


def sized_body(motion: SpineMotion, reference: BodyModel | None = None) -> BodyModel:
    """The reference body of a fit with its segments at the subject's size, its landmarks where the model has them.

    Args:
        motion: a fit.
        reference: the body that was scaled; only for a fit of a body of one's own, others name theirs.

    Raises:
        InputError: the motion belongs to another body, or does not say to which.
    """
    if reference is None and motion.reference is None:
        raise InputError(
            "this motion was fitted with a body of its own, which its file does not hold",
            where=motion.name,
            remedy="give that body as 'reference'",
        )
    body = (reference or reference_body(**(motion.reference or {}))).scaled(motion.scale)
    if tuple(body.tree.segment_index) != tuple(motion.segment_names) or (
        tuple(body.tree.coordinate_index) != tuple(motion.coordinate_names)
    ):
        raise InputError(
            "this motion was fitted with another body model",
            where=motion.name,
            expected=f"{len(body.tree.segments)} segments and {len(body.tree.coordinates)} coordinates of body.yaml",
            got=f"{len(motion.segment_names)} segments and {len(motion.coordinate_names)} coordinates",
            remedy="fit the clip again",
        )
    return body


def subject_body(motion: SpineMotion, reference: BodyModel | None = None) -> BodyModel:
    """The body that was fitted: as :func:`sized_body`, with joints and fitted points where the fit put them.

    Neutral posture, joints, ranges, rhythm and the fitted points are exactly those of the fit.

    Args:
        motion: a fit.
        reference: as there.

    Raises:
        InputError: as there.
    """
    if reference is not None or motion.reference is None:
        return _jointed(sized_body(motion, reference), motion.neutral, motion)
    return _kept(_Same(motion))


class _Same:
    """Motions of one subject, whose body is made once: equal where everything is that the body is made of."""

    def __init__(self, motion: SpineMotion) -> None:
        frames = {n: getattr(motion, n)[:0].copy() for n in _FRAMES}  # a view would keep them all in memory
        self.motion = replace(motion, **frames)
        arrays = (motion.scale, motion.neutral, motion.marker_offsets)
        names = (motion.segment_names, motion.coordinate_names, motion.marker_names, motion.marker_segments)
        self._key = (*(a.tobytes() for a in arrays), *names, motion.stature, *sorted((motion.reference or {}).items()))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._key == other._key


@lru_cache(maxsize=64)
def _kept(same: _Same) -> BodyModel:
    """The body of one subject; windows of a clip have the same."""
    return _jointed(sized_body(same.motion), same.motion.neutral, same.motion)


def _jointed(body: BodyModel, neutral: np.ndarray, motion: SpineMotion) -> BodyModel:
    """The body with joints and fitted points where the fit put them."""
    segments = []
    for segment in body.tree.segments:
        if segment.parent is None:
            segments.append(segment)
            continue
        above, here = (neutral[body.tree.segment_index[n]] for n in (segment.parent, segment.name))
        segments.append(replace(segment, offset=above[:3, :3].T @ (here[:3, 3] - above[:3, 3])))
    markers = zip(motion.marker_names, motion.marker_segments, motion.marker_offsets, strict=False)
    landmarks = body.landmarks | {name: (segment, np.asarray(at)) for name, segment, at in markers}
    return replace(body, tree=Tree(tuple(segments)), landmarks=landmarks, stature=motion.stature)
