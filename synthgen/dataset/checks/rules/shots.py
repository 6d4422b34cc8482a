"""``shots.jsonl`` holds the plan's shots, in order, and is what it was when the plan was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from synthgen.core.digests import file_fault
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.subject import Dataset
from synthgen.dataset.clinical import posture_record
from synthgen.dataset.layout import shots_path


class ShotList:
    """``shots.jsonl``, read once.

    Attributes:
        issues: what is wrong with it.
        postures: (shot, index of a person in it) → the posture record of those who have one.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.postures: dict[tuple[int, int], dict[str, Any]] = {}
        self.issues = list(self._read(dataset))

    def _read(self, dataset: Dataset) -> Iterator[Issue]:
        from synthgen.world.shot import Shot

        path, count = shots_path(dataset.out), 0
        if not path.exists():
            yield SHOTS.issue("shots-missing", "shots.jsonl", "there is no shots.jsonl")
            return
        with path.open("rb") as file:
            for count, line in enumerate(file, start=1):
                where = f"shots.jsonl:{count}"
                try:
                    shot = Shot.model_validate_json(line)
                except ValueError as fault:
                    yield SHOTS.issue("shot-unreadable", where, str(fault).splitlines()[0])
                    continue
                if shot.id != count - 1:
                    yield SHOTS.issue("shot-order", where, f"expected shot {count - 1}, got {shot.id}")
                for index, person in enumerate(shot.people):
                    if asked := posture_record(person.posture):
                        self.postures[shot.id, index] = asked
        if count != dataset.plan["shots"]:
            yield SHOTS.issue("shots-count", "shots.jsonl", f"expected {dataset.plan['shots']} shots, got {count}")
        elif changed := _changed(dataset):
            yield SHOTS.issue("file-changed", "shots.jsonl", f"it {changed}")


def _changed(dataset: Dataset) -> str | None:
    """What is wrong with the file by the sum in the plan; None where an older version wrote no sum."""
    known = dataset.plan.get("shots_file")
    if not isinstance(known, dict):
        return None
    return file_fault(shots_path(dataset.out), known.get("bytes", -1), known.get("sha256", ""))


SHOTS = Check(
    name="shots",
    promise="shots.jsonl holds the plan's shots in order, and is what it was when the plan was written.",
    codes=("shots-missing", "shot-unreadable", "shot-order", "shots-count", "file-changed"),
    files=lambda dataset: iter(dataset.shared(ShotList).issues),
)
