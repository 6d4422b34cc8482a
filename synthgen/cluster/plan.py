"""``Plan``: what an output folder is for. Written once; a folder of another plan is refused."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthgen import archive
from synthgen.dataset.durable import create_once
from synthgen.dataset.layout import committed, plan_path, read_json, shots_path
from synthgen.dataset.shard import OutputFormat
from synthgen.errors import InputError
from synthgen.world.shot import Shot

PLAN_VERSION = 1


@dataclass(frozen=True)
class Plan:
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

    def plain(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {"version": PLAN_VERSION, **dataclasses.asdict(self)}

    @property
    def digest(self) -> str:
        """Short hash of the plan."""
        return archive.digest(self.plain())

    @classmethod
    def load(cls, out: Path) -> Plan:
        """Reads an output folder's plan.

        Raises:
            InputError: there is none, or it is damaged.
        """
        path = plan_path(out)
        data = read_json(path, "plan")
        try:
            if data.pop("version") != PLAN_VERSION:
                raise ValueError("of another version of synthgen")
            return cls(**{**data, "output": OutputFormat(**data["output"])})
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise InputError("this plan cannot be read", where=str(path), got=str(error)) from error


def pending(plan: Plan, out: Path) -> list[int]:
    """Shards without a manifest, ascending: the only resume logic."""
    done = set(committed(out))
    return [shard for shard in range(plan.shards) if shard not in done]


def check_folder(plan: Plan, out: Path) -> None:
    """Refuses, without writing, a folder that is another plan's or holds other things.

    Raises:
        InputError: says what differs, or what was found.
    """
    if plan_path(out).exists():
        _refuse_other(plan, out)
        return
    foreign = sorted(p.name for p in out.iterdir() if not _own(p)) if out.exists() else []
    if foreign:
        raise InputError(
            "the output folder is not empty and holds no plan",
            where=str(out),
            got=", ".join(foreign[:5]) + (" …" if len(foreign) > 5 else ""),
            remedy="choose an empty or new folder",
        )


def claim(plan: Plan, out: Path, shot: Callable[[int], Shot]) -> None:
    """Makes ``out`` the folder of this plan: writes ``shots.jsonl`` and then ``plan.json``, once.

    Args:
        plan: the plan.
        out: output folder; it is made when it is missing.
        shot: shot id → shot; called in order, only when the folder is new.

    Raises:
        InputError: as :func:`check_folder`.
    """
    check_folder(plan, out)
    if plan_path(out).exists():
        return
    out.mkdir(parents=True, exist_ok=True)
    attempt = out / f".shots.jsonl.attempt-{os.getpid()}"
    try:
        with attempt.open("w", encoding="utf-8") as file:
            for i in range(plan.shots):
                row = shot(i)
                if row.id != i or len(row.cameras) != plan.cameras:
                    raise ValueError(f"shot {i} came as number {row.id} with {len(row.cameras)} cameras")
                file.write(row.model_dump_json() + "\n")
            file.flush()
            os.fsync(file.fileno())
        attempt.replace(shots_path(out))
    except BaseException:
        with contextlib.suppress(OSError):
            attempt.unlink(missing_ok=True)
        raise
    create_once(plan_path(out), (json.dumps(plan.plain(), indent=1, sort_keys=True) + "\n").encode())
    _refuse_other(plan, out)


def _refuse_other(plan: Plan, out: Path) -> None:
    """Raises InputError, naming what differs, when the folder belongs to another plan."""
    there, here = _flat(Plan.load(out).plain()), _flat(plan.plain())
    differing = [k for k in sorted(there.keys() | here.keys()) if there.get(k) != here.get(k)]
    if differing:
        raise InputError(
            "the output folder belongs to another plan",
            where=str(plan_path(out)),
            expected="; ".join(f"{k} = {here.get(k, 'absent')}" for k in differing[:6]),
            got="; ".join(f"{k} = {there.get(k, 'absent')}" for k in differing[:6]),
            remedy="choose another output folder, or go back to the scene, seed and versions that began this one, "
            "or delete this folder to begin anew",
        )


def _own(path: Path) -> bool:
    return path.name.startswith(".") or path.name in ("shots.jsonl", "run.log")


def _flat(data: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in data.items():
        out |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return out
