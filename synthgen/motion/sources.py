"""From a motion source's name to its clip."""

from __future__ import annotations

from pathlib import Path

from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.names import close_matches
from synthgen.motion.plausible import plausible
from synthgen.motion.reader import Reader
from synthgen.motion.registry import kinds, of_suffix, reader_of
from synthgen.motion.schemes import SCHEMES, available, forms, is_named


def load(source: str, *, base: Path | None = None) -> Clip:
    """The clip that a source names.

    Args:
        source: ``builtin:squat``, ``deepmimic:humanoid3d_walk``, or the path of a file that one of the readers reads.
        base: folder from which a relative path counts; the working directory when missing.

    Raises:
        InputError: nothing of that name or kind exists, the file is not sound, or nobody moves so
            (``motion/plausible.py``).
    """
    path = Path(source) if base is None else Path(base) / source
    if is_named(source):
        word, _, name = source.partition(":")
        return plausible(SCHEMES[word].clip(name), path)
    reader = _reader(source, path)
    return plausible(reader.clip(path), path, {key.name for key in reader.keys})


def _reader(source: str, path: Path) -> Reader:
    """The reader of a file that is there."""
    if not of_suffix(path.suffix):
        known = [f"{k}:{n}" for k, names in available().items() for n in names]
        raise InputError(
            f"the motion source {source!r} is not known",
            expected=_expected(),
            got=source,
            remedy=close_matches(source, [*known, *(k.partition(":")[2] for k in known)]),
        )
    if not path.exists():
        raise _no_file("there is no such motion file", path, "nothing of that name", "check the path")
    if path.is_dir():
        raise _no_file("this is a folder, not a motion file", path, "a folder", "name a file in it")
    reader = reader_of(path)
    if reader is None:
        raise _no_file("no reader takes this motion file", path, "another kind of file", "export it as one of these")
    return reader


def _no_file(what: str, path: Path, got: str, remedy: str) -> InputError:
    return InputError(what, where=str(path), expected=_expected(), got=got, remedy=remedy)


def _expected() -> str:
    return f"{forms()}, or a file {kinds()}"
