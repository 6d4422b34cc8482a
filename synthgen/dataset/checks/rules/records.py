"""A shard's Parquet file holds the records of its images, in a form that can be read."""

from __future__ import annotations

from collections.abc import Iterator

from synthgen.core.errors import InputError
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.shard_records import ShardRecords
from synthgen.dataset.checks.subject import Dataset


def damage_text(fault: Exception) -> str:
    """What a library or a reader of ours says of damage, in one line."""
    if isinstance(fault, InputError):
        return f"{fault.where}: {fault.what} ({fault.got})"
    return f"{type(fault).__name__}: {fault}"


def check_shard(dataset: Dataset, records: ShardRecords) -> Iterator[Issue]:
    """The images are those of the shard's shots, and there are as many people as the manifest says."""
    manifest, cameras = records.manifest, dataset.plan["cameras"]
    where = f"shard {manifest.shard}"
    expected = [shot * cameras + camera for shot in manifest.shots for camera in range(cameras)]
    if records.images != expected:
        yield RECORDS.issue("image-ids", where, f"expected images {expected[:3]} …, got {records.images[:3]} …")
    if (records.people, records.annotations) != (manifest.people, manifest.annotations):
        yield RECORDS.issue("manifest-counts", where, "its people or annotations are not as many as it says")


RECORDS = Check(
    name="records",
    promise="The shards' records can be read, and are those of the plan's images and the manifests' people.",
    codes=("records-unreadable", "record-unreadable", "image-ids", "manifest-counts"),
    shard=check_shard,
)
