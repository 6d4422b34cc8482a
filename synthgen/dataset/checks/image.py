"""Checks one image and its people, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from synthgen.dataset.checks.check import DAMAGE
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.registry import all_checks
from synthgen.dataset.checks.rules.records import RECORDS, damage_text
from synthgen.dataset.checks.subject import Dataset, ImageRecord, PersonRecord

Suspects = Mapping[str, np.ndarray]
"""Name of a check → for everybody of some images whether it has to look at them; those not named look at all."""


def check_image(dataset: Dataset, image: ImageRecord, suspects: Suspects) -> Iterator[Issue]:
    """Checks one image record, its picture files and its people; what is damaged is an issue, too."""
    failed, reported = set(), False
    for check in all_checks():
        try:
            for issue in check.image(image) if check.image else ():
                failed.add(check.name)
                yield issue
        except DAMAGE as fault:
            failed.add(check.name)
            if not reported:
                yield RECORDS.issue("record-unreadable", image.where, damage_text(fault))
            reported = True
    for person in image.people if anybody(suspects) else ():
        yield from _check_person(dataset, person, failed, suspects)


def anybody(suspects: Suspects) -> bool:
    """Whether some check has to look at somebody."""
    alone = {check.name for check in all_checks() if check.person} - suspects.keys()
    return bool(alone) or any(who.any() for who in suspects.values())


def _check_person(dataset: Dataset, person: PersonRecord, failed: set[str], suspects: Suspects) -> Iterator[Issue]:
    """Checks one annotation, by the checks that need none of those that failed for its image."""
    reported = False
    for check in all_checks():
        if check.person is None or failed & set(check.needs):
            continue
        if check.name in suspects and not suspects[check.name][person.index]:
            continue
        try:
            yield from check.person(dataset, person)
        except DAMAGE as fault:
            if not reported:
                yield RECORDS.issue("record-unreadable", f"annotation {person.expected_id}", damage_text(fault))
            reported = True
