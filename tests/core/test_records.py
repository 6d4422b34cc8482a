"""Records: what becomes JSON and comes back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import pytest

from synthgen.core.errors import InputError
from synthgen.core.records import LEFT_OUT, Record


@dataclass(frozen=True)
class Inner(Record):
    """Something small."""

    numbers: tuple[int, ...]
    unit: str | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True)
class Outer(Record):
    """Something that holds others."""

    name: str
    size: float | None
    parts: dict[str, Inner]


WHOLE = Outer("a", None, {"x": Inner((1, 2), "mm"), "y": Inner(())})


def test_a_record_comes_back_as_it_was():
    data = WHOLE.to_dict()
    assert data == {"name": "a", "size": None, "parts": {"x": {"numbers": [1, 2], "unit": "mm"}, "y": {"numbers": []}}}
    assert Outer.from_dict(json.loads(json.dumps(data))) == WHOLE


@pytest.mark.parametrize(
    ("fault", "got"),
    [
        ({"name": 3}, "name: "),
        ({"other": 1}, "other: "),
        ({"parts": {"x": {"numbers": [1], "more": 2}}}, "parts.x.more: "),
        ({"parts": {"x": {}}}, "parts.x.numbers: "),
        ({"size": "wide"}, "size: "),
        ({"size": "3"}, "size: "),
        ({"size": True}, "size: "),
        ({"parts": {"x": {"numbers": [True]}}}, "parts.x.numbers.0: "),
    ],
)
def test_what_does_not_fit_is_named(fault, got):
    with pytest.raises(InputError, match="this is no Outer") as caught:
        Outer.from_dict(WHOLE.to_dict() | fault, where="a.npz")
    assert caught.value.where == "a.npz" and caught.value.remedy
    assert caught.value.got is not None and caught.value.got.startswith(got)


@pytest.mark.parametrize("size", [float("nan"), float("inf"), -float("inf"), 1e308, 3])
def test_every_number_comes_back(size):
    data = json.loads(json.dumps(replace(WHOLE, size=size).to_dict()))
    assert repr(Outer.from_dict(data).size) == repr(float(size))


def test_no_mapping_is_no_record():
    with pytest.raises(InputError, match="this is no Inner"):
        Inner.from_dict([1, 2])  # type: ignore[arg-type]
