"""Several files that appear together or not at all."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def transaction(out: Path) -> Iterator[Path]:
    """Files of one result, such as a model and its motion, of which one alone would be worse than none.

    Args:
        out: where they are to stand; made where it is missing.

    Yields:
        an empty folder inside ``out`` for them. They are moved into ``out`` when the block ends. After an error, also
        of the moving, ``out`` is as it was before: without them, or with the older files of their names.

    Raises:
        OSError: the disk is full, ``out`` cannot be written, or a folder stands where a file belongs.
    """
    made = not out.exists()
    out.mkdir(parents=True, exist_ok=True)
    try:
        # In the same folder, so on the same disk: moving needs no room, and what does not fit shows before it.
        with tempfile.TemporaryDirectory(dir=out, prefix=".unfinished-", ignore_cleanup_errors=True) as name:
            new, old = Path(name) / "new", Path(name) / "old"
            new.mkdir()
            old.mkdir()
            yield new
            _exchange(sorted(new.iterdir()), out, old)
    except BaseException:
        if made:
            with suppress(OSError):
                out.rmdir()
        raise


def _exchange(files: Sequence[Path], out: Path, old: Path) -> None:
    """Moves files into ``out`` and what they replace into ``old``; moves all back when one of them does not go."""
    for file in files:
        if (out / file.name).is_dir():
            told = f"{file.name} is a folder there, and is to be a file"
            raise IsADirectoryError(errno.EISDIR, told, str(out / file.name))
    placed: list[Path] = []
    try:
        for file in files:
            target = out / file.name
            if target.exists():
                target.replace(old / file.name)
            file.replace(target)
            placed.append(target)
    except BaseException:
        for target in placed:
            target.unlink()
        for kept in old.iterdir():
            kept.replace(out / kept.name)
        raise
