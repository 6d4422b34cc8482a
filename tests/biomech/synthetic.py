"""Clips whose truth is known: a body posed by coordinates, its landmarks and orientations read off."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.reduction import PELVIS, reduction
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.bodymodel import BodyModel, reference_body
from synthgen.motion.clip import Clip

TWO_PART_TRUNK = {"pelvis", "lumbar_joint", "neck_base"} | {
    f"{side}_{name}" for side in ("left", "right") for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
}
"""The points of a DeepMimic-like source."""


def clip_of(
    body: BodyModel,
    q: np.ndarray,
    points: set[str] | None = None,
    oriented: tuple[str, ...] = ("pelvis", "T6", "skull"),
) -> Clip:
    """(T, C) coordinates → a clip of the landmarks ``points`` (all by default)."""
    world = body.tree.forward(q)
    neutral = body.tree.forward(body.neutral()[0])
    index = [body.tree.segment_index[s] for s in oriented]
    return Clip(
        name="synthetic",
        points={n: p for n, p in body.points(world).items() if points is None or n in points},
        orientations={s: world[:, i, :3, :3] @ neutral[i, :3, :3].T for s, i in zip(oriented, index, strict=True)},
        fps=30.0,
        source="synthetic",
        licence="MIT",
    )


def lively(body: BodyModel, frames: int, seed: int = 0) -> np.ndarray:
    """(T, C) a smooth motion of everything through more than half of its range while walking a curve."""
    basis = reduction(body)
    phase = np.random.default_rng(seed).uniform(0, 2 * np.pi, len(basis.lower))
    t = np.linspace(0, 2 * np.pi, frames)[:, None]
    middle, half = (basis.lower + basis.upper) / 2, (basis.upper - basis.lower) / 2
    z = np.clip(0.55 * half * np.sin(t + phase) + 0.3 * middle, basis.lower, basis.upper)
    q = body.neutral(frames)
    q[:, PELVIS:] = z @ basis.matrix.T
    q[:, 0], q[:, 2], q[:, 3] = 0.1 * t[:, 0], 0.93, 1.0 + 0.5 * np.sin(t[:, 0])
    q[:, 4], q[:, 5] = 0.4 * np.sin(t[:, 0] + 1), 0.2 * np.sin(2 * t[:, 0])
    return q


def off_rhythm(body: BodyModel, q: np.ndarray, share: float, seed: int = 0) -> np.ndarray:
    """The motion with every spinal coordinate made larger or smaller by a factor of its own (σ = ``share``)."""
    spinal = np.any(body.rhythm != 0, axis=1)
    factor = np.where(spinal, 1 + share * np.random.default_rng(seed).standard_normal(len(spinal)), 1.0)
    low, high = (np.array([getattr(c, s) for c in body.tree.coordinates]) for s in ("lower", "upper"))
    return np.clip(q * factor, low, high)


def vertebra_errors(body: BodyModel, q: np.ndarray, motion: SpineMotion) -> np.ndarray:
    """(T, 24) distances in mm of the fitted vertebrae's body centres from the true ones."""
    world = body.tree.forward(q)
    out = []
    for name, points in body.vertebra_points.items():
        if name == "sacrum":
            continue
        i = body.tree.segment_index[name]
        true = world[:, i, :3, :3] @ points["body"] + world[:, i, :3, 3]
        t = motion.segment(name)
        size = motion.scale[i]
        mine = t[:, :3, :3] @ (reference_body().vertebra_points[name]["body"] * size) + t[:, :3, 3]
        out.append(np.linalg.norm(mine - true, axis=-1))
    return 1e3 * np.stack(out, -1)


def region_degrees(motion: SpineMotion, region: str, plane: str, body: BodyModel) -> np.ndarray:
    """(T,) total angle of one region in one plane."""
    column = body.rhythm[:, body.rhythm_names.index(f"{region}_{plane}")]
    return np.degrees(motion.q[:, column != 0].sum(1))
