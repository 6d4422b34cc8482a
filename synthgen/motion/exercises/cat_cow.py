"""Cat and cow on all fours: the whole spine rounds and hollows between planted hands and knees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from synthgen.core.rotations import axis_angle
from synthgen.motion.exercises.arms import flat_palm
from synthgen.motion.exercises.targets import SIDES, Arm, ArmCourse, BodyTargets, Foot, Transforms, Y
from synthgen.motion.exercises.trial import Trial

_KNEE_ABOVE_FLOOR = 0.031  # of stature: half a kneeling knee's thickness, about 55 mm (an estimate)
_INSTEP = np.radians(55)  # plantarflexion of a foot that lies on its instep


def program(trial: Trial) -> BodyTargets:
    """From cow (hollow, looking up) to cat (round, head hanging) and back; the pelvis follows from the hands' place."""
    figure = trial.figure
    wave = -np.cos(trial.turn)  # −1 cow, +1 cat
    late = -np.cos(trial.turn - 0.25)  # the wave runs from the pelvis to the head
    regions = {}
    for region, course in (
        ("lumbar", wave),
        ("thoracic", 0.5 * (wave + late)),
        ("cervical", late),
        ("upper_cervical", late),
    ):
        cat, cow = trial.peak(f"{region}_cat"), trial.peak(f"{region}_cow")
        regions[f"{region}_flexion"] = (cat + cow) / 2 + (cat - cow) / 2 * course
    regions["lumbar_lateral"] = trial.uneven(np.radians(2))
    regions["thoracic_rotation"] = trial.uneven(np.radians(2), 1.0)

    feet, hips = _kneeling(trial, np.radians(3) * (1 - wave) / 2 - np.radians(2))
    push = trial.peak("protraction") * late
    targets = BodyTargets(
        frames=trial.frames,
        feet=feet,
        arms=lambda side, transforms: Arm(),
        regions=regions,
        pelvis=hips,
        clavicles={f"{s}_protraction": push for s in SIDES},
        on_hands=True,
    )
    flat = replace(targets, regions={}, clavicles={})
    palms = {s: flat_palm(figure, s, np.radians(8)) for s in SIDES}
    reach = float(figure.arms["left"].reach(np.radians(7))[0])
    # The hands stand under the shoulders of the flat back.
    table = _tilt(trial, flat, lambda t: t("left_upper_arm")[:, 2, 3] - palms["left"][1] - reach)
    under = figure.trunk(replace(flat, tilt=table))
    wrists = {s: np.append(under(f"{s}_upper_arm")[0, :2, 3] + (0.02, 0.0), palms[s][1]) for s in SIDES}
    tilt = _tilt(
        trial, targets, lambda t: np.linalg.norm(t("left_upper_arm")[:, :3, 3] - wrists["left"], axis=-1) - reach
    )
    return replace(targets, tilt=tilt, arms=supporting(wrists, {s: p[0] for s, p in palms.items()}))


def _kneeling(trial: Trial, lean: np.ndarray) -> tuple[dict[str, Foot], np.ndarray]:
    """Feet on their insteps behind planted knees, and the hips' middle over the knees, moved back by ``lean``."""
    figure = trial.figure
    ground = _KNEE_ABOVE_FLOOR * figure.body.stature
    thigh, shank = (float(np.linalg.norm(s.offset)) for s in (figure.legs["left"].lower, figure.legs["left"].end))
    feet = {}
    for side in SIDES:
        sign = 1.0 if side == "left" else -1.0
        tip = figure.foot_point(f"{side}_toe_tip")
        pitch = np.pi / 2 + _INSTEP
        for _ in range(4):  # the shank's slope and the ankle's height hang on each other
            rotation = axis_angle(Y, np.asarray(pitch))
            height = 0.006 - (rotation @ tip)[2]
            slope = np.arcsin((height - ground) / shank)
            pitch = np.pi / 2 + slope + _INSTEP
        ankle = np.array([-shank * np.cos(slope), sign * figure.hip_half, height])
        still = np.ones(trial.frames, bool)
        feet[side] = Foot(
            np.tile(ankle, (trial.frames, 1)), np.tile(rotation, (trial.frames, 1, 1)), 0.0 * lean, ~still, still
        )
    hips = np.stack([-thigh * np.sin(lean), 0 * lean, ground + thigh * np.cos(lean)], -1)
    return feet, hips


def _tilt(trial: Trial, targets: BodyTargets, gap: Callable[[Transforms], np.ndarray]) -> np.ndarray:
    """(T,) pelvis tilt at which ``gap(transforms)`` (T,), in metres, is zero."""
    before, tilt = np.full(trial.frames, np.radians(80)), np.full(trial.frames, np.radians(86))
    was = gap(trial.figure.trunk(replace(targets, tilt=before)))
    for _ in range(10):  # secants; the gap is nearly linear in the tilt
        now = gap(trial.figure.trunk(replace(targets, tilt=tilt)))
        if np.abs(now).max() < 1e-7:
            break
        slope = (now - was) / np.where(np.abs(tilt - before) > 1e-12, tilt - before, 1.0)
        before, was = tilt, now
        tilt = tilt - np.clip(now / np.where(np.abs(slope) > 1e-6, slope, -1.0), -0.3, 0.3)
    return tilt


def supporting(wrists: dict[str, np.ndarray], hands: dict[str, np.ndarray], out: float = 0.8) -> ArmCourse:
    """Arms on planted palms; the elbows point backwards, and ``out`` times as much outwards."""

    def course(side: str, transforms: Transforms) -> Arm:
        frames = len(transforms("pelvis"))
        sign = 1.0 if side == "left" else -1.0
        towards = np.broadcast_to(np.array([-1.0, out * sign, 0.0]), (frames, 3))
        wrist = np.broadcast_to(wrists[side], (frames, 3))
        return Arm(wrist=wrist, elbow_towards=towards, hand=np.broadcast_to(hands[side], (frames, 3, 3)))

    return course
