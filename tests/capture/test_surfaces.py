"""Surfaces of bodies are made once, and forgotten when they are too many."""

from __future__ import annotations

from dataclasses import replace

from synthgen.capture.surfaces import Surfaces

from .people import body_of


def test_a_body_that_comes_back_keeps_its_surface() -> None:
    surfaces, body = Surfaces(), body_of(0.0)
    first = surfaces.of(body)
    assert surfaces.of(body) is first
    assert surfaces.of(replace(body)) is not first  # another body, however alike


def test_the_ones_used_last_are_kept() -> None:
    bodies = [replace(body_of(0.0)) for _ in range(3)]
    size = Surfaces().of(bodies[0]).nbytes
    surfaces = Surfaces(most=2 * size)
    first, second = surfaces.of(bodies[0]), surfaces.of(bodies[1])
    assert surfaces.of(bodies[0]) is first
    surfaces.of(bodies[2])
    assert surfaces.of(bodies[0]) is first
    assert surfaces.of(bodies[1]) is not second
