"""Plants one fault after the other into a sound dataset; each must be found, and named where it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from synthgen.dataset import table
from synthgen.dataset.coco import export_coco
from synthgen.dataset.durable import sha256
from synthgen.dataset.issues import broken
from synthgen.dataset.layout import annotations_path, manifest_path, parquet_path
from synthgen.dataset.validate import validate
from synthgen.errors import InputError

Person = dict[str, Any]


def codes(out: Path) -> set[str]:
    issues = validate(out)
    assert broken(issues) == bool(issues)
    return {issue.code for issue in issues}


def rewrite(out: Path, change: Callable[[list[dict[str, Any]]], None], shard: int = 0) -> None:
    """Changes a shard's records as a faulty program would have written them: hashes and COCO file fit."""
    images = list(table.read(parquet_path(out, shard)))
    change(images)
    data = table.encode(images)
    parquet_path(out, shard).write_bytes(data)
    manifest = json.loads(manifest_path(out, shard).read_text())
    for file in manifest["files"]:
        if file["path"].endswith(".parquet"):
            file |= {"bytes": len(data), "sha256": sha256(data)}
    manifest_path(out, shard).write_text(json.dumps(manifest))
    export_coco(out)


def test_a_sound_dataset_has_no_issues(dataset: Path) -> None:
    assert validate(dataset) == []


def test_a_folder_without_a_plan_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no plan"):
        validate(tmp_path)


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
    with (dataset / "shots.jsonl").open("a") as file:
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


def flip_flag(person: Person) -> None:
    i = person["keypoint_reasons"].index("visible")
    person["keypoints"][3 * i + 2] = 1


def wrong_count(person: Person) -> None:
    person["num_keypoints"] -= 1


def shift_pixels(person: Person) -> None:
    person["keypoints"][0] += 0.5 if person["keypoints"][2] else 0
    i = person["keypoint_reasons"].index("visible")
    person["keypoints"][3 * i] += 0.02


def mirror_reason(person: Person) -> None:
    i = person["keypoint_reasons"].index("visible")
    person["keypoint_reasons"][i] = "invisible"
    person["keypoints"][3 * i + 2] = 1


def move_vertebra(person: Person) -> None:
    person["vertebrae"]["spinous"]["points_3d"][3][2] += 0.05


def drop_vertebra(person: Person) -> None:
    person["vertebrae"]["skin"]["keypoints"].pop()


def wrong_area(person: Person) -> None:
    person["area"] += 1


def wrong_box(person: Person) -> None:
    person["bbox"][0] += 1


def other_mask(person: Person) -> None:
    from pycocotools import mask as rle

    empty = rle.encode(np.asfortranarray(np.ones((120, 160), np.uint8)))
    person["segmentation"]["counts"] = empty["counts"].decode()


def other_id(person: Person) -> None:
    person["id"] += 1000


def centimetres(person: Person) -> None:
    person["keypoints_3d"] = (np.array(person["keypoints_3d"]) * 100).tolist()


def in_a_crowd(person: Person) -> None:
    person["iscrowd"] = 1


def lost_off_image(person: Person) -> None:
    i = person["keypoint_reasons"].index("visible")
    person["keypoint_reasons"][i] = "off_image"
    person["keypoints"][3 * i : 3 * i + 3] = [0, 0, 0]
    person["num_keypoints"] -= 1


def ghost_point(person: Person) -> None:
    lost_off_image(person)
    i = person["keypoint_reasons"].index("off_image")
    person["keypoints"][3 * i] = 5.0


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (flip_flag, "flag"), (wrong_count, "num-keypoints"), (shift_pixels, "projection"), (mirror_reason, "reason"),
        (move_vertebra, "projection"), (drop_vertebra, "point-count"), (wrong_area, "area"), (wrong_box, "bbox"),
        (other_mask, "mask-differs"), (other_id, "annotation-id"), (centimetres, "camera-points"),
        (in_a_crowd, "category"), (lost_off_image, "point-outside"), (ghost_point, "point-unlabelled"),
    ],
)  # fmt: skip
def test_a_fault_in_an_annotation_is_found_and_named(dataset: Path, fault: Callable[[Person], None], code: str) -> None:
    changed = []

    def change(images: list[dict[str, Any]]) -> None:
        person = next(p for i in images for p in i["people"] if "visible" in p["keypoint_reasons"])
        fault(person)
        changed.append(person["id"])

    rewrite(dataset, change)
    issues = validate(dataset)
    assert broken(issues)
    assert (code, f"annotation {changed[0]}") in {(i.code, i.where) for i in issues}


def test_a_visible_point_beside_the_person(dataset: Path) -> None:
    """A point that shows another person, called visible."""

    def change(images: list[dict[str, Any]]) -> None:
        for image in images:
            for person in image["people"]:
                for i, reason in enumerate(person["keypoint_reasons"]):
                    if reason.startswith("person:"):
                        person["keypoint_reasons"][i] = "visible"
                        person["keypoints"][3 * i + 2] = 2
                        return
        pytest.fail("nobody stands before anybody in this dataset")

    rewrite(dataset, change)
    assert "off-mask" in codes(dataset)


def test_swapped_people(dataset: Path) -> None:
    def change(images: list[dict[str, Any]]) -> None:
        a, b = images[0]["people"][:2]
        a["segmentation"], b["segmentation"] = b["segmentation"], a["segmentation"]

    rewrite(dataset, change)
    assert "mask-differs" in codes(dataset)


def test_an_image_of_another_shot(dataset: Path) -> None:
    rewrite(dataset, lambda images: images.reverse())
    assert "image-ids" in codes(dataset)
