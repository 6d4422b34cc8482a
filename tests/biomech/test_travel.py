"""Travel and floor in a fit's report, and the gate's rows on them: planted faults, and what is only unusual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synthgen.biomech.fit import fit_clip
from synthgen.biomech.gate.bounds import FitBounds
from synthgen.biomech.gate.judge import judge, judge_motion
from synthgen.biomech.gate.travel_checks import travel_checks
from synthgen.biomech.report.travel import Travel
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.travel import travel_of, travel_warnings
from synthgen.core.acceptance import Verdict
from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.exercises import exercise_with_truth
from synthgen.pipeline.acceptance import refuse_fits
from synthgen.scene import load_scene

BODY = reference_body()
FPS = 30.0


@cache
def performed(name: str) -> np.ndarray:
    """(T, S, 4, 4) of an exercise."""
    return exercise_with_truth(name)[1].transforms


def moved(transforms: np.ndarray, path: Callable[[np.ndarray], tuple], turn: np.ndarray | None = None) -> np.ndarray:
    """The performance, turned about the world's origin, along a path: seconds → x, y, z."""
    out = transforms.copy()
    if turn is not None:
        out[..., :3, :] = turn @ out[..., :3, :]
    t = np.arange(len(out)) / FPS
    out[..., :3, 3] += np.stack(np.broadcast_arrays(*path(t)), -1)[:, None]
    return out


def told(transforms: np.ndarray) -> Travel:
    return travel_of(BODY, FPS, transforms)


def rows(travel: Travel, frames: int, bounds: FitBounds | None = None) -> tuple[str, ...]:
    """The gate's rows on travel that fail."""
    return Verdict(tuple(travel_checks(travel, frames, bounds or FitBounds()))).refusals


def test_what_is_no_number_is_refused() -> None:
    travel = replace(told(performed("squat")), fastest_m_s=float("nan"), floor_m=float("nan"))
    assert [row.split(",")[0] for row in rows(travel, 100)] == [
        "travel of the pelvis",
        "lowest part of the body off the floor",
    ]


def leap(t: np.ndarray) -> tuple:
    """A jump of 0.8 s, which rises by g·t²/8 = 0.78 m, over and over: upwards speed, then a fall."""
    at = t % 1.6
    return 0.0, 0.0, np.where(at < 0.8, 9.81 / 2 * at * (0.8 - at), 0.0)


def box(t: np.ndarray) -> tuple:
    """A jump onto a box of half a metre, after a second."""
    up = np.maximum(t - 1.0, 0.0)
    return 0.0, 0.0, np.where(up < 0.607, 3.8 * up - 9.81 / 2 * up**2, 0.5)


LYING = Rotation.from_euler("y", 90, degrees=True).as_matrix()
OVER = Rotation.from_euler("y", 180, degrees=True).as_matrix()

FINE = {
    "standing": (None, lambda t: (0, 0, 0 * t)),
    "jumping": (None, leap),
    "a jump onto a box": (None, box),
    "lying": (LYING, lambda t: (0, 0, 0.3 + 0 * t)),
    "upside down": (OVER, lambda t: (0, 0, 1.75 + 0 * t)),
    "sprinting": (None, lambda t: (12.0 * t, 0, 0)),
}


@pytest.mark.parametrize("name", FINE)
def test_what_people_do_passes(name: str) -> None:
    turn, path = FINE[name]
    transforms = moved(performed("standing_twist"), path, turn)
    assert rows(told(transforms), len(transforms)) == ()


FAULTS = {
    "hundred metres a second": (None, lambda t: (100.0 * t, 0, 0), "travel of the pelvis, fastest half second 100.0"),
    "hanging three metres up": (None, lambda t: (0, 0, 3.0 + 0 * t), "lowest part of the body off the floor"),
    "sunk to the knees": (None, lambda t: (0, 0, -0.5 + 0 * t), "lowest part of the body off the floor"),
    "rising as it lies": (LYING, lambda t: (0, 0, 1.0 * t), "frames afloat"),
    "carried through the air": (None, lambda t: (3 * t, 0, np.clip(t - 1, 0, 1)), "frames afloat"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_nobody_does_is_refused(name: str) -> None:
    turn, path, reason = FAULTS[name]
    transforms = moved(performed("standing_twist"), path, turn)
    assert any(r.startswith(reason) for r in rows(told(transforms), len(transforms)))


def test_the_bounds_are_the_gates() -> None:
    transforms = moved(performed("standing_twist"), lambda t: (13.0 * t, 0, 0.2))
    travel, frames = told(transforms), len(transforms)
    assert len(rows(travel, frames)) == 2
    assert rows(travel, frames, FitBounds(speed_m_s=14.0, floor_m=0.3)) == ()


def test_what_is_unusual_is_warned_of() -> None:
    treadmill = moved(performed("walking"), lambda t: (-1.1 * t, 0, 0))
    assert any("slides at" in w for w in travel_warnings(told(treadmill)))
    assert travel_warnings(told(performed("walking"))) == []
    stool = moved(performed("standing_twist"), box)
    assert any("rests high over the floor in 5" in w for w in travel_warnings(told(stool)))
    far = travel_of(BODY, FPS, performed("walking"), lifted=-19.551)
    assert any("moved down by 19.551 m" in w for w in travel_warnings(far))
    assert travel_warnings(travel_of(BODY, FPS, performed("walking"), lifted=1.2)) == []


def test_a_floor_that_is_not_known_is_not_judged() -> None:
    travel = travel_of(BODY, FPS, moved(performed("standing_twist"), lambda t: (0, 0, 3 + t)), floor=False)
    assert (travel.floor_m, travel.afloat, travel.perched, travel.slide_m_s) == (None,) * 4
    assert rows(travel, 100) == () and travel_warnings(travel) == []


@pytest.mark.parametrize("name", ["squat", "cat_cow", "plank_press_up", "walking"])
def test_postures_are_told(name: str) -> None:
    travel = told(performed(name))
    assert (travel.level == 1) == (name in ("cat_cow", "plank_press_up"))
    assert travel.upside_down == 0


def lifted_clip() -> Clip:
    clip = exercise_with_truth("standing_twist")[0]
    keep = [n for n in clip.points if "chest" not in n]
    points = {n: clip.points[n][::4] + (0, 0, 3) for n in keep}
    turns = {n: o[::4] for n, o in clip.orientations.items()}
    return replace(clip, points=points, orientations=turns, fps=clip.fps / 4)


@pytest.fixture(scope="module")
def floating() -> SpineMotion:
    return fit_clip(lifted_clip())


def test_a_fit_that_floats_is_refused_wherever_it_comes_from(floating: SpineMotion) -> None:
    (reason,) = judge(floating.report).refusals
    assert reason.startswith("lowest part of the body off the floor, throughout 3.00")
    calm = told(performed("standing_twist"))  # what its report says is not what it does
    assert judge_motion(replace(floating, report=replace(floating.report, travel=calm))).refusals == (reason,)


def test_a_warning_reaches_the_report() -> None:
    motion = fit_clip(replace(lifted_clip(), lifted=-19.551))
    assert motion.report.verdict == "warn" and any("19.551" in r for r in motion.report.reasons)


def test_a_scene_refuses_a_fit_that_floats_unless_its_bounds_let_it(floating: SpineMotion, tmp_path: Path) -> None:
    path = tmp_path / "scene.yaml"
    plain = "name: s\nimages: 1\nclips: [builtin:squat]\n"
    path.write_text(plain)
    with pytest.raises(InputError, match=r"off the floor, throughout 3\.00"):
        refuse_fits(load_scene(path), {"builtin:squat": floating})
    path.write_text(plain + "accept: {floor_m: 3.5}\n")
    refuse_fits(load_scene(path), {"builtin:squat": floating})
