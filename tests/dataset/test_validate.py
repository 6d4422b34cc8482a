"""Plants one fault after the other into a sound dataset; each must be found, and named where it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from synthgen.core.digests import sha256
from synthgen.core.errors import InputError
from synthgen.dataset import table
from synthgen.dataset.checks.issues import broken
from synthgen.dataset.checks.subject import Dataset, ImageRecord
from synthgen.dataset.checks.validate import check_image, validate
from synthgen.dataset.coco import export_coco
from synthgen.dataset.layout import annotations_path, manifest_path, parquet_path, plan_path

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
    with suppress(ValueError):  # JSON has no NaN
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


def hide(person: Person, reason: str) -> None:
    i = person["keypoint_reasons"].index("visible")
    person["keypoint_reasons"][i] = reason
    person["keypoints"][3 * i + 2] = 1


def hidden_by_no_region(person: Person) -> None:
    hide(person, "self:tail")


def hidden_by_nothing(person: Person) -> None:
    hide(person, "object:")


def hidden_by_nobody(person: Person) -> None:
    hide(person, "person:0")


def hidden_by_a_third_of_two(person: Person) -> None:
    hide(person, "person:3")


def hidden_by_itself_as_another(person: Person) -> None:
    hide(person, f"person:{person['person']['number']}")


def no_camera_points(person: Person) -> None:
    person["keypoints_3d_camera"] = None


def null_camera_point(person: Person) -> None:
    person["keypoints_3d_camera"][4] = [None] * 3


def nan_camera_point(person: Person) -> None:
    person["keypoints_3d_camera"][4][2] = float("nan")


def null_camera_row(person: Person) -> None:
    person["keypoints_3d_camera"][4] = None


def nan_point(person: Person) -> None:
    person["keypoints_3d"][4][2] = float("nan")


def nan_vertebra(person: Person) -> None:
    person["vertebrae"]["body"]["points_3d"][3][2] = None


def short_margin(person: Person) -> None:
    person["keypoint_margin"].pop()


def no_margin(person: Person) -> None:
    person["vertebrae"]["body"]["margin"] = None


def long_sigma(person: Person) -> None:
    person["keypoint_sigma"].append(0.01)


def sigma_of_zero(person: Person) -> None:
    person["keypoint_sigma"][7] = 0.0


def null_vertebra_sigma(person: Person) -> None:
    person["vertebrae"]["skin"]["sigma"][0] = None


def short_residual(person: Person) -> None:
    person["retarget_residual_mm"].pop()


def numbered_from_0(person: Person) -> None:
    person["person"]["number"] -= 1


def lost_mask(person: Person) -> None:
    person["segmentation"] = None


def other_angle(person: Person) -> None:
    person["clinical"]["thoracic_kyphosis"] += 0.5


def no_angle(person: Person) -> None:
    person["clinical"]["cobb"] = None


def balance_in_metres(person: Person) -> None:
    person["clinical"]["coronal_balance"] = 12345.0


def apex_in_the_neck(person: Person) -> None:
    person["clinical"]["cobb_apex"] = "C4"


def no_sacrum(person: Person) -> None:
    person["sacrum_3d"]["spinous"] = None


def invented_posture(person: Person) -> None:
    person["posture"] = {"kind": "flat_back", "simulated": True, "parameters": {"lumbar_lordosis": 30.0}}


def real_posture(person: Person) -> None:
    person["posture"] = {"kind": "flat_back", "simulated": False, "parameters": {"lumbar_lordosis": 30.0}}


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (other_angle, "clinical"), (no_angle, "clinical"), (balance_in_metres, "clinical"),
        (apex_in_the_neck, "clinical"), (no_sacrum, "clinical"), (invented_posture, "posture-differs"),
        (real_posture, "posture"),
        (flip_flag, "flag"), (wrong_count, "num-keypoints"), (shift_pixels, "projection"), (mirror_reason, "reason"),
        (move_vertebra, "projection"), (drop_vertebra, "point-count"), (wrong_area, "area"), (wrong_box, "bbox"),
        (other_mask, "mask-differs"), (other_id, "annotation-id"), (centimetres, "camera-points"),
        (in_a_crowd, "category"), (lost_off_image, "point-outside"), (ghost_point, "point-unlabelled"),
        (hidden_by_no_region, "reason"), (hidden_by_nothing, "reason"), (hidden_by_nobody, "reason"),
        (hidden_by_a_third_of_two, "reason"), (hidden_by_itself_as_another, "reason"),
        (no_camera_points, "camera-points"), (null_camera_point, "camera-points"), (null_camera_row, "camera-points"),
        (nan_camera_point, "camera-points"), (nan_point, "camera-points"), (nan_vertebra, "points-3d"),
        (short_margin, "margin"), (no_margin, "margin"), (long_sigma, "sigma"), (sigma_of_zero, "sigma"),
        (null_vertebra_sigma, "sigma"), (short_residual, "residual"), (numbered_from_0, "person-number"),
        (lost_mask, "record-unreadable"),
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


def test_a_lost_posture(dataset: Path) -> None:
    """Who trains on healthy people must not get a deformity unmarked."""

    def change(images: list[dict[str, Any]]) -> None:
        person = next(p for i in images for p in i["people"] if p["posture"])
        person["posture"] = None

    rewrite(dataset, change)
    assert codes(dataset) == {"posture-differs"}


def test_records_of_an_older_version(dataset: Path) -> None:
    manifest = json.loads(manifest_path(dataset, 1).read_text())
    manifest_path(dataset, 1).write_text(json.dumps(manifest | {"version": 1}))
    assert "manifest-unreadable" in codes(dataset)


def test_swapped_people(dataset: Path) -> None:
    def change(images: list[dict[str, Any]]) -> None:
        a, b = images[0]["people"][:2]
        a["segmentation"], b["segmentation"] = b["segmentation"], a["segmentation"]

    rewrite(dataset, change)
    assert "mask-differs" in codes(dataset)


def test_an_image_of_another_shot(dataset: Path) -> None:
    rewrite(dataset, lambda images: images.reverse())
    assert "image-ids" in codes(dataset)


def mirrored(image: dict[str, Any]) -> None:
    """Camera, points and pixels agree with each other, but left and right are exchanged."""
    turn = np.diag([-1.0, 1.0, 1.0])
    image["extrinsics"] = (np.array(image["extrinsics"]) @ np.diag([-1.0, 1.0, 1.0, 1.0])).tolist()
    for person in image["people"]:
        person["keypoints_3d"] = (np.array(person["keypoints_3d"]) @ turn).tolist()
        for group in person["vertebrae"].values():
            group["points_3d"] = (np.array(group["points_3d"]) @ turn).tolist()


def test_a_mirrored_world(dataset: Path) -> None:
    rewrite(dataset, lambda images: mirrored(images[1]))
    (issue,) = validate(dataset)
    assert (issue.code, issue.where) == ("camera", "image 1")
    assert "reflection" in issue.what


def flat(image: dict[str, Any], key: str) -> None:
    image[key] = [v for row in image[key] for v in row]


@pytest.mark.parametrize(
    "fault",
    [
        lambda image: flat(image, "extrinsics"), lambda image: flat(image, "intrinsics"),
        lambda image: image.update(extrinsics=None), lambda image: image.update(intrinsics=image["intrinsics"][:1]),
        lambda image: image["extrinsics"][2].pop(), lambda image: image["intrinsics"][0].__setitem__(0, None),
    ],
)  # fmt: skip
def test_a_camera_of_another_form(dataset: Path, fault: Callable[[dict[str, Any]], None]) -> None:
    image = next(table.read(parquet_path(dataset, 0)))
    checked = Dataset(dataset)
    assert list(check_image(checked, ImageRecord(dataset, image))) == []
    fault(image)
    (issue,) = check_image(checked, ImageRecord(dataset, image))
    assert (issue.code, issue.where) == ("camera", "image 0")


def test_a_damaged_record_does_not_keep_the_others_from_being_checked(dataset: Path) -> None:
    def change(images: list[dict[str, Any]]) -> None:
        images[0]["mask_file_name"] = None
        images[1]["intrinsics"] = [images[1]["intrinsics"][0]]
        images[2]["people"][0]["person"] = None
        images[3]["people"][1]["area"] += 1

    rewrite(dataset, change)
    found = {(i.code, i.where) for i in validate(dataset)}
    assert {("record-unreadable", "image 0"), ("camera", "image 1"), ("record-unreadable", "annotation 2001")} <= found
    assert ("area", "annotation 3002") in found


def test_a_row_of_keypoints_that_is_too_short_is_reported(dataset: Path) -> None:
    """Reading the table fails then, for the records and for the COCO file."""
    with suppress(InputError):
        rewrite(dataset, lambda images: images[0]["people"][0]["vertebrae"]["body"]["keypoints"][0].pop())
    assert codes(dataset) == {"records-unreadable", "coco-unreadable"}


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
    with (dataset / "shots.jsonl").open("ab") as file:
        file.write(b"\xff\xfe\n")
    assert codes(dataset) == {"shot-unreadable", "shots-count"}
