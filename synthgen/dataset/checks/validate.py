"""Checks a dataset against what the project promises about it. Nothing is trusted because we wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from synthgen.core.errors import InputError
from synthgen.dataset import table
from synthgen.dataset.checks.check import DAMAGE
from synthgen.dataset.checks.issues import Issue, broken
from synthgen.dataset.checks.registry import all_checks
from synthgen.dataset.checks.rules.records import RECORDS, damage_text
from synthgen.dataset.checks.subject import Dataset, ImageRecord, PersonRecord, ShardRecords
from synthgen.dataset.layout import parquet_path
from synthgen.dataset.manifest import Manifest


def validate(out: Path) -> list[Issue]:
    """All faults of a dataset; empty for a sound one.

    Raises:
        InputError: the folder holds no plan that can be read, so it is no dataset.
    """
    dataset = Dataset(out)
    issues = [issue for check in all_checks() if check.files for issue in check.files(dataset)]
    for manifest in dataset.manifests:
        issues += [issue for check in all_checks() if check.manifest for issue in check.manifest(dataset, manifest)]
        issues += _check_records(dataset, manifest)
    for check in sorted(all_checks(), key=lambda c: c.if_sound):
        if check.result and not (check.if_sound and broken(issues)):
            issues += check.result(dataset)
    return issues


def check_image(dataset: Dataset, image: ImageRecord) -> Iterator[Issue]:
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
        yield from _check_person(dataset, person, failed)


def _check_person(dataset: Dataset, person: PersonRecord, failed: set[str]) -> Iterator[Issue]:
    """Checks one annotation, by the checks that need none of those that failed for its image."""
    reported = False
    for check in all_checks():
        if check.person is None or failed & set(check.needs):
            continue
        try:
            yield from check.person(dataset, person)
        except DAMAGE as fault:
            if not reported:
                yield RECORDS.issue("record-unreadable", f"annotation {person.expected_id}", damage_text(fault))
            reported = True


def _check_records(dataset: Dataset, manifest: Manifest) -> Iterator[Issue]:
    """Checks what a shard's Parquet file holds, image by image."""
    records = ShardRecords(manifest)
    try:
        for record in table.read(parquet_path(dataset.out, manifest.shard)):
            records.add(record)
            yield from check_image(dataset, ImageRecord(dataset.out, record, manifest))
    except (*DAMAGE, InputError) as fault:
        yield RECORDS.issue("records-unreadable", f"shard {manifest.shard}", damage_text(fault))
        return
    for check in all_checks():
        if check.shard:
            yield from check.shard(dataset, records)
