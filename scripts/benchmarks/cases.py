"""Clips whose truth is known, and how far a solution is off it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.biomech.solving.reduction import PELVIS
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import subject_body
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.skeleton import SPINE_SEGMENTS, VERTEBRAE
from synthgen.motion.clip import Clip
from tests.biomech.synthetic import clip_of, exercise, noisy

FPS = 100.0
BODY = reference_body()
SPINAL = [i for i, c in enumerate(BODY.tree.coordinates) if i >= PELVIS and c.name.rsplit("_", 1)[0] in SPINE_SEGMENTS]


@dataclass(frozen=True)
class Case:
    """A clip whose truth is known: ``q`` (T, C) radians, and points as they were, measured and conditioned."""

    q: np.ndarray
    true: Clip
    noisy: Clip
    conditioned: Clip


def made(frames: int, seed: int = 0) -> tuple[np.ndarray, Clip, Clip]:
    """True coordinates (T, C), the true clip and the noisy one; of all points, without orientations.

    The tool cannot take orientations.
    """
    q = exercise(BODY, frames, FPS, seed)
    true = clip_of(BODY, q, None, (), FPS)
    return q, true, noisy(true, seed=seed)


def rms(values: np.ndarray) -> float:
    """Root mean square of what is not NaN."""
    return float(np.sqrt(np.nanmean(np.square(values))))


def accuracy(case: Case, q: np.ndarray, world: np.ndarray, motion: SpineMotion) -> dict[str, float]:
    """How far a solution (T, C) with its transforms (T, S, 4, 4) is off, over its first T frames."""
    found = {}
    for name in ("noisy", "conditioned", "true"):
        found[f"marker_rms_{name}_mm"] = 1e3 * rms(marker_errors(getattr(case, name), world, motion))
    found["spine_rms_degrees"] = float(np.degrees(rms((q - case.q[: len(q)])[:, SPINAL])))
    true = vertebrae(BODY, BODY.tree.forward(case.q[: len(q)]))
    found["vertebra_rms_mm"] = 1e3 * rms(np.linalg.norm(vertebrae(subject_body(motion), world) - true, axis=-1))
    return found


def marker_errors(clip: Clip, world: np.ndarray, motion: SpineMotion) -> np.ndarray:
    """(T, M) metres from a clip's points."""
    out = []
    for name, segment, at in zip(motion.marker_names, motion.marker_segments, motion.marker_offsets, strict=True):
        t = world[:, motion.segment_names.index(segment)]
        out.append(np.linalg.norm((t[:, :3, :3] @ at) + t[:, :3, 3] - clip.points[name][: len(world)], axis=-1))
    return np.stack(out, -1)


def vertebrae(body: BodyModel, world: np.ndarray) -> np.ndarray:
    """(T, 24, 3) centres of the vertebral bodies."""
    t = world[:, [body.tree.segment_index[n] for n in VERTEBRAE]]
    centres = np.stack([body.vertebra_points[n]["body"] for n in VERTEBRAE])
    out: np.ndarray = (t[..., :3, :3] @ centres[..., None])[..., 0] + t[..., :3, 3]
    return out
