"""What is counted and gathered of one shard while its images are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from synthgen.dataset.coco_text import CocoText
from synthgen.dataset.manifest import Manifest


@dataclass
class ShardRecords:
    """What was read of one shard.

    Attributes:
        manifest: the shard's.
        images: ids of its images, in the order in which they stand.
        people, annotations: how many there are.
        text: the COCO text that they give.
        fault: why they cannot be read to the end; empty where they can.
        is_given_up: whether no more of them are looked at.
    """

    manifest: Manifest
    images: list[int] = field(default_factory=list)
    people: int = 0
    annotations: int = 0
    text: CocoText = field(default_factory=CocoText)
    fault: str = ""
    is_given_up: bool = False

    def add(self, records: list[dict[str, Any]]) -> None:
        """Counts images from ``slim_records``. Raises what reading a damaged one raises (``check.DAMAGE``)."""
        for record in records:
            self.images.append(record["id"])
            self.people += len(record["people"])
            self.annotations += sum(p["area"] > 0 for p in record["people"])
        self.text.add(records)
