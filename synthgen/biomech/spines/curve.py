"""The curve that a person stands with: clinical angles drawn together, then the levels that make them.

Angles of pelvis, lumbar and thoracic spine come from one multivariate normal distribution, shifted by age and sex.
Given them and the plumb line, single levels vary as freely as published: a Gaussian draw, conditioned on the sums that
the angles ask of them (Kriging: ``x + S Aᵀ (A S Aᵀ)⁻¹ (b − A x)``). The neck follows T1, the gaze is level.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from synthgen.biomech.clinical import constants
from synthgen.biomech.postures.turns import LEVELS
from synthgen.core.bodydata import spine_tables
from synthgen.core.bodymodel import BodyModel

DRAWN = ("pelvic_incidence", "sacral_slope", "lumbar_lordosis", "thoracic_kyphosis")
_FAR = 2.5
"""Standard deviations beyond which nobody is drawn: what lies there is a deformity."""
_TRUNK = LEVELS[: LEVELS.index("T1") + 1]
_NECK = LEVELS[LEVELS.index("C7") :]


def draw_angles(rng: np.random.Generator, years: float, woman: bool, spread: float) -> dict[str, float]:
    """Clinical angles of one person, degrees, and ``sagittal_balance``, mm."""
    rows = spine_tables()["curve"]
    names = (*DRAWN, "sagittal_balance")
    root = np.linalg.cholesky(_correlation(names))
    noise = root @ rng.standard_normal(len(names))
    while np.abs(noise).max() > _FAR:
        noise = root @ rng.standard_normal(len(names))
    return {n: mean_of(n, years, woman) + spread * rows[n]["sd"] * x for n, x in zip(names, noise, strict=True)}


def mean_of(name: str, years: float, woman: bool) -> float:
    """Mean of a measure at an age, of one sex."""
    rows = spine_tables()["curve"]
    row = rows[name]
    return float(row["mean"] + row["per_year"] * (years - rows["age"]) + row["women"] * (1 if woman else -1))


def correlation(a: str, b: str) -> float:
    """Of two measures between people of one age and sex; 0 where none is published."""
    pairs = {frozenset(row["between"]): float(row["r"]) for row in spine_tables()["correlations"]}
    return 1.0 if a == b else pairs.get(frozenset((a, b)), 0.0)


def _correlation(names: tuple[str, ...]) -> np.ndarray:
    return np.array([[correlation(a, b) for b in names] for a in names])


def draw_levels(
    rng: np.random.Generator, body: BodyModel, angles: dict[str, float], years: float, woman: bool, spread: float
) -> np.ndarray:
    """(25,) radians that every level is bent forwards of the one below it, standing with these angles.

    Args:
        rng: of the person.
        body: the reference adult of the sex, whose lengths carry the plumb line.
        angles: of :func:`draw_angles`.
        years, woman: of the person, for the neck.
        spread: factor on what people differ by.
    """
    trunk = _draw_trunk(rng, body, angles, spread)
    slope = np.degrees(trunk.sum()) + angles["sacral_slope"] - constants()["sacral_slope"]
    neck = _draw_neck(rng, body, _draw_lordosis(rng, slope, years, woman, spread), slope, spread)
    return np.concatenate([trunk, neck])


def _draw_trunk(rng: np.random.Generator, body: BodyModel, angles: dict[str, float], spread: float) -> np.ndarray:
    """(17,) radians of L5 … T1."""
    mean, sd = _trunk_levels(body)
    lumbar = np.array([n[0] == "L" for n in _TRUNK])
    thoracic = np.array([n in [f"T{i}" for i in range(4, 12)] for n in _TRUNK])
    endplate = np.radians(constants()["sacral_slope"])
    asked = np.radians([np.degrees(endplate) - angles["lumbar_lordosis"], angles["thoracic_kyphosis"]])
    start = mean + spread * sd * rng.standard_normal(len(mean))
    slope = np.radians(angles["sacral_slope"])
    heights = np.array([body.heights[n] for n in _TRUNK])
    # Half a C7 above T1, which hardly leans otherwise than it; the endplate's rear corner lies behind its middle.
    heights[-1] += body.vertebra_points["C7"]["body"][2]
    behind = constants()["s1_half_depth"] / 1000 * np.cos(slope) * body.stature / 1.756

    def rest(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pitch = slope - endplate + np.cumsum(x)
        ahead = heights @ np.sin(pitch) + behind
        moved = np.cumsum((heights * np.cos(pitch))[::-1])[::-1]
        slopes = np.stack([lumbar.astype(float), thoracic.astype(float), moved])
        target = np.array([asked[0] - x @ lumbar, asked[1] - x @ thoracic, angles["sagittal_balance"] / 1000 - ahead])
        return target, slopes

    return _conditioned(start, sd, rest)


def _trunk_levels(body: BodyModel) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation, (17,) radians, of the levels L5 … T1 with the mean curve."""
    data = spine_tables()["levels"]
    model = dict(zip(LEVELS, model_bends(body), strict=True))
    published = data["means"]
    rows = spine_tables()["curve"]
    bigger = rows["lumbar_lordosis"]["mean"] / sum(published.values())
    rounder = np.radians(rows["thoracic_kyphosis"]["mean"]) / sum(model[f"T{i}"] for i in range(4, 12))
    mean, sd = [], []
    for name in _TRUNK:
        if name in published:
            endplate = constants()["sacral_slope"] if name == "L5" else 0.0
            mean.append(np.radians(endplate - bigger * published[name]))
            sd.append(data["lumbar"][name])
        elif name == "T12":
            mean.append(model[name])
            sd.append(data["thoracolumbar"][name])
        else:
            upper = int(name[1:]) < 4
            mean.append(model[name] * rounder)
            sd.append(data["upper_thoracic" if upper else "thoracic"]["each"])
    return np.array(mean), np.radians(sd)


def _draw_lordosis(rng: np.random.Generator, slope: float, years: float, woman: bool, spread: float) -> float:
    """Degrees C2–C7 of a person whose T1 slopes forwards by ``slope``."""
    row, below = (spine_tables()["curve"][n] for n in ("cervical_lordosis", "t1_slope"))
    r = correlation("t1_slope", "cervical_lordosis")
    away = np.clip((slope - below["mean"]) / below["sd"], -_FAR, _FAR)
    own = float(np.clip(rng.standard_normal(), -_FAR, _FAR))
    mean = mean_of("cervical_lordosis", years, woman)
    return mean + float(row["sd"] * (r * away + spread * np.sqrt(1 - r * r) * own))


def _draw_neck(rng: np.random.Generator, body: BodyModel, lordosis: float, slope: float, spread: float) -> np.ndarray:
    """(8,) radians of C7 … C1 and the skull, which looks ahead."""
    data = spine_tables()["levels"]["cervical"]
    mean = model_bends(body)[len(_TRUNK) :]
    sd = np.radians([data[n] for n in _NECK])
    between = np.array([n in ("C6", "C5", "C4", "C3", "C2") for n in _NECK], float)
    slopes = np.stack([between, np.ones(len(_NECK))])
    asked = np.radians([-lordosis, -slope])
    return _conditioned(mean + spread * sd * rng.standard_normal(len(mean)), sd, lambda x: (asked - slopes @ x, slopes))


def _conditioned(
    x: np.ndarray, sd: np.ndarray, rest: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]], steps: int = 3
) -> np.ndarray:
    """The draw ``x`` moved to where nothing is missing, as independent deviations ``sd`` make likely.

    Args:
        x: (N,) drawn.
        sd: (N,) standard deviations.
        rest: x → (K,) what is missing and its (K, N) slopes.
        steps: of Newton; sums need one, the plumb line a second.
    """
    for _ in range(steps):
        missing, slopes = rest(x)
        weighed = slopes * sd**2
        x = x + weighed.T @ np.linalg.solve(weighed @ slopes.T, missing)
    return x


def model_bends(body: BodyModel) -> np.ndarray:
    """(25,) radians that the model's own levels are bent forwards of the one below, standing neutrally."""
    index: Any = body.tree.segment_index
    turns = np.stack([body.tree.segments[index[n]].neutral for n in LEVELS])
    return np.asarray(np.arctan2(turns[:, 0, 2], turns[:, 2, 2]))
