"""Errors: whatever they are told, they stay short, whole and printable."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.core.errors import MESSAGE, EngineError, InputError, RunError, abridged

ANY = st.none() | st.text() | st.integers(0, 500_000).map(lambda n: "ä\u0007\ud800"[n % 3] * n)


@given(ANY.map(str), ANY, ANY, ANY, ANY)
def test_no_message_is_longer_than_it_may_be(what, where, expected, got, remedy):
    error = InputError(what, where=where, expected=expected, got=got, remedy=remedy)
    assert len(str(error).encode()) <= MESSAGE
    assert all(c.isprintable() or c == "\n" for c in str(error))
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) and again.where == error.where


def test_what_is_short_stays_whole_beside_what_is_long():
    error = InputError("wrong", where="a.yaml:3", expected="a number", got=400_000 * "9 ", remedy="write 3")
    assert (error.what, error.where, error.expected, error.remedy) == ("wrong", "a.yaml:3", "a number", "write 3")
    assert error.got is not None and " … " in error.got and len(error.got) > 1800


def test_two_long_parts_share_the_room():
    error = InputError("wrong", expected=5000 * "a ", got=5000 * "b ")
    assert error.expected is not None and error.got is not None
    assert abs(len(error.expected) - len(error.got)) <= 1


def test_of_a_value_both_ends_are_shown():
    error = InputError("wrong", got="seed " + 5000 * "9")
    assert error.got is not None and error.got.startswith("seed 999") and error.got.endswith("999")
    assert len(error.got.encode()) <= 205


def test_a_terminal_gets_no_commands():
    assert str(InputError("no", got="a\x1b[2Jb\rc\x00")) == "no\n  got: a\\x1b[2Jb\\rc\\x00"


@pytest.mark.parametrize("kind", [EngineError, RunError])
def test_other_errors_are_bounded_too(kind):
    assert len(str(kind(100_000 * "x")).encode()) <= MESSAGE
    assert str(kind("first\nsecond")) == "first\nsecond"


def test_both_ends_of_a_long_text_are_shown():
    text = abridged("begin" + 10_000 * "." + "end", 100)
    assert text.startswith("begin") and text.endswith("end") and len(text.encode()) <= 100
