"""How points move with the sizes of the body's parts: derivatives with what all frames of a subject have in common.

These unknowns are the logarithms of the sizes of :data:`scaling.PARTS`, the shoulders' shift forwards and upwards, and
the shifts of some landmarks along the axes of their segments.
"""

from __future__ import annotations

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.biomech.solving.scaling import PARTS, part_of_segment
from synthgen.core.bodymodel import BodyModel

GIRDLE = ("left_upper_arm", "right_upper_arm")
"""Segments whose joints the shoulders' shift moves."""


def common_unknowns(placed: list[str]) -> int:
    """G, the number of common unknowns with so many landmarks to be placed."""
    return len(PARTS) + 2 + 3 * len(placed)


def segment_size_jacobian(body: BodyModel, world: np.ndarray, placed: list[str]) -> np.ndarray:
    """(T, S, 3, G) derivative of the segments' origins, the pelvis' held where it is.

    Args:
        body: the subject; world: (T, S, 4, 4) its segments.
        placed: the landmarks whose places are unknowns.
    """
    parts, tree = part_of_segment(body), body.tree
    girdle = len(PARTS)
    out = np.zeros((len(world), len(tree.segments), 3, common_unknowns(placed)))
    for i, segment in enumerate(tree.segments):
        if segment.parent is None:
            continue
        above = tree.segment_index[segment.parent]
        out[:, i] = out[:, above]
        for axis in range(3):
            out[:, i, :, parts[above, axis]] += world[:, above, :3, axis] * segment.offset[axis]
        if segment.name in GIRDLE:
            out[:, i, :, girdle] += world[:, above, :3, 0]
            out[:, i, :, girdle + 1] += world[:, above, :3, 2]
    return out


def point_size_jacobian(
    body: BodyModel, world: np.ndarray, moves: np.ndarray, segments: np.ndarray, offsets: np.ndarray
) -> np.ndarray:
    """(T, P, 3, G) derivative of points.

    Args:
        body, world: as in :func:`segment_size_jacobian`, whose result is ``moves``.
        segments: (P,) indices of the segments that carry them.
        offsets: (P, 3) places in these segments' frames.
    """
    parts = part_of_segment(body)
    out = moves[:, segments]
    for p, (segment, at) in enumerate(zip(segments, offsets, strict=True)):
        for axis in range(3):
            out[:, p, :, parts[segment, axis]] += world[:, segment, :3, axis] * at[axis]
    return out


def residual_size_jacobian(body: BodyModel, world: np.ndarray, seen: Observations, placed: list[str]) -> np.ndarray:
    """(T, R, G) derivative of ``targets.residuals``: of points, weighted; orientations do not depend on sizes."""
    offsets = np.stack([body.landmarks[n][1] for n in seen.point_names])
    moves = segment_size_jacobian(body, world, placed)
    points = point_size_jacobian(body, world, moves, seen.point_segments, offsets)
    for k, name in enumerate(placed):
        m, first = seen.point_names.index(name), len(PARTS) + 2 + 3 * k
        points[:, m, :, first : first + 3] = world[:, seen.point_segments[m], :3, :3]
    points *= (seen.point_weights * seen.point_seen)[..., None, None]
    out = np.zeros((len(world), 3 * points.shape[1] + 9 * len(seen.segment_names), points.shape[-1]))
    out[:, : 3 * points.shape[1]] = points.reshape(len(world), -1, points.shape[-1])
    return out
