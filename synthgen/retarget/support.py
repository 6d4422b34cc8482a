"""What a clip as a whole says of its frames: when feet, hands and knees bear weight, when the subject is in the air."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import binary_closing, binary_opening, uniform_filter1d

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import sized_body
from synthgen.characters.rigs import SIDES
from synthgen.core.bodymodel import reference_body
from synthgen.retarget.flight import flight
from synthgen.retarget.pronation import pronates

SOLE = 0.016
"""The metatarsophalangeal joint above the sole, metres (``opensim_models/body.yaml``)."""

NEAR = {"foot": 0.045, "hand": 0.075, "knee": 0.08, "trunk": 0.03}
"""A part may bear weight when the clip has it this low, metres: sole points; hand tip or wrist; knee
joint centre; what is between trunk and floor."""

SLOW = 0.35
"""… and moves slower than this along the floor, metres per second [choice: a foot swings at 2–5 m/s, a standing one of
mocap slides below 0.3 m/s]."""


_PER_FRAME = ("feet", "hands", "knees", "trunk", "lowest", "air")


@dataclass(frozen=True)
class Support:
    """Where and when a clip touches the floor, at the clip subject's size, and what else only a whole clip tells.

    Attributes:
        feet, hands, knees: (T, 2) left and right, True while the part bears weight.
        trunk: (T,) True while the trunk lies on the floor.
        lowest: (T,) metres from the floor to the lowest point of the subject, its hands below the wrists not counted: a
            clip without finger points lets them reach through the floor.
        air: (T,) metres that the subject is in the air.
        floor: metres that the clip's floor was off z = 0.
        pronates: (2,) whether the clip shows the left and right forearm pronating.
    """

    feet: np.ndarray
    hands: np.ndarray
    knees: np.ndarray
    trunk: np.ndarray
    lowest: np.ndarray
    air: np.ndarray
    floor: float
    pronates: tuple[bool, bool]

    def window(self, first: int, stop: int) -> Support:
        """That of frames ``first`` to ``stop`` − 1."""
        return self._of({name: getattr(self, name)[first:stop] for name in _PER_FRAME})

    def mirrored(self) -> Support:
        """That of the mirrored clip: left is right."""
        sides = {name: getattr(self, name)[:, ::-1] for name in ("feet", "hands", "knees")}
        return replace(self._of(sides), pronates=self.pronates[::-1])

    def _of(self, arrays: dict[str, np.ndarray]) -> Support:
        return replace(self, **arrays)  # type: ignore[arg-type]


_TRUNK = ("sacrum", "T8", "C7", "chest_front", "pelvis_front")
"""Landmarks of the trunk's skin."""


def find_support(motion: SpineMotion) -> Support:
    """Reads from a fitted clip when feet, hands and knees bear weight."""
    points = sized_body(motion).points(motion.transforms)
    size = motion.stature / reference_body().stature
    soles = {
        side: np.stack(
            [
                points[f"{side}_heel"],
                points[f"{side}_toe_base"] - (0, 0, SOLE * size),
                points[f"{side}_toe_tip"] - (0, 0, 0.5 * SOLE * size),
            ],
            1,
        )
        for side in SIDES
    }
    covered = {"knee": 0.055, "elbow": 0.04, "wrist": 0.02, "hip": 0.09, "shoulder": 0.06}
    heights = {name: soles[name][..., 2].min(1) for name in SIDES}
    for name, point in points.items():
        part = name.split("_", 1)[-1]
        if part in covered:
            heights[name] = point[:, 2] - covered[part] * size
        elif name in (*_TRUNK, "head_top", "head_front"):
            heights[name] = point[:, 2]
    lowest = np.min(list(heights.values()), 0)
    trunk = np.min([heights[name] for name in (*_TRUNK, *(f"{s}_{p}" for s in SIDES for p in ("hip", "shoulder")))], 0)
    # Feet tell where the floor is; a back or a belly is flesh whose thickness a clip does not know.
    floor = float(np.quantile(np.min([soles[s][..., 2].min(1) for s in SIDES], 0), 0.1))
    floor = floor if abs(floor) < 0.08 * size else 0.0

    def bears(trajectory: np.ndarray, part: str) -> np.ndarray:
        low = trajectory[..., 2] - floor < NEAR[part] * size
        slow = _speed(trajectory, motion.fps) < SLOW
        mask = (low & slow).any(-1) if trajectory.ndim == 3 else low & slow
        return _steady(np.asarray(mask), motion.fps)

    def hand(side: str) -> np.ndarray:
        wrist, tip = points[f"{side}_wrist"], points[f"{side}_hand_tip"]
        through = tip[:, 2] - floor < 0.01 * size
        out: np.ndarray = bears(wrist, "hand") | bears(tip, "hand") | _steady(through, motion.fps)
        return out

    hands = [hand(s) for s in SIDES]
    left, right = (pronates(motion, s) for s in SIDES)
    return Support(
        feet=np.stack([bears(soles[s], "foot") for s in SIDES], -1),
        hands=np.stack(hands, -1),
        knees=np.stack([bears(points[f"{s}_knee"], "knee") for s in SIDES], -1),
        trunk=_steady(trunk - floor < NEAR["trunk"] * size, motion.fps),
        lowest=lowest - floor,
        air=flight(motion, lowest - floor, floor),
        floor=floor,
        pronates=(left, right),
    )


def _speed(trajectory: np.ndarray, fps: float) -> np.ndarray:
    """(T, …) speed along the floor, metres per second, over a window of three frames."""
    if len(trajectory) < 2:
        return np.zeros(trajectory.shape[:-1])
    flat = uniform_filter1d(trajectory[..., :2], 3, axis=0, mode="nearest")
    out: np.ndarray = np.linalg.norm(np.gradient(flat, axis=0), axis=-1) * fps
    return out


def _steady(mask: np.ndarray, fps: float) -> np.ndarray:
    """Fills gaps and drops contacts shorter than about 0.07 s."""
    width = max(1, round(0.07 * fps))
    if len(mask) <= 2 * width:
        return mask
    edge = np.pad(mask, width, mode="edge")
    kernel = np.ones(width, bool)
    out: np.ndarray = binary_opening(binary_closing(edge, kernel), kernel)[width:-width]
    return out
