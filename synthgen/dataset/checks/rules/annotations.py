"""An annotation has the id, category and number of its place, and counts its own labels right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthgen.core.skeleton import VERTEBRAE
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.people import PeopleTable
from synthgen.dataset.checks.subject import Dataset, PersonRecord, finite
from synthgen.dataset.records import PEOPLE_PER_IMAGE


def check_annotation(_: Dataset, person: PersonRecord) -> Iterator[Issue]:
    """Compares the plain fields of a record with its place and with each other."""
    record, where, image = person.record, person.where, person.image.record["id"]
    if (record["id"], record["image_id"]) != (person.expected_id, image):
        yield ANNOTATIONS.issue("annotation-id", where, f"expected {person.expected_id} of image {image}")
    if record["category_id"] != 1 or record["iscrowd"] != 0:
        yield ANNOTATIONS.issue("category", where, "a person has category 1 and is no crowd")
    number = record["person"]["number"]
    if number != person.index + 1:
        yield ANNOTATIONS.issue("person-number", where, f"expected person {person.index + 1}, got {number}")
    if finite(record["retarget_residual_mm"], (len(VERTEBRAE),)) is None:
        what = f"expected a retarget residual for each of {len(VERTEBRAE)} vertebrae"
        yield ANNOTATIONS.issue("residual", where, what)
    labelled = (np.array(record["keypoints"], float).reshape(-1, 3)[:, 2] > 0).sum()
    if record["num_keypoints"] != labelled:
        yield ANNOTATIONS.issue("num-keypoints", where, f"says {record['num_keypoints']}, has {labelled}")


def suspects(_: Dataset, people: PeopleTable) -> np.ndarray:
    """Whose plain fields are not all right."""
    image, number = people.of_image("id"), people.index + 1
    labelled = (people.groups[0].labels[..., 2] > 0).sum(1)
    return ~np.asarray(
        (people.numbers("id") == image * PEOPLE_PER_IMAGE + number)
        & (people.numbers("image_id") == image)
        & (people.numbers("category_id") == 1)
        & (people.numbers("iscrowd") == 0)
        & (people.numbers("person.number") == number)
        & np.isfinite(people.numbers("retarget_residual_mm", len(VERTEBRAE))).all(1)
        & (people.numbers("num_keypoints") == labelled)
    )


ANNOTATIONS = Check(
    name="annotations",
    promise="Every annotation has the id, category and person number of its place, and counts its own labels right.",
    codes=("annotation-id", "category", "person-number", "residual", "num-keypoints"),
    person=check_annotation,
    suspects=suspects,
    needs=("cameras",),
)
