"""People who float, sink, or lean otherwise than their clip: planted into a dataset whose numbers all agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synthgen.core.errors import InputError
from synthgen.dataset import table
from synthgen.dataset.checks.rules.stances import trunk_lean
from synthgen.dataset.checks.validate import validate
from synthgen.dataset.clips import read_clips, write_clips
from synthgen.dataset.layout import clips_path, parquet_path
from tests.dataset.faults import codes, rewrite

Change = Callable[[list[dict[str, Any]]], None]


def moved(images: list[dict[str, Any]], turn: np.ndarray, shift: tuple[float, float, float]) -> None:
    """Moves people and cameras as one, so that no picture and no 2D label changes."""
    t = np.array(shift)

    def place(points: list) -> list:
        return (np.array(points) @ turn.T + t).round(6).tolist()

    for image in images:
        extrinsics = np.array(image["extrinsics"])
        extrinsics[:3, :3] = extrinsics[:3, :3] @ turn.T
        extrinsics[:3, 3] -= extrinsics[:3, :3] @ t
        image["extrinsics"] = extrinsics.tolist()
        for person in image["people"]:
            person["keypoints_3d"] = place(person["keypoints_3d"])
            person["sacrum_3d"] = {k: place(p) for k, p in person["sacrum_3d"].items()}
            for kind in person["vertebrae"].values():
                kind["points_3d"] = place(kind["points_3d"])


def up(metres: float) -> Change:
    return lambda images: moved(images, np.eye(3), (0.0, 0.0, metres))


def lying(images: list[dict[str, Any]]) -> None:
    """Everybody on the back, a quarter of a metre up."""
    moved(images, np.array([[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]), (0.0, 0.0, 1.2))


def facts(out: Path, **change: float) -> None:
    """What the stick people's clips say: somebody bends by 0 to 60 degrees, on the floor."""
    people = [p for s in (0, 1) for image in table.read(parquet_path(out, s)) for p in image["people"]]
    rows = {p["person"]["clip"]: np.zeros((60, 2)) for p in people}
    for person in people:
        rows[person["person"]["clip"]][person["person"]["frame"]] = (change.get("low", 0.0), trunk_lean(person))
    write_clips(out, rows)


def test_people_who_stand_as_their_clips_do_are_sound(dataset: Path) -> None:
    assert validate(dataset) == []
    facts(dataset)
    assert validate(dataset) == []
    assert set(read_clips(dataset)) == {"bend", "squat"}


@pytest.mark.parametrize(
    ("metres", "known", "found"),
    [
        (3.0, True, {"person-floats"}),
        (3.0, False, {"person-floats", "clip-floats"}),
        (0.5, True, {"person-floats"}),
        (0.5, False, {"clip-floats"}),
        (0.2, True, set()),
        (0.2, False, set()),
        (-0.6, True, {"person-sunk"}),
        (-0.6, False, {"person-sunk"}),
    ],
)
def test_people_off_the_floor_are_seen(dataset: Path, metres: float, known: bool, found: set[str]) -> None:
    if known:
        facts(dataset)
    for shard in (0, 1):
        rewrite(dataset, up(metres), shard)
    assert codes(dataset) == found


def test_a_leap_of_which_the_clip_says_so_is_sound(dataset: Path) -> None:
    facts(dataset, low=0.6)
    for shard in (0, 1):
        rewrite(dataset, up(0.6), shard)
    assert codes(dataset) == set()


def test_one_who_leaps_does_not_make_a_clip_that_floats(dataset: Path) -> None:
    rewrite(dataset, up(0.6), 0)
    assert codes(dataset) == set()


def test_people_who_lie_where_their_clip_stands_are_seen(dataset: Path) -> None:
    facts(dataset)
    for shard in (0, 1):
        rewrite(dataset, lying, shard)
    issues = [i for i in validate(dataset) if i.code == "person-leans"]
    assert len(issues) >= 6 and "in its clip" in issues[0].what


def test_a_frame_that_the_clip_does_not_have(dataset: Path) -> None:
    facts(dataset)

    def change(images: list[dict[str, Any]]) -> None:
        images[0]["people"][0]["person"]["frame"] = 60

    rewrite(dataset, change)
    assert codes(dataset) == {"clip-frame"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"version": 1}',
        '{"version": 2, "clips": {}}',
        '{"version": 1, "clips": {"bend": {"low_m": [0]}}}',
        '{"version": 1, "clips": {"bend": {"low_m": [0], "trunk_degrees": [0, 1]}}}',
        '{"version": 1, "clips": {"bend": {"low_m": [NaN], "trunk_degrees": [0]}}}',
        "[" * 100_000,
    ],
)
def test_a_damaged_table_is_named(dataset: Path, text: str) -> None:
    clips_path(dataset).write_text(text)
    (issue,) = validate(dataset)
    assert (issue.code, issue.where) == ("clips-unreadable", "clips.json")
    assert len(issue.what) < 2000
    with pytest.raises(InputError, match=r"clips\.json"):
        read_clips(dataset)


def test_the_table_is_plain(dataset: Path) -> None:
    write_clips(dataset, {"b": np.array([[-0.004, 12.4], [0.5, 91.0]]), "a": np.zeros((1, 2))})
    data = json.loads(clips_path(dataset).read_text())
    assert data == {
        "version": 1,
        "clips": {
            "a": {"low_m": [0.0], "trunk_degrees": [0.0]},
            "b": {"low_m": [0.0, 0.5], "trunk_degrees": [12.0, 91.0]},
        },
    }
