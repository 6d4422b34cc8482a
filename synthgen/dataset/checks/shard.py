"""Checks one shard: its files, then its records, image by image and person by person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from synthgen.core.errors import InputError
from synthgen.dataset import table
from synthgen.dataset.checks.check import DAMAGE
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.people import PeopleTable
from synthgen.dataset.checks.registry import all_checks
from synthgen.dataset.checks.rules.records import RECORDS, damage_text
from synthgen.dataset.checks.subject import Dataset, ImageRecord, PersonRecord, ShardRecords
from synthgen.dataset.layout import parquet_path
from synthgen.dataset.manifest import Manifest

if TYPE_CHECKING:
    import pyarrow as pa

Suspects = Mapping[str, np.ndarray]
"""Name of a check → for everybody of an image whether it has to look at them; those not named look at all."""


def check_shard(dataset: Dataset, manifest: Manifest) -> Iterator[Issue]:
    """Checks what the manifest says and what the Parquet file holds."""
    for check in all_checks():
        if check.manifest:
            yield from check.manifest(dataset, manifest)
    records = ShardRecords(manifest)
    try:
        for batch, images in table.read_batches(parquet_path(dataset.out, manifest.shard)):
            suspects, begin = find_suspects(dataset, batch, manifest), 0
            for record in images:
                records.add(record)
                end = begin + len(record["people"])
                of_image = {name: who[begin:end] for name, who in suspects.items()}
                yield from check_image(dataset, ImageRecord(dataset, record, manifest), of_image)
                begin = end
    except (*DAMAGE, InputError) as fault:
        yield RECORDS.issue("records-unreadable", f"shard {manifest.shard}", damage_text(fault))
        return
    for check in all_checks():
        if check.shard:
            yield from check.shard(dataset, records)


def find_suspects(dataset: Dataset, batch: pa.RecordBatch, manifest: Manifest) -> Suspects:
    """Whom each check has to look at, among all people of some images; what cannot be told is left out."""
    found: dict[str, np.ndarray] = {}
    try:
        people = PeopleTable(batch, manifest)
    except DAMAGE:
        return found
    for check in all_checks() if people.count else ():
        if check.suspects:
            try:
                with np.errstate(invalid="ignore"):
                    found[check.name] = check.suspects(dataset, people)
            except DAMAGE:
                continue
    return found


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
    for person in image.people:
        yield from _check_person(dataset, person, failed, suspects)


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
