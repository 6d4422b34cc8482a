"""The subject's size: factors on the reference body, from distances between measured points."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.core.bodymodel import BodyModel
from synthgen.core.skeleton import SPINE_SEGMENTS
from synthgen.motion.normalise.size import relative_size

# part → the segments whose lengths it scales (both sides) and the pairs of points that measure it, best first.
_PARTS: dict[str, tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = {
    "trunk": (
        tuple(s for s in SPINE_SEGMENTS if s[0] in "sLT" and s != "skull"),
        (("pelvis", "C7"), ("pelvis", "shoulder"), ("left_hip", "left_shoulder"), ("pelvis", "neck_base")),
    ),
    "neck": (tuple(s for s in SPINE_SEGMENTS if s[0] == "C"), ()),
    "skull": (("skull",), ()),
    "thigh": (("thigh",), (("hip", "knee"),)),
    "shank": (("shank",), (("knee", "ankle"),)),
    "foot": (("foot", "toes"), (("ankle", "toe_base"), ("heel", "toe_tip"))),
    "upper_arm": (("upper_arm",), (("shoulder", "elbow"),)),
    "forearm": (("forearm",), (("elbow", "wrist"),)),
    "hand": (("hand",), (("wrist", "hand_tip"),)),
    "hips": (("pelvis",), (("left_hip", "right_hip"),)),
    "shoulders": (("clavicle",), (("left_shoulder", "right_shoulder"),)),
}


PARTS = tuple(_PARTS)
_WIDTHS = ("hips", "shoulders")
UPRIGHT = 0.9
"""Quantile of the chord to C7 that is compared with neutral standing: a bent trunk's is shorter, none is longer."""
LONG_BONES = ("thigh", "shank", "upper_arm", "forearm")
"""They tell a trunk's length better than the shoulders do, which go up and down on it: raised by 6° on the average,
they would make it 3 % longer."""


def part_of_segment(body: BodyModel) -> np.ndarray:
    """(S, 3) index into :data:`PARTS` of what scales each segment along its axes.

    The pelvis is as wide as the hips and as high and deep as the trunk.
    """
    table = {segment: part for part, (segments, _) in _PARTS.items() for segment in segments}
    names = [s.name.removeprefix("left_").removeprefix("right_") for s in body.tree.segments]
    out = np.repeat([[PARTS.index(table[n])] for n in names], 3, axis=1)
    trunk, hips = PARTS.index("trunk"), PARTS.index("hips")
    out[body.tree.segment_index["pelvis"]] = trunk, hips, trunk
    return out


def first_factors(body: BodyModel, seen: Observations) -> np.ndarray:
    """(P,) factors of :data:`PARTS`: median ratios of measured to neutral distances, the median of them elsewhere.

    Markers on the skin show no joints; then one factor from distances within rigid parts has to do.
    """
    index = {n: i for i, n in enumerate(seen.point_names)}
    neutral = body.points(body.tree.forward(body.neutral()[0]))
    found: dict[str, float] = {}
    by_c7 = False
    for part, (_, pairs) in _PARTS.items():
        for a, b in pairs:
            ratios = []
            for side in ("left_", "right_"):
                ends = [n if n in neutral else side + n for n in (a, b)]
                if all(n in index for n in ends):
                    i, j = (index[n] for n in ends)
                    both = seen.point_seen[:, i] & seen.point_seen[:, j]
                    model = np.linalg.norm(neutral[ends[0]] - neutral[ends[1]])
                    ratios.append(np.linalg.norm(seen.points[both, i] - seen.points[both, j], axis=-1) / model)
            if ratios and np.concatenate(ratios).size:
                by_c7 |= b == "C7"
                found[part] = float(np.quantile(np.concatenate(ratios), UPRIGHT if b == "C7" else 0.5))
                break
    bones = [found[part] for part in LONG_BONES if part in found]
    if bones and not by_c7:
        found["trunk"] = float(np.median(bones))
    # How wide hips and shoulders are says little of how long a person is.
    lengths = [factor for part, factor in found.items() if part not in _WIDTHS]
    common = float(np.median(lengths)) if lengths else _size_by_markers(body, seen)
    return np.array([found.get(part, common) for part in PARTS])


def _size_by_markers(body: BodyModel, seen: Observations) -> float:
    points = {
        n: np.where(seen.point_seen[:, m, None], seen.points[:, m], np.nan) for m, n in enumerate(seen.point_names)
    }
    places = {n: (body.landmarks[n][0], tuple(body.landmarks[n][1].tolist())) for n in points}
    return relative_size(points, places) or 1.0


def segment_factors(body: BodyModel, parts: np.ndarray) -> np.ndarray:
    """(P,) factors of :data:`PARTS` → (S, 3) factors per segment and axis."""
    out: np.ndarray = parts[part_of_segment(body)]
    return out
