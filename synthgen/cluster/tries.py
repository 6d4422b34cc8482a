"""Tries at one shot, counted on disk so that the count outlives a worker process that dies of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from synthgen.dataset.layout import TRYING, partial_folder

TRIES = 3
"""Tries at a shot before it is set aside, and at starting an engine before the run stops."""


@dataclass(frozen=True)
class Failure:
    """Why a try failed, and the end of its log."""

    what: str
    log: str


class Tries:
    """Counts the tries at a shot of an output folder.

    Attributes:
        hang_file: where a try that hangs leaves its traceback.
    """

    def __init__(self, out: Path, shard: int, shot: int) -> None:
        folder = partial_folder(out, shard)
        self._file = folder / f"{TRYING}{shot:06d}"
        self.hang_file = folder / f"{TRYING}{shot:06d}.hang"

    @property
    def count(self) -> int:
        """Tries begun and not known to have succeeded."""
        return self._file.stat().st_size if self._file.exists() else 0

    def add(self) -> None:
        """Notes that a try begins."""
        for level in (self._file.parent.parent, self._file.parent):  # not the output folder, should it be gone
            level.mkdir(exist_ok=True)
        with self._file.open("ab") as file:
            file.write(b".")

    def clear(self) -> None:
        """Forgets them."""
        self._file.unlink(missing_ok=True)
        self.hang_file.unlink(missing_ok=True)

    def last_words(self) -> Failure | None:
        """The traceback of a try that hung, if the last one did."""
        text = self.hang_file.read_text(errors="replace") if self.hang_file.exists() else ""
        return Failure("it did not end in time; its worker process was ended", text) if text else None
