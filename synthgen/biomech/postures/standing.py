"""The standing person with a posture: joint angles that give the clinical angles asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from synthgen.biomech.clinical_angles import measure
from synthgen.biomech.postures.kinds import Posture
from synthgen.biomech.postures.turns import LEVELS, lateral_profiles, level_angles, standing_turns
from synthgen.core.bodymodel import BodyModel
from synthgen.core.bodyparts import spine_coordinate

_THORACIC = tuple(f"T{i}" for i in range(11, 3, -1))
_LUMBAR = ("L5", "L4", "L3", "L2", "L1")
_NECK = ("C7", "C6", "C5", "C4", "C3", "C2")
_HEAD = ("C1", "skull")
_ASKED = 10.0
"""Weight of a degree of what is asked for against 1 mm of balance (0.1) and 1° of the gaze (1)."""
_LAST = 0.01
"""Weight of a degree of kyphosis that compensates: it does so only where the pelvis cannot turn further."""


@dataclass(frozen=True)
class Standing:
    """What a posture adds.

    Attributes:
        spine: (C,) radians on the coordinates of the spine, 0 elsewhere.
        pelvis: radians that the pelvis turns backwards about the hip axis.
        measures: clinical measure → value of the standing subject with the posture.
    """

    spine: np.ndarray
    pelvis: float
    measures: dict[str, float]


def standing_offsets(
    body: BodyModel, posture: Posture, tables: dict[str, Any], own: Standing | None = None
) -> Standing:
    """Solves the joint angles of a standing subject that has the posture.

    Unknowns are the bends of the thoracic, lumbar, cervical and upper cervical spine, the pelvis' turn, and a
    scoliosis' size and share of lean below its apex. Besides the angles asked for, the gaze and the plumb lines of
    neutral standing are kept, as far as ``compensation`` goes.

    Args:
        body: the subject.
        posture: what is asked for.
        tables: ``data/postures.yaml``.
        own: how the subject stands without it; the body's neutral standing by default.

    Returns:
        what is added to the body's neutral standing, with what is the subject's own.
    """
    pose = _Pose(body, posture, tables, own)
    neutral = _measures(body, pose, np.zeros(7))
    span = tables["compensation"]
    # Whoever stands beyond that without the posture stays there.
    tilt = np.radians(
        [
            min(-1.0, span["pelvic_tilt"][0] - neutral["pelvic_tilt"]),
            max(1.0, span["pelvic_tilt"][1] - neutral["pelvic_tilt"]),
        ]
    )
    lordosis = np.radians(span["lordosis"])
    wide = (-2.0, 2.0)
    pelvis_asked, lumbar_asked = posture.pelvic_tilt is not None, posture.lumbar_lordosis is not None
    kyphosis_asked = posture.thoracic_kyphosis is not None
    bounds = {
        "thoracic": wide if kyphosis_asked else (tuple(np.radians(span["kyphosis"])) if lumbar_asked else None),
        "lumbar": wide if lumbar_asked else (tuple(lordosis) if pelvis_asked else None),
        "pelvis": wide if pelvis_asked else tuple(tilt),
        "neck": wide if posture.craniovertebral_angle is not None else None,
        "head": wide,
        "curve": (0.0, 3.0) if posture.scoliosis else None,
        "lean": (-0.4, 0.4) if posture.scoliosis else None,
    }
    free = [k for k, span in enumerate(bounds.values()) if span is not None]
    low, high = (np.array([s[i] for s in bounds.values() if s is not None]) for i in (0, 1))

    def unknowns(x: np.ndarray) -> np.ndarray:
        out = np.zeros(7)
        out[free] = x
        return out

    def residuals(x: np.ndarray) -> np.ndarray:
        asked = _residuals(_measures(body, pose, unknowns(x)), neutral, posture)
        return asked if kyphosis_asked else np.append(asked, _LAST * np.degrees(unknowns(x)[0]))

    start = np.zeros(len(free))
    if posture.scoliosis:
        start[free.index(5)] = 1.0
    found = least_squares(residuals, np.clip(start, low + 1e-6, high - 1e-6), bounds=(low, high), x_scale=0.1)
    solved = unknowns(found.x)
    measures = _measures(body, pose, solved)
    pelvis = float(solved[2]) + pose.pelvis
    return Standing(pose.spine(solved), pelvis, {k: v for k, v in measures.items() if k != "gaze"})


def _residuals(now: dict[str, float], neutral: dict[str, float], posture: Posture) -> np.ndarray:
    out = [now["gaze"] - neutral["gaze"], 0.1 * (now["sagittal_balance"] - neutral["sagittal_balance"])]
    for name in ("thoracic_kyphosis", "lumbar_lordosis", "craniovertebral_angle", "pelvic_tilt"):
        asked = getattr(posture, name)
        if asked is not None:
            out.append(_ASKED * (now[name] - asked))
    if posture.scoliosis:
        out += [_ASKED * (now["cobb"] - posture.scoliosis.cobb), 0.1 * now["coronal_balance"]]
    found: np.ndarray = np.nan_to_num(np.array(out), nan=1e3)
    return found


def _measures(body: BodyModel, pose: _Pose, unknowns: np.ndarray) -> dict[str, float]:
    """Clinical measures of the standing subject, and ``gaze``: degrees that the skull looks down."""
    q = pose.spine(unknowns)
    q[body.tree.coordinate_index["pelvis_tilt"]] = -unknowns[2] - pose.pelvis
    world = body.tree.forward(q[None])
    out = {name: float(v[0]) for name, v in measure(world, body).values.items()}
    normal = world[0, body.tree.segment_index["skull"], :3, 2]
    out["gaze"] = float(np.degrees(np.arctan2(normal[0], normal[2])))
    return out


class _Pose:
    """Spines from the unknowns (thoracic, lumbar, pelvis, neck, head, curve, lean); angles in radians."""

    def __init__(self, body: BodyModel, posture: Posture, tables: dict[str, Any], own: Standing | None = None) -> None:
        self._body = body
        self.pelvis = own.pelvis if own else 0.0
        self._own = standing_turns(body, own.spine if own else body.neutral()[0])
        self._shares = {
            "thoracic": _shares({n: np.sin(np.pi * (k + 1) / (len(_THORACIC) + 1)) for k, n in enumerate(_THORACIC)}),
            "lumbar": _shares({n: self._rhythm(n, "lumbar") for n in _LUMBAR}),
            "neck": _shares({n: self._rhythm(n, "cervical") for n in _NECK}),
            "head": _shares({n: self._rhythm(n, "upper_cervical") for n in _HEAD}),
        }
        self._neck_is_free = posture.craniovertebral_angle is None
        self._scoliosis, self._types = posture.scoliosis, tables["scoliosis"]

    def _rhythm(self, level: str, region: str) -> float:
        row = self._body.tree.coordinate_index[spine_coordinate(level, "flexion")]
        return float(self._body.rhythm[row, self._body.rhythm_names.index(f"{region}_flexion")])

    def spine(self, unknowns: np.ndarray) -> np.ndarray:
        """(C,) coordinates, zero but for the spine."""
        thoracic, lumbar, _, neck, head, curve, lean = unknowns
        # Who keeps the gaze without a forward head bends the neck twice as far as the head, as their ranges are.
        if self._neck_is_free:
            neck, head = 2 / 3 * head, head / 3
        bend = (
            thoracic * self._shares["thoracic"]
            - lumbar * self._shares["lumbar"]
            + neck * self._shares["neck"]
            + head * self._shares["head"]
        )
        aside, turn = self._curve(curve, lean)
        return level_angles(self._body, self._own + np.stack([aside, np.cumsum(bend), turn], -1))

    def _curve(self, size: float, lean: float) -> tuple[np.ndarray, np.ndarray]:
        """(25,) lean to the right and turn to the left of every level for a curve ``size`` times what is asked."""
        if self._scoliosis is None:
            return np.zeros(len(LEVELS)), np.zeros(len(LEVELS))
        return lateral_profiles(self._scoliosis, self._types[self._scoliosis.type], size, lean)


def _shares(weights: dict[str, float]) -> np.ndarray:
    out = np.array([weights.get(n, 0.0) for n in LEVELS])
    return np.asarray(out / out.sum())
