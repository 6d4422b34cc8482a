"""Circles and rectangles on the floor."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.world.floor_plan import Box, Disc, box_disc_distance, boxes_overlap, disc_distance, inside

near = st.floats(-3, 3)
length = st.floats(0.05, 2)
boxes = st.builds(Box, near, near, length, length, st.floats(-7, 7))


def test_known_distances():
    assert disc_distance(Disc(0, 0, 1), Disc(3, 4, 2)) == pytest.approx(2)
    square = Box(0, 0, 1, 1)
    assert box_disc_distance(square, Disc(3, 0, 0.5)) == pytest.approx(1.5)
    assert box_disc_distance(square, Disc(4, 5, 1)) == pytest.approx(4)
    assert box_disc_distance(Box(0, 0, 1, 1, np.pi / 4), Disc(2, 0, 0)) == pytest.approx(2 - np.sqrt(2))
    assert box_disc_distance(square, Disc(0.5, 0, 0.2)) < 0


def test_known_overlaps():
    assert boxes_overlap(Box(0, 0, 1, 1), Box(1.9, 0, 1, 1))
    assert not boxes_overlap(Box(0, 0, 1, 1), Box(2.1, 0, 1, 1))
    # Corner to side: apart only along the turned axis.
    assert not boxes_overlap(Box(0, 0, 1, 1), Box(1.8, 1.8, 1, 1, np.pi / 4))
    assert inside(Box(0, 0, 1, 1), 2.1, 2.1)
    assert not inside(Box(0, 0, 1, 1, np.pi / 4), 2.1, 2.1)


@given(boxes, boxes)
def test_overlap_is_mutual(a, b):
    assert boxes_overlap(a, b) == boxes_overlap(b, a)


@given(boxes, near, near)
def test_a_point_inside_a_box_means_that_boxes_there_overlap(box, x, y):
    if box_disc_distance(box, Disc(x, y, 0)) == 0:
        assert boxes_overlap(box, Box(x, y, 0.01, 0.01))


@given(boxes)
def test_corners_are_on_the_border(box):
    for x, y in box.corners:
        assert box_disc_distance(box, Disc(x, y, 0)) == pytest.approx(0, abs=1e-9)
