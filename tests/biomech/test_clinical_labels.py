"""Measures of labelled points against those of the model that the points were taken from."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.biomech.clinical import COBB_LEVELS, constants
from synthgen.biomech.clinical_angles import measure
from synthgen.biomech.clinical_labels import LEVELS, NEEDED, measure_labels
from synthgen.biomech.postures.kinds import Posture, Scoliosis, tables
from synthgen.biomech.postures.standing import standing_offsets
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.frames import apply

from .synthetic import lively

BODY = reference_body()
SAGITTAL = ("thoracic_kyphosis", "lumbar_lordosis", "cervical_lordosis", "pelvic_tilt")


def labelled(body: BodyModel, q: np.ndarray) -> dict[str, np.ndarray]:
    """The points that an annotation holds, of a character that is the model itself."""
    world, index = body.tree.forward(np.atleast_2d(q)), body.tree.segment_index
    out = {f"{n}.{kind}": apply(world[:, index[n]], at) for n in LEVELS for kind, at in body.vertebra_points[n].items()}
    size = body.stature / BODY.stature
    tragus = apply(world[:, index["skull"]], np.array(constants()["tragus"]) / 1000 * size)
    out |= {"left_ear": tragus, "right_ear": tragus}
    out |= {f"{s}_hip": world[:, index[f"{s}_thigh"], :3, 3] for s in ("left", "right")}
    return out


def both(body: BodyModel, q: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Measures of the model's segments and of its labelled points."""
    points = labelled(body, q)
    assert set(NEEDED) <= set(points)
    return measure(body.tree.forward(np.atleast_2d(q)), body).values, measure_labels(points).values


@pytest.mark.parametrize("size", [0.9, 1.0, 1.1])
def test_a_standing_model_has_the_same_measures_by_its_points(size):
    body = BODY.scaled(np.full((len(BODY.tree.segments), 3), size))
    model, points = both(body, body.neutral())
    for name in model:
        assert float(points[name][0]) == pytest.approx(float(model[name][0]), abs=0.01), name


def test_a_moving_model_has_them_too():
    """Sagittal angles are those of the vertebrae; leans are those of the line of their bodies."""
    model, points = both(BODY, lively(BODY, 40, seed=3))
    for name in SAGITTAL:
        assert np.nanmax(np.abs(points[name] - model[name])) < 0.5, name
    assert np.abs(points["cobb"] - model["cobb"]).max() < 1.0
    for name in ("sagittal_balance", "coronal_balance", "craniovertebral_angle"):
        assert np.array_equal(np.isnan(points[name]), np.isnan(model[name]))
        assert np.nanmax(np.abs(points[name] - model[name])) < 0.05, name


@pytest.mark.parametrize("kind", list(tables()["scoliosis"]))
@pytest.mark.parametrize("convex", ["right", "left"])
def test_a_scoliosis_is_seen_in_the_points(kind, convex):
    asked = Scoliosis(kind, tables()["scoliosis"][kind]["apex"][0], 45.0, convex, 12.0)
    standing = standing_offsets(BODY, Posture(scoliosis=asked), tables())
    q = standing.spine.copy()
    q[BODY.tree.coordinate_index["pelvis_tilt"]] = -standing.pelvis
    measures = measure_labels(labelled(BODY, q))
    assert float(measures.values["cobb"][0]) == pytest.approx(45, abs=1)
    apex = COBB_LEVELS[measures.curve[0, 1]]
    assert abs(COBB_LEVELS.index(apex) - COBB_LEVELS.index(asked.apex)) <= 1


def test_points_at_the_other_side_give_the_mirrored_measures():
    q = lively(BODY, 10, seed=5)
    points = labelled(BODY, q)
    mirrored = {n: p * (1, -1, 1) for n, p in points.items()}
    mirrored |= {a: points[b] * (1, -1, 1) for a, b in (("left_hip", "right_hip"), ("right_hip", "left_hip"))}
    mirrored |= {a: points[b] * (1, -1, 1) for a, b in (("left_ear", "right_ear"), ("right_ear", "left_ear"))}
    one, other = measure_labels(points), measure_labels(mirrored)
    for name, values in one.values.items():
        sign = -1 if name == "coronal_balance" else 1
        assert np.allclose(other.values[name], sign * values, atol=1e-9, equal_nan=True), name
    assert np.allclose(other.tilt, -one.tilt, atol=1e-9)


def test_one_frame_as_plain_data():
    q = BODY.neutral(2)
    q[1, BODY.tree.coordinate_index["pelvis_tilt"]] = -np.pi / 2
    measures = measure_labels(labelled(BODY, q))
    standing, lying = measures.to_dict(0), measures.to_dict(1)
    assert standing["thoracic_kyphosis"] == pytest.approx(42, abs=0.01)
    assert set(standing) == {*measures.values, "cobb_upper", "cobb_apex", "cobb_lower"}
    assert standing["cobb_apex"] in COBB_LEVELS
    assert [lying[n] for n in ("sagittal_balance", "coronal_balance", "craniovertebral_angle", "pelvic_tilt")] == [
        None
    ] * 4
    assert lying["thoracic_kyphosis"] == pytest.approx(42, abs=0.01)
