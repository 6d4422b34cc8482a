"""Directions, rotations and runs: answers known by hand, and properties over random ones."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from synthgen.core.rotations import about, axis_angle, between, frame, from_vector, swing, to_vector, transposed, twist
from synthgen.core.runs import runs
from synthgen.core.vectors import unit

SOME = arrays(float, (7, 3), elements=st.floats(-1e3, 1e3).filter(lambda x: x == 0 or abs(x) > 1e-3))
ANGLES = arrays(float, 7, elements=st.floats(-3.1, 3.1))
Z = np.array([0.0, 0.0, 1.0])


def test_unit_vectors_known_by_hand():
    assert unit(np.array([3.0, 0.0, 4.0])).tolist() == [0.6, 0.0, 0.8]
    assert unit(np.array([[0.0, -2.0], [0.0, 0.0]])).tolist() == [[0.0, -1.0], [0.0, 0.0]]
    assert unit(np.array([0.0, 0.5]), least=2.0).tolist() == [0.0, 0.25]
    assert np.isnan(unit(np.zeros(3), least=0.0)).all() and np.isnan(unit(np.array([1.0, np.nan]))).all()
    assert unit(np.ones((2, 3), np.float32)).dtype == np.float32


@given(SOME)
def test_a_unit_vector_is_the_vector_over_its_length_to_the_last_bit(vectors):
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    long = length[:, 0] > 0
    assert np.array_equal(unit(vectors)[long], vectors[long] / length[long])
    assert not unit(vectors)[~long].any()


def test_rotations_known_by_hand():
    quarter = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    for turned in (axis_angle(Z, np.array(np.pi / 2)), about(Z, np.array(np.pi / 2)), from_vector(np.pi / 2 * Z)):
        assert turned == pytest.approx(quarter, abs=1e-15)
    assert to_vector(quarter) == pytest.approx([0, 0, np.pi / 2])
    assert to_vector(between(np.eye(3), quarter, 0.25)) == pytest.approx([0, 0, np.pi / 8])
    assert twist(quarter, Z) == pytest.approx(np.pi / 2) and twist(quarter, np.array([1.0, 0.0, 0.0])) == 0
    assert swing(np.array([1.0, 0.0, 0.0]), np.array([0.0, 2.0, 0.0])) == pytest.approx(quarter)
    assert frame(2 * Z, np.array([0.0, 1.0, 5.0])) == pytest.approx(np.eye(3))


@given(SOME, SOME)
def test_a_swing_takes_one_direction_to_the_other_also_the_opposite(first, second):
    first, second = first + (first == 0).all(1)[:, None], second + (second == 0).all(1)[:, None]
    for goal in (second, -first):
        turned = swing(first, goal)
        assert turned @ transposed(turned) == pytest.approx(np.tile(np.eye(3), (7, 1, 1)), abs=1e-9)
        assert (turned @ unit(first)[..., None])[..., 0] == pytest.approx(unit(goal), abs=1e-6)


@given(ANGLES)
def test_both_formulas_of_a_turn_agree_and_its_twist_is_the_angle(angles):
    turned = axis_angle(Z, angles)
    assert about(Z, angles) == pytest.approx(turned, abs=1e-12)
    assert twist(turned, Z) == pytest.approx(angles, abs=1e-9)


@given(arrays(bool, st.integers(0, 40)))
def test_runs_are_where_the_flag_is_set(flags):
    found = runs(flags)
    again = np.zeros(len(flags), bool)
    for start, stop in found:
        assert start < stop and flags[start:stop].all()
        again[start:stop] = True
    assert np.array_equal(again, flags)
    assert all(stop < start for (_, stop), (start, _) in pairwise(found))


def test_runs_known_by_hand():
    assert runs(np.array([True, True, False, True])) == [(0, 2), (3, 4)]
    assert runs(np.zeros(0, bool)) == [] and runs(np.ones(3, bool)) == [(0, 3)]
