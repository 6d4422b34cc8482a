"""Finds what became of an output folder since it was written, and makes room for what has to be rendered again.

Everything in a dataset follows from its plan, so nothing that is damaged is lost: a shard with a damaged file
is taken back to a set of staged shots, without those that the file belongs to, and they are rendered again. Shots and
COCO text are made again on the spot. The result has the bytes of an undisturbed run.

Cheap checks are made at every start: all manifests, the size of every file, the content of every Parquet file, and
the content of pictures as far as :data:`READ_BYTES` goes, the latest shards first. ``thorough`` reads everything.
"""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

from synthgen.cluster.plan import RunPlan
from synthgen.cluster.shots import ShotMaker
from synthgen.core.digests import file_fault
from synthgen.core.errors import InputError, RunError
from synthgen.core.files.whole import remove, write_whole
from synthgen.dataset.layout import (
    coco_text_path,
    committed,
    depth_name,
    image_name,
    manifest_path,
    mask_name,
    parquet_path,
    shots_path,
)
from synthgen.dataset.manifest import Manifest
from synthgen.dataset.records import image_id
from synthgen.dataset.shard import reopen_shard
from synthgen.dataset.staging import discard_staged, staged_fault, staged_folder, staged_record
from synthgen.dataset.texts import sound_coco_text

_LOG = logging.getLogger(__name__)

_TEXTS = (shots_path, coco_text_path)
"""Files of a shard that are made again where they are damaged, without rendering anything."""

READ_BYTES = 2 * 2**30
"""Bytes of committed pictures that are read and compared at a start: some seconds."""


def repair(plan: RunPlan, out: Path, shots: ShotMaker, *, thorough: bool = False) -> tuple[str, ...]:
    """Takes back what is damaged, so that it is rendered again. Only for the run that holds the folder's lock.

    Args:
        plan: the folder's plan.
        out: the output folder; ``shard.discard_attempts`` has been called.
        shots: makes the plan's shots.
        thorough: read every picture, however many there are.

    Returns:
        What was damaged, one sentence for each shard or staged shot.

    Raises:
        InputError: the folder holds shards that the plan does not have, or shots do not come out as they were.
    """
    notes: list[str] = []
    done = committed(out)
    beyond = [shard for shard in done if shard >= plan.shards]
    if beyond:
        raise InputError(
            "the folder holds shards that its plan does not have",
            where=str(manifest_path(out, beyond[0])),
            expected=f"shards 0 … {plan.shards - 1}",
            got=", ".join(map(str, beyond[:5])),
            remedy="move the files of these shards out of the folder",
        )
    left = READ_BYTES
    for shard in reversed(done):
        contents = thorough or left > 0
        faults, texts, read = _shard_faults(plan, out, shard, contents)
        left -= read * contents
        manifest = _manifest(plan, out, shard)
        if manifest and (faults or shard == done[0]):
            shots.text_again(out, manifest)
        if manifest and texts:
            notes += _mend_texts(out, manifest, shots, texts)
        if faults:
            keep = [shot for shot in plan.shots_of(shard) if shot not in faults]
            reopen_shard(out, shard, keep, shard_files(plan, shard).keys(), plan.digest)
            notes.append(_sentence(shard, faults))
    for shard in sorted(set(range(plan.shards)) - set(committed(out))):
        notes += _repair_staged(plan, out, shard, shots)
    for text in notes:
        _LOG.warning("%s", text)
    return tuple(notes)


def check_whole(plan: RunPlan, out: Path) -> None:
    """Looks whether all that is committed is still there, by names and sizes, at the end of a run.

    Raises:
        RunError: something was removed or cut off while the run went on.
    """
    for shard in committed(out):
        faults, texts, _ = _shard_faults(plan, out, shard, contents=False)
        if found := [*faults.values(), *texts.values()]:
            raise RunError(
                f"{out}: files were damaged while this run went on: shard {shard}: {found[0]}\n"
                "  remedy: run the same command again; it renders them again"
            )


def shard_files(plan: RunPlan, shard: int) -> dict[str, int | None]:
    """Name of every file of a shard, relative to the output folder → the shot that it belongs to; None: all."""
    ours = (path(Path(), shard).as_posix() for path in (parquet_path, *_TEXTS))
    files: dict[str, int | None] = dict.fromkeys(ours)
    for shot in plan.shots_of(shard):
        for camera in range(plan.cameras):
            image = image_id(shot, plan.cameras, camera)
            names = [image_name(shard, image, plan.output.image), mask_name(shard, image)]
            names += [depth_name(shard, image)] * plan.output.depth
            files |= dict.fromkeys(names, shot)
    return files


def _shard_faults(plan: RunPlan, out: Path, shard: int, contents: bool) -> tuple[dict[int, str], dict[str, str], int]:
    """Shot → what is wrong with it, name of a text → what is wrong with it, and the bytes of the shard's files."""
    everyone = plan.shots_of(shard)
    try:
        manifest = Manifest.load(out, shard)
    except InputError as error:
        return dict.fromkeys(everyone, f"its manifest cannot be read ({error.got or error.what})"), {}, 0
    owners = shard_files(plan, shard)
    if manifest.shots != tuple(everyone) or {f.path for f in manifest.files} != owners.keys():
        return dict.fromkeys(everyone, "its manifest does not list the plan's shots and files"), {}, 0
    if manifest.plan != plan.digest:
        return dict.fromkeys(everyone, "its manifest is of another plan"), {}, 0
    names = {path(Path(), shard).as_posix() for path in _TEXTS}
    faults: dict[int, str] = {}
    texts: dict[str, str] = {}
    for file in manifest.files:
        owner = owners[file.path]
        fault = file_fault(out / file.path, file.bytes, file.sha256 if contents or owner is None else None)
        if fault and file.path in names:
            texts[file.path] = f"{file.path} {fault}"
        elif fault and owner is None:
            return dict.fromkeys(everyone, f"{file.path} {fault}"), {}, 0
        elif fault and owner is not None:
            faults.setdefault(owner, f"{file.path} {fault}")
    return faults, texts, sum(f.bytes for f in manifest.files)


def _manifest(plan: RunPlan, out: Path, shard: int) -> Manifest | None:
    """A shard's manifest; None where it is damaged or another plan's."""
    with contextlib.suppress(InputError):
        manifest = Manifest.load(out, shard)
        return manifest if manifest.plan == plan.digest else None
    return None


def _mend_texts(out: Path, manifest: Manifest, shots: ShotMaker, faults: dict[str, str]) -> list[str]:
    """Makes damaged texts again; one sentence for each."""
    path = shots_path(out, manifest.shard)
    if path.relative_to(out).as_posix() in faults:
        text = shots.text_again(out, manifest)
        remove(path)
        write_whole(path, text)
    sound_coco_text(out, manifest, mend=True)
    return [f"shard {manifest.shard}: {fault}; it is made again" for fault in faults.values()]


def _repair_staged(plan: RunPlan, out: Path, shard: int, shots: ShotMaker) -> list[str]:
    """Removes the staged shots of an open shard that are damaged. (Pictures are read when the shard is committed.)"""
    notes, staged = [], 0
    for shot in plan.shots_of(shard):
        folder = staged_folder(out, shard, shot)
        if not folder.is_dir():
            remove(folder)
            continue
        fault = staged_fault(out, shard, shot, plan.digest, contents=False)
        staged += fault is None
        if fault is None:
            shots.check_staged(folder, shot, staged_record(folder, plan.digest)["shot"])
        if fault:
            discard_staged(out, shard, shot)
            notes.append(f"shot {shot}, staged in shard {shard}: {fault}; it is rendered again")
    shown = (parquet_path(out, shard), out / image_name(shard, 0, plan.output.image))
    if not staged and not notes and (shown[0].exists() or shown[1].parent.exists()):
        notes.append(f"shard {shard}: its manifest is missing; it is rendered again")
    return notes


def _sentence(shard: int, faults: dict[int, str]) -> str:
    shots, first = sorted(faults), faults[min(faults)]
    many = len(set(faults.values())) - 1
    names = ", ".join(map(str, shots[:10])) + (" …" if len(shots) > 10 else "")
    return (
        f"shard {shard}: {first}{f', and {many} more' if many else ''}; "
        f"shot{'s' if len(shots) > 1 else ''} {names} {'are' if len(shots) > 1 else 'is'} rendered again"
    )
