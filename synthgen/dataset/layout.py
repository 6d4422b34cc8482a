"""Where everything lies in an output folder, and how its plain files are read.

    plan.json  clips.json  images/000012/…  masks/000012/…  depth/000012/…
    shards/000012.json  shards/000012.parquet  shards/000012.shots.jsonl  shards/000012.coco.jsonl
    annotations/person_keypoints.json  failed/000123.json

``.partial/`` holds shots that are done but whose shard is not complete; it goes away with the last commit.
Names in records are relative to the output folder, with forward slashes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from synthgen.core.errors import InputError

AGAIN = "run the same `synthgen render` command again with --thorough: it makes anew what is damaged"
"""The remedy for whatever of a dataset is damaged: all of it can be made again."""

ANNOTATIONS = "annotations/person_keypoints.json"

PLAN_VERSION = 2
"""Of the plan, and so of how a dataset lies on the disk. 2: shots and COCO text stand beside each shard."""

TRYING = "trying-"
"""Begins the names of files in ``.partial/`` that count tries at a shot; no run inherits them."""


def image_name(shard: int, image: int, image_format: str) -> str:
    """Relative name of an image file; ``image_format`` is ``png`` or ``jpg``."""
    return f"images/{shard:06d}/{image:012d}.{image_format}"


def mask_name(shard: int, image: int) -> str:
    """Relative name of a mask file: 8 bit, value = the person's number in the shot (from 1), 0 elsewhere."""
    return f"masks/{shard:06d}/{image:012d}.png"


def depth_name(shard: int, image: int) -> str:
    """Relative name of a depth file: 16 bit, millimetres, 0 where nothing was hit."""
    return f"depth/{shard:06d}/{image:012d}.png"


def plan_path(out: Path) -> Path:
    """What was asked for, written once."""
    return out / "plan.json"


def shots_path(out: Path, shard: int) -> Path:
    """Every shot of a shard as plain data, one JSON object per line, in the order of ids."""
    return out / "shards" / f"{shard:06d}.shots.jsonl"


def coco_text_path(out: Path, shard: int) -> Path:
    """A shard's part of the COCO file: one line per image, then one per annotation."""
    return out / "shards" / f"{shard:06d}.coco.jsonl"


def clips_path(out: Path) -> Path:
    """What the clips say of their frames, for ``validate``."""
    return out / "clips.json"


def manifest_path(out: Path, shard: int) -> Path:
    """The commit point of a shard."""
    return out / "shards" / f"{shard:06d}.json"


def parquet_path(out: Path, shard: int) -> Path:
    """The canonical annotations of a shard."""
    return out / "shards" / f"{shard:06d}.parquet"


def failed_path(out: Path, shot: int) -> Path:
    """Why a shot was set aside."""
    return out / "failed" / f"{shot:06d}.json"


def partial_folder(out: Path, shard: int) -> Path:
    """Where a shard's finished shots wait for the others."""
    return out / ".partial" / f"{shard:06d}"


def annotations_path(out: Path) -> Path:
    """The COCO file."""
    return out / ANNOTATIONS


def committed(out: Path) -> list[int]:
    """Numbers of the shards whose manifest exists, ascending."""
    return _numbers(out / "shards")


def failed_shots(out: Path) -> list[int]:
    """Ids of the shots that are set aside, ascending."""
    return _numbers(out / "failed")


def _numbers(folder: Path) -> list[int]:
    """Numbers of the files that are named ``000123.json`` in a folder, ascending."""
    return sorted(int(p.stem) for p in folder.glob("*.json") if re.fullmatch(r"[0-9]{6}|[1-9][0-9]{6,}", p.stem))


def read_json(path: Path, what: str, remedy: str = AGAIN) -> Any:
    """Reads a JSON file of an output folder.

    Args:
        path: the file.
        what: what it holds, for the user.
        remedy: what to do about a damaged one.

    Raises:
        InputError: it is missing or not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(
            f"there is no {what}", where=str(path), remedy="give the output folder of a `synthgen render` run"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"this {what} cannot be read", where=str(path), got=f"{error}"[:300], remedy=remedy) from error


class OtherVersion(InputError):
    """A dataset whose files have another form than this version's."""


def refuse_other_version(out: Path, plan: Any) -> None:
    """Refuses the plan of a dataset whose files have another form than this version's.

    Raises:
        OtherVersion: says which version made it, as far as that is written.
    """
    version = plan.get("version") if isinstance(plan, dict) else None
    if type(version) is not int or version == PLAN_VERSION:
        return
    used = plan.get("versions")
    maker = used.get("synthgen") if isinstance(used, dict) else None
    raise OtherVersion(
        "this dataset was made by another version of synthgen, whose files have another form",
        where=str(plan_path(out)),
        expected=f"files of version {PLAN_VERSION}",
        got=f"version {version}" + (f", made by synthgen {maker}" if maker else ""),
        remedy="use the version that made it, or render the scene again into another folder",
    )


def read_plan(out: Path) -> dict[str, Any]:
    """The plan of an output folder as plain data: its counts of shots, cameras and shard_size are there.

    Raises:
        InputError: it is missing, damaged, or of another version.
    """
    plan = read_json(plan_path(out), "plan")
    counts = ("shots", "cameras", "shard_size")
    refuse_other_version(out, plan)
    if not (isinstance(plan, dict) and all(type(plan.get(k)) is int and plan[k] > 0 for k in counts)):
        raise InputError(
            "this plan cannot be read",
            where=str(plan_path(out)),
            expected=f"counts of {', '.join(counts)}",
            remedy=AGAIN,
        )
    return plan
