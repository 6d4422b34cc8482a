"""Exercises with other parameters, and of another body."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.exercises import exercise, exercises

from .conftest import performance
from .exercise_measures import region

every = pytest.mark.parametrize("name", exercises())


@pytest.mark.parametrize("name", ["squat", "cat_cow", "walking", "plank_press_up"])
def test_a_smaller_body_does_the_same(name: str) -> None:
    body = reference_body()
    small = body.scaled(np.full((len(body.tree.segments), 3), 0.88))
    clip = exercise(name, body=small)
    assert min(p[:, 2].min() for p in clip.points.values()) >= -0.001
    reference, _ = performance(name)
    np.testing.assert_allclose(
        np.ptp(clip.points["head_top"], 0), 0.88 * np.ptp(reference.points["head_top"], 0), atol=0.02
    )


def test_parameters_do_what_they_say() -> None:
    base, _ = performance("forward_bend")
    assert exercise("forward_bend", tempo=2.0).frames == pytest.approx(base.frames / 2, abs=1)
    assert exercise("forward_bend", repetitions=2).frames == 2 * base.frames
    shallow = performance("forward_bend", depth=0.5)[1]
    assert region(shallow, "lumbar_flexion").max() == pytest.approx(24, abs=1)
    assert isinstance(base, Clip)


@pytest.mark.parametrize(
    ("parameters", "word"),
    [
        ({"depth": 5.0}, "depth"),
        ({"tempo": 0.0}, "tempo"),
        ({"asymmetry": -1.0}, "asymmetry"),
        ({"repetitions": 0}, "repetitions"),
        ({"depth": float("nan")}, "depth"),
    ],
)
def test_senseless_parameters_are_refused(parameters: dict, word: str) -> None:
    with pytest.raises(InputError, match=word):
        exercise("squat", **parameters)


@every
@pytest.mark.parametrize("depth", [0.2, 1.2])
def test_every_depth_can_be_done(name: str, depth: float) -> None:
    clip, _ = performance(name, depth=depth)
    assert min(p[:, 2].min() for p in clip.points.values()) >= -0.003
