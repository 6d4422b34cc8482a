"""Where the pictures of a source lie, and how the merged dataset comes by them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from synthgen.core.errors import InputError
from synthgen.dataset.merging.source import FILE_NAMES, MergeSource

_GUESSES = 200
"""Folders beside an annotation file that are tried for its pictures."""


class Pictures:
    """The pictures of one source.

    Args:
        source: whose.
        out: folder of the merged dataset.
        way: one of :data:`WAYS`.

    Raises:
        InputError: nothing says where they lie.
    """

    def __init__(self, source: MergeSource, out: Path, way: str) -> None:
        self._source, self._out, self._take = source, out, WAYS[way]
        self._root = None if way == "unchecked" else source.wish.pictures or _root(source)
        self.missing: list[str] = []

    def placed(self, image: Mapping[str, Any]) -> dict[str, str] | None:
        """The file names that an image has in the merged dataset; None where its picture is not there."""
        names = {key: image[key] for key in FILE_NAMES if image.get(key)}
        if self._root is None:
            return names
        placed = {}
        for key, name in names.items():
            path = self._root / name
            if not path.is_file():
                self.missing.append(str(path))
                return None
            placed[key] = self._take(path, self._out, f"{self._source.name}/{_harmless(name)}")
        return placed

    def identity(self, image: Mapping[str, Any]) -> str:
        """What two images share that are one file."""
        name = image["file_name"]
        return f"{self._source.name}/{name}" if self._root is None else os.path.realpath(self._root / name)


def _referenced(path: Path, out: Path, name: str) -> str:
    return Path(os.path.relpath(path, out)).as_posix()


def _linked(path: Path, out: Path, name: str) -> str:
    """A hard link, or a symbolic one where the file system has none from there."""
    target = _target(out, name)
    if not target.exists():
        try:
            os.link(path.resolve(), target)
        except OSError:
            target.symlink_to(path.resolve())
    return target.relative_to(out).as_posix()


def _copied(path: Path, out: Path, name: str) -> str:
    target = _target(out, name)
    shutil.copy2(path, target)
    return target.relative_to(out).as_posix()


def _unchecked(path: Path, out: Path, name: str) -> str:
    raise AssertionError("an unchecked picture is never taken")


WAYS: Mapping[str, Callable[[Path, Path, str], str]] = MappingProxyType(
    {"reference": _referenced, "link": _linked, "copy": _copied, "unchecked": _unchecked}
)
"""How pictures are taken over. ``unchecked``: their names stay, and nobody looks whether they are there."""


def _target(out: Path, name: str) -> Path:
    target = out / "images" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _harmless(name: str) -> str:
    """A file name that cannot leave a folder."""
    return "/".join(part for part in PurePosixPath(name).parts if part not in ("..", "/", "."))


def _root(source: MergeSource) -> Path:
    """The folder from which the file's first picture is found."""
    first = next(source.images(), None)
    if first is None or source.wish.path.is_dir():
        return source.wish.path if source.wish.path.is_dir() else source.file.parent
    beside, above = source.file.parent, source.file.resolve().parent.parent
    folders = [beside, beside / "images", above, above / "images"]
    for parent in (beside, beside / "images", above, above / "images"):
        if parent.is_dir():
            folders += sorted(p for p in parent.iterdir() if p.is_dir())[:_GUESSES]
    for folder in folders:
        if (folder / first["file_name"]).is_file():
            return folder
    raise InputError(
        "the pictures of this file were not found",
        where=str(source.file),
        expected=f"{first['file_name']} in a folder beside it or above it",
        remedy=f"say where, with --pictures {source.name}=FOLDER; --images unchecked looks for none",
    )
