"""Clinical measures of a spine, frame by frame: kyphosis, lordosis, Cobb angle, balance, pelvic tilt.

Taken as on a radiograph, yet in planes that follow the person: a moving trunk has no fixed film behind it. Lateral
curves are taken in the coronal plane of the trunk (through the line from S1 to C7 and the pelvis' left), sagittal
angles across the left of their lower vertebra; balance, pelvic tilt and craniovertebral angle against gravity, as long
as the trunk is within ``plumb_within`` of it. The model's vertebrae are not wedged: a vertebra's upper and lower
endplate are both normal to its own Z axis. Constants, usual values and their sources: ``data/clinical.yaml``. The same
measures of a labelled character: ``clinical_labels.py``.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import subject_body
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.frames import apply
from synthgen.core.kinematics import axis_angle
from synthgen.core.skeleton import SPINE_SEGMENTS
from synthgen.core.tables import table

COBB_LEVELS: tuple[str, ...] = (
    "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5",
)  # fmt: skip
"""Vertebrae that may end a lateral curve, from above."""

_UP = np.array([0.0, 0.0, 1.0])


def constants() -> dict[str, Any]:
    """``data/clinical.yaml``."""
    return table("biomech/data/clinical.yaml")


@dataclass(frozen=True)
class ClinicalMeasures:
    """Measures of T frames.

    Attributes:
        values: measure of ``data/clinical.yaml`` → (T,) degrees or millimetres, NaN where it has no meaning
            (what is taken against gravity, of somebody who lies, stands on the head or is bent double).
        curve: (T, 3) indices into :data:`COBB_LEVELS` of the Cobb angle's upper end, apex and lower end.
        tilt: (T, 17) degrees that each of :data:`COBB_LEVELS` leans to the right in the trunk's coronal plane.
    """

    values: dict[str, np.ndarray]
    curve: np.ndarray
    tilt: np.ndarray

    @property
    def frames(self) -> int:
        """Number of frames T."""
        return len(self.curve)

    def to_dict(self, frame: int) -> dict[str, float | str | None]:
        """JSON-able measures of one frame, to 0.01° and 0.1 mm, with ``cobb_upper``, ``cobb_apex``, ``cobb_lower``.

        None where a measure has no meaning.
        """
        units = {name: row["unit"] for name, row in constants()["measures"].items()}
        out: dict[str, float | str | None] = {}
        for name, value in self.values.items():
            # -0.0 would be another text for the same number
            number = round(float(value[frame]), 2 if units[name] == "deg" else 1) + 0.0
            out[name] = number if np.isfinite(number) else None
        ends = (COBB_LEVELS[i] for i in self.curve[frame])
        return out | dict(zip(("cobb_upper", "cobb_apex", "cobb_lower"), ends, strict=True))

    def summary(self) -> dict[str, Any]:
        """JSON-able: measure → ``median``, ``min``, ``max`` and ``frames`` that have it; the largest curve's ends."""
        out: dict[str, Any] = {}
        for name, value in self.values.items():
            known = value[np.isfinite(value)]
            row: dict[str, Any] = {"median": np.median, "min": np.min, "max": np.max}
            out[name] = {n: round(float(f(known)), 1) if known.size else None for n, f in row.items()}
            out[name]["frames"] = len(known)
        most = int(np.argmax(self.values["cobb"]))
        upper, apex, lower = (COBB_LEVELS[i] for i in self.curve[most])
        out["cobb"] |= {"upper": upper, "apex": apex, "lower": lower, "frame": most}
        return out

    def table(self, fps: float, simulated_posture: str = "") -> str:
        """The measures as CSV: one row per frame, empty fields where a measure has no meaning.

        Args:
            fps: frames per second.
            simulated_posture: kind of the posture that was added to the motion, named in every row; empty where the
                motion is as it was measured.
        """
        units = {name: row["unit"] for name, row in constants()["measures"].items()}
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        ends = ("cobb_upper", "cobb_apex", "cobb_lower")
        writer.writerow(["frame", "time_s", *(f"{n}_{units[n]}" for n in self.values), *ends, "simulated_posture"])
        for t in range(self.frames):
            row = [f"{v[t]:.2f}" if np.isfinite(v[t]) else "" for v in self.values.values()]
            writer.writerow([t, f"{t / fps:.4f}", *row, *(COBB_LEVELS[i] for i in self.curve[t]), simulated_posture])
        return out.getvalue()


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
        size: the trunk's size against the reference adult's.
    """

    turns: dict[str, np.ndarray]
    centres: np.ndarray
    s1: np.ndarray
    seventh: np.ndarray
    nape: np.ndarray
    ear: np.ndarray
    hips: np.ndarray
    size: float


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
    axis = _unit(pose.seventh - pose.s1)
    tilt, curve = _coronal(pose, axis, left)

    forward = np.cross(left, _UP)
    upright = (axis[:, 2] > np.cos(np.radians(constants()["plumb_within"]))) & (np.linalg.norm(forward, axis=-1) > 0.5)
    forward = np.where(upright[:, None], _unit(forward), np.nan)
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
    left = _unit(across[..., 1] - (across[..., 1] * axis).sum(-1, keepdims=True) * axis)
    forward = np.cross(left, axis)
    pitch = [np.arctan2((z * forward).sum(-1), (z * axis).sum(-1)) for z in (lower[..., 2], upper[..., 2])]
    return np.degrees((pitch[1] - pitch[0] + np.pi) % (2 * np.pi) - np.pi)


def _backward_tilt(pelvis: np.ndarray, line: np.ndarray) -> np.ndarray:
    """(T,) degrees from the vertical back to a line (T, 3), seen in the pelvis' sagittal plane."""
    to_pelvis = np.swapaxes(pelvis, -1, -2)
    line, up = (to_pelvis @ line[..., None])[..., 0], to_pelvis @ _UP
    angle = np.arctan2(up[:, 0], up[:, 2]) - np.arctan2(line[:, 0], line[:, 2])
    return np.degrees((angle + np.pi) % (2 * np.pi) - np.pi)


def _coronal(pose: SpinePose, axis: np.ndarray, left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T, 17) lean of each level to the right, degrees, and (T, 3) upper end, apex and lower end of the curve."""
    left = _unit(left - (left * axis).sum(-1, keepdims=True) * axis)
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


def _unit(v: np.ndarray) -> np.ndarray:
    return np.asarray(v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-12))
