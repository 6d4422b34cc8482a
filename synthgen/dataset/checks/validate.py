"""Checks a dataset against what the project promises about it.

Files: a plan, every shard committed, every file as its manifest says and no other, the COCO file exactly what the
shards hold. Records: ``dataset/checks/people.py``. Nothing is trusted because we wrote it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from synthgen.core.digests import file_fault
from synthgen.core.errors import InputError
from synthgen.dataset import table
from synthgen.dataset.checks.issues import Issue, broken, error, warning
from synthgen.dataset.checks.people import DAMAGE, check_image
from synthgen.dataset.clinical import posture_record
from synthgen.dataset.coco import coco_lines
from synthgen.dataset.evaluate import self_check
from synthgen.dataset.layout import (
    ANNOTATIONS,
    annotations_path,
    committed,
    failed_path,
    failed_shots,
    manifest_path,
    parquet_path,
    read_plan,
    shots_path,
)
from synthgen.dataset.manifest import Manifest
from synthgen.dataset.stances import Stances, read_clips

Place = tuple[int, int]
"""Shot, and index of a person in it."""

SELF_CHECK_BYTES = 200 * 2**20
"""Size of the COCO file up to which the OKS evaluation is run too (``pycocotools`` holds the whole of it)."""


def validate(out: Path) -> list[Issue]:
    """All faults of a dataset; empty for a sound one.

    Raises:
        InputError: the folder holds no plan that can be read, so it is no dataset.
    """
    out = Path(out)
    plan = read_plan(out)
    issues: list[Issue] = []
    manifests: list[Manifest] = []
    for shard in committed(out):
        try:
            manifests.append(Manifest.load(out, shard))
        except InputError as fault:
            issues.append(error("manifest-unreadable", f"shard {shard}", fault.got or fault.what))
    postures: dict[Place, dict[str, Any]] = {}
    issues += _check_shots(out, plan, postures)
    issues += _check_complete(out, plan, manifests)
    issues += _check_files(out, manifests)
    stances, damaged = _stances(out)
    issues += damaged
    for manifest in manifests:
        issues += _check_records(out, plan, manifest, postures, stances)
    issues += stances.together()
    issues += _check_coco(out)
    if not broken(issues) and annotations_path(out).stat().st_size <= SELF_CHECK_BYTES:
        issues += _check_evaluation(out)
    return issues


def _stances(out: Path) -> tuple[Stances, list[Issue]]:
    """The look at how people stand, by what the clips say of their frames, and whether that cannot be read."""
    try:
        return Stances(read_clips(out)), []
    except InputError as fault:
        return Stances({}), [error("clips-unreadable", "clips.json", fault.got or fault.what)]


def _check_shots(out: Path, plan: dict[str, Any], postures: dict[Place, dict[str, Any]]) -> Iterator[Issue]:
    """Every shot can be read; ``postures`` gets those of its people who have one."""
    from synthgen.world.shot import Shot

    path, count = shots_path(out), 0
    if not path.exists():
        yield error("shots-missing", "shots.jsonl", "there is no shots.jsonl")
        return
    with path.open("rb") as file:
        for count, line in enumerate(file, start=1):
            try:
                shot = Shot.model_validate_json(line)
            except ValueError as fault:
                yield error("shot-unreadable", f"shots.jsonl:{count}", str(fault).splitlines()[0])
                continue
            if shot.id != count - 1:
                yield error("shot-order", f"shots.jsonl:{count}", f"expected shot {count - 1}, got {shot.id}")
            for index, person in enumerate(shot.people):
                if asked := posture_record(person.posture):
                    postures[shot.id, index] = asked
    if count != plan["shots"]:
        yield error("shots-count", "shots.jsonl", f"expected {plan['shots']} shots, got {count}")
    elif changed := _shots_fault(path, plan):
        yield error("file-changed", "shots.jsonl", f"it {changed}")


def _shots_fault(path: Path, plan: dict[str, Any]) -> str | None:
    """What is wrong with ``shots.jsonl`` by the sum in the plan; None where an older version wrote no sum."""
    known = plan.get("shots_file")
    if not isinstance(known, dict):
        return None
    return file_fault(path, known.get("bytes", -1), known.get("sha256", ""))


def _check_complete(out: Path, plan: dict[str, Any], manifests: list[Manifest]) -> Iterator[Issue]:
    """Every shard is there, with the shots and counts that the plan asks for."""
    found = {m.shard: m for m in manifests}
    size = plan["shard_size"]
    for shard in range(-(-plan["shots"] // size)):
        if shard not in found:
            if not manifest_path(out, shard).exists():
                yield error("shard-missing", f"shard {shard}", "it is not committed; run the same command again")
            continue
        manifest = found.pop(shard)
        shots = tuple(range(shard * size, min((shard + 1) * size, plan["shots"])))
        if manifest.shots != shots or manifest.images != len(shots) * plan["cameras"]:
            yield error("manifest-counts", f"shard {shard}", "its shots or images are not the plan's")
    for shard in found:
        yield error("shard-unknown", f"shard {shard}", "the plan has no such shard")
    for shot in failed_shots(out):
        yield error("shot-set-aside", f"shot {shot}", f"it could not be rendered; see {failed_path(out, shot)}")


def _check_files(out: Path, manifests: list[Manifest]) -> Iterator[Issue]:
    """Every file is as its manifest says, and there is no other."""
    known: set[str] = set()
    for shard, file in ((m.shard, file) for m in manifests for file in m.files):
        known.add(file.path)
        if not (out / file.path).is_file():
            yield error("file-missing", file.path, f"shard {shard} lists it")
        elif fault := file_fault(out / file.path, file.bytes, file.sha256):
            yield error("file-changed", file.path, f"it {fault}")
    for folder in ("images", "masks", "depth", "shards"):
        for path in sorted((out / folder).rglob("*")):
            name = path.relative_to(out).as_posix()
            manifest = folder == "shards" and path.suffix == ".json"
            if path.is_file() and name not in known and not manifest and not path.name.startswith("."):
                yield error("file-unknown", name, "no manifest lists it")


def _check_records(
    out: Path, plan: dict[str, Any], manifest: Manifest, postures: dict[Place, dict[str, Any]], stances: Stances
) -> Iterator[Issue]:
    """The shard's images have the ids and postures of its shots, and each is sound in itself."""
    shard = manifest.shard
    expected = [shot * plan["cameras"] + camera for shot in manifest.shots for camera in range(plan["cameras"])]
    seen, people, annotations = [], 0, 0
    try:
        for image in table.read(parquet_path(out, shard)):
            seen.append(image["id"])
            people += len(image["people"])
            annotations += sum(p["area"] > 0 for p in image["people"])
            yield from check_image(out, image)
            for index, person in enumerate(image["people"]):
                yield from stances.look(image["shot"], person)
                if person["posture"] != postures.get((image["shot"], index)):
                    where = f"annotation {person['id']}"
                    yield error("posture-differs", where, "its posture is not that of shots.jsonl")
    except (*DAMAGE, InputError) as fault:
        yield error("records-unreadable", f"shard {shard}", _words(fault))
        return
    if seen != expected:
        yield error("image-ids", f"shard {shard}", f"expected images {expected[:3]} …, got {seen[:3]} …")
    if (people, annotations) != (manifest.people, manifest.annotations):
        yield error("manifest-counts", f"shard {shard}", "its people or annotations are not as many as it says")


def _check_coco(out: Path) -> Iterator[Issue]:
    """The COCO file holds exactly what the shards hold."""
    path = annotations_path(out)
    if not path.is_file():
        yield error("coco-missing", ANNOTATIONS, "it has not been exported")
        return
    try:
        with path.open(encoding="utf-8") as file:
            for number, (is_, should) in enumerate(itertools.zip_longest(file, coco_lines(out)), start=1):
                if is_ != should:
                    yield error(
                        "coco-differs", f"{ANNOTATIONS}:{number}", f"{_item(should)}; it is not what the shards hold"
                    )
                    return
    except (*DAMAGE, InputError) as fault:
        yield error("coco-unreadable", ANNOTATIONS, _words(fault))


def _words(fault: Exception) -> str:
    """What a library or a reader of ours says of damage, in one line."""
    if isinstance(fault, InputError):
        return f"{fault.where}: {fault.what} ({fault.got})"
    return f"{type(fault).__name__}: {fault}"


def _item(line: str | None) -> str:
    return line[:60].rstrip() + " …" if line else "the file should have ended here"


def _check_evaluation(out: Path) -> Iterator[Issue]:
    try:
        precision = self_check(annotations_path(out))
    except ValueError as fault:
        yield warning("nobody-labelled", ANNOTATIONS, str(fault))
        return
    if precision < 1 - 1e-9:
        yield error("self-evaluation", ANNOTATIONS, f"its labels against themselves give AP {precision:.4f}, not 1")
