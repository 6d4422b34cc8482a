"""Watches code at work: which functions of the package run, and which of its data files are read."""

from __future__ import annotations

import contextlib
import functools
import gc
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthgen.core.cache.keys import code_key
from synthgen.core.cache.sources import DATA_FOLDERS
from synthgen.core.resources import PACKAGE

KEPT = (code_key,)
"""What stays remembered: keys, which read all of the package."""

_watching: list[set[Path]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _watching and isinstance(arguments[0], str):
        _watching[-1].add(Path(arguments[0]).resolve())


sys.addaudithook(_note)


@dataclass
class Seen:
    """Files of the package whose functions ran, and data files that were opened."""

    ran: set[Path] = field(default_factory=set)
    read: set[Path] = field(default_factory=set)


@contextlib.contextmanager
def watched() -> Iterator[Seen]:
    """What runs and is read inside it; what the package remembers is forgotten first, so that it is read again."""
    for thing in gc.get_objects():
        if (
            type(thing) is functools._lru_cache_wrapper
            and thing.__module__.startswith("synthgen")
            and thing not in KEPT
        ):
            thing.cache_clear()
    seen, files, opened = Seen(), set(), set()

    def watch(frame: Any, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name != "<module>":
            files.add(frame.f_code.co_filename)

    _watching.append(opened)
    sys.setprofile(watch)
    try:
        yield seen
    finally:
        sys.setprofile(None)
        _watching.pop()
    seen.ran = {path for name in files if (path := Path(name).resolve()).is_relative_to(PACKAGE)}
    folders = (PACKAGE, *(PACKAGE.parent / name for name in DATA_FOLDERS))
    data = {path for path in opened if path.suffix not in (".py", ".pyc") and path.is_file()}
    seen.read = {path for path in data if any(path.is_relative_to(folder) for folder in folders)}
