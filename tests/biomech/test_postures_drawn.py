"""What holds for every posture that can be drawn, standing and in motion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthgen.biomech.clinical import COBB_LEVELS, ClinicalMeasures
from synthgen.biomech.clinical_angles import clinical_measures, measure
from synthgen.biomech.fit import fit_clip
from synthgen.biomech.postures.kinds import ANGLES, Posture, Scoliosis, names, tables
from synthgen.biomech.postures.simulated import apply_posture, draw_kind, draw_posture
from synthgen.biomech.postures.standing import standing_offsets
from synthgen.core.bodymodel import reference_body
from synthgen.core.seeding import stream
from synthgen.core.skeleton import SPINE_SEGMENTS
from synthgen.motion import load

BODY = reference_body()
NEUTRAL = measure(BODY.tree.forward(BODY.neutral()), BODY).values
SIDE = {"right": -1.0, "left": 1.0}
"""Of the world's Y axis, which points to the left."""


def standing(posture: Posture) -> tuple[np.ndarray, ClinicalMeasures]:
    """(S, 4, 4) the standing reference adult with a posture, and its measures."""
    found = standing_offsets(BODY, posture, tables())
    q = found.spine[None].copy()
    q[0, BODY.tree.coordinate_index["pelvis_tilt"]] = -found.pelvis
    world = BODY.tree.forward(q)
    return world[0], measure(world, BODY)


def drawn(kind: str, seeds: int) -> list[Posture]:
    return [draw_posture(kind, stream(seed, 0, "posture")) for seed in range(seeds)]


@pytest.mark.parametrize("kind", names())
def test_draws_come_back_with_the_gaze_and_the_plumb_line(kind):
    """Asked angles within 0.5°, gaze and head level, C7 where it was: only a very flat back may lean forwards."""
    for posture in drawn(kind, 24 if kind == "scoliosis" else 6):
        world, measures = standing(posture)
        values = {name: float(v[0]) for name, v in measures.values.items()}
        assert all(np.isfinite(v) for v in values.values()), posture
        for name in ANGLES:
            if getattr(posture, name) is not None:
                assert values[name] == pytest.approx(getattr(posture, name), abs=0.5), posture
        assert np.allclose(world[BODY.tree.segment_index["skull"], :3, :3], np.eye(3), atol=0.01), posture
        forward = values["sagittal_balance"] - float(NEUTRAL["sagittal_balance"][0])
        assert abs(forward) < 1 or (0 < forward < 60 and posture.lumbar_lordosis and posture.lumbar_lordosis < 30)
        assert abs(values["coronal_balance"]) < 1, posture
        if posture.scoliosis:
            check_curve(posture.scoliosis, world, measures)


def check_curve(asked: Scoliosis, world: np.ndarray, measures: ClinicalMeasures) -> None:
    """Cobb angle, apex of the type's, convexity and turn of the apical vertebra to the same side."""
    assert float(measures.values["cobb"][0]) == pytest.approx(asked.cobb, abs=0.5), asked
    upper, apex, lower = (COBB_LEVELS[i] for i in measures.curve[0])
    place = COBB_LEVELS.index
    assert asked.apex in tables()["scoliosis"][asked.type]["apex"]
    assert abs(place(apex) - place(asked.apex)) <= 1, asked
    assert place(upper) < place(asked.apex) < place(lower), asked
    vertebra = world[BODY.tree.segment_index[asked.apex]]
    side = SIDE[asked.convex]
    assert side * vertebra[1, 3] > 0, asked
    turn = side * np.degrees(np.arctan2(vertebra[1, 0], vertebra[0, 0]))
    assert turn == pytest.approx(asked.rotation, abs=4.5), asked


def test_draws_repeat_and_differ():
    for kind in names():
        some = drawn(kind, 12)
        assert some == drawn(kind, 12)
        assert len({str(p) for p in some}) == 12


def test_the_old_have_hyperkyphosis_more_often():
    kinds = ("hyperkyphosis", "flat_back")
    found = {
        years: sum(draw_kind(kinds, years, stream(k, 0, "kind")) == "hyperkyphosis" for k in range(600)) / 600
        for years in (20.0, 45.0, 80.0)
    }
    assert found[20.0] == pytest.approx(1 / 3, abs=0.06)
    assert found[45.0] == pytest.approx(1 / 2, abs=0.06)
    assert found[80.0] == pytest.approx(4 / 5, abs=0.06)


def test_types_apexes_and_sides_are_drawn_as_published():
    curves = [p.scoliosis for p in drawn("scoliosis", 400)]
    rows = tables()["scoliosis"]
    for kind, row in rows.items():
        mine = [c for c in curves if c.type == kind]
        assert len(mine) / len(curves) == pytest.approx(row["weight"], abs=0.07)
        assert {c.apex for c in mine} == set(row["apex"])
        assert np.mean([c.convex == "right" for c in mine]) == pytest.approx(row["right"], abs=0.12)
    turns = np.array([c.rotation / c.cobb for c in curves])
    assert 0.19 < turns.min() < turns.max() < 0.46


@pytest.mark.parametrize("kind", list(tables()["scoliosis"]))
def test_a_curve_to_the_left_is_the_mirror_of_one_to_the_right(kind):
    asked = Scoliosis(kind, tables()["scoliosis"][kind]["apex"][0], 50.0, "right", 15.0)
    (one, measured), (other, mirrored) = (standing(Posture(scoliosis=replace(asked, convex=s))) for s in SIDE)
    spine = [BODY.tree.segment_index[n] for n in SPINE_SEGMENTS]
    mirror = np.diag([1.0, -1.0, 1.0, 1.0])
    assert np.allclose(mirror @ other[spine] @ mirror, one[spine], atol=1e-5)
    for name, values in measured.values.items():
        sign = -1 if name == "coronal_balance" else 1
        assert np.allclose(mirrored.values[name], sign * values, atol=1e-2), name


@pytest.fixture(scope="module", params=["deepmimic:humanoid3d_walk", "builtin:forward_bend"])
def motion(request):
    return fit_clip(load(request.param))


def test_a_posture_stays_through_a_motion(motion):
    """What was added standing is added in every frame; the rest of the motion stays as it was."""
    plain = clinical_measures(motion).values
    rest = apply_posture(motion, Posture()).report.posture.standing
    for posture in (
        Posture(thoracic_kyphosis=65.0),
        Posture(lumbar_lordosis=80.0),
        Posture(craniovertebral_angle=40.0),
    ):
        posed = apply_posture(motion, posture)
        values, asked = clinical_measures(posed).values, posed.report.posture.standing
        for name in ("thoracic_kyphosis", "lumbar_lordosis", "cervical_lordosis", "pelvic_tilt"):
            added = values[name] - plain[name]
            assert np.allclose(added[np.isfinite(added)], asked[name] - rest[name], atol=0.3), name


def test_a_scoliosis_stays_through_a_motion(motion):
    """The curve is there in every frame, at its apex and side; bending to the side and forwards changes its angle."""
    posed = apply_posture(motion, Posture(scoliosis=Scoliosis("thoracic", "T8", 45.0, "right", 15.0)))
    measures = clinical_measures(posed)
    assert measures.values["cobb"].min() > 38
    assert measures.values["cobb"].max() < 60
    assert np.abs(measures.curve[:, 1] - COBB_LEVELS.index("T8")).max() <= 1
    lean = measures.tilt[:, COBB_LEVELS.index("T11")] - measures.tilt[:, COBB_LEVELS.index("T5")]
    assert (lean > 30).all()
