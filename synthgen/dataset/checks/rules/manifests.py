"""Every shard that the plan asks for is committed, with the plan's shots and images."""

from __future__ import annotations

from collections.abc import Iterator

from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.subject import Dataset
from synthgen.dataset.layout import failed_path, failed_shots, manifest_path


def check_manifests(dataset: Dataset) -> Iterator[Issue]:
    """Compares the manifests with the plan."""
    for shard, fault in dataset.unreadable.items():
        yield MANIFESTS.issue("manifest-unreadable", f"shard {shard}", fault)
    found = {m.shard: m for m in dataset.manifests}
    shots, cameras, size = (dataset.plan[key] for key in ("shots", "cameras", "shard_size"))
    for shard in range(-(-shots // size)):
        where = f"shard {shard}"
        if shard not in found:
            if not manifest_path(dataset.out, shard).exists():
                yield MANIFESTS.issue("shard-missing", where, "it is not committed; run the same command again")
            continue
        manifest = found.pop(shard)
        expected = tuple(range(shard * size, min((shard + 1) * size, shots)))
        if manifest.shots != expected or manifest.images != len(expected) * cameras:
            yield MANIFESTS.issue("manifest-counts", where, "its shots or images are not the plan's")
    for shard in found:
        yield MANIFESTS.issue("shard-unknown", f"shard {shard}", "the plan has no such shard")
    for shot in failed_shots(dataset.out):
        what = f"it could not be rendered; see {failed_path(dataset.out, shot)}"
        yield MANIFESTS.issue("shot-set-aside", f"shot {shot}", what)


MANIFESTS = Check(
    name="manifests",
    promise="Every shard that the plan asks for is committed with its shots and images, and there is no other.",
    codes=("manifest-unreadable", "shard-missing", "manifest-counts", "shard-unknown", "shot-set-aside"),
    files=check_manifests,
)
