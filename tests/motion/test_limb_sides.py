"""Pairs with exchanged names: the odd pair is named and none of its neighbours, whatever the unit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthgen.core.errors import InputError
from synthgen.motion.marker_sets import SHIPPED, shipped
from synthgen.motion.normalise.limb_sides import swapped_on_limbs
from synthgen.motion.normalise.recording import Recording, clip_of
from synthgen.motion.normalise.sides import check_pairs

from .conftest import performance
from .recordings import markers_on

UNSEEN = {"T2", "T6"}
"""Parts of the trunk whose pairs are not judged."""


def recorded(chosen: str, exercise: str, misplaced: float, unit: float = 1.0):
    """Points, places and pairs of a set's markers on a performer, as a reader hands them on."""
    chosen_set, truth = shipped(chosen), performance(exercise)[1]
    names, points = markers_on(truth.body, truth.transforms[::4], chosen_set, misplaced, seed=1)
    key = {n: chosen_set.landmarks.get(n, n) for n in names}
    pairs = tuple((key[a], key[b]) for a, b in chosen_set.pairs if a in key and b in key)
    places = {key[n]: chosen_set.places[n] for n in names}
    return {key[n]: unit * points[:, i] for i, n in enumerate(names)}, places, pairs


def exchanged(points: dict[str, np.ndarray], *pairs: tuple[str, str]) -> dict[str, np.ndarray]:
    out = dict(points)
    for a, b in pairs:
        out[a], out[b] = points[b], points[a]
    return out


@pytest.mark.parametrize("exercise", ["walking", "squat"])
@pytest.mark.parametrize("chosen", SHIPPED)
def test_the_odd_pair_is_named_alone(chosen: str, exercise: str) -> None:
    points, places, pairs = recorded(chosen, exercise, 0.008, unit=1000.0)
    check_pairs(points, places, pairs, "take.c3d")
    for a, b in pairs:
        try:
            check_pairs(exchanged(points, (a, b)), places, pairs, "take.c3d")
        except InputError as error:
            assert error.got == f"{a} and {b}"
        else:
            assert places[a][0] in UNSEEN, f"{a} on {places[a][0]} passes unseen"


@pytest.mark.parametrize("misplaced", [0.0, 0.02, 0.03])
@pytest.mark.parametrize("chosen", SHIPPED)
def test_markers_put_off_are_not_exchanged(chosen: str, misplaced: float) -> None:
    for exercise in ("walking", "squat", "cat_cow", "lunge_rotation"):
        points, places, pairs = recorded(chosen, exercise, misplaced)
        check_pairs(points, places, pairs, "take.c3d")


@pytest.mark.parametrize("parts", [("HEE", "TOE"), ("ANK", "MED", "HEE", "TOE"), ("WRA", "WRB", "FIN")])
def test_a_whole_end_of_a_limb_is_named(parts: tuple[str, ...]) -> None:
    points, places, pairs = recorded("plug_in_gait", "walking", 0.005)
    wrong = tuple((f"L{p}", f"R{p}") for p in parts)
    with pytest.raises(InputError) as caught:
        check_pairs(exchanged(points, *wrong), places, pairs, "take.c3d")
    assert sorted((caught.value.got or "").split(", ")) == sorted(f"{a} and {b}" for a, b in wrong)


@pytest.mark.parametrize("kept", [("ANK", "HEE"), ("KNE", "ANK"), ("ELB", "WRA")])
def test_two_pairs_that_nothing_else_judges_are_alternatives(kept: tuple[str, str]) -> None:
    points, places, _ = recorded("plug_in_gait", "walking", 0.0)
    pairs = tuple((f"L{p}", f"R{p}") for p in kept)
    assert sorted(swapped_on_limbs(exchanged(points, pairs[0]), places, pairs)) == sorted([p] for p in pairs)
    with pytest.raises(InputError, match=r"; or [\s\S]*it is one or the other"):
        check_pairs(exchanged(points, pairs[0]), places, pairs, "take.c3d")


@pytest.mark.parametrize(("chosen", "pair"), [("cmu_41", ("LELB", "RELB")), ("davis", ("l_mall", "r_mall"))])
def test_sides_are_judged_before_the_unit_which_they_would_belie(chosen: str, pair: tuple[str, str]) -> None:
    """Exchanged elbows or ankles make long arms or legs: 3.0 m tall, or another unit."""
    truth = performance("squat")[1]
    names, points = markers_on(truth.body, truth.transforms[::4], shipped(chosen), 0.008, seed=1)
    i, j = (names.index(n) for n in pair)
    points[:, [i, j]] = points[:, [j, i]]
    with pytest.raises(InputError, match=rf"swapped for some points[\s\S]*got: {pair[0]} and {pair[1]}\n"):
        clip_of(Recording(Path("take.c3d"), tuple(names), 1000 * points, 100.0, "mm", (), "+z"), {"markers": chosen})
