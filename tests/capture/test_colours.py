"""Mask colours are told apart, also where an engine rounds them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.capture.colours import NOTHING, decode_mask, mask_colours
from synthgen.core.errors import InputError
from synthgen.core.limits import PROPS, STAGE
from synthgen.scene.sections.cast import People


@given(st.integers(1, 124))
def test_colours_are_never_black_and_far_apart(count: int) -> None:
    colours = np.array(mask_colours(count))
    assert len(colours) == count and colours.any(1).all()
    apart = abs(colours[:, None] - colours[None]).max(2) + 255 * np.eye(count, dtype=int)
    assert apart.min() >= 63


def test_more_things_do_not_recolour_the_first() -> None:
    assert mask_colours(80)[:5] == mask_colours(5)


def test_too_many_things() -> None:
    with pytest.raises(InputError, match="at most 124"):
        mask_colours(125)


def test_every_shot_that_a_scene_may_ask_for_has_colours() -> None:
    people = next(m.le for m in People.model_fields["max"].metadata if hasattr(m, "le"))
    # Everyone may sit on a prop of their own, and one more may stand in the way.
    assert len(mask_colours(PROPS + 2 * people + 1)) <= STAGE.objects


@given(st.integers(0, 2**32 - 1), st.integers(-3, 3))
def test_decoding_forgives_rounding_and_nothing_else(seed: int, shift: int) -> None:
    colours = mask_colours(40)
    truth = np.random.default_rng(seed).integers(-1, 40, (5, 7))
    picture = np.array([*colours, (0, 0, 0)])[truth]
    assert np.array_equal(decode_mask(np.clip(picture + shift, 0, 255).astype(np.uint8), colours), truth)
    off = np.where(picture > 127, picture - 20, picture + 20).astype(np.uint8)
    assert (decode_mask(off, colours) == NOTHING).all()
