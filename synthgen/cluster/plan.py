"""``RunPlan``: what an output folder is for. Written once; a folder of another plan is refused."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthgen.core import digests
from synthgen.core.errors import InputError
from synthgen.dataset.layout import AGAIN, PLAN_VERSION, committed, plan_path, read_json, refuse_other_version
from synthgen.dataset.pictures import OutputFormat


@dataclass(frozen=True)
class RunPlan:
    """Everything that decides a dataset's labels and pictures, as plain data. No worker count, no clock.

    Attributes:
        shots: number of shots; their ids are 0 … shots − 1.
        cameras: cameras per shot; images = shots × cameras.
        shard_size: shots per shard.
        seed: dataset seed.
        scene: hash of the scene.
        assets: name → hash of every file that enters (clips, rigs, body model …).
        versions: package → version that labels or pixels depend on.
        output: how pictures are written.
    """

    shots: int
    cameras: int
    shard_size: int
    seed: int
    scene: str
    assets: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    output: OutputFormat = field(default_factory=OutputFormat)

    def __post_init__(self) -> None:
        if min(self.shots, self.cameras, self.shard_size) < 1:
            raise ValueError(f"a plan has ≥ 1 shots, cameras and shots per shard, got {self}")

    @property
    def shards(self) -> int:
        """Number of shards."""
        return -(-self.shots // self.shard_size)

    def shard_of(self, shot: int) -> int:
        """The shard that a shot belongs to."""
        return shot // self.shard_size

    def shots_of(self, shard: int) -> range:
        """The shots of a shard; the last shard may be shorter."""
        return range(shard * self.shard_size, min((shard + 1) * self.shard_size, self.shots))

    def to_dict(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {"version": PLAN_VERSION, **dataclasses.asdict(self)}

    @property
    def digest(self) -> str:
        """Short hash of the plan."""
        return digests.digest(self.to_dict())

    @classmethod
    def load(cls, out: Path) -> RunPlan:
        """Reads an output folder's plan.

        Raises:
            InputError: there is none, it is damaged, or another version's.
        """
        path = plan_path(out)
        data = read_json(path, "plan")
        refuse_other_version(out, data)
        try:
            data.pop("version")
            return cls(**{**data, "output": OutputFormat(**data["output"])})
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise InputError("this plan cannot be read", where=str(path), got=str(error)[:300], remedy=AGAIN) from error


def pending(plan: RunPlan, out: Path) -> list[int]:
    """Shards without a manifest, ascending: the only resume logic."""
    done = set(committed(out))
    return [shard for shard in range(plan.shards) if shard not in done]
