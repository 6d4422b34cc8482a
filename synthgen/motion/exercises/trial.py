"""What a program gets: the figure, its numbers from ``exercises.yaml``, the phase, and the person's style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthgen.core.bodymodel import BodyModel
from synthgen.core.errors import InputError
from synthgen.motion.exercises.arms import hanging
from synthgen.motion.exercises.figure import Figure
from synthgen.motion.exercises.solving import solve
from synthgen.motion.exercises.targets import BodyTargets, Foot

FPS = 30.0
_BOUNDS = {"depth": (0.2, 1.2), "tempo": (0.5, 2.0), "asymmetry": (0.0, 1.0)}


@dataclass(frozen=True)
class Style:
    """How a person does an exercise.

    Attributes:
        depth: share of the typical range of motion, 0.2 to 1.2.
        tempo: speed, 1 is typical, 0.5 to 2.
        asymmetry: 0 is a mirror image of oneself, 1 is clearly uneven, 0.3 is usual.
        repetitions: how often; one is 2 to 6 s long at tempo 1.
    """

    depth: float = 1.0
    tempo: float = 1.0
    asymmetry: float = 0.3
    repetitions: int = 1

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise InputError(
                    f"{name} is out of range",
                    where=f"exercise parameter {name}",
                    expected=f"{low} to {high}",
                    got=str(value),
                    remedy="choose a value in this range",
                )
        if not 1 <= self.repetitions <= 100:
            raise InputError(
                "repetitions is out of range",
                where="exercise parameter repetitions",
                expected="1 to 100",
                got=str(self.repetitions),
                remedy="choose a value in this range",
            )


class Trial:
    """Numbers, phases and habits of one performance."""

    def __init__(self, body: BodyModel, numbers: dict[str, Any], style: Style) -> None:
        self.figure, self.numbers, self.style = Figure(body), numbers, style
        per_repetition = max(2, round(numbers["seconds"] / style.tempo * FPS))
        self.frames = per_repetition * style.repetitions
        self.phase = (np.arange(self.frames) % per_repetition) / per_repetition
        """(T,) progress of the current repetition, in [0, 1)."""
        self.turn = 2 * np.pi * self.phase
        self.seconds = per_repetition / FPS

    def peak(self, name: str) -> float:
        """A peak of ``exercises.yaml`` in radians, times depth."""
        return float(np.radians(self.numbers["peaks"][name]) * self.style.depth)

    def bend(self, name: str) -> float:
        """A peak of ``exercises.yaml`` whose name starts with a region's angle (``lumbar_flexion_cow``), radians, times
        depth, within what this body's levels allow when they share it by its rhythm."""
        region = "_".join(name.split("_")[: 3 if name.startswith("upper_") else 2])
        low, high = self.figure.ranges[region]
        return float(np.clip(self.peak(name), low, high))

    def uneven(self, amount: float, phase: float = 0.0) -> np.ndarray:
        """(T,) a small unevenness: ``amount`` × asymmetry, slowly swaying, the same at both ends of the clip."""
        return np.asarray(self.style.asymmetry * amount * (0.7 + 0.3 * np.sin(self.turn + phase)))

    def stance(self, width: float, toe_out: float, heel_lift: np.ndarray | float = 0.0) -> dict[str, Foot]:
        """Both feet on the floor: ``width`` between the ankles in hip widths, ``toe_out`` in degrees."""
        y, a = width * self.figure.hip_half, self.style.asymmetry
        zero = np.zeros(self.frames)
        return {
            "left": self.figure.foot("left", 0.015 * a, y, np.radians(toe_out + 3 * a), zero + heel_lift),
            "right": self.figure.foot("right", -0.015 * a, -y, -np.radians(toe_out - 2 * a), zero + heel_lift),
        }

    def over_feet(self, ahead: np.ndarray | float = 0.0, aside: np.ndarray | float = 0.0) -> np.ndarray:
        """(T, 2) a balanced centre of mass over the middle of a symmetric stance, moved by metres."""
        zero = np.zeros(self.frames)
        return np.stack([zero + self.figure.mid_foot + ahead, zero + aside], -1)

    def gaze(self, pitch: np.ndarray, below: np.ndarray, share: float = 0.7) -> dict[str, np.ndarray]:
        """Neck angles that keep the face at ``pitch`` (down is positive) above a trunk flexed by ``below``.

        The neck gives ``share`` of what would be needed, within its comfortable range.
        """
        need = np.radians(50) * np.tanh(share * (pitch - below) / np.radians(50))
        return {"cervical_flexion": 0.6 * need, "upper_cervical_flexion": 0.4 * need}

    def both(self, angle: np.ndarray | float) -> dict[str, np.ndarray]:
        """The same (T,) course for both sides, the right a little less by asymmetry."""
        course = np.zeros(self.frames) + angle
        return {"left": course, "right": course * (1 - 0.04 * self.style.asymmetry)}

    def standing_pelvis(self, targets: BodyTargets) -> np.ndarray:
        """(3,) where the pelvis is in quiet, balanced standing on the targets' feet (of its first frame)."""
        feet = {
            s: Foot(*(a[:1] for a in (f.ankle, f.rotation, f.toes, f.heel_down, f.toes_down)))
            for s, f in targets.feet.items()
        }
        still = BodyTargets(1, feet, hanging(), {}, np.zeros((1, 3)), knee=np.radians(5), balance=self.over_feet()[:1])
        return solve(self.figure, still).segment("pelvis")[0, :3, 3]
