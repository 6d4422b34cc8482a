"""The reference bodies: ``opensim_models/`` → a kinematic tree, rhythms and landmarks.

Shared by the rooms that need a body to reason about (exercises in ``motion/``, the fit in ``biomech/``).
Nothing here knows OpenSim. Frames: X forward, Y left, Z up, metres, radians.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from synthgen.core.bodydata import DEFAULT_RHYTHM, body_data, mean_measures, segment_ratios, sexes
from synthgen.core.bodyparts import (
    landmark_places,
    limb_segments,
    rhythm_matrix,
    spine_segments,
    vertebra_height,
    vertebra_points,
)
from synthgen.core.errors import InputError
from synthgen.core.kinematics import Tree

DEFAULT_SEX = "male"
"""The sex of the reference adult unless another is asked for."""

ADULT_STATURES = (1.2, 2.3)
"""Metres; nobody outside is scaled from an adult's proportions. It also catches centimetres and millimetres."""


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


def _built(data: dict[str, Any]) -> BodyModel:
    """The body whose numbers ``body.yaml`` holds."""
    spine = spine_segments(data)
    tree = Tree(tuple(spine + limb_segments(data, spine)))
    shares_of_levels, names = rhythm_matrix(data, tree)
    points = vertebra_points(data)
    return BodyModel(
        tree=tree,
        stature=data["stature"],
        landmarks=landmark_places(data, points),
        rhythm=shares_of_levels,
        rhythm_names=names,
        heights={n: vertebra_height(data, n) for n in data["vertebrae"]},
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
