"""The plain text beside a shard's Parquet file: its shots, and its part of the COCO file.

Both follow from something else, shots from the scene and COCO text from the Parquet file, so they can be made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from synthgen.core.digests import sha256
from synthgen.core.errors import InputError
from synthgen.core.files.whole import remove, write_whole
from synthgen.dataset.coco_text import coco_text
from synthgen.dataset.layout import AGAIN, coco_text_path, committed, parquet_path, shots_path
from synthgen.dataset.manifest import FileEntry, Manifest
from synthgen.world.shot import Shot


def shot_line(shot: Shot) -> str:
    """One shot as a line of a shots file, without its newline."""
    return shot.model_dump_json()


def shots_text(lines: Iterable[str]) -> bytes:
    """A shard's shots file."""
    return "".join(f"{line}\n" for line in lines).encode()


def shot_lines(out: Path, shard: int) -> list[str]:
    """The lines of a shard's shots file, in order.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no text.
    """
    return shots_path(out, shard).read_text(encoding="utf-8").splitlines()


def read_shots(out: Path) -> Iterator[Shot]:
    """Streams the shots of the committed shards in the order of their ids.

    Raises:
        InputError: a shots file is missing or damaged.
    """
    for shard in committed(out):
        path = shots_path(out, shard)
        try:
            yield from [Shot.model_validate_json(line) for line in shot_lines(out, shard)]
        except (OSError, ValueError) as fault:
            raise InputError(
                "these shots cannot be read", where=str(path), got=f"{fault}"[:300], remedy=AGAIN
            ) from fault


def sound_coco_text(out: Path, manifest: Manifest, *, mend: bool = False) -> bytes:
    """A shard's COCO text; made from its Parquet file where what the manifest lists is missing or damaged.

    Args:
        out, manifest: the shard.
        mend: write it where it had to be made.

    Raises:
        InputError: the Parquet file is needed and cannot be read.
    """
    path = coco_text_path(out, manifest.shard)
    try:
        text = path.read_bytes()
    except OSError:
        text = b""
    entry = manifest.entry(path.relative_to(out).as_posix())
    if entry and (len(text), sha256(text)) == (entry.bytes, entry.sha256):
        return text
    text = coco_text(parquet_path(out, manifest.shard))
    if mend:
        remove(path)
        write_whole(path, text)
    return text


def write_file(out: Path, path: Path, text: bytes) -> FileEntry:
    """Writes a file of a shard whole; its entry in the manifest."""
    write_whole(path, text)
    return FileEntry(path.relative_to(out).as_posix(), len(text), sha256(text))
