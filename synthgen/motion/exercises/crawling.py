"""Crawling along X on hands and knees; a hand and the opposite knee move together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.arms import flat_palm
from synthgen.motion.exercises.floor import knee_height, on_insteps, supporting, tilt_until
from synthgen.motion.exercises.targets import SIDES, Arm, BodyTargets, Foot
from synthgen.motion.exercises.timing import hump, min_jerk
from synthgen.motion.exercises.trial import Trial

_STANCE = 0.54
"""Share of the cycle for which a limb stays where it is."""


def program(trial: Trial) -> BodyTargets:
    """Whole cycles; the clip ends one frame before the pose repeats further on."""
    figure, numbers = trial.figure, trial.numbers
    stride = numbers["stride"] * figure.leg * (0.45 + 0.55 * trial.style.depth)
    cycles = numbers["cycles"] * trial.style.repetitions * np.arange(trial.frames) / trial.frames
    along = stride * cycles
    own = {"left": cycles, "right": cycles - 0.5}
    half = stride * _STANCE / 2
    thigh = float(np.linalg.norm(figure.legs["left"].lower.offset))
    ground = knee_height(figure)

    feet, hips = {}, {}
    for side in SIDES:
        steps = _steps(own[side]) * stride + half + (0.5 * stride if side == "right" else 0.0)
        lift = 0.035 * figure.size * _air(own[side])
        knees = {s: np.array([0.0, k * figure.hip_half]) for s, k in zip(SIDES, (1.0, -1.0), strict=True)}
        flat = on_insteps(figure, trial.frames, knees)[side]
        path = np.stack([steps, 0 * steps, lift], -1)
        stands = _air(own[side]) <= 0
        feet[side] = Foot(flat.ankle + path, flat.rotation, flat.toes, ~flat.toes_down, stands)
        hips[side] = ground + np.sqrt(np.maximum(thigh**2 - (along - steps) ** 2, 0.01))
    w = 2 * np.pi * cycles
    targets = BodyTargets(
        frames=trial.frames,
        feet=feet,
        arms=lambda side, transforms: Arm(),
        regions={
            **{f"{r}_lateral": trial.bend(f"{r}_lateral") * np.sin(w - 0.4) for r in ("lumbar", "thoracic")},
            **{f"{r}_rotation": trial.bend(f"{r}_rotation") * np.cos(w) for r in ("lumbar", "thoracic")},
            "lumbar_flexion": trial.bend("lumbar_flexion") + np.radians(3) * np.cos(2 * w),
            "cervical_flexion": trial.bend("cervical_flexion") + np.radians(2) * np.sin(2 * w),
            "upper_cervical_flexion": trial.bend("upper_cervical_flexion"),
        },
        pelvis=np.stack([along, 0 * along, _over_knees(own, hips)], -1),
    )
    palms = {s: flat_palm(figure, s, np.radians(-17)) for s in SIDES}
    reach = float(figure.arms["left"].reach(np.radians(10))[0])
    level = palms["left"][1] + np.sqrt(reach**2 - (2.1 * half) ** 2) - 0.05 * figure.size
    tilt = tilt_until(
        figure, targets, lambda t: (t("left_upper_arm")[:, 2, 3] + t("right_upper_arm")[:, 2, 3]) / 2 - level
    )
    tilt = np.full(trial.frames, float(tilt.mean()))
    shoulders = figure.trunk(replace(targets, tilt=tilt))
    wrists, on = {}, {}
    for side, other in (("left", "right"), ("right", "left")):
        at = shoulders(f"{side}_upper_arm")[:, :3, 3]
        steps = _steps(own[other]) * stride + half + (0.5 * stride if other == "right" else 0.0)
        x = float((at[:, 0] - along).mean()) + 1.1 * half + steps
        lift = 0.05 * figure.size * _air(own[other])
        wrists[side] = np.stack([x, np.full(trial.frames, float(at[:, 1].mean())), palms[side][1] + lift], -1)
        on[side] = _air(own[other]) <= 0
    return replace(
        targets, tilt=tilt, arms=supporting(wrists, {s: p[0] for s, p in palms.items()}, out=0.95), on_hands=on
    )


def _steps(cycles: np.ndarray) -> np.ndarray:
    """(T,) strides that a limb has gone: still for its stance, then on by one."""
    return np.asarray(np.floor(cycles) + min_jerk((cycles % 1.0 - _STANCE) / (1 - _STANCE)))


def _air(cycles: np.ndarray) -> np.ndarray:
    """(T,) 0 in the stance, a bump up to 1 in the swing."""
    return hump((cycles % 1.0 - _STANCE) / (1 - _STANCE))


def _over_knees(own: dict[str, np.ndarray], heights: dict[str, np.ndarray]) -> np.ndarray:
    """(T,) height of the hips over the knee that stands, from one knee to the other while both do."""
    edge = _STANCE - 0.5
    loads = {s: min_jerk(np.minimum(c % 1.0, _STANCE - c % 1.0) / edge) for s, c in own.items()}
    total = sum(loads.values())
    return np.asarray(sum(loads[s] * heights[s] for s in own) / total)
