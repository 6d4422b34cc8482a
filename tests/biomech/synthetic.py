"""Clips whose truth is known: a body posed by coordinates, its landmarks and orientations read off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.biomech.solving.reduction import PELVIS, reduction
from synthgen.biomech.solving.scaling import PARTS, segment_factors
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.bodyparts import PLANES
from synthgen.motion.clip import Clip
from synthgen.motion.marker_sets import MarkerSet

TWO_PART_TRUNK = {"pelvis", "lumbar_joint", "neck_base"} | {
    f"{side}_{name}" for side in ("left", "right") for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
}
"""The points of a DeepMimic-like source."""


def clip_of(
    body: BodyModel,
    q: np.ndarray,
    points: set[str] | None = None,
    oriented: tuple[str, ...] = ("pelvis", "T6", "skull"),
    fps: float = 30.0,
) -> Clip:
    """(T, C) coordinates → a clip of the landmarks ``points`` (all by default)."""
    world = body.tree.forward(q)
    neutral = body.tree.forward(body.neutral()[0])
    index = [body.tree.segment_index[s] for s in oriented]
    return Clip(
        name="synthetic",
        points={n: p for n, p in body.points(world).items() if points is None or n in points},
        orientations={s: world[:, i, :3, :3] @ neutral[i, :3, :3].T for s, i in zip(oriented, index, strict=True)},
        fps=fps,
        source="synthetic",
        licence="MIT",
        floor=False,  # coordinates are drawn without a look at what is below
    )


def lively(body: BodyModel, frames: int, seed: int = 0) -> np.ndarray:
    """(T, C) a smooth motion of everything through more than half of its range while walking a curve.

    No level comes to the end of its range, so that all follow their rhythms.
    """
    basis = reduction(body)
    phase = np.random.default_rng(seed).uniform(0, 2 * np.pi, len(basis.lower))
    t = np.linspace(0, 2 * np.pi, frames)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = np.where(basis.matrix > 0, basis.low[:, None] / basis.matrix, -np.inf).max(0)
        upper = np.where(basis.matrix > 0, basis.high[:, None] / basis.matrix, np.inf).min(0)
    middle, half = (lower + upper) / 2, (upper - lower) / 2
    z = np.clip(0.55 * half * np.sin(t + phase) + 0.3 * middle, lower, upper)
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


def keypoints_on(body: BodyModel, chosen: MarkerSet) -> BodyModel:
    """The body with a set's points as its landmarks, under their names in a clip."""
    places = {chosen.called(n): (segment, np.array(at)) for n, (segment, at) in chosen.places.items()}
    return replace(body, landmarks={**body.landmarks, **places})


def keypoint_clip(body: BodyModel, q: np.ndarray, chosen: MarkerSet, fps: float = 60.0) -> Clip:
    """What a triangulator gives of a person of :func:`keypoints_on`: points, no orientation of anything."""
    names = [chosen.called(n) for n in chosen.places]
    own = {n: place for m, place in chosen.places.items() if (n := chosen.called(m)) not in chosen.landmarks.values()}
    sigma = {chosen.called(n): metres for n, metres in chosen.sigma.items()}
    return replace(clip_of(body, q, set(names), (), fps), markers=own, sigma=sigma)


def person(
    body: BodyModel, seed: int, misplaced: float = 0.0, sigma: Mapping[str, float] | None = None, soft: float = 0.02
) -> BodyModel:
    """The body in another size (within 10 %) and build: every part longer or shorter by a factor of its own (σ 3 %).

    A two-part trunk's joints sit ``soft`` metres off (σ), all other landmarks ``misplaced`` metres (σ per axis), or
    what ``sigma`` says of them: markers that were stuck on beside their places and stay there.
    """
    sigma = sigma or {}
    rng = np.random.default_rng(seed)
    parts = np.exp(rng.uniform(-0.1, 0.1) + 0.03 * rng.standard_normal(len(PARTS)))
    out = body.scaled(segment_factors(body, parts))
    shifts = {n: soft * rng.standard_normal(3) * (1, 0, 1) for n in sorted(body.soft)}
    shifts |= {n: sigma.get(n, misplaced) * rng.standard_normal(3) for n in out.landmarks if n not in body.soft}
    return replace(out, landmarks={n: (s, at + shifts[n]) for n, (s, at) in out.landmarks.items()})


def keypoint_person(chosen: MarkerSet, seed: int) -> BodyModel:
    """A :func:`person` whose keypoints each lie off their places by what the set says of them (σ per axis)."""
    sigma = {chosen.called(n): metres for n, metres in chosen.sigma.items()}
    return person(keypoints_on(reference_body(), chosen), seed, 0.005, sigma)


USUAL = {"lumbar": (30, 15, 5), "thoracic": (15, 12, 15), "cervical": (20, 12, 20), "upper_cervical": (6, 3, 15)}
"""Degrees that a region moves to either side in an exercise: flexion, lateral bending, rotation."""


def exercise(body: BodyModel, frames: int, fps: float, seed: int = 0, off: float = 0.3) -> np.ndarray:
    """(T, C) every region in every plane at its own slow pace, every level off the rhythm, arms and legs moving.

    Each level's share of its region's bend is its rhythm's times 1 + ``off`` · N(0, 1), so the region's total is off
    as well.
    """
    rng = np.random.default_rng(seed)
    t = np.arange(frames)[:, None] / fps
    index = body.tree.coordinate_index
    low, high = (np.array([getattr(c, s) for c in body.tree.coordinates]) for s in ("lower", "upper"))

    def wave(count: int) -> np.ndarray:
        return np.sin(2 * np.pi * rng.uniform(0.15, 0.4, count) * t + rng.uniform(0, 2 * np.pi, count))

    amplitude = np.radians([USUAL[n.rsplit("_", 1)[0]][PLANES.index(n.rsplit("_", 1)[1])] for n in body.rhythm_names])
    shares = body.rhythm * (1 + off * rng.standard_normal(body.rhythm.shape))
    q = (amplitude * wave(len(amplitude))) @ shares.T
    limbs = [i for n, i in index.items() if n.startswith(("left_", "right_"))]
    middle, half = (low + high)[limbs] / 2, (high - low)[limbs] / 2
    q[:, limbs] = 0.5 * middle + 0.3 * half * wave(len(limbs))
    q[:, :3] = 0.2 * wave(3) + (0, 0, 0.93)
    q[:, 3:6] = 0.3 * wave(3)
    return np.clip(q, low, high)


def noisy(clip: Clip, sigma: float = 0.005, turn: float = 1.0, seed: int = 0) -> Clip:
    """The clip with white noise: metres per axis on points, degrees per axis on orientations."""
    rng = np.random.default_rng(seed)
    turns = {
        n: Rotation.from_rotvec(np.radians(turn) * rng.standard_normal((len(o), 3))).as_matrix() @ o
        for n, o in clip.orientations.items()
    }
    points = {n: p + sigma * rng.standard_normal(p.shape) for n, p in clip.points.items()}
    return replace(clip, points=points, orientations=turns)


def vertebra_errors(body: BodyModel, q: np.ndarray, motion: SpineMotion) -> np.ndarray:
    """(T, 24) distances in mm of the fitted vertebrae's body centres from the true ones."""
    return 1e3 * np.linalg.norm(vertebra_offsets(body, q, motion), axis=-1)


def vertebra_offsets(body: BodyModel, q: np.ndarray, motion: SpineMotion) -> np.ndarray:
    """(T, 24, 3) metres from the true body centres of the vertebrae to the fitted ones."""
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
        out.append(mine - true)
    return np.stack(out, 1)


def region_degrees(motion: SpineMotion, region: str, plane: str, body: BodyModel) -> np.ndarray:
    """(T,) total angle of one region in one plane."""
    column = body.rhythm[:, body.rhythm_names.index(f"{region}_{plane}")]
    return np.degrees(motion.q[:, column != 0].sum(1))


ENDS = {
    "lumbar": ("sacrum", "T12"),
    "thoracic": ("T12", "T1"),
    "cervical": ("T1", "C2"),
    "upper_cervical": ("C2", "skull"),
    "neck": ("T1", "skull"),
}
"""Region → the segment below it and its highest one; the neck is both cervical regions."""


def region_turns(body: BodyModel, world: np.ndarray) -> dict[str, np.ndarray]:
    """Region → (T, 3) degrees in flexion, lateral bending and rotation of its top against the segment below it.

    Taken apart as a joint's own coordinates are, against the neutral posture.
    """
    neutral = body.tree.forward(body.neutral()[0])
    out = {}
    for region, ends in ENDS.items():
        low, high = (body.tree.segment_index[s] for s in ends)
        turn, rest = (np.swapaxes(w[..., low, :3, :3], -1, -2) @ w[..., high, :3, :3] for w in (world, neutral))
        # About the axes of a segment halfway between both ends, in which a bend of the region is one about one axis.
        half = Rotation.from_matrix(rest).as_rotvec() / 2
        middle = Rotation.from_rotvec(half).as_matrix()
        turned = middle.T @ turn @ rest.T @ middle
        out[region] = Rotation.from_matrix(turned).as_euler("YXZ", degrees=True)
    return out
