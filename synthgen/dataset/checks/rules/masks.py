"""Segmentation, box, area and mask file show the same person."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.people import PeopleTable
from synthgen.dataset.checks.subject import Dataset, ImageRecord, PersonRecord


def check_mask_file(image: ImageRecord) -> Iterator[Issue]:
    """The mask file shows nobody whom the image does not have."""
    people = len(image.record["people"])
    if image.owner is not None and image.owner.max() > people:
        yield MASKS.issue("mask-person", image.where, f"its mask shows person {image.owner.max()} of {people}")


def check_mask(_: Dataset, person: PersonRecord) -> Iterator[Issue]:
    """The segmentation is what the mask file shows, and area and box are the segmentation's."""
    record, where, owner = person.record, person.where, person.image.owner
    if not person.has_mask_size:
        yield MASKS.issue("mask-size", where, "the segmentation's size is not the image's")
        return
    mask = person.mask
    if mask is None:
        yield MASKS.issue("mask-unreadable", where, f"{person.mask_fault}")
        return
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = [0.0] * 4
    if len(rows):
        box = [float(columns[0]), float(rows[0]), float(np.ptp(columns) + 1), float(np.ptp(rows) + 1)]
    if record["area"] != mask.sum():
        yield MASKS.issue("area", where, f"says {record['area']}, the segmentation has {mask.sum()}")
    if record["bbox"] != box:
        yield MASKS.issue("bbox", where, f"says {record['bbox']}, the segmentation has {box}")
    if owner is not None and not np.array_equal(owner == record["person"]["number"], mask):
        shown = person.image.record["mask_file_name"]
        yield MASKS.issue("mask-differs", where, f"the segmentation is not what {shown} shows")


def suspects(dataset: Dataset, people: PeopleTable) -> np.ndarray:
    """Whose area or box is not the segmentation's; everybody where mask files are compared."""
    if dataset.pictures:
        return np.ones(people.count, bool)
    masks = people.masks
    return ~np.asarray((people.numbers("area") == masks.area) & (people.numbers("bbox", 4) == masks.box).all(1))


MASKS = Check(
    name="masks",
    promise="Segmentation, box, area and mask file show the same person.",
    codes=("mask-person", "mask-size", "mask-unreadable", "area", "bbox", "mask-differs"),
    image=check_mask_file,
    person=check_mask,
    suspects=suspects,
    needs=("cameras",),
)
