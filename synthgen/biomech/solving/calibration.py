"""The subject: sizes of the body's parts and places of its landmarks, by least squares together with the poses.

Distances between points alone mislead (a bent trunk's chord is shorter than its arc), so the first factors are
refined on some frames with every frame's pose left free; the poses are eliminated by a Schur complement.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.biomech.solving.jacobian import jacobian
from synthgen.biomech.solving.leastsquares import free_unknowns, normal_equations, solve
from synthgen.biomech.solving.reduction import Reduction
from synthgen.biomech.solving.scaling import PARTS, first_factors, segment_factors
from synthgen.biomech.solving.size_jacobian import GIRDLE, residual_size_jacobian
from synthgen.biomech.solving.start import first_poses
from synthgen.biomech.solving.targets import Poses, moved, residuals, state, targets
from synthgen.core.bodymodel import BodyModel
from synthgen.core.kinematics import Tree

FRAMES = 48
ITERATIONS = 8
ENOUGH = 1e-4
"""Share of the cost that a step must gain for another."""
SIZE_PRIOR = 0.05
"""Metres: a part 10 % off its first factor costs as much as 2 mm of one point in every frame."""
SOFT_PRIOR = np.array([0.005, 1.0, 0.005])
"""A soft landmark moved forwards or upwards by 10 cm costs as much as 0.5 mm of one point in every frame; it stays in
the median plane."""
PLACE_PRIOR = np.full(3, 0.33)
"""A landmark moved by 15 mm costs as much as 5 mm of it in every frame: hands put markers 5 to 25 mm beside their
places [book: Della Croce et al. 2005], a source's joint centres are not the model's, and people are built differently.
"""
STRAY, STRAYS = 0.05, 3.0
"""Metres, and times its median distance, from which a point has no say in a frame."""
GIRDLE_PRIOR = 0.1
"""Shoulders set 2 cm further back than the reference's cost as much as 2 mm of one point in every frame."""
STIFFNESS = 5.0
"""How much more than in the fit the trunk's posture is pulled to neutral: a clip's frames differ in posture, but
an odd build (shoulders further back) must not be read as a bend that never goes away."""


def subject_of(reference: BodyModel, basis: Reduction, seen: Observations) -> tuple[BodyModel, np.ndarray, float]:
    """Scales the reference body to the clip's subject, and puts its landmarks where the clip has them throughout.

    Returns:
        the subject, (S, 3) the factors on the reference, and metres per axis, the RMS of what is left between the
        hard landmarks and their places.
    """
    first = np.log(first_factors(reference, seen))
    count = min(FRAMES, seen.frames)
    some = seen.take(np.unique(np.linspace(0, seen.frames - 1, count).round().astype(int)))
    soft = np.array([n in reference.soft for n in seen.point_names])
    stiff = np.where(basis.central, STIFFNESS, 1.0)
    basis = replace(basis, precision=basis.precision * np.outer(stiff, stiff))
    common = np.concatenate([first, np.zeros(2)])
    places = np.zeros((len(soft), 3))
    body = _shaped(reference, [], common)
    poses, _ = solve(body, basis, first_poses(body, basis, some), some, iterations=6)
    # Sizes first: markers that may move at once make up for a wrong size before it is seen.
    for which in (soft, np.ones_like(soft)):
        placed = [n for n, w in zip(seen.point_names, which, strict=True) if w]
        # A point of less certain place weighs less, and is held to that place by as much less.
        pull = np.where(soft[:, None], SOFT_PRIOR, seen.point_weights[:, None] * PLACE_PRIOR)[which].ravel()
        prior = np.concatenate([np.repeat([SIZE_PRIOR, GIRDLE_PRIOR], [len(first), 2]), pull])
        rest = np.concatenate([first, np.zeros(2 + pull.size)])
        unknowns = np.concatenate([common, places[which].ravel()])
        trusted = _without_strays(body, basis, poses, some)
        body, poses, unknowns = _refined(reference, basis, trusted, placed, prior, rest, unknowns, poses)
        common, places[which] = unknowns[: len(common)], unknowns[len(common) :].reshape(-1, 3)
    aim = targets(body, basis, some)
    left = residuals(state(body, basis, poses, aim), aim).reshape(some.frames, -1, 3)[:, : len(soft)]
    hard = some.point_seen & ~soft
    away = float(np.sqrt((left[hard] ** 2).mean())) if hard.any() else 0.0
    return body, segment_factors(reference, np.exp(common[: len(PARTS)])), away


def _without_strays(body: BodyModel, basis: Reduction, poses: Poses, seen: Observations) -> Observations:
    """The frames without points that are farther from where the pose puts them than they usually are.

    A limb there has not found its way, and no size or place should make up for it.
    """
    aim = targets(body, basis, seen)
    points = len(seen.point_names)
    left = residuals(state(body, basis, poses, aim), aim).reshape(seen.frames, -1, 3)[:, :points]
    away = np.where(seen.point_seen, np.linalg.norm(left, axis=-1), np.nan)
    known = seen.point_seen.any(0)
    usual = np.zeros(points)
    usual[known] = np.nanmedian(away[:, known], axis=0)
    return replace(seen, point_seen=seen.point_seen & (away < np.maximum(STRAY, STRAYS * usual)))


def _refined(
    reference: BodyModel,
    basis: Reduction,
    seen: Observations,
    placed: list[str],
    prior: np.ndarray,
    rest: np.ndarray,
    unknowns: np.ndarray,
    poses: Poses,
) -> tuple[BodyModel, Poses, np.ndarray]:
    """Levenberg–Marquardt on poses and common unknowns together.

    Args:
        reference: the body that is shaped; basis: the poses' unknowns.
        seen: the frames; placed: the landmarks whose places are unknowns.
        prior: (G,) how strongly each common unknown is drawn to ``rest`` (G,).
        unknowns: (G,) first values; poses: first poses.

    Returns:
        the body, its poses and the unknowns.
    """
    damping = 1e-3
    body = _shaped(reference, placed, unknowns)

    def cost(r: np.ndarray, z: np.ndarray, unknowns: np.ndarray) -> float:
        far = seen.frames * ((prior * (unknowns - rest)) ** 2).sum()
        return float((r**2).sum() + np.einsum("tz,zy,ty->", z, basis.precision, z) + far)

    for _ in range(ITERATIONS):
        pull = prior * (unknowns - rest)
        aim = targets(body, basis, seen)
        now = state(body, basis, poses, aim)
        r, jz = residuals(now, aim), jacobian(body, basis, now, aim, poses.z)
        jg = residual_size_jacobian(body, now.world, seen, placed)
        step, change = _joint_step(
            r, jz, jg, pull * prior * seen.frames, prior**2 * seen.frames, poses.z, basis, damping
        )
        trial_unknowns, trial = unknowns + change, moved(poses, step, basis)
        trial_body = _shaped(reference, placed, trial_unknowns)
        aim = targets(trial_body, basis, seen)
        before = cost(r, poses.z, unknowns)
        after = cost(residuals(state(trial_body, basis, trial, aim), aim), trial.z, trial_unknowns)
        if after < before:
            unknowns, poses, body, damping = trial_unknowns, trial, trial_body, damping / 10
            if before - after < ENOUGH * after:
                break
        else:
            damping *= 10
    return body, poses, unknowns


def _shaped(reference: BodyModel, placed: list[str], unknowns: np.ndarray) -> BodyModel:
    """The reference with parts of other sizes, shoulders shifted forwards and upwards, and landmarks shifted."""
    sizes, girdle, places = np.split(unknowns, [len(PARTS), len(PARTS) + 2])
    body = reference.scaled(segment_factors(reference, np.exp(sizes)))
    shift = np.array([girdle[0], 0.0, girdle[1]])
    segments = [replace(s, offset=s.offset + shift) if s.name in GIRDLE else s for s in body.tree.segments]
    landmarks = dict(body.landmarks)
    for name, place in zip(placed, places.reshape(-1, 3), strict=True):
        segment, at = landmarks[name]
        landmarks[name] = (segment, at + place)
    return replace(body, tree=Tree(tuple(segments)), landmarks=landmarks)


def _joint_step(
    r: np.ndarray,
    jz: np.ndarray,
    jg: np.ndarray,
    pull: np.ndarray,
    stiffness: np.ndarray,
    z: np.ndarray,
    basis: Reduction,
    damping: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Gauss–Newton steps of the poses (T, N) and of the common unknowns (G,)."""
    gradient, hzz = normal_equations(jz, r, z, basis)
    free = free_unknowns(gradient, z, basis)
    hzz *= free[:, :, None] & free[:, None, :]
    diagonal = np.einsum("tii->ti", hzz)
    diagonal += damping * (diagonal + 1e-3) + ~free
    hzg = (np.swapaxes(jz, -1, -2) @ jg) * free[..., None]
    solved = np.linalg.solve(hzz, np.concatenate([hzg, (gradient * free)[..., None]], -1))
    # Sums over frames and rows at once, as single products.
    common, mixed, eliminated = (x.reshape(-1, x.shape[-1]) for x in (jg, hzg, solved))
    schur = common.T @ common - mixed.T @ eliminated[:, :-1] + np.diag(stiffness)
    right = common.T @ r.ravel() - mixed.T @ eliminated[:, -1] + pull
    change = -np.linalg.solve(schur, right)
    change *= min(1.0, 0.1 / max(np.abs(change).max(), 1e-12))
    return -solved[..., -1] - solved[..., :-1] @ change, change
