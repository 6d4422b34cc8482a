"""Press-up from a plank on hands and toes, the body one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.arms import flat_palm
from synthgen.motion.exercises.floor import root, supporting
from synthgen.motion.exercises.targets import SIDES, Arm, BodyTargets
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial


def program(trial: Trial) -> BodyTargets:
    """Down in 40 %, up in 34 %; the body turns about the balls of the feet."""
    figure, u = trial.figure, trial.phase
    down = pulse(u, (0.06, 0.46), (0.50, 0.84))
    palms = {s: flat_palm(figure, s, np.radians(6)) for s in SIDES}
    reach = float(figure.arms["left"].reach(np.radians(8))[0])

    def targets(line: np.ndarray) -> BodyTargets:
        """The body with its line ``line`` radians forward of upright."""
        # The toes bend as far as they comfortably do; the ankle gives the rest.
        pitch = np.minimum(line - np.radians(8), np.radians(68)) + 0 * down
        width = 0.9 * figure.hip_half
        feet = {
            "left": figure.foot("left", 0.0, width, np.radians(2), pitch),
            "right": figure.foot("right", 0.0, -width, -np.radians(2), pitch),
        }
        leg = figure.legs["left"].reach(np.radians(4))[0]
        ankles = (feet["left"].ankle + feet["right"].ankle) / 2
        hips = ankles + leg * np.stack([np.sin(line), 0 * line, np.cos(line)], -1)
        sag = trial.peak("sag") * down
        trunk = line + np.radians(4)
        return BodyTargets(
            frames=trial.frames,
            feet=feet,
            arms=lambda side, transforms: Arm(),
            regions={
                "lumbar_flexion": np.radians(19) - sag,
                "thoracic_flexion": trial.peak("round") * (1 - down),
                "lumbar_lateral": trial.uneven(np.radians(2)),
                "thoracic_rotation": trial.uneven(np.radians(2)) * down,
                **trial.gaze(np.radians(68) + 0 * line, trunk),
            },
            pelvis=hips,
            tilt=trunk - np.radians(14),
            clavicles={f"{s}_protraction": trial.peak("protraction") * (1 - 1.6 * down) for s in SIDES},
            on_hands=True,
        )

    top = _line(trial, targets, palms["left"][1] + reach)
    bottom = _line(trial, targets, trial.numbers["bottom"] * figure.arm + (1 - trial.style.depth) * 0.5 * reach)
    at_top = figure.trunk(targets(np.full(trial.frames, top)))
    wrists = {
        s: np.append(at_top(f"{s}_upper_arm")[0, :2, 3] + (0.03 * figure.arm, 0.08 * figure.arm * k), palms[s][1])
        for s, k in (("left", 1.0), ("right", -1.0))
    }
    body = targets(top + (bottom - top) * down)
    return replace(body, arms=supporting(wrists, {s: p[0] for s, p in palms.items()}, out=0.6))


def _line(trial: Trial, targets: Callable[[np.ndarray], BodyTargets], height: float) -> float:
    """Slope of the body, radians, at which the shoulders of the first frame are ``height`` above the floor."""

    def high(line: np.ndarray) -> np.ndarray:
        return np.asarray(trial.figure.trunk(targets(line))("left_upper_arm")[:, 2, 3] - height)

    return float(root(lambda line: high(np.full(trial.frames, line[0]))[:1], np.full(1, np.radians(75)))[0])
