"""Seats and desks against a sitter made of a few points, whose answers are known by hand. Metres."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.world.seats import BEHIND, KEPT, SHALLOWEST, STAYS, WIDEST, desk_under, fit_seat
from synthgen.world.sitter import CLEAR, SINKS, Sitter

TOP = 0.45
SEAT = np.array([0.0, 0.0, TOP, 0.0, 0.2, 0.12])
BOX = {"kind": "plyo_box"}
CHAIR = {
    "kind": "chair",
    "size": [0.54, 0.5],
    "forward": 0.05,
    "edge": 0.27,
    "cushion": 0.05,
    "back": 0.215,
    "legs": 0.86,
}


def sitter(*, calves: float = 0.3, back: float = -0.1, lowest: float = TOP, apart: float = 0.1) -> Sitter:
    """Buttocks and back, calves so far ahead, hands on a height of 0.7 half a metre ahead."""
    flesh = np.array([[0.0, 0.0, lowest], [back, 0.0, TOP + 0.3], [0.12, 0.0, 0.7]])
    legs = np.array([[calves, y, z] for y in (-apart, apart) for z in (0.05, 0.25, TOP - 0.03)])
    hands = np.array([[0.5, -0.2, 0.7], [0.5, 0.2, 0.72]])
    return Sitter(flesh, legs, hands, hands)


@pytest.mark.parametrize("calves", [0.1, 0.15, 0.2])
def test_a_box_ends_before_the_calves(calves: float) -> None:
    seat = fit_seat(BOX, SEAT, sitter(calves=calves))
    assert seat.forward + seat.depth / 2 == pytest.approx(calves - STAYS)
    assert seat.depth == pytest.approx(max(calves - STAYS + BEHIND, SHALLOWEST))


def test_a_box_stays_under_who_draws_the_feet_back() -> None:
    seat = fit_seat(BOX, SEAT, sitter(calves=-0.3))
    assert seat.forward + seat.depth / 2 == pytest.approx(-KEPT) and seat.depth == SHALLOWEST


@pytest.mark.parametrize("lowest", [TOP - 0.02, TOP, TOP + 0.03])
def test_flesh_sinks_in_a_little_whoever_sits(lowest: float) -> None:
    assert fit_seat(BOX, SEAT, sitter(lowest=lowest)).top == pytest.approx(lowest + SINKS)


def test_who_has_stood_up_leaves_the_seat_as_it_was() -> None:
    assert fit_seat(BOX, SEAT, sitter(lowest=TOP + 0.3)).top == pytest.approx(TOP + SINKS)


def test_a_chair_stands_behind_the_calves_and_its_back_behind_the_back() -> None:
    far = fit_seat(CHAIR, SEAT, sitter(calves=0.6, back=-0.1))
    assert far.forward == pytest.approx(0.05)  # nothing is in its way
    calves = fit_seat(CHAIR, SEAT, sitter(calves=0.25))
    assert calves.forward + CHAIR["edge"] == pytest.approx(0.25 - STAYS)
    leaning = fit_seat(CHAIR, SEAT, sitter(calves=0.6, back=-0.3))
    assert leaning.forward - CHAIR["back"] == pytest.approx(-0.3 - CLEAR)


def test_a_chair_is_as_wide_as_the_legs_between_its_own_need_and_no_wider_than_chairs_are() -> None:
    assert fit_seat(CHAIR, SEAT, sitter()).width == 0.5
    assert fit_seat(CHAIR, SEAT, sitter(calves=0.2, apart=0.24)).width == pytest.approx(2 * (0.24 + CLEAR) / 0.86)
    assert fit_seat(CHAIR, SEAT, sitter(calves=0.2, apart=0.6)).width == WIDEST


def test_without_a_skin_the_clip_alone_counts() -> None:
    seat = fit_seat(BOX, SEAT, None)
    assert (seat.top, seat.depth) == pytest.approx((TOP - CLEAR, 0.2 + BEHIND))


def test_a_desk_is_under_the_hands_and_before_the_belly() -> None:
    between = np.array([0.5, 0.0])
    near, top = desk_under(sitter().seen_from(between, 0.0), 0.6)
    assert top == pytest.approx(0.7) and near == pytest.approx(0.5 - 0.12 - STAYS)
    assert desk_under(sitter().seen_from(between, 0.0), 0.2)[0] == pytest.approx(0.2)


def test_a_sitter_is_seen_from_its_seat_whichever_way_it_faces() -> None:
    turned = sitter().seen_from(np.array([1.0, 2.0]), np.radians(90))
    np.testing.assert_allclose(turned.flesh[0], [-2.0, 1.0, TOP], atol=1e-12)
