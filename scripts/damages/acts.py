"""What can happen to files of an output folder: each act takes the folder and damages it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path


def cut(pattern: str, out: Path, share: float = 0.5) -> None:
    """Cuts the first file that matches off."""
    path = first(pattern, out)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def gone(pattern: str, out: Path) -> None:
    """Removes what matches."""
    for path in sorted(out.glob(pattern)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def flipped(pattern: str, out: Path) -> None:
    """Turns one bit in the middle of a file."""
    path = first(pattern, out)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def exchanged(pattern: str, old: str, new: str, out: Path) -> None:
    """Writes something else into a text file."""
    path = first(pattern, out)
    text = path.read_text()
    if old not in text:
        raise ValueError(f"{path} holds no {old!r}")
    path.write_text(text.replace(old, new, 1))


def folder_instead(pattern: str, out: Path) -> None:
    """Puts a folder where a file was."""
    path = first(pattern, out)
    path.unlink()
    (path / "stray").mkdir(parents=True)


def file_instead(pattern: str, out: Path) -> None:
    """Puts a file where a folder was."""
    path = first(pattern, out)
    shutil.rmtree(path)
    path.write_text("stray")


def other_plan(out: Path) -> None:
    """Takes the plan away, and lets one shard vouch for another plan."""
    (out / "plan.json").unlink()
    manifest = json.loads((out / "shards" / "000000.json").read_text())
    (out / "shards" / "000000.json").write_text(json.dumps({**manifest, "plan": "0123456789abcdef"}))


def strange_shard(out: Path) -> None:
    """A shard that the plan does not have."""
    shutil.copy(out / "shards" / "000000.json", out / "shards" / "000099.json")


def many(out: Path) -> None:
    """Several files at once, in both shards."""
    cut("images/000000/*", out)
    gone("depth/000001/*1.png", out)
    cut("plan.json", out)
    gone("annotations", out)


def plan_and_shots(out: Path) -> None:
    """The files that say what was asked for."""
    cut("plan.json", out)
    gone("shards/*.shots.jsonl", out)


def texts_and_picture(out: Path) -> None:
    """What is made again on the spot, and what is rendered again, in one shard."""
    gone("shards/000001.*.jsonl", out)
    cut("images/000001/*", out)


def left_overs(out: Path) -> None:
    """What killed attempts leave."""
    partial_folder = next(iter(sorted((out / ".partial").glob("*"))))
    (partial_folder / "attempt-abc").mkdir()
    (partial_folder / "attempt-abc" / "half.png").write_bytes(b"half")
    (partial_folder / "trying-000003").write_bytes(b"...")
    (out / "shards" / ".000001.parquet.attempt-1234").write_bytes(b"half")


def first(pattern: str, out: Path) -> Path:
    """The first path that matches."""
    return sorted(out.glob(pattern))[0]


def nothing_left(out: Path) -> None:
    """The remedy of last resort: the folder is deleted."""
    shutil.rmtree(out)
