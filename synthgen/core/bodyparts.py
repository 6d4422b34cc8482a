"""The parts of a body, made from the numbers of ``opensim_models/body.yaml``: segments, rhythm, points, landmarks."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthgen.core.kinematics import Coordinate, Segment, Tree
from synthgen.core.rotations import axis_angle
from synthgen.core.skeleton import SPINE_SEGMENTS, VERTEBRAE

PLANES = ("flexion", "lateral", "rotation")
"""Planes of a spinal joint, in the order of the body-fixed sequence: about Y, X and Z of the upper vertebra."""

_PLANE_AXES = {"flexion": (0.0, 1.0, 0.0), "lateral": (1.0, 0.0, 0.0), "rotation": (0.0, 0.0, 1.0)}


def spine_coordinate(segment: str, plane: str) -> str:
    """Name of the coordinate of the joint below ``segment`` in one of :data:`PLANES`: ``L3_flexion``."""
    return f"{segment}_{plane}"


def spine_segments(data: dict[str, Any]) -> list[Segment]:
    """Pelvis, sacrum, L5 … C1 and skull, upwards; offsets in metres, coordinates with their limits in radians."""
    out = [
        Segment(
            "pelvis",
            None,
            np.zeros(3),
            np.eye(3),
            tuple(
                [
                    Coordinate(f"pelvis_t{a}", tuple(float(b == a) for b in "xyz"), "translation", -1e3, 1e3)  # type: ignore[arg-type]
                    for a in "xyz"
                ]
                + [
                    Coordinate("pelvis_rotation", (0.0, 0.0, 1.0), "rotation", -100.0, 100.0),
                    Coordinate("pelvis_tilt", (0.0, 1.0, 0.0), "rotation", -100.0, 100.0),
                    Coordinate("pelvis_list", (1.0, 0.0, 0.0), "rotation", -100.0, 100.0),
                ]
            ),
        ),
        Segment("sacrum", "pelvis", np.array(data["pelvis"]["sacrum"]), np.eye(3)),
    ]
    height = 0.0
    for name in SPINE_SEGMENTS[1:]:
        row = data["vertebrae"][name]
        limits = _limits(data, row)
        out.append(
            Segment(
                name,
                out[-1].name,
                np.array([0.0, 0.0, height]),
                axis_angle((0.0, 1.0, 0.0), np.radians(-row["neutral"])),
                tuple(Coordinate(spine_coordinate(name, p), _PLANE_AXES[p], "rotation", *limits[p]) for p in PLANES),
            )
        )
        height = vertebra_height(data, name)
    return out


def vertebra_height(data: dict[str, Any], name: str) -> float:
    """Metres from the joint below to the joint above a vertebra at the reference stature."""
    part = "cervical" if name[0] in "Cs" else "thoracolumbar"
    return float(data["vertebrae"][name]["height"] * data["height_scale"][part] / 1000)


def _limits(data: dict[str, Any], row: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """Plane → bounds in radians of one spinal joint: mean range times margin, flexion split at quiet standing."""
    flexion, lateral, rotation = np.radians(row["rom"]) * data["rom_margin"]
    share = data["flexion_share"][row["region"]]
    return {
        "flexion": (-(1 - share) * flexion, share * flexion),
        "lateral": (-lateral, lateral),
        "rotation": (-rotation, rotation),
    }


def limb_segments(data: dict[str, Any], spine: list[Segment]) -> list[Segment]:
    """The limbs of both sides, parents first; the right ones are the left ones mirrored in the sagittal plane."""
    standing: dict[str, np.ndarray] = {}
    for segment in spine:
        above = standing[segment.parent] if segment.parent else np.eye(3)
        standing[segment.name] = above @ segment.neutral
    out = []
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for name, row in data["limbs"].items():
            parent = row["parent"] if row["parent"] in ("pelvis", *SPINE_SEGMENTS) else f"{side}_{row['parent']}"
            coordinates = []
            for key, (axis, lower, upper) in row["coordinates"].items():
                # Mirroring in the sagittal plane turns rotations about X and Z round, not those about Y.
                axis = (axis[0] * sign, float(axis[1]), axis[2] * sign)
                coordinates.append(Coordinate(f"{side}_{key}", axis, "rotation", np.radians(lower), np.radians(upper)))
            offset, neutral = np.array(row["offset"], float) * (1.0, sign, 1.0), np.eye(3)
            if row.get("upright"):
                neutral = standing[parent].T
                offset = neutral @ offset
            out.append(Segment(f"{side}_{name}", parent, offset, neutral, tuple(coordinates)))
    return out


def rhythm_matrix(data: dict[str, Any], tree: Tree) -> tuple[np.ndarray, tuple[str, ...]]:
    """(coordinates, regions × planes) share that a level takes of its region's bend, and the names of the columns."""
    regions = list(dict.fromkeys(row["region"] for row in data["vertebrae"].values()))
    names = tuple(f"{region}_{plane}" for region in regions for plane in PLANES)
    matrix = np.zeros((len(tree.coordinate_index), len(names)))
    for region in regions:
        rows = {n: r for n, r in data["vertebrae"].items() if r["region"] == region}
        for k, plane in enumerate(PLANES):
            # Where no rhythm is published the levels share by their range of motion.
            shares = np.array([r["rhythm"][k] if "rhythm" in r else r["rom"][k] for r in rows.values()], float)
            for name, share in zip(rows, shares / shares.sum(), strict=True):
                matrix[tree.coordinate_index[spine_coordinate(name, plane)], names.index(f"{region}_{plane}")] = share
    return matrix, names


def vertebra_points(data: dict[str, Any]) -> dict[str, dict[str, np.ndarray]]:
    """Vertebra or sacrum → ``body``, ``spinous`` and ``skin``, (3,) metres in its own frame."""
    out = {"sacrum": {n: np.array(at, float) / 1000 for n, at in data["pelvis"]["points"].items()}}
    for name in VERTEBRAE:
        row = data["vertebrae"][name]
        body = np.array([0.0, 0.0, row.get("body", 0.5) * vertebra_height(data, name)])
        behind, below = np.array(row["spinous"]) / 1000
        spinous = body - (behind, 0.0, below)
        out[name] = {"body": body, "spinous": spinous, "skin": spinous - (row["skin"] / 1000, 0.0, 0.0)}
    return out


def landmark_places(
    data: dict[str, Any], vertebrae: dict[str, dict[str, np.ndarray]]
) -> dict[str, tuple[str, np.ndarray]]:
    """Landmark → its segment and (3,) metres in the segment's frame; those of the right mirror those of the left."""
    out = {}
    for name, row in data["landmarks"].items():
        if "vertebra" in row:
            segment, point = row["vertebra"].split(".")
            out[name] = (segment, vertebrae[segment][point])
            continue
        at = np.array(row["at"], float)
        out[name] = (row["segment"], at)
        if name.startswith("left_"):
            out["right_" + name[5:]] = (row["segment"].replace("left_", "right_"), at * (1.0, -1.0, 1.0))
    return out
