"""The COCO file: joined from the shards' text, valid by itself, and as slim as it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as rle

from synthgen.dataset import table
from synthgen.dataset.coco import coco_pieces, export_coco
from synthgen.dataset.coco_text import coco_text, split_text
from synthgen.dataset.layout import annotations_path, coco_text_path, parquet_path
from synthgen.dataset.records import VERTEBRA_POINTS
from tests.cluster.faulty_renderer import FaultyRenderer, make_plan, render
from tests.dataset.faults import rewrite


@pytest.fixture
def coco(dataset: Path) -> dict[str, Any]:
    return dict(json.loads(annotations_path(dataset).read_text()))


def test_the_file_has_one_line_per_image_and_annotation(dataset: Path, coco: dict[str, Any]) -> None:
    lines = annotations_path(dataset).read_text().splitlines()
    assert len(lines) == 5 + len(coco["images"]) + len(coco["annotations"])
    assert json.loads(lines[2].rstrip(",")) == coco["images"][0]
    assert json.loads(lines[-2]) == coco["annotations"][-1]
    assert [a["id"] for a in coco["annotations"]] == [n * 1000 + k for n in range(6) for k in (1, 2)]


def test_the_text_of_a_shard_holds_the_lines_of_the_file(dataset: Path, coco: dict[str, Any]) -> None:
    images, people = split_text(coco_text_path(dataset, 1).read_bytes(), 2)
    assert [json.loads(line) for line in images.splitlines()] == coco["images"][4:]
    assert [json.loads(line) for line in people.splitlines()] == coco["annotations"][8:]
    assert coco_text(parquet_path(dataset, 1)) == images + people


def test_what_is_in_the_file_is_what_is_in_the_parquet_file(dataset: Path, coco: dict[str, Any]) -> None:
    records = {p["id"]: p for image in table.read_all(dataset) for p in image["people"]}
    same = ("keypoints", "bbox", "area", "segmentation", "keypoint_reasons", "keypoint_sigma", "clinical", "posture")
    for slim in coco["annotations"]:
        full = records[slim["id"]]
        assert {name: slim[name] for name in same} == {name: full[name] for name in same}
        assert {type(flag) for flag in slim["keypoints"][2::3]} == {int}
        np.testing.assert_allclose(slim["keypoints_3d"], full["keypoints_3d"], rtol=0, atol=5.1e-6)
        for kind in VERTEBRA_POINTS:
            points = full["vertebrae"][kind]
            assert slim["vertebrae"][kind]["keypoints"] == points["keypoints"]
            np.testing.assert_allclose(slim["vertebrae"][kind]["points_3d"], points["points_3d"], rtol=0, atol=5.1e-6)
        assert slim["vertebrae"]["body"]["sigma"] == full["vertebrae"]["body"]["sigma"]
        assert "sigma" not in slim["vertebrae"]["skin"]


def test_what_follows_from_the_rest_does(dataset: Path, coco: dict[str, Any]) -> None:
    """What the file leaves out can be worked out of it, and its own points project onto its own pixels and masks."""
    records = {p["id"]: p for image in table.read_all(dataset) for p in image["people"]}
    images = {image["id"]: image for image in coco["images"]}
    seen = 0
    for person in coco["annotations"]:
        image = images[person["image_id"]]
        extrinsics, intrinsics = np.array(image["extrinsics"]), np.array(image["intrinsics"])
        points = np.array(person["keypoints_3d"]) @ extrinsics[:3, :3].T + extrinsics[:3, 3]
        np.testing.assert_allclose(points, records[person["id"]]["keypoints_3d_camera"], rtol=0, atol=2e-5)
        triples = np.reshape(person["keypoints"], (-1, 3))
        pixels = points @ intrinsics.T
        labelled = triples[:, 2] > 0
        np.testing.assert_allclose((pixels[:, :2] / pixels[:, 2:])[labelled], triples[labelled, :2], atol=0.01)
        x, y = triples[triples[:, 2] == 2, :2].astype(int).T
        assert rle.decode(person["segmentation"])[np.minimum(y, image["height"] - 1), x].all()
        seen += len(x)
    assert seen > 100


def test_what_repeats_itself_is_not_in_the_file(coco: dict[str, Any]) -> None:
    person, image = coco["annotations"][0], coco["images"][0]
    assert not person.keys() & {"keypoints_3d_camera", "keypoint_margin", "retarget_residual_mm"}
    assert not image.keys() & {"engine"}
    assert person["vertebrae"]["skin"].keys() == {"keypoints", "points_3d"}
    assert person["person"].keys() == {"id", "number", "character", "clip", "frame"}


def test_a_depth_file_is_named_where_there_is_one(dataset: Path, coco: dict[str, Any], tmp_path: Path) -> None:
    assert coco["images"][0]["depth_file_name"] == "depth/000000/000000000000.png"
    plan = make_plan(shots=1, cameras=1)
    render(tmp_path / "flat", FaultyRenderer(tmp_path / "state"), plan, workers=0).check()
    without = json.loads(export_coco(tmp_path / "flat").read_text())
    assert "depth_file_name" not in without["images"][0]


def test_nulls_stay_nulls_and_nothing_is_minus_zero(dataset: Path) -> None:
    def change(images: list[dict[str, Any]]) -> None:
        person = images[0]["people"][0]
        person["bbox_points"] = None
        person["keypoints_3d"][3] = [-0.000001, None, 1.0]
        person["vertebrae"]["skin"]["points_3d"][2] = None

    rewrite(dataset, change)
    person = json.loads(annotations_path(dataset).read_text())["annotations"][0]
    assert person["bbox_points"] is None
    assert str(person["keypoints_3d"][3]) == "[0.0, None, 1.0]"
    assert person["vertebrae"]["skin"]["points_3d"][2] is None


def test_shards_without_anybody_leave_a_valid_file(dataset: Path) -> None:
    def nobody(images: list[dict[str, Any]]) -> None:
        for image in images:
            image["people"] = []

    rewrite(dataset, nobody, 1)
    assert len(json.loads(annotations_path(dataset).read_text())["annotations"]) == 8
    rewrite(dataset, nobody, 0)
    data = json.loads(annotations_path(dataset).read_text())
    assert (len(data["images"]), data["annotations"]) == (6, [])
    assert b"".join(coco_pieces(dataset)) == annotations_path(dataset).read_bytes()
