"""Postures: what is asked for comes back from the clinical measures, and the limbs stay where they were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.biomech.clinical import COBB_LEVELS, constants
from synthgen.biomech.clinical_angles import clinical_measures
from synthgen.biomech.postures.kinds import ANGLES, Posture, Scoliosis, names, tables
from synthgen.biomech.postures.simulated import apply_posture, draw_posture, posture_from, posture_of
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.core.seeding import stream

from .reports import SOUND
from .synthetic import lively

BODY = reference_body()


def motion_of(q: np.ndarray, size: float = 1.0) -> SpineMotion:
    """A motion as a fit would hand it on, of a body of another size with its shoulders shifted."""
    scale = np.full((len(BODY.tree.segments), 3), size)
    tree = BODY.scaled(scale).tree
    return SpineMotion(
        name="made",
        fps=30.0,
        coordinate_names=tuple(tree.coordinate_index),
        q=q,
        segment_names=tuple(tree.segment_index),
        transforms=tree.forward(q),
        neutral=tree.forward(BODY.neutral()[0]),
        scale=scale,
        stature=BODY.stature * size,
        marker_names=(),
        marker_error=np.zeros((len(q), 0)),
        source="made",
        licence="MIT",
        loop=False,
        report=SOUND,
    )


STANDING = motion_of(BODY.neutral())
MOVING = motion_of(lively(BODY, 12), 0.9)


@pytest.mark.parametrize("name", ANGLES)
@pytest.mark.parametrize("share", [0.1, 0.9])
def test_an_angle_that_is_asked_for_comes_back(name, share):
    spans = [s[name] for s in tables()["postures"].values() if name in s]
    low, high = min(s[0] for s in spans), max(s[1] for s in spans)
    asked = low + share * (high - low)
    posed = apply_posture(STANDING, Posture(**{name: asked}))
    assert float(clinical_measures(posed).values[name][0]) == pytest.approx(asked, abs=0.1)
    assert posed.report.posture.standing[name] == pytest.approx(asked, abs=0.1)


@pytest.mark.parametrize("kind", list(tables()["scoliosis"]))
@pytest.mark.parametrize("convex", ["right", "left"])
def test_a_scoliosis_has_its_cobb_angle_apex_side_and_turn(kind, convex):
    row = tables()["scoliosis"][kind]
    asked = Scoliosis(kind, row["apex"][0], 40.0, convex, 12.0)
    posed = apply_posture(STANDING, Posture(scoliosis=asked))
    measures = clinical_measures(posed)
    assert measures.values["cobb"][0] == pytest.approx(40, abs=0.5)
    upper, apex, lower = (COBB_LEVELS[i] for i in measures.curve[0])
    place = COBB_LEVELS.index
    assert abs(place(apex) - place(asked.apex)) <= 1
    assert abs(place(asked.apex) - row["above"] - place(upper)) <= 1
    assert abs(place(asked.apex) + row["below"] - place(lower)) <= 1
    vertebra = posed.segment(asked.apex)[0]
    side = -1.0 if convex == "right" else 1.0  # Y points to the left
    assert np.sign(vertebra[1, 3]) == side
    assert abs(vertebra[1, 3]) > 0.01
    forward = vertebra[:3, 0]
    assert np.degrees(np.arctan2(forward[1], forward[0])) == pytest.approx(side * 12, abs=4)
    assert abs(measures.values["coronal_balance"][0]) < 20


def test_a_double_major_has_a_second_curve_the_other_way():
    asked = Scoliosis("double_major", "T8", 40.0, "right", 10.0)
    tilt = clinical_measures(apply_posture(STANDING, Posture(scoliosis=asked))).tilt[0]
    at = dict(zip(COBB_LEVELS, tilt, strict=True))
    assert at["T11"] - at["T5"] == pytest.approx(40, abs=0.5)
    assert at["T11"] - at["L4"] == pytest.approx(0.9 * 40, abs=2)


@given(kind=st.sampled_from(names()), seed=st.integers(0, 10_000))
def test_drawn_postures_are_within_their_ranges(kind, seed):
    posture = draw_posture(kind, stream(seed, 0, "posture"))
    assert posture == posture_of(kind, seed)
    assert posture_from({"name": kind, **posture.to_dict()}) == posture
    for key, asked in posture.to_dict().items():
        span = tables()["postures"][kind][key]
        low, high = span["cobb"] if key == "scoliosis" else span
        assert low <= (asked["cobb"] if key == "scoliosis" else asked) <= high


def test_several_at_once():
    asked = Posture(
        thoracic_kyphosis=60.0,
        lumbar_lordosis=45.0,
        craniovertebral_angle=42.0,
        pelvic_tilt=20.0,
        scoliosis=Scoliosis("thoracic", "T8", 30.0, "left", 8.0),
    )
    measures = clinical_measures(apply_posture(STANDING, asked)).values
    for name in ANGLES:
        assert float(measures[name][0]) == pytest.approx(getattr(asked, name), abs=0.2), name
    assert float(measures["cobb"][0]) == pytest.approx(30, abs=0.5)


def test_gaze_and_plumb_line_are_kept():
    for posture in (Posture(thoracic_kyphosis=60.0), Posture(lumbar_lordosis=78.0), Posture(pelvic_tilt=25.0)):
        posed = apply_posture(STANDING, posture)
        assert np.allclose(posed.segment("skull")[0, :3, :3], np.eye(3), atol=0.01)
        before, after = (clinical_measures(m).values["sagittal_balance"][0] for m in (STANDING, posed))
        assert after == pytest.approx(before, abs=1)


def test_no_posture_changes_nothing():
    posed = apply_posture(MOVING, Posture())
    assert np.allclose(posed.transforms, MOVING.transforms, atol=1e-6)


@pytest.mark.parametrize("kind", names())
def test_limbs_stay_and_stay_connected(kind):
    posed = apply_posture(MOVING, draw_posture(kind, stream(3, 0, "posture")))
    assert not np.allclose(posed.q, MOVING.q, atol=1e-3)
    tree = BODY.scaled(MOVING.scale).tree
    assert np.allclose(tree.forward(posed.q), posed.transforms, atol=1e-12)
    for name in ("thigh", "shank", "foot", "toes"):
        for side in ("left", "right"):
            assert np.allclose(posed.segment(f"{side}_{name}"), MOVING.segment(f"{side}_{name}"), atol=1e-9)
    for name in ("upper_arm", "forearm", "hand"):
        ours, theirs = posed.segment(f"left_{name}"), MOVING.segment(f"left_{name}")
        assert np.allclose(ours[:, :3, :3], theirs[:, :3, :3], atol=1e-9)
    # coordinates do not jump: no sudden change of solution
    assert np.abs(posed.q - MOVING.q).max() < 2.0


def test_arms_held_sideways_have_no_jump():
    q = BODY.neutral(21)
    q[:, BODY.tree.coordinate_index["left_shoulder_abduction"]] = np.radians(np.linspace(80, 100, 21))
    posed = apply_posture(motion_of(q), Posture(thoracic_kyphosis=70.0))
    assert np.allclose(
        posed.segment("left_upper_arm")[:, :3, :3], motion_of(q).segment("left_upper_arm")[:, :3, :3], atol=1e-7
    )


def test_it_is_marked_as_simulated():
    posed = apply_posture(STANDING, Posture("mine", thoracic_kyphosis=60.0))
    told = posed.report.posture
    assert told.simulated is True
    assert told.name == "mine"
    assert told.asked == {"thoracic_kyphosis": 60.0}
    assert set(told.standing) == set(constants()["measures"])
    assert posed.report.notes[0] == "kept"
    assert "simulated posture mine, not measured" in posed.report.notes[1]
    assert STANDING.report.posture is None


def test_ranges_of_postures_lie_within_the_bounds():
    bounds = tables()["bounds"]
    for row in tables()["postures"].values():
        for key, span in row.items():
            spans = span if key == "scoliosis" else {key: span}
            for name, (low, high) in spans.items():
                if name in bounds:
                    assert bounds[name][0] <= low < high <= bounds[name][1]


@pytest.mark.parametrize("table", [tables(), constants()], ids=["postures", "clinical"])
def test_every_range_names_its_sources(table):
    """Every source says where it is and whether its number was read there; none is listed in vain."""
    named = [
        *table.get("posture_sources", {}).values(),
        *(row["sources"] for row in table.get("measures", {}).values()),
    ]
    named += [table[k] for k in ("compensation_sources", "constant_sources", "age_sources") if k in table]
    assert set(table.get("posture_sources", {})) == set(table.get("postures", {}))
    assert all(named)
    assert {key for keys in named for key in keys} == set(table["sources"])
    for key, row in table["sources"].items():
        assert row["citation"] and isinstance(row["checked"], bool), key
        assert row["where"].startswith("http") or not row["checked"], key


def test_files(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\nthoracic_kyphosis: 60\nscoliosis: {type: lumbar, cobb: 25}\n")
    asked = posture_of(str(path))
    assert asked == Posture("mine", thoracic_kyphosis=60.0, scoliosis=Scoliosis("lumbar", "L3", 25.0, "left", 0.0))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "name: mine",
        "kyphosis: 60",
        "thoracic_kyphosis: 600",
        "thoracic_kyphosis: bent",
        "scoliosis: 30",
        "scoliosis: {type: wide, cobb: 20}",
        "scoliosis: {type: lumbar}",
        "scoliosis: {type: lumbar, cobb: 20, apex: C3}",
        "scoliosis: {type: lumbar, cobb: 20, convex: up}",
        "thoracic_kyphosis: .nan",
        "a: [",
        "pelvic_tilt: true",
    ],
)
def test_bad_files_are_told(tmp_path, text):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"bad\.yaml"):
        posture_of(str(path))


def test_unknown_names_are_told(tmp_path):
    with pytest.raises(InputError, match="hyperkyphosis"):
        posture_of("hunchback")
    with pytest.raises(InputError, match="no such posture file"):
        posture_of(str(tmp_path / "no.yaml"))
