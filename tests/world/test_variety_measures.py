"""The measures of variety, on numbers whose answer is known."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from scripts.variety.measures import TARGETS, bend_shares, body_to_bow, missed, pc1_shares, view_to_bow
from scripts.variety.rows import bmi

RNG = np.random.default_rng(3)


def test_one_rhythm_for_all_is_one_component():
    levels = np.zeros((200, 25, 3))
    levels[:, :6, 0] = RNG.normal(size=(200, 1)) * np.arange(1, 7) + np.arange(6)
    levels[:, 6:17, 1] = RNG.normal(size=(200, 11))
    shares = pc1_shares(levels)
    assert shares["lumbar_flexion"] == pytest.approx(1.0)
    assert shares["thoracic_lateral"] < 0.2
    assert len(shares) == 12


def test_bends_are_counted_by_hand():
    trunk = np.array([[30.0, 12, 0], [30, 5, 0], [-20, 0, 11], [5, -9, 9.9]])
    assert bend_shares(trunk) == {"two_planes": 0.5, "flexed_and_bent": 0.25, "extension": 0.25, "near_neutral": 0.25}


def crowd(spine: float, people: int = 30, each: int = 20):
    """Pictures whose bow is the first point's place plus as much of its own as ``spine`` says."""
    rows, pictures = [], []
    for k in range(people):
        rows.append({"character": f"person_{k}"})
        for _ in range(each):
            body = RNG.uniform(0, 100, (17, 2))
            body[5:7], body[11:13] = (50.0, 0.0), (50.0, 100.0)
            bow = body[0, 0] / 100 + spine * RNG.normal()
            pictures.append({"person": k, "body": body.tolist(), "bow": {"T8": bow}, "view": [1.0, 0.0, 0.0]})
    return rows, pictures


def test_what_the_points_tell_is_found_and_what_they_do_not_is_not():
    told = body_to_bow(*crowd(0.0), "T8")
    assert min(told["upright"], told["in trunks"]) > 0.99
    assert max(body_to_bow(*crowd(3.0), "T8").values()) < 0.1
    assert view_to_bow(*crowd(0.0), "T8") < 0.1


def test_nothing_is_foretold_of_one_person():
    assert np.isnan(body_to_bow(*crowd(0.0, people=1), "T8")["upright"])


def test_a_measure_off_its_target_is_named():
    good = {name: bound for name, (_, bound) in TARGETS.items()}
    assert missed(good) == []
    assert missed({**good, "near_line": 0.3, "characters": 39}) == ["near_line", "characters"]
    assert missed({**good, "body_to_bow_r2": float("nan")}) == ["body_to_bow_r2"]


def test_the_mass_index_of_a_box_is_its_volume():
    import trimesh

    box = trimesh.creation.box((0.4, 0.2, 1.8))
    body = SimpleNamespace(vertices=np.array(box.vertices), faces=np.array(box.faces), stature=1.8)
    assert bmi(body) == pytest.approx(144 / 1.8**2)
