"""The reference bodies: ``opensim_models/`` → a kinematic tree, rhythms and landmarks.

Shared by the rooms that need a body to reason about (exercises in ``motion/``, the fit in ``biomech/``).
Nothing here knows OpenSim. Frames: X forward, Y left, Z up, metres, radians.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from synthgen.core.bodydata import DEFAULT_RHYTHM, body_data, mean_measures, rhythm_tables, segment_ratios, sexes
from synthgen.core.errors import InputError
from synthgen.core.kinematics import Coordinate, Segment, Tree, axis_angle
from synthgen.core.skeleton import SPINE_SEGMENTS, VERTEBRAE

__all__ = [
    "DEFAULT_RHYTHM",
    "DEFAULT_SEX",
    "PLANES",
    "BodyModel",
    "reference_body",
    "rhythm_tables",
    "spine_coordinate",
    "standing_height",
]

PLANES = ("flexion", "lateral", "rotation")
"""Planes of a spinal joint, in the order of the body-fixed sequence: about Y, X and Z of the upper vertebra."""

DEFAULT_SEX = "male"
"""The sex of the reference adult unless another is asked for."""

ADULT_STATURES = (1.2, 2.3)
"""Metres; nobody outside is scaled from an adult's proportions. It also catches centimetres and millimetres."""
_PLANE_AXES = {"flexion": (0.0, 1.0, 0.0), "lateral": (1.0, 0.0, 0.0), "rotation": (0.0, 0.0, 1.0)}


@dataclass(frozen=True)
class BodyModel:
    """A body of one size.

    Attributes:
        tree: segments pelvis, sacrum, L5 … C1, skull, then limbs (``left_clavicle`` …, ``right_toes``).
        stature: metres.
        landmarks: name → (segment name, (3,) offset in the segment's frame, metres).
        rhythm: (C, 12) matrix B of the spine: q_spine = B · z, columns named by ``rhythm_names``.
        rhythm_names: ``lumbar_flexion``, ``lumbar_lateral`` … ``upper_cervical_rotation``.
        heights: vertebra → metres from its lower to its upper joint.
        vertebra_points: ``sacrum``, ``L5`` … ``C1`` → ``body`` (centre of the vertebral body), ``spinous`` (tip of
            the spinous process) and ``skin`` (over the tip), each (3,) metres in the vertebra's own frame.
        soft: landmarks whose place in their segment depends on the source; the fit places them.
    """

    tree: Tree
    stature: float
    landmarks: dict[str, tuple[str, np.ndarray]]
    rhythm: np.ndarray
    rhythm_names: tuple[str, ...]
    heights: dict[str, float]
    vertebra_points: dict[str, dict[str, np.ndarray]]
    soft: frozenset[str] = frozenset()

    def neutral(self, frames: int = 1) -> np.ndarray:
        """(T, C) coordinates of quiet standing: all zero."""
        return np.zeros((frames, len(self.tree.coordinate_index)))

    def spine_coordinates(self, regions: dict[str, np.ndarray | float]) -> np.ndarray:
        """(T, C) coordinates with the spine bent by regional angles and all else zero.

        Args:
            regions: rhythm name (``lumbar_flexion``) → (T,) radians, the region's total; missing ones are 0.
        """
        unknown = set(regions) - set(self.rhythm_names)
        if unknown:
            raise KeyError(f"unknown regions {sorted(unknown)}; known: {self.rhythm_names}")
        values = np.broadcast_arrays(*[np.asarray(regions.get(n, 0.0), float) for n in self.rhythm_names])
        out: np.ndarray = np.stack(values, -1) @ self.rhythm.T
        return out

    def points(self, world: np.ndarray, names: list[str] | None = None) -> dict[str, np.ndarray]:
        """Landmarks in the world: transforms (…, S, 4, 4) → name → (…, 3)."""
        out = {}
        for name in names or list(self.landmarks):
            segment, offset = self.landmarks[name]
            t = world[..., self.tree.segment_index[segment], :, :]
            out[name] = t[..., :3, 3] + (t[..., :3, :3] @ offset[:, None])[..., 0]
        return out

    def scaled(self, factors: np.ndarray) -> BodyModel:
        """The same body with segments of other sizes.

        Args:
            factors: (S, 3) per segment and axis of its own frame; they act on the joints and points that the
                segment carries.
        """
        tree = self.tree.scaled(factors)
        index = tree.segment_index
        landmarks = {n: (s, at * factors[index[s]]) for n, (s, at) in self.landmarks.items()}
        points = {s: {n: at * factors[index[s]] for n, at in rows.items()} for s, rows in self.vertebra_points.items()}
        heights = {n: h * float(factors[index[n], 2]) for n, h in self.heights.items()}
        return replace(
            self,
            tree=tree,
            stature=standing_height(tree, landmarks),
            landmarks=landmarks,
            heights=heights,
            vertebra_points=points,
        )


def standing_height(tree: Tree, landmarks: dict[str, tuple[str, np.ndarray]]) -> float:
    """Metres from the sole (left heel) to the top of the head in neutral standing."""
    world = tree.forward(np.zeros(len(tree.coordinate_index)))
    heel, top = (
        world[tree.segment_index[s]][2] @ np.append(at, 1.0)
        for s, at in (landmarks["left_heel"], landmarks["head_top"])
    )
    return float(top - heel)


def spine_coordinate(segment: str, plane: str) -> str:
    """Name of the coordinate of the joint below ``segment`` in one of :data:`PLANES`: ``L3_flexion``."""
    return f"{segment}_{plane}"


def _spine(data: dict[str, Any]) -> list[Segment]:
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
        height = _height(data, name)
    return out


def _height(data: dict[str, Any], name: str) -> float:
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


def _limbs(data: dict[str, Any], spine: list[Segment]) -> list[Segment]:
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


def _rhythm(data: dict[str, Any], tree: Tree) -> tuple[np.ndarray, tuple[str, ...]]:
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


def _vertebra_points(data: dict[str, Any]) -> dict[str, dict[str, np.ndarray]]:
    out = {"sacrum": {n: np.array(at, float) / 1000 for n, at in data["pelvis"]["points"].items()}}
    for name in VERTEBRAE:
        row = data["vertebrae"][name]
        body = np.array([0.0, 0.0, row.get("body", 0.5) * _height(data, name)])
        behind, below = np.array(row["spinous"]) / 1000
        spinous = body - (behind, 0.0, below)
        out[name] = {"body": body, "spinous": spinous, "skin": spinous - (row["skin"] / 1000, 0.0, 0.0)}
    return out


def _landmarks(data: dict[str, Any], vertebrae: dict[str, dict[str, np.ndarray]]) -> dict[str, tuple[str, np.ndarray]]:
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


def _built(data: dict[str, Any]) -> BodyModel:
    """The body whose numbers ``body.yaml`` holds."""
    spine = _spine(data)
    tree = Tree(tuple(spine + _limbs(data, spine)))
    shares_of_levels, names = _rhythm(data, tree)
    points = _vertebra_points(data)
    return BodyModel(
        tree=tree,
        stature=data["stature"],
        landmarks=_landmarks(data, points),
        rhythm=shares_of_levels,
        rhythm_names=names,
        heights={n: _height(data, n) for n in data["vertebrae"]},
        vertebra_points=points,
        soft=frozenset(n for n, row in data["landmarks"].items() if row.get("soft")),
    )


def _of_sex(body: BodyModel, sex: str) -> BodyModel:
    """The reference body with another sex's proportions and mean stature."""
    ratios = segment_ratios(sex)
    names = [s.name.removeprefix("left_").removeprefix("right_") for s in body.tree.segments]
    return _of_stature(body.scaled(np.stack([ratios[n] for n in names])), mean_measures(sex)["stature"])


def _of_stature(body: BodyModel, stature: float) -> BodyModel:
    """The same proportions at another stature, metres."""
    factor = stature / standing_height(body.tree, body.landmarks)
    return body.scaled(np.full((len(body.tree.segments), 3), factor))


@cache
def reference_body(rhythm: str = DEFAULT_RHYTHM, sex: str = DEFAULT_SEX, stature: float | None = None) -> BodyModel:
    """A reference adult: ``body.yaml``, with the proportions that ``anthropometry.yaml`` gives the sex.

    Args:
        rhythm: how a region's bend is shared out to its levels, one of :func:`synthgen.core.bodydata.rhythm_tables`.
        sex: one of :func:`synthgen.core.bodydata.sexes`.
        stature: metres; the sex's mean by default. The proportions stay those of the mean.

    Raises:
        InputError: the rhythm or the sex is unknown, or the stature is no adult's.
    """
    if sex not in sexes():
        raise InputError("unknown sex", expected=" or ".join(sexes()), got=str(sex))
    if stature is not None and not ADULT_STATURES[0] <= stature <= ADULT_STATURES[1]:
        expected = f"{ADULT_STATURES[0]} to {ADULT_STATURES[1]} m"
        raise InputError("the stature is no adult's", expected=expected, got=f"{stature} m")
    body = _built(body_data(rhythm))
    if sex != sexes()[0]:
        body = _of_sex(body, sex)
    return body if stature is None else _of_stature(body, stature)
