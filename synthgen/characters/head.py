"""What hair and headwear need to know of a head: its size, its hairline, the skull's hull."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull

from synthgen.characters.landmarks import Landmarks
from synthgen.characters.masks import at_vertices
from synthgen.characters.rest_body import RestBody


@dataclass(frozen=True)
class Head:
    """What hair needs to know of a head. Character frame, metres.

    Attributes:
        centre: (3,) middle of the skull; eyes_z, top, ear_top: heights.
        ear_front, ear_back: azimuths (radians from straight ahead) between which the ears stand.
        planes: (P, 4) the skull's convex hull, outward normals and offsets.
        unit: scale of lengths.
    """

    centre: np.ndarray
    eyes_z: float
    top: float
    ear_top: float
    ear_front: float
    ear_back: float
    planes: np.ndarray
    unit: float

    def line(self, points: np.ndarray) -> np.ndarray:
        """(…) metres above (> 0) or below the hairline, for points on the head."""
        d = points - self.centre
        azimuth = np.abs(np.arctan2(d[..., 1], d[..., 0]))
        height = self.top - self.eyes_z
        ear = (self.ear_top - self.eyes_z) / height + 0.02
        at = [
            0.0,
            0.45,
            0.75,
            self.ear_front - 0.30,
            self.ear_front - 0.20,
            self.ear_front - 0.04,
            self.ear_front + 0.06,
            self.ear_back - 0.05,
            self.ear_back + 0.18,
            2.6,
            np.pi,
        ]
        level = [0.70, 0.69, 0.60, 0.28, 0.0, -0.02, ear, ear, -0.25, -0.55, -0.58]
        out: np.ndarray = points[..., 2] - (self.eyes_z + height * np.interp(azimuth, at, level))
        return out

    def reach(self, directions: np.ndarray) -> np.ndarray:
        """(…) distance from the centre to the skull's hull along unit directions (…, 3)."""
        # Along a direction d the plane n·x = r is met at r / (n·d): the nearest of all has the greatest n·d / r.
        room = -(self.planes[:, :3] @ self.centre + self.planes[:, 3])
        out: np.ndarray = 1 / np.max(directions @ (self.planes[:, :3] / room[:, None]).T, axis=-1)
        return out


def measure_head(body: RestBody, marks: Landmarks) -> Head:
    """Measures the skull, the eyes and the ears of a rest body."""
    v = body.vertices
    eyes = 0.5 * (marks.joint["eye.L"] + marks.joint["eye.R"])
    ears = at_vertices("ears", body.faces, body.uvs, len(v)) > 0.5
    skull = (marks.head > 0.5) & ~ears
    top, back = v[skull, 2].max(), v[skull, 0].min()
    centre = np.array([0.5 * (eyes[0] + back) + 0.01 * marks.unit, 0.0, eyes[2] + 0.30 * (top - eyes[2])])
    d = v - centre
    azimuth = np.abs(np.arctan2(d[:, 1], d[:, 0]))
    shell = skull & (v[:, 2] > eyes[2] - 0.55 * (top - eyes[2])) & (v[:, 0] < eyes[0] + 0.03 * marks.unit)
    front, back_edge = np.quantile(azimuth[ears], [0.03, 0.90])
    return Head(
        centre,
        float(eyes[2]),
        float(top),
        float(v[ears, 2].max()),
        float(front),
        float(back_edge),
        ConvexHull(v[shell]).equations,
        marks.unit,
    )
