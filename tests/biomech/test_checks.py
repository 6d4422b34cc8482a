"""Clips that must not be fitted in silence."""

from dataclasses import replace

import numpy as np
import pytest

from synthgen.biomech.fit import fit_clip
from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError

from .synthetic import TWO_PART_TRUNK, clip_of, exercise, lively

BODY = reference_body()


def clip(points=None, oriented=("pelvis", "T6", "skull")):
    return clip_of(BODY, exercise(BODY, 40, 30.0, 3), points, oriented)


def other_side(name):
    return {"left": "right" + name[4:], "right": "left" + name[5:]}.get(name.split("_")[0], name)


def swapped(clip, which=lambda name: True):
    return replace(clip, points={other_side(n) if which(n) else n: p for n, p in clip.points.items()})


@pytest.mark.parametrize("unit", [1000.0, 100.0, 0.001])
def test_wrong_units_are_named(unit):
    right = clip()
    with pytest.raises(InputError, match="not of a person's size") as error:
        fit_clip(replace(right, points={n: unit * p for n, p in right.points.items()}))
    assert "unit" in str(error.value)


@pytest.mark.parametrize("points", [None, TWO_PART_TRUNK], ids=["all points", "two-part trunk"])
@pytest.mark.parametrize("oriented", [("pelvis", "T6", "skull"), ()], ids=["with orientations", "points alone"])
def test_swapped_sides_are_refused(points, oriented):
    with pytest.raises(InputError, match="left and right are swapped"):
        fit_clip(swapped(clip(points, oriented)))


@pytest.mark.parametrize("part", [("hip", "pelvis_side"), ("shoulder", "chest_side")])
def test_a_swapped_girdle_is_refused(part):
    with pytest.raises(InputError, match="left and right are swapped"):
        fit_clip(swapped(clip(), lambda n: n.endswith(part)))


def test_a_mirrored_frame_is_refused():
    right = clip(oriented=())
    with pytest.raises(InputError, match="left and right are swapped"):
        fit_clip(replace(right, points={n: p * (1, -1, 1) for n, p in right.points.items()}))


@pytest.mark.parametrize("seed", range(3))
def test_right_sides_pass_whatever_the_motion(seed):
    from synthgen.biomech.checks import check
    from synthgen.biomech.observations import observe

    for motion in (lively(BODY, 30, seed), exercise(BODY, 60, 30.0, seed)):
        for points in (None, TWO_PART_TRUNK):
            seen, _ = observe(clip_of(BODY, motion, points), BODY)
            assert check("test", BODY, seen) == []


@pytest.mark.parametrize("flatten", [lambda p: 0 * p, lambda p: p * (0, 0, 1)], ids=["one spot", "one line"])
def test_points_without_extent_are_refused(flatten):
    flat = clip(oriented=())
    with pytest.raises(InputError):
        fit_clip(replace(flat, points={n: flatten(p) for n, p in flat.points.items()}))


def test_a_stuck_marker_is_reported():
    stuck = clip()
    stuck.points["T8"][:] = stuck.points["T8"][0]
    assert any("T8 never moves" in note for note in fit_clip(stuck).report.notes)


def test_infinite_values_are_treated_as_missing():
    broken = clip()
    broken.points["C7"][3] = np.inf
    broken.points["left_knee"][10:30, 1] = -np.inf
    motion = fit_clip(broken)
    assert np.isfinite(motion.q).all()
    assert motion.report.conditioning.gaps["left_knee"].left_open == 20
