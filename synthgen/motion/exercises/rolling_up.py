"""Rolling up from lying on the back to sitting with stretched legs, vertebra by vertebra, and down again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.exercises.resting import Rest, settled
from synthgen.motion.exercises.seated import legs_ahead, on_floor
from synthgen.motion.exercises.supine import LAID_FLAT, head_down
from synthgen.motion.exercises.targets import Arm, ArmCourse, BodyTargets, Transforms, Z, pointing
from synthgen.motion.exercises.timing import pulse
from synthgen.motion.exercises.trial import Trial

_BACK = tuple(f"{v}.skin" for v in ("T4", "T6", "T7", "T8", "T9", "T10", "T11", "T12", "L1", "L2", "L3"))


def program(trial: Trial) -> BodyTargets:
    """Neck (2–16 %), chest (6–28 %) and lumbar spine (12–36 %) curl, then the pelvis turns up (22–50 %)."""
    u, figure = trial.phase, trial.figure
    neck, chest, low, sit = (
        pulse(u, rise, (1.02 - rise[1], 1.02 - rise[0]))
        for rise in ((0.03, 0.17), (0.06, 0.28), (0.12, 0.36), (0.22, 0.50))
    )
    depth = min(trial.style.depth, 1.1)
    lumbar = trial.bend("lumbar_flexion") + (trial.bend("lumbar_flexion_end") - trial.bend("lumbar_flexion")) * sit
    thoracic = (
        trial.bend("thoracic_flexion") + (trial.bend("thoracic_flexion_end") - trial.bend("thoracic_flexion")) * sit
    )
    targets = BodyTargets(
        frames=trial.frames,
        feet=legs_ahead(trial),
        arms=_arms(sit * depth),
        regions={
            "lumbar_flexion": lumbar * low,
            "thoracic_flexion": LAID_FLAT * (1 - chest) + thoracic * chest,
            "lumbar_lateral": trial.uneven(np.radians(2)) * low,
        },
        pelvis=on_floor(trial),
        tilt=-np.pi / 2,
    )
    lying = np.asarray(settled(figure, targets, [Rest(_BACK)], free=("tilt",)).tilt)
    targets = replace(
        targets, tilt=lying + (np.radians(trial.numbers["peaks"]["end_tilt"]) - lying) * sit * min(depth, 1.0)
    )
    still = head_down(figure, _first(targets)).regions
    bent = {
        f"{r}_flexion": still[f"{r}_flexion"] * (1 - neck) + trial.bend(f"{r}_flexion") * neck * (1 - 0.7 * sit)
        for r in ("cervical", "upper_cervical")
    }
    return replace(targets, regions={**targets.regions, **bent})


def _first(targets: BodyTargets) -> BodyTargets:
    """The first frame alone, without limbs."""
    regions = {n: np.asarray(v)[:1] for n, v in targets.regions.items()}
    return replace(targets, frames=1, regions=regions, pelvis=targets.pelvis[:1], tilt=np.asarray(targets.tilt)[:1])


def _arms(sit: np.ndarray) -> ArmCourse:
    """Arms stretched towards the feet, level when sitting."""

    def course(side: str, transforms: Transforms) -> Arm:
        sign = 1.0 if side == "left" else -1.0
        zero = 0 * sit
        # Up a little while lying, so that the hands pass over the thighs.
        way = np.stack([1 + zero, sign * 0.10 + zero, 0.20 - 0.26 * sit], -1)
        return Arm(rotation=pointing(way, np.broadcast_to(Z + np.array([0.0, -0.3 * sign, 0.0]), way.shape)), elbow=0.2)

    return course
