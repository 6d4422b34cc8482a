"""Spines in a shot's file: what they say in standing is what their levels have."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synthgen.biomech.postures.kinds import Posture
from synthgen.biomech.spines.draw import draw_spine
from synthgen.core.seeding import stream
from synthgen.dataset.checks.validate import validate
from synthgen.dataset.layout import shots_path
from synthgen.scene.sections.cast import Spines
from synthgen.world.shot import SpineSpec
from tests.dataset.faults import put

Spine = dict[str, Any]


def with_spines(out: Path, change: Callable[[Spine], None] | None = None) -> set[tuple[str, str]]:
    """Codes and sentences on a dataset whose first people have drawn spines, one of them changed."""
    lines = shots_path(out, 0).read_text().splitlines()
    shots = [json.loads(line) for line in lines]
    for k, shot in enumerate(shots):
        person = shot["people"][0]
        posture = Posture("hyperkyphosis", thoracic_kyphosis=60.0) if k == 0 else None
        spine = draw_spine(stream(1, k, "spine"), 50.0, person["body"]["gender"] > 0.5, Spines(), posture)
        person["spine"] = json.loads(SpineSpec(**spine.to_dict()).model_dump_json())
    if change is not None:
        change(shots[0]["people"][0]["spine"])
    put(out, shots_path(out, 0), "".join(json.dumps(s) + "\n" for s in shots).encode(), 0)
    return {(i.code, i.what) for i in validate(out) if i.code == "spine"}


def straighter(spine: Spine) -> None:
    spine["curve"]["lumbar_lordosis"] -= 3.0


def bent_elsewhere(spine: Spine) -> None:
    spine["neutral"][3][0] += 2.0


def pelvis_forward(spine: Spine) -> None:
    spine["pelvis"] -= 1.0


def other_posture(spine: Spine) -> None:
    spine["posture"]["thoracic_kyphosis"] = 66.0


def lost_share(spine: Spine) -> None:
    spine["shares"][0][0] = 0.0


def few_levels(spine: Spine) -> None:
    spine["shares"] = spine["shares"][:7]


def test_drawn_spines_stand_as_they_say(dataset: Path) -> None:
    assert with_spines(dataset) == set()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (straighter, "says lumbar_lordosis"),
        (bent_elsewhere, "its levels have"),
        (pelvis_forward, "says pelvic_tilt"),
        (other_posture, "its simulated posture asks for thoracic_kyphosis 66.0"),
        (lost_share, "the shares of its lumbar levels do not add up to 1"),
        (few_levels, "expected shares of 25 levels, got 7"),
    ],
)
def test_a_spine_that_is_not_what_it_says(dataset: Path, change: Callable[[Spine], None], words: str) -> None:
    found = with_spines(dataset, change)
    assert found
    assert any(words in what for _, what in found)
