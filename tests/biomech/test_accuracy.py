"""Truth that the fit's own rhythm did not make, of six people of other builds.

Every level is off its rhythm by 30 % of its share, with 5 mm and 1° of noise; once more with markers that are 5 mm off
their places for good.
"""

from collections.abc import Set
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import ArrayLike

from synthgen.biomech.fit import fit_clip
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.bodyparts import PLANES
from synthgen.core.skeleton import VERTEBRAE

from .synthetic import (
    ENDS,
    TWO_PART_TRUNK,
    clip_of,
    exercise,
    noisy,
    person,
    region_turns,
    vertebra_errors,
    vertebra_offsets,
)

HEAD = {"head_centre", "head_top", "head_front", "left_head_side", "right_head_side"}
TWO_ON_THE_SPINE = TWO_PART_TRUNK - {"lumbar_joint", "neck_base"} | {"C7", "T8"} | HEAD
SEEDS = range(1, 7)


class Case(NamedTuple):
    """A person, how they moved, and what was made of it."""

    body: BodyModel
    q: np.ndarray
    motion: SpineMotion


def rms(x: ArrayLike) -> float:
    return float(np.sqrt(np.mean(np.square(x))))


def fits(points: Set[str], misplaced: float = 0.0) -> list[Case]:
    out = []
    for seed in SEEDS:
        body = person(reference_body(), seed, misplaced)
        q = exercise(body, 240, 60.0, seed)
        out.append(Case(body, q, fit_clip(noisy(clip_of(body, q, points, fps=60.0), seed=seed))))
    return out


@pytest.fixture(scope="module")
def with_two():
    """C7 and T8 are the only points on the spine."""
    return fits(TWO_ON_THE_SPINE)


@pytest.fixture(scope="module")
def with_none():
    """A two-part trunk's joints and the orientations of its parts."""
    return fits(TWO_PART_TRUNK)


@pytest.fixture(scope="module")
def misplaced():
    """C7 and T8, all markers 5 mm (σ per axis) beside their places."""
    return fits(TWO_ON_THE_SPINE, misplaced=0.005)


def turn_errors(cases: list[Case]) -> dict[str, np.ndarray]:
    """Region → (N, 3) degrees: how its highest vertebra is turned against the segment below it, found minus true."""
    rows = []
    for body, q, motion in cases:
        truth, found = region_turns(body, body.tree.forward(q)), region_turns(body, motion.transforms)
        rows.append({region: found[region] - truth[region] for region in ENDS})
    return {region: np.concatenate([row[region] for row in rows]) for region in ENDS}


def observed(cases: list[Case]) -> set[str]:
    """Names of the angles that are called observed in most of the cases."""
    verdicts = [{n for n, o in c.motion.report.observability.items() if o.verdict == "observed"} for c in cases]
    return {n for n in set().union(*verdicts) if 2 * sum(n in v for v in verdicts) > len(cases)}


def test_vertebrae_with_c7_and_t8(with_two):
    assert rms([vertebra_errors(*case) for case in with_two]) < 6


def test_vertebrae_without_a_point_on_the_spine(with_none):
    assert rms([vertebra_errors(*case) for case in with_none]) < 15


@pytest.mark.parametrize("setting", ["with_two", "with_none"])
def test_angles_that_are_called_observed_are_within_two_degrees(setting, request):
    cases = request.getfixturevalue(setting)
    errors = turn_errors(cases)
    for name in observed(cases):
        region, plane = name.rsplit("_", 1)
        assert rms(errors[region][:, PLANES.index(plane)]) < 2, name


def test_what_c7_and_t8_show_is_called_observed(with_two):
    assert {"lumbar_flexion", "lumbar_lateral"} <= observed(with_two)


def test_every_angle_of_the_trunk_with_c7_and_t8(with_two):
    """Also those that are not called observed; measured: lumbar 1.2 to 1.4°, thoracic 1.9 to 2.2°."""
    errors = turn_errors(with_two)
    assert rms(np.concatenate([errors["lumbar"], errors["thoracic"]])) < 2
    for region in ("lumbar", "thoracic"):
        assert np.sqrt((errors[region] ** 2).mean(0)).max() < 2.5, region


def test_what_joint_centres_cannot_show_is_not_called_observed(with_none):
    for case in with_none:
        verdicts = {n: o.verdict for n, o in case.motion.report.observability.items()}
        for region in ("lumbar", "cervical", "upper_cervical"):
            assert verdicts[f"{region}_rotation"] == "set by the prior"
        assert {o.levels for o in case.motion.report.observability.values()} == {"set by the prior"}


def test_the_ends_of_lumbar_spine_and_neck_are_turned_right(with_two):
    """Whatever the sharing between neighbouring regions: sacrum to T12, T1 to skull."""
    errors = turn_errors(with_two)
    for region in ("lumbar", "neck"):
        assert rms(errors[region]) < 2, region


def test_sigma_says_how_far_vertebrae_are_off_when_markers_are(misplaced):
    """Its shape too: errors measured in its own ellipsoid have a mean square of 3."""
    error = rms([vertebra_errors(*case) for case in misplaced])
    assert 0.6 < error / rms([1e3 * np.sqrt(3) * c.motion.vertebra_sigma for c in misplaced]) < 1.4
    far = []
    for body, q, motion in misplaced:
        assert motion.vertebra_covariance.shape == (240, len(VERTEBRAE), 3, 3)
        away = vertebra_offsets(body, q, motion)[..., None]
        far.append((np.swapaxes(away, -1, -2) @ np.linalg.solve(motion.vertebra_covariance, away)).mean())
    assert 0.5 < np.mean(far) / 3 < 2


def test_sigma_of_an_angle_says_how_far_it_is_off_when_markers_are(misplaced):
    """It knows nothing of places that the calibration mends, so it may be up to twice the error."""
    errors = turn_errors(misplaced)
    for region in ("lumbar", "thoracic"):
        for k, plane in enumerate(PLANES):
            said = rms([c.motion.report.observability[f"{region}_{plane}"].sigma_degrees for c in misplaced])
            assert 0.4 < rms(errors[region][:, k]) / said < 1.25, (region, plane)


def test_sigma_is_that_of_noise_where_noise_is_all_that_is_wrong(with_two):
    """The markers' scatter is measured: errors of 2.8 mm are called 2.9 mm, where 5.9 mm were said of all markers."""
    error = rms([vertebra_errors(*case) for case in with_two])
    assert 0.7 < error / rms([1e3 * np.sqrt(3) * c.motion.vertebra_sigma for c in with_two]) < 1.3


def test_uncertainty_grows_away_from_the_measured_points(with_two, with_none):
    two, none = (np.mean([c.motion.vertebra_sigma.mean(0) for c in s], 0) for s in (with_two, with_none))
    at = VERTEBRAE.index
    assert none[at("T8")] > 1.5 * two[at("T8")]
    assert none[at("T8")] > none[at("L5")]
