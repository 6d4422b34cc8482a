"""Beside each shard stand its shots, in order."""

from __future__ import annotations

from collections.abc import Iterator

from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.subject import Dataset
from synthgen.dataset.layout import shots_path
from synthgen.dataset.manifest import Manifest
from synthgen.world.shot import Shot


class ShardShots:
    """The shots of one shard.

    Attributes:
        issues: what is wrong with the file.
        by_id: id → shot, of those that can be read.
    """

    def __init__(self, dataset: Dataset, manifest: Manifest) -> None:
        self.by_id: dict[int, Shot] = {}
        self.issues = list(self._read(dataset, manifest))

    def _read(self, dataset: Dataset, manifest: Manifest) -> Iterator[Issue]:
        path = shots_path(dataset.out, manifest.shard)
        name, count = path.relative_to(dataset.out).as_posix(), 0
        if not path.is_file():
            return  # the manifest lists it: the check of files says so
        with path.open("rb") as file:
            for count, line in enumerate(file, start=1):
                where = f"{name}:{count}"
                try:
                    shot = Shot.model_validate_json(line)
                except ValueError as fault:
                    yield SHOTS.issue("shot-unreadable", where, str(fault).splitlines()[0])
                    continue
                expected = manifest.shots[count - 1] if count <= len(manifest.shots) else None
                if shot.id != expected:
                    yield SHOTS.issue("shot-order", where, f"expected shot {expected}, got {shot.id}")
                self.by_id[shot.id] = shot
        if count != len(manifest.shots):
            yield SHOTS.issue("shots-count", name, f"expected {len(manifest.shots)} shots, got {count}")


SHOTS = Check(
    name="shots",
    promise="Beside each shard stand its shots, in order.",
    codes=("shot-unreadable", "shot-order", "shots-count"),
    manifest=lambda dataset, manifest: iter(dataset.of_shard(ShardShots, manifest).issues),
)
