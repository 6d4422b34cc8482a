"""All people of some images are looked at together first: nobody with a fault may be passed over then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as rle

from synthgen.dataset import table
from synthgen.dataset.checks import shard as checking
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.registry import all_checks
from synthgen.dataset.checks.runs import MaskRuns
from synthgen.dataset.checks.shard import find_suspects
from synthgen.dataset.checks.subject import Dataset
from synthgen.dataset.checks.validate import validate
from synthgen.dataset.layout import parquet_path
from tests.dataset.faults import rewrite
from tests.dataset.person_faults import FAULTS, Person

EVERY_FAULT = [fault for faults in FAULTS.values() for fault in faults]


def suspects_of(out: Path, *, pictures: bool) -> dict[str, np.ndarray]:
    dataset = Dataset(out, pictures=pictures)
    batches = list(table.read_batches(parquet_path(out, 0)))
    return dict(find_suspects(dataset, batches, dataset.manifests[:1]))


def test_nobody_of_a_sound_dataset_is_looked_at_closely_but_who_has_a_posture(dataset: Path) -> None:
    with_person = {check.name for check in all_checks() if check.person}
    found = suspects_of(dataset, pictures=False)
    assert found.keys() == with_person
    # Two postures are in these four images, and there is no table of clips.
    assert {name: int(who.sum()) for name, who in found.items() if who.any()} == {"postures": 2, "stances": 8}
    assert suspects_of(dataset, pictures=True)["masks"].all()


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=lambda f: f.__name__)
@pytest.mark.parametrize("pictures", [True, False])
def test_the_closer_look_misses_nothing(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[[Person], None], pictures: bool
) -> None:
    def change(images: list[dict[str, Any]]) -> None:
        fault(images[2]["people"][1])

    rewrite(dataset, change)
    quick = validate(dataset, pictures=pictures)
    monkeypatch.setattr(checking, "find_suspects", lambda *_: {})
    assert quick == validate(dataset, pictures=pictures)
    assert quick or not pictures


def test_only_who_has_a_fault_is_looked_at_closely(dataset: Path) -> None:
    def change(images: list[dict[str, Any]]) -> None:
        images[1]["people"][0]["clinical"]["cobb"] += 0.06

    rewrite(dataset, change)
    assert suspects_of(dataset, pictures=False)["clinical"].nonzero()[0].tolist() == [2]


def test_any_number_of_processes_finds_the_same_in_the_same_order(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from synthgen.dataset.checks import validate as module

    for shard in (0, 1):
        rewrite(dataset, lambda images: images[1]["people"][1].update(num_keypoints=1), shard)
    alone: list[Issue] = validate(dataset, workers=1)
    monkeypatch.setattr(module, "_PART", 1)
    assert [(i.code, i.where) for i in alone] == [
        ("num-keypoints", "annotation 1002"),
        ("num-keypoints", "annotation 5002"),
    ]
    assert validate(dataset, workers=2) == alone


def test_pictures_that_are_not_read_are_compared_by_size(dataset: Path) -> None:
    picture = next((dataset / "images" / "000000").iterdir())
    data = picture.read_bytes()
    picture.write_bytes(bytes(len(data)))
    assert {i.code for i in validate(dataset)} == {"file-changed", "picture-unreadable"}
    assert validate(dataset, pictures=False) == []
    picture.write_bytes(data[:-1])
    assert {i.code for i in validate(dataset, pictures=False)} == {"file-changed"}
    picture.unlink()
    assert {i.code for i in validate(dataset, pictures=False)} == {"file-missing"}


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**81 - 1)), min_size=1, max_size=6))
def test_runs_of_pixels_are_what_pycocotools_draws(pictures: list[tuple[int, int, int]]) -> None:
    masks = []
    for height, width, bits in pictures:
        flat = [bits >> k & 1 for k in range(height * width)]
        masks.append(np.asfortranarray(np.array(flat, np.uint8).reshape(height, width)))
    coded = [rle.encode(mask) for mask in masks]
    runs = MaskRuns([c["counts"] for c in coded], np.array([m.shape for m in masks]))
    assert runs.area.tolist() == [int(m.sum()) for m in masks]
    assert runs.box.tolist() == [rle.toBbox(c).tolist() for c in coded]
    for who, mask in enumerate(masks):
        y, x = (index.ravel() for index in np.indices(mask.shape))
        assert (runs.holds(np.full(len(x), who), x, y) == mask.ravel()).all()


def test_a_long_run_of_a_large_picture() -> None:
    mask = np.zeros((1080, 1920), np.uint8)
    mask[5:1070, 1000:1003] = 1
    coded = rle.encode(np.asfortranarray(mask))
    runs = MaskRuns([coded["counts"]], np.array([mask.shape]))
    assert runs.box.tolist() == [[1000, 5, 3, 1065]]
    assert runs.area.tolist() == [3 * 1065]


@pytest.mark.parametrize("counts", [b"", b"P", b"!!", b"0" * 20, b"o" * 20, b"11"])
def test_runs_that_do_not_cover_the_picture_are_refused(counts: bytes) -> None:
    with pytest.raises(ValueError, match="run lengths"):
        MaskRuns([b"\x5c1", counts], np.array([[6, 10], [6, 10]]))
