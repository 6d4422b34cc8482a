"""What a run says: refusals of the system in words that help, and ``run.log``."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

from synthgen.cluster.lock import GONE
from synthgen.errors import InputError, RunError
from synthgen.system import refusal


@contextlib.contextmanager
def told(out: Path, kind: type[InputError] | type[RunError]) -> Iterator[None]:
    """Turns refusals of the system into one that says what to do."""
    try:
        yield
    except (OSError, RuntimeError, MemoryError) as error:
        if isinstance(error, FileNotFoundError) and not out.is_dir():
            raise RunError(GONE.format(out=out)) from error
        refused = refusal(error)
        if refused is None:
            raise
        what, remedy = refused
        remedy += "; what is done stays done, run the same command again"
        name = getattr(error, "filename", None)
        got = f"{getattr(error, 'strerror', None) or error}" + (f" ({name})" if name else "")
        if kind is InputError:
            raise InputError(what, where=str(out), got=got, remedy=remedy) from error
        raise RunError(f"{out}: {what}\n  got: {got}\n  remedy: {remedy}") from error


class _LogFile(logging.FileHandler):
    """``run.log``: a disk that does not take a line is told elsewhere."""

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one line, if that can be done."""
        with contextlib.suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Nothing."""


@contextlib.contextmanager
def log_file(out: Path) -> Iterator[None]:
    """Keeps warnings of this run in ``run.log`` too."""
    handler = _LogFile(out / "run.log", encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter(f"%(asctime)s [{os.getpid()}] %(levelname)s %(message)s"))
    handler.formatter.converter = time.gmtime  # type: ignore[union-attr]
    logger = logging.getLogger("synthgen")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()
