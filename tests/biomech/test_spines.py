"""Spines as people have them: what is drawn comes back, and a motion is carried over without losing what it shows."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from synthgen.biomech.clinical_angles import clinical_measures
from synthgen.biomech.postures.kinds import Posture, Scoliosis
from synthgen.biomech.postures.turns import LEVELS, level_angles, level_columns, standing_turns
from synthgen.biomech.report.spine import Observability
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.spines.apply import region_bends, with_spine
from synthgen.biomech.spines.curve import mean_of
from synthgen.biomech.spines.draw import draw_spine
from synthgen.biomech.spines.shares import REGIONS, region_of_levels
from synthgen.biomech.spines.spine import Spine
from synthgen.core.bodydata import spine_tables
from synthgen.core.bodymodel import reference_body
from synthgen.core.frames import apply
from synthgen.core.seeding import stream
from synthgen.core.skeleton import VERTEBRAE
from synthgen.world.shot import SpineSpec
from tests.biomech.reports import SOUND

WISH = SimpleNamespace(own=True, spread=1.0, stiff=0.3, hypermobile=0.15)
BODY = reference_body()
COLUMNS = level_columns(BODY)


def drawn(count: int, years: float = 45.0, first: int = 0, posture: Posture | None = None, **wish) -> list[Spine]:
    asked = SimpleNamespace(**{**WISH.__dict__, **wish})
    return [draw_spine(stream(5, k, "spine"), years, bool(k % 2), asked, posture) for k in range(first, first + count)]


PEOPLE = drawn(400)


def values(people: list[Spine], name: str) -> np.ndarray:
    return np.array([p.curve[name] for p in people])


def moving(bends: dict[str, float], female: bool = False) -> SpineMotion:
    """Two frames of the reference adult: standing, and with its regions bent, degrees."""
    body = reference_body(sex="female" if female else "male")
    q = body.spine_coordinates({name: np.radians([0.0, angle]) for name, angle in bends.items()})
    q = q if bends else body.neutral(2)
    tree = body.tree
    return SpineMotion(
        name="made",
        fps=30.0,
        coordinate_names=tuple(tree.coordinate_index),
        q=q,
        segment_names=tuple(tree.segment_index),
        transforms=tree.forward(q),
        neutral=tree.forward(body.neutral()[0]),
        scale=np.ones((len(tree.segments), 3)),
        stature=body.stature,
        marker_names=(),
        marker_error=np.zeros((2, 0)),
        source="made",
        licence="MIT",
        loop=False,
        report=replace(SOUND, observability={}),
        vertebra_covariance=np.zeros((2, 24, 3, 3)),
        reference={"sex": "female" if female else "male"},
    )


def moved(motion: SpineMotion, spine: Spine) -> np.ndarray:
    """(25, 3) degrees by which the second frame's levels differ from the first one's."""
    q = np.degrees(with_spine(motion, spine).q[:, COLUMNS])
    return np.asarray(q[1] - q[0])


@pytest.mark.parametrize("name", ["sacral_slope", "lumbar_lordosis", "thoracic_kyphosis", "pelvic_incidence"])
def test_means_and_deviations_come_back(name):
    """Within three standard errors, and the 2.5 standard deviations at which draws are cut off."""
    row = spine_tables()["curve"][name]
    found = values(PEOPLE, name) - np.array([mean_of(name, 45.0, bool(k % 2)) for k in range(len(PEOPLE))])
    assert abs(found.mean()) < 3 * row["sd"] / np.sqrt(len(PEOPLE))
    assert found.std() == pytest.approx(row["sd"], rel=0.12)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("pelvic_incidence", "sacral_slope"),
        ("sacral_slope", "lumbar_lordosis"),
        ("pelvic_incidence", "lumbar_lordosis"),
        ("lumbar_lordosis", "thoracic_kyphosis"),
    ],
)
def test_correlations_come_back(a, b):
    asked = next(r["r"] for r in spine_tables()["correlations"] if set(r["between"]) == {a, b})
    assert np.corrcoef(values(PEOPLE, a), values(PEOPLE, b))[0, 1] == pytest.approx(asked, abs=0.12)


def test_people_stand_upright_and_look_ahead():
    balance = values(PEOPLE, "sagittal_balance")
    assert abs(balance.mean()) < 6
    assert 18 < balance.std() < 30
    assert np.abs(values(PEOPLE, "coronal_balance")).max() < 3
    assert values(PEOPLE, "cobb").max() < 10.5
    for spine in PEOPLE[:20]:
        stands = with_spine(moving({}), spine)
        gaze = stands.segment("skull")[0, :3, 2]
        assert np.degrees(np.arccos(gaze[2])) < 0.5


@pytest.mark.parametrize("k", range(12))
def test_whoever_stands_has_the_curve_that_was_drawn(k):
    spine = PEOPLE[k]
    found = clinical_measures(with_spine(moving({}, female=bool(k % 2)), spine)).values
    for name, value in found.items():
        assert value[0] == pytest.approx(spine.curve[name], abs=0.5), name


def test_the_old_are_rounder_and_stand_with_their_pelvis_back():
    young, old = drawn(60, 25.0), drawn(60, 75.0)
    assert values(old, "thoracic_kyphosis").mean() - values(young, "thoracic_kyphosis").mean() == pytest.approx(
        13, abs=2
    )
    assert values(old, "pelvic_tilt").mean() - values(young, "pelvic_tilt").mean() == pytest.approx(6, abs=1.5)
    assert values(old, "sagittal_balance").mean() > values(young, "sagittal_balance").mean() + 20
    assert np.mean([s.ranges for s in old]) < 0.9 * np.mean([s.ranges for s in young])
    assert sum(bool(s.stiff) for s in old) > sum(bool(s.stiff) for s in young)


def test_without_spread_people_are_alike():
    first, second = (
        drawn(2, spread=0.0, stiff=0.0, hypermobile=0.0, first=0)[0],
        drawn(3, spread=0.0, stiff=0.0, hypermobile=0.0)[2],
    )
    assert np.allclose(first.neutral, second.neutral, atol=1e-6)
    assert first.shares == second.shares


@pytest.mark.parametrize(
    ("region", "plane", "angle"),
    [
        ("lumbar", "flexion", 30.0),
        ("lumbar", "flexion", -12.0),
        ("thoracic", "rotation", 20.0),
        ("cervical", "lateral", 15.0),
    ],
)
def test_a_region_bends_as_far_as_in_the_motion(region, plane, angle):
    """30° of lumbar flexion stay 30°, however a person's levels share them."""
    motion = moving({f"{region}_{plane}": angle})
    for spine in PEOPLE[:20]:
        found = region_bends(moved(motion, spine)[None])[0]
        asked = np.zeros((4, 3))
        asked[REGIONS.index(region), ("flexion", "lateral", "rotation").index(plane)] = angle
        assert np.allclose(found, asked, atol=1e-6)


def test_levels_share_a_bend_as_the_person_does():
    """By hand: shares times bend, and a lead that is gone at the end of the range."""
    spine = next(s for s in PEOPLE if not s.stiff)
    spine = replace(spine, ranges=((3.0, 3.0, 3.0),) * 25)
    found = moved(moving({"lumbar_lateral": 10.0}), spine)[:, 1]
    member = region_of_levels()[0] > 0
    assert np.allclose(found[member], 10.0 * np.array(spine.shares)[member, 2], atol=0.01)
    assert np.allclose(found[~member], 0.0, atol=1e-6)
    bent = moved(moving({"lumbar_flexion": 1.0}), spine)[:, 0]
    first = np.array(spine.shares)[:, 0] + np.array(spine.lead)
    assert np.allclose(bent[member], first[member], atol=0.01)


def test_a_stiff_level_moves_less_and_its_neighbours_more():
    wish = {"hypermobile": 0.0}
    for k in range(40):
        stiff, plain = drawn(1, first=k, stiff=0.6, **wish)[0], drawn(1, first=k, stiff=0.0, **wish)[0]
        if not stiff.stiff:
            continue
        level = LEVELS.index(stiff.stiff[0])
        region = REGIONS[int(np.argmax(region_of_levels()[:, level]))]
        motion = moving({f"{region}_flexion": 15.0})
        a, b = moved(motion, stiff)[:, 0], moved(motion, plain)[:, 0]
        others = (region_of_levels()[REGIONS.index(region)] > 0) & (np.arange(25) != level)
        assert a[level] < 0.6 * b[level]
        assert a[others].sum() > b[others].sum()


def test_what_is_over_at_a_level_goes_to_the_others_of_its_region():
    spine = PEOPLE[0]
    tight = [(0.1, 1.0, 1.0) if n == "L4" else (1.0, 1.0, 1.0) for n in LEVELS]
    spine = replace(spine, ranges=tuple(tight))
    found = moved(moving({"lumbar_flexion": 50.0}), spine)[:, 0]
    top = {n: np.degrees(BODY.tree.coordinates[COLUMNS[LEVELS.index(n), 0]].upper) for n in ("L4", "L3")}
    assert found[LEVELS.index("L4")] == pytest.approx(0.1 * top["L4"])
    assert region_bends(found[None, :, None] * np.ones(3))[0, 0, 0] == pytest.approx(50.0)
    assert found[LEVELS.index("L3")] <= top["L3"] + 1e-6


def test_a_stiff_person_does_not_bend_beyond_the_range():
    spine = replace(PEOPLE[0], ranges=((0.5, 0.5, 0.5),) * 25)
    upper = np.array([c.upper for c in BODY.tree.coordinates])[COLUMNS][:, 0]
    most = 0.5 * np.degrees(upper @ region_of_levels()[0])
    assert most < 45
    bend = region_bends(moved(moving({"lumbar_flexion": 60.0}), spine)[None])[0, 0, 0]
    assert bend == pytest.approx(most, abs=1e-6)


def test_levels_that_were_measured_stay():
    """A recording that says how its lumbar levels share the bend keeps them; half known, half of them."""
    motion, spine = moving({"lumbar_flexion": 30.0}), PEOPLE[3]
    own = np.degrees(motion.q[:, COLUMNS])[1, :, 0]
    theirs = moved(motion, spine)[:, 0]
    for known in (1.0, 0.5):
        seen = Observability("observed", 1.0, 1.0, "observed", known)
        report = replace(motion.report, observability={"lumbar_flexion": seen})
        found = moved(replace(motion, report=report), spine)[:, 0]
        assert np.allclose(found, known * own + (1 - known) * theirs, atol=1e-6)


def test_legs_and_arms_stay_where_they_are():
    motion = moving({"lumbar_flexion": 30.0, "thoracic_lateral": 10.0})
    found = with_spine(motion, PEOPLE[1])
    for name in ("left_foot", "right_shank"):
        assert np.allclose(found.segment(name), motion.segment(name), atol=1e-9)
    for name in ("left_upper_arm", "right_hand"):
        assert np.allclose(found.turn(name), motion.turn(name), atol=1e-9)


def test_uncertainty_grows_with_the_bend_and_not_where_levels_are_known():
    still, bent = (with_spine(moving({"lumbar_flexion": a}), PEOPLE[2]) for a in (0.0, 30.0))
    assert np.allclose(still.vertebra_sigma, 0.0)
    sigma = 1000 * bent.vertebra_sigma[1]
    assert 0.5 < sigma[2] < 20
    assert np.allclose(bent.vertebra_sigma[0], 0.0)
    twice = with_spine(moving({"lumbar_flexion": 15.0}), PEOPLE[2])
    assert 1000 * twice.vertebra_sigma[1][0] == pytest.approx(sigma[0] / 2, rel=0.02)


@pytest.mark.parametrize(
    "bends",
    [{"lumbar_flexion": 40.0}, {"lumbar_flexion": -20.0}, {"lumbar_lateral": 20.0}, {"thoracic_rotation": 25.0}],
)
def test_the_uncertainty_is_what_people_differ_by(bends):
    """σ against the scatter of the vertebrae of 120 people who bend as far and stand alike: within a third of it."""
    flat, wide = ((0.0, 0.0, 0.0),) * 25, ((9.0, 9.0, 9.0),) * 25
    places, told = [], []
    for spine in PEOPLE[:120]:
        found = with_spine(moving(bends), replace(spine, neutral=flat, pelvis=0.0, ranges=wide))
        bodies = [BODY.vertebra_points[n]["body"] for n in VERTEBRAE]
        places.append([apply(found.segment(n)[1], at) for n, at in zip(VERTEBRAE, bodies, strict=True)])
        told.append(found.vertebra_covariance[1])
    scatter = np.sqrt(np.var(places, axis=0).sum(-1) / 3)
    sigma = np.sqrt(np.trace(np.mean(told, 0), axis1=-2, axis2=-1) / 3)
    moved_ones = scatter > 0.3e-3
    assert moved_ones.sum() > 8
    assert np.allclose(sigma[moved_ones] / scatter[moved_ones], 1.0, atol=0.34)


def test_a_posture_stands_on_the_persons_own_curve():
    posture = Posture("hyperkyphosis", thoracic_kyphosis=62.0)
    for k in range(6):
        own, bent = drawn(1, first=k)[0], drawn(1, first=k, posture=posture)[0]
        assert bent.curve["thoracic_kyphosis"] == pytest.approx(62.0, abs=0.5)
        assert bent.curve["lumbar_lordosis"] == pytest.approx(own.curve["lumbar_lordosis"], abs=0.5)
        assert bent.curve["sagittal_balance"] == pytest.approx(own.curve["sagittal_balance"], abs=1.0)
        assert bent.shares == own.shares
        assert with_spine(moving({}), bent).report.posture.simulated is True
    curve = Posture("scoliosis", scoliosis=Scoliosis("thoracic", "T8", 30.0, "right", 9.0))
    assert drawn(1, first=2, posture=curve)[0].curve["cobb"] == pytest.approx(30.0, abs=0.5)


def test_spines_are_plain_numbers_and_repeat():
    for spine in (*drawn(3), *drawn(1, posture=Posture("flat_back", lumbar_lordosis=35.0))):
        spec = SpineSpec(**spine.to_dict())
        assert Spine.from_dict(SpineSpec.model_validate_json(spec.model_dump_json()).model_dump()) == spine
    assert drawn(4) == drawn(4)
    assert len({str(s) for s in PEOPLE}) == len(PEOPLE)
    for spine in PEOPLE[:50]:
        sums = region_of_levels() @ np.array(spine.shares)
        assert np.allclose(sums, 1.0, atol=2e-3)


def test_turns_and_level_angles_undo_each_other():
    rng = np.random.default_rng(0)
    q = BODY.neutral()[0]
    q[COLUMNS] = rng.normal(0, 0.1, COLUMNS.shape)
    assert np.allclose(level_angles(BODY, standing_turns(BODY, q)), q, atol=1e-9)


def test_levels_do_not_move_as_one():
    """The first principal component of the levels' motion between people explains no more than 90 % of it."""
    for region, plane, angle in (
        ("lumbar", 0, 40.0),
        ("lumbar", 1, 20.0),
        ("lumbar", 2, 8.0),
        ("thoracic", 0, 25.0),
        ("thoracic", 2, 25.0),
        ("cervical", 0, 30.0),
        ("cervical", 2, 25.0),
    ):
        name = f"{region}_{('flexion', 'lateral', 'rotation')[plane]}"
        rows = []
        for k, spine in enumerate(PEOPLE[:60]):
            bend = angle * np.sin(k)
            rows.append(with_spine(moving({name: bend}), spine).q[1, COLUMNS[:, plane]])
        levels = np.array(rows)[:, region_of_levels()[REGIONS.index(region)] > 0]
        power = np.linalg.svd(levels - levels.mean(0), compute_uv=False) ** 2
        assert power[0] / power.sum() < 0.9, name
