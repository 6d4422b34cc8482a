"""What a run reports: refusals of the system explained, warnings in ``run.log`` and on the terminal."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from synthgen.cluster.lock import GONE
from synthgen.core.errors import InputError, RunError
from synthgen.core.system import refusal


@contextlib.contextmanager
def explained(out: Path, kind: type[InputError] | type[RunError]) -> Iterator[None]:
    """Turns refusals of the system (disk full, read-only, limits) into an error of ``kind`` that says what to do."""
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
    """``run.log``: a disk that does not take a line is reported elsewhere."""

    def emit(self, record: logging.LogRecord) -> None:
        """Writes one line, if that can be done."""
        with contextlib.suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Nothing."""


class _Terminal(logging.Handler):
    """The first line of every warning, above the progress bar."""

    def emit(self, record: logging.LogRecord) -> None:
        """Says one line."""
        from tqdm import tqdm

        with contextlib.suppress(OSError, ValueError):  # nobody is there to read it
            tqdm.write(f"{record.levelname.lower()}: {record.getMessage().splitlines()[0]}", file=sys.stderr)


@contextlib.contextmanager
def warnings_on_terminal(wanted: bool = True) -> Iterator[None]:
    """Says warnings on the terminal, each once, without disturbing a progress bar. Nothing is said if not wanted."""
    logger = logging.getLogger("synthgen")
    if not wanted or any(isinstance(handler, _Terminal) for handler in logger.handlers):
        yield
        return
    with _attached(logger, _Terminal(logging.WARNING)):
        yield


@contextlib.contextmanager
def log_file(out: Path, *, terminal: bool) -> Iterator[None]:
    """Keeps warnings of this run in ``run.log``, and says them on the terminal where that is wanted."""
    handler = _LogFile(out / "run.log", encoding="utf-8", delay=True)
    formatter = logging.Formatter(f"%(asctime)s [{os.getpid()}] %(levelname)s %(message)s")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    with warnings_on_terminal(terminal), _attached(logging.getLogger("synthgen"), handler):
        yield


@contextlib.contextmanager
def _attached(logger: logging.Logger, handler: logging.Handler) -> Iterator[None]:
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()
