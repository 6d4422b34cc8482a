"""How the clinical measures of a spine are taken of its posed vertebrae.

Taken as on a radiograph, yet in planes that follow the person: a moving trunk has no fixed film behind it. Lateral
curves are taken in the coronal plane of the trunk (through the line from S1 to C7 and the pelvis' left), sagittal
angles across the left of their lower vertebra; balance, pelvic tilt and craniovertebral angle against gravity, as long
as the trunk is within ``plumb_within`` of it. The model's vertebrae are not wedged: a vertebra's upper and lower
endplate are both normal to its own Z axis. The same measures of a labelled character: ``clinical_labels.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.biomech.clinical import COBB_LEVELS, ClinicalMeasures, constants
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import subject_body
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.frames import apply
from synthgen.core.rotations import axis_angle
from synthgen.core.skeleton import SPINE_SEGMENTS
from synthgen.core.vectors import unit

_UP = np.array([0.0, 0.0, 1.0])


def clinical_measures(motion: SpineMotion) -> ClinicalMeasures:
    """The measures of a fitted motion, at its subject's size.

    Raises:
        InputError: it was fitted with a body of one's own; take :func:`measure` with that.
    """
    return measure(motion.transforms, subject_body(motion))


@dataclass(frozen=True)
class SpinePose:
    """What the measures are taken of: one spine in T frames. World, metres, Z up.

    Attributes:
        turns: ``sacrum``, ``L5`` … ``C1`` → (T, 3, 3) orientation, X forward, Y left, Z normal to the endplates (of the
            sacrum: the pelvis' axes).
        centres: (T, 17, 3) vertebral bodies of :data:`COBB_LEVELS`.
        s1, seventh, nape: (T, 3) middle of the S1 endplate, body of C7, skin over C7.
        ear: (T, 3) tragus, or the middle of both ears.
        hips: (T, 3) middle of both hip centres.
        size: the trunk's size against the reference adult's; (T, 1) or (1, 1) where frames differ in it.
    """

    turns: dict[str, np.ndarray]
    centres: np.ndarray
    s1: np.ndarray
    seventh: np.ndarray
    nape: np.ndarray
    ear: np.ndarray
    hips: np.ndarray
    size: float | np.ndarray


def measure(world: np.ndarray, body: BodyModel) -> ClinicalMeasures:
    """The measures of posed segments.

    Args:
        world: (T, S, 4, 4) transforms of the segments of ``body.tree``, metres, Z up.
        body: the body of that size; only its points are used.
    """
    index, points = body.tree.segment_index, body.vertebra_points
    at = {n: world[:, index[n]] for n in SPINE_SEGMENTS}
    size = float(sum(body.heights.values()) / sum(reference_body().heights.values()))
    return measure_pose(
        SpinePose(
            turns={n: t[:, :3, :3] for n, t in at.items()},
            centres=np.stack([apply(at[n], points[n]["body"]) for n in COBB_LEVELS], 1),
            s1=at["sacrum"][:, :3, 3],
            seventh=apply(at["C7"], points["C7"]["body"]),
            nape=apply(at["C7"], points["C7"]["skin"]),
            ear=apply(at["skull"], np.array(constants()["tragus"]) / 1000 * size),
            hips=(world[:, index["left_thigh"], :3, 3] + world[:, index["right_thigh"], :3, 3]) / 2,
            size=size,
        )
    )


def measure_pose(pose: SpinePose) -> ClinicalMeasures:
    """The measures of a spine, wherever it comes from."""
    turn, endplate = pose.turns, pose.turns["sacrum"] @ _endplate()
    left = turn["sacrum"][:, :, 1]
    axis = unit(pose.seventh - pose.s1)
    tilt, curve = _coronal(pose, axis, left)

    forward = np.cross(left, _UP)
    upright = (axis[:, 2] > np.cos(np.radians(constants()["plumb_within"]))) & (np.linalg.norm(forward, axis=-1) > 0.5)
    forward = np.where(upright[:, None], unit(forward), np.nan)
    right = np.cross(forward, _UP)
    corner = pose.s1 - endplate[:, :, 0] * constants()["s1_half_depth"] / 1000 * pose.size
    ear = pose.ear - pose.nape
    values = {
        "thoracic_kyphosis": _flexion(turn["T12"], turn["T12"], turn["T4"], axis),
        "lumbar_lordosis": -_flexion(turn["sacrum"], endplate, turn["L1"], axis),
        "cobb": np.ptp(tilt, axis=1),
        "cervical_lordosis": -_flexion(turn["C7"], turn["C7"], turn["C2"], axis),
        "pelvic_tilt": np.where(upright, _backward_tilt(turn["sacrum"], pose.s1 - pose.hips), np.nan),
        "craniovertebral_angle": np.degrees(np.arctan2(ear[:, 2], (ear * forward).sum(-1))),
        "sagittal_balance": 1000 * ((pose.seventh - corner) * forward).sum(-1),
        "coronal_balance": 1000 * ((pose.seventh - pose.s1) * right).sum(-1),
    }
    return ClinicalMeasures(values, curve, tilt)


def _endplate() -> np.ndarray:
    """(3, 3) orientation of the S1 endplate in the sacrum's frame: its X axis lies in it, its Z axis is the normal."""
    return axis_angle((0.0, 1.0, 0.0), np.radians(constants()["sacral_slope"]))


def _flexion(across: np.ndarray, lower: np.ndarray, upper: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """(T,) degrees that ``upper``'s endplate is bent forwards of ``lower``'s; all (T, 3, 3), ``axis`` (T, 3).

    As on a lateral film the lean to the side is projected away: the plane holds the trunk's axis, and ``across``'s
    left, freed of its lean, is its normal. In the vertebra's own plane a scoliosis would look like a kyphosis.
    """
    left = unit(across[..., 1] - (across[..., 1] * axis).sum(-1, keepdims=True) * axis)
    forward = np.cross(left, axis)
    pitch = [np.arctan2((z * forward).sum(-1), (z * axis).sum(-1)) for z in (lower[..., 2], upper[..., 2])]
    out: np.ndarray = np.degrees((pitch[1] - pitch[0] + np.pi) % (2 * np.pi) - np.pi)
    return out


def _backward_tilt(pelvis: np.ndarray, line: np.ndarray) -> np.ndarray:
    """(T,) degrees from the vertical back to a line (T, 3), seen in the pelvis' sagittal plane."""
    to_pelvis = np.swapaxes(pelvis, -1, -2)
    line, up = (to_pelvis @ line[..., None])[..., 0], to_pelvis @ _UP
    angle = np.arctan2(up[:, 0], up[:, 2]) - np.arctan2(line[:, 0], line[:, 2])
    out: np.ndarray = np.degrees((angle + np.pi) % (2 * np.pi) - np.pi)
    return out


def _coronal(pose: SpinePose, axis: np.ndarray, left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T, 17) lean of each level to the right, degrees, and (T, 3) upper end, apex and lower end of the curve."""
    left = unit(left - (left * axis).sum(-1, keepdims=True) * axis)
    centres = pose.centres
    normal = np.stack([pose.turns[n][..., 2] for n in COBB_LEVELS], 1)
    tilt = np.degrees(np.arctan2(-np.einsum("tvi,ti->tv", normal, left), np.einsum("tvi,ti->tv", normal, axis)))
    ends = np.sort(np.stack([tilt.argmax(1), tilt.argmin(1)], 1), axis=1)
    aside, height = np.einsum("tvi,ti->tv", centres, left), np.einsum("tvi,ti->tv", centres, axis)
    a, b = ((np.take_along_axis(aside, e, 1), np.take_along_axis(height, e, 1)) for e in (ends[:, :1], ends[:, 1:]))
    drop = np.where(np.abs(b[1] - a[1]) > 1e-9, b[1] - a[1], np.inf)
    away = np.abs(aside - a[0] - (height - a[1]) * (b[0] - a[0]) / drop)
    place = np.arange(len(COBB_LEVELS))
    away = np.where((place >= ends[:, :1]) & (place <= ends[:, 1:]), away, -1.0)
    return tilt, np.stack([ends[:, 0], away.argmax(1), ends[:, 1]], 1)
