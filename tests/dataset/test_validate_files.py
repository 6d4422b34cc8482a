"""Plants one fault after the other into the files of a sound dataset; each must be found, and named where it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from scripts.fingerprints import fingerprint
from synthgen.core.errors import InputError
from synthgen.dataset.checks.validate import validate
from synthgen.dataset.coco import export_coco
from synthgen.dataset.layout import (
    ANNOTATIONS,
    annotations_path,
    coco_text_path,
    manifest_path,
    parquet_path,
    plan_path,
    shots_path,
)
from tests.dataset.faults import codes, put


def test_a_sound_dataset_has_no_issues(dataset: Path) -> None:
    assert validate(dataset) == []


def test_a_folder_without_a_plan_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no plan"):
        validate(tmp_path)
    (tmp_path / "scene.yaml").write_text("name: a\n")
    with pytest.raises(InputError, match="there is no plan"):
        validate(tmp_path / "scene.yaml")


def test_a_missing_shard(dataset: Path) -> None:
    manifest_path(dataset, 1).unlink()
    export_coco(dataset)
    issues = validate(dataset)
    assert ("shard-missing", "shard 1") in {(i.code, i.where) for i in issues}
    assert "file-unknown" in {i.code for i in issues}


def test_a_set_aside_shot(dataset: Path) -> None:
    (dataset / "failed").mkdir()
    (dataset / "failed" / "000002.json").write_text("{}")
    assert codes(dataset) == {"shot-set-aside"}


def test_a_changed_picture(dataset: Path) -> None:
    path = next((dataset / "images" / "000000").iterdir())
    picture = np.array(Image.open(path))
    picture[0, 0] ^= 1
    Image.fromarray(picture).save(path)
    (issue,) = validate(dataset)
    assert (issue.code, issue.where) == ("file-changed", path.relative_to(dataset).as_posix())


def test_a_truncated_picture(dataset: Path) -> None:
    path = next((dataset / "masks" / "000001").iterdir())
    path.write_bytes(path.read_bytes()[:40])
    assert {"file-changed", "picture-unreadable"} <= codes(dataset)


def test_a_missing_and_a_stray_picture(dataset: Path) -> None:
    path = next((dataset / "depth" / "000000").iterdir())
    path.rename(path.with_name("000000099999.png"))
    assert {"file-missing", "file-unknown"} <= codes(dataset)


def test_a_damaged_manifest_shot_list_and_parquet(dataset: Path) -> None:
    manifest_path(dataset, 1).write_text("{")
    parquet_path(dataset, 0).write_bytes(b"no")
    with shots_path(dataset, 0).open("a") as file:
        file.write("{}\n")
    expected = {"manifest-unreadable", "records-unreadable", "file-changed", "shot-unreadable", "shots-count"}
    assert expected <= codes(dataset)


def test_a_coco_file_that_is_missing_or_was_changed_by_hand(dataset: Path) -> None:
    path = annotations_path(dataset)
    data = json.loads(path.read_text())
    number = data["annotations"][1]["id"]
    text = path.read_text().replace(f'"id":{number},', f'"id":{number + 500},', 1)
    path.write_text(text)
    (issue,) = validate(dataset)
    assert issue.code == "coco-differs"
    assert f'"id":{number}' in issue.what
    path.unlink()
    assert codes(dataset) == {"coco-missing"}


def test_records_of_an_older_version(dataset: Path) -> None:
    manifest = json.loads(manifest_path(dataset, 1).read_text())
    manifest_path(dataset, 1).write_text(json.dumps(manifest | {"version": 1}))
    assert "manifest-unreadable" in codes(dataset)


@pytest.mark.parametrize("key", ["shard", "shots", "files", "images", "people", "annotations"])
def test_a_manifest_that_lacks_something(dataset: Path, key: str) -> None:
    path = manifest_path(dataset, 1)
    manifest = json.loads(path.read_text())
    del manifest[key]
    path.write_text(json.dumps(manifest))
    (issue,) = (i for i in validate(dataset) if i.code == "manifest-unreadable")
    assert issue.where == "shard 1"
    assert key in issue.what


@pytest.mark.parametrize("change", [{"files": [{}]}, {"files": None}, {"shots": 3}, {"shard": 0}, None])
def test_a_manifest_of_another_form(dataset: Path, change: dict[str, Any] | None) -> None:
    path = manifest_path(dataset, 1)
    path.write_text(json.dumps(change and {**json.loads(path.read_text()), **change}))
    assert "manifest-unreadable" in codes(dataset)


def test_a_plan_without_counts_is_no_plan(dataset: Path) -> None:
    plan_path(dataset).write_text("{}")
    with pytest.raises(InputError, match="plan cannot be read"):
        validate(dataset)


def test_a_shot_list_that_is_not_text(dataset: Path) -> None:
    put(dataset, shots_path(dataset, 1), shots_path(dataset, 1).read_bytes() + b"\xff\xfe\n", 1)
    assert codes(dataset) == {"shot-unreadable", "shots-count"}


def test_shots_that_stand_beside_another_shard(dataset: Path) -> None:
    lines = shots_path(dataset, 0).read_bytes().splitlines(keepends=True)
    put(dataset, shots_path(dataset, 0), b"".join([lines[1], lines[0], *lines[2:]]), 0)
    assert [(i.code, i.where) for i in validate(dataset)] == [
        ("shot-order", "shards/000000.shots.jsonl:1"),
        ("shot-order", "shards/000000.shots.jsonl:2"),
    ]
    shots_path(dataset, 1).unlink()
    assert ("file-missing", "shards/000001.shots.jsonl") in {(i.code, i.where) for i in validate(dataset)}


def test_coco_text_that_is_not_what_the_parquet_file_holds(dataset: Path) -> None:
    """A faulty program wrote it: sums and COCO file agree with it."""
    text = coco_text_path(dataset, 1).read_bytes()
    put(dataset, coco_text_path(dataset, 1), text.replace(b'"area":', b'"area":1', 1), 1)
    export_coco(dataset)
    (issue,) = validate(dataset)
    assert (issue.code, issue.where) == ("coco-text-differs", "shards/000001.coco.jsonl")


def test_coco_text_that_is_missing_or_damaged_is_made_again_by_the_export(dataset: Path) -> None:
    before = fingerprint(dataset)
    coco_text_path(dataset, 0).write_bytes(coco_text_path(dataset, 0).read_bytes()[:-100])
    coco_text_path(dataset, 1).unlink()
    annotations_path(dataset).unlink()
    assert codes(dataset) == {"file-changed", "file-missing", "coco-missing"}
    export_coco(dataset)
    assert fingerprint(dataset) == before


def test_a_coco_file_that_is_cut_off_or_goes_on(dataset: Path) -> None:
    path = annotations_path(dataset)
    text = path.read_bytes()
    last = len(text.splitlines())
    path.write_bytes(text[:-1])
    (issue,) = validate(dataset)
    assert (issue.code, issue.where) == ("coco-differs", f"{ANNOTATIONS}:{last}")
    path.write_bytes(text + b"\n")
    (issue,) = validate(dataset)
    assert (issue.where, "should have ended" in issue.what) == (f"{ANNOTATIONS}:{last + 1}", True)


def test_a_dataset_of_an_older_version_is_refused(dataset: Path) -> None:
    plan = json.loads(plan_path(dataset).read_text())
    plan_path(dataset).write_text(json.dumps(plan | {"version": 1}))
    with pytest.raises(InputError, match="another version of synthgen") as error:
        validate(dataset)
    assert "render the scene again into another folder" in str(error.value)
