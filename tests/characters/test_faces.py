"""Faces of one's own: different, symmetric, the same for the same seed, and with everything where it belongs."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.characters.body import build_body
from synthgen.characters.shapes.faces import drawn_face
from synthgen.characters.shapes.store import shapes
from synthgen.characters.sites.place import place_sites
from synthgen.characters.specs import BodySpec
from synthgen.core.cache import Cache
from synthgen.core.skeleton import REGIONS

WOMAN = BodySpec(gender=0.9, age=0.8, stature=1.65, bmi=24.0)


def test_all_targets_are_there_and_drawn_to_both_sides(shared_cache: Cache) -> None:
    known = shapes(shared_cache).targets
    drawn = [drawn_face(seed) for seed in range(40)]
    assert set().union(*drawn) <= known.keys()
    assert drawn[3] == drawn_face(3)
    assert all(0 <= amount <= 0.5 for face in drawn for amount in face.values())
    assert {"nose-hump-incr", "nose-hump-decr", "l-ear-scale-incr", "r-ear-scale-decr"} <= set().union(*drawn)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_face_changes_the_head_alone(seed: int, shared_cache: Cache) -> None:
    mean, own = build_body(WOMAN), build_body(WOMAN.model_copy(update={"face": seed}))
    assert own.stature == pytest.approx(1.65, abs=0.001)
    head = own.regions == REGIONS.index("head")
    moved = np.linalg.norm(own.vertices - mean.vertices, axis=1)
    assert 0.004 < moved[head].max() < 0.04
    assert moved[own.regions == REGIONS.index("left_hand")].max() < 0.02  # the trunk makes up for the head's height
    left, right = own.vertices[head & (own.vertices[:, 1] > 0)], own.vertices[head & (own.vertices[:, 1] < 0)]
    assert np.ptp(left[:, 1]) == pytest.approx(np.ptp(right[:, 1]), abs=0.002)


def test_eyes_ears_and_nose_stay_in_order(shared_cache: Cache) -> None:
    for seed in range(6):
        sites = place_sites(build_body(WOMAN.model_copy(update={"face": seed, "bmi": 20.0 + 4 * seed})))
        at = dict(zip(sites.names, sites.rest, strict=True))
        assert at["head"][2] > at["left_eye"][2] > at["nose"][2] > at["C7.body"][2]
        assert at["nose"][0] > at["left_eye"][0] > at["left_ear"][0] > at["C1.spinous"][0]
        assert at["left_eye"][1] == pytest.approx(-at["right_eye"][1], abs=0.003)
        assert 0.02 < at["left_eye"][1] < 0.045 < at["left_ear"][1] < 0.1
