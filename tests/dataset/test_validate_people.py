"""Plants one fault after the other into annotations; each must be found, and named where it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from synthgen.core.errors import InputError
from synthgen.dataset.checks.issues import broken
from synthgen.dataset.checks.validate import validate
from synthgen.dataset.layout import coco_text_path
from tests.dataset.faults import codes, rewrite
from tests.dataset.person_faults import FAULTS, Person


@pytest.mark.parametrize(("code", "fault"), [(code, fault) for code in FAULTS for fault in FAULTS[code]])
def test_a_fault_in_an_annotation_is_found_and_named(dataset: Path, code: str, fault: Callable[[Person], None]) -> None:
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


def test_swapped_people(dataset: Path) -> None:
    def change(images: list[dict[str, Any]]) -> None:
        a, b = images[0]["people"][:2]
        a["segmentation"], b["segmentation"] = b["segmentation"], a["segmentation"]

    rewrite(dataset, change)
    assert "mask-differs" in codes(dataset)


def test_an_image_of_another_shot(dataset: Path) -> None:
    rewrite(dataset, lambda images: images.reverse())
    assert "image-ids" in codes(dataset)


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
    """Reading the table fails then. The COCO text was made when it could be read, and is still what was made."""
    with suppress(InputError):
        rewrite(dataset, lambda images: images[0]["people"][0]["vertebrae"]["body"]["keypoints"][0].pop())
    assert codes(dataset) == {"records-unreadable"}
    coco_text_path(dataset, 0).unlink()
    assert codes(dataset) == {"records-unreadable", "file-missing", "coco-unreadable"}
