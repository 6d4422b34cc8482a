"""What an engine has been told is not said again, and not for ever taken for granted."""

from __future__ import annotations

from synthgen.capture.acquaintance import Acquaintance
from synthgen.core.limits import STAGE


def test_what_was_told_or_listed_is_not_lacking() -> None:
    engine = Acquaintance(["person_1"], learns=True)
    assert engine.lacks(["person_1", "room_1", "sky_1"]) == ["room_1", "sky_1"]
    engine.told(["room_1", "person_1"])
    assert engine.lacks(["person_1", "room_1", "sky_1"]) == ["sky_1"]
    engine.forget()
    assert engine.lacks(["person_1", "room_1"]) == ["room_1"]


def test_an_engine_that_learns_nothing_is_told_nothing() -> None:
    assert Acquaintance().lacks(["room_1"]) == []


def test_people_are_met_once() -> None:
    engine = Acquaintance()
    assert not engine.has_met("person_1")
    engine.met("person_1")
    assert engine.has_met("person_1") and not engine.has_met("person_2")


def test_memory_is_bounded_as_the_engines_is() -> None:
    engine = Acquaintance(learns=True)
    engine.told(f"prop_{k}" for k in range(STAGE.assets))
    engine.told(["prop_0", "prop_new"])
    assert engine.lacks(["prop_0", "prop_1", "prop_2", "prop_new"]) == ["prop_1"]
