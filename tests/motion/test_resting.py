"""Bodies that lie: where the floor holds them, legs by their directions, palms that turn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthgen.core.bodymodel import reference_body
from synthgen.core.vectors import unit
from synthgen.motion.exercises.figure import Figure
from synthgen.motion.exercises.free_legs import directed
from synthgen.motion.exercises.palms import on_palms
from synthgen.motion.exercises.resting import Rest, flesh, settled
from synthgen.motion.exercises.solving import arm_coordinates, solve
from synthgen.motion.exercises.targets import Arm, BodyTargets


def lying(frames: int = 2, **changes: object) -> BodyTargets:
    """Targets of somebody in the air, on the back."""
    base = BodyTargets(
        frames, {}, lambda side, transforms: Arm(rotation=np.eye(3)), {}, np.zeros((frames, 3)), tilt=-np.pi / 2
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_the_lowest_point_comes_down_to_the_floor_with_its_flesh() -> None:
    figure = Figure(reference_body())
    down = settled(figure, lying(), [Rest(("left_hip", "right_hip"))], free=("height",))
    # Both hips are equally low: they share the smoothing of 3 mm.
    assert down.pelvis[:, 2] == pytest.approx(flesh(figure, "left_hip"), abs=0.0025)


def test_two_rests_set_height_and_tilt() -> None:
    figure = Figure(reference_body())
    down = settled(figure, lying(), [Rest(("sacrum",)), Rest(("T8",), above=0.05)])
    trunk = figure.trunk(down)
    for name, height in (("sacrum", 0.0), ("T8", 0.05)):
        segment, offset = figure.body.landmarks[name]
        at = trunk(segment)
        np.testing.assert_allclose(at[:, 2, 3] + at[:, 2, :3] @ offset, height, atol=1e-6)
    assert (np.asarray(down.tilt) < -np.pi / 2).all() or (np.asarray(down.tilt) > -np.pi / 2).all()


def test_a_turned_trunk_is_the_bent_one_turned() -> None:
    figure = Figure(reference_body())
    targets = lying(3, regions={"lumbar_flexion": 0.4, "thoracic_rotation": 0.3}, yaw=0.2, list=0.1)
    tilt = np.array([0.1, 0.7, -1.2])
    quick = figure.tilted(targets, figure.trunk(targets), tilt)
    exact = figure.trunk(replace(targets, tilt=tilt))
    for name in ("pelvis", "L3", "T6", "skull", "left_clavicle", "right_upper_arm"):
        np.testing.assert_allclose(quick(name), exact(name), atol=1e-12)


def test_legs_go_where_they_are_directed() -> None:
    figure = Figure(reference_body())
    thigh = {s: np.tile([0.5, 0.1 * k, 0.8], (2, 1)) for s, k in (("left", 1), ("right", -1))}
    shank = {s: np.tile([0.6, 0.0, -0.7], (2, 1)) for s in thigh}
    targets = lying()
    truth = solve(figure, replace(targets, feet=directed(figure, targets, thigh, shank)))
    for side in thigh:
        hip, knee, ankle = (truth.segment(f"{side}_{n}")[:, :3, 3] for n in ("thigh", "shank", "foot"))
        np.testing.assert_allclose(unit(knee - hip), unit(thigh[side]), atol=1e-6)
        np.testing.assert_allclose(unit(ankle - knee), unit(shank[side]), atol=1e-6)


def test_palms_turn_to_where_the_wrists_are_at_ease() -> None:
    figure = Figure(reference_body())
    # On all fours, hands far out to the sides: fingers straight ahead would bend the wrists aside.
    targets = lying(20, tilt=np.full(20, np.pi / 2), pelvis=np.tile([0.0, 0.0, 0.5], (20, 1)))
    places = {"left": (0.42, 0.42), "right": (0.42, -0.42)}
    course = on_palms(figure, targets, places, [(0.8, 0.0), (0.3, 0.0)])
    trunk = figure.trunk(targets)
    values = arm_coordinates(figure, course, "left", trunk)
    limits = {c.name: c for c in figure.tree.coordinates}
    for name, angles in values.items():
        assert angles.min() > limits[name].lower - np.radians(2), name
        assert angles.max() < limits[name].upper + np.radians(2), name
    np.testing.assert_allclose(course("left", trunk).wrist[:, :2], np.tile(places["left"], (20, 1)))  # type: ignore[index]
