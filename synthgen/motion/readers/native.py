"""Native readers behind a wall: a damaged file may crash, stall or starve a child process, never this one."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

import synthgen
from synthgen.core.errors import InputError
from synthgen.core.scratch import Scratch

START_SECONDS = 30.0
"""For starting Python and importing a library on a busy machine."""
BYTES_PER_SECOND = 1e6
"""A hundredth of what the slowest reader was measured to do."""
_MEMORY = (4 << 30, 40)
"""Bytes that a child may take: a base and a multiple of the file's size."""


def read_native(kind: str, path: Path, name: Path | None = None) -> tuple[dict[str, Any], np.ndarray]:
    """Reads a file in a child process.

    Args:
        kind: ``c3d`` or ``osim``, see ``native_child.py``.
        path: the file.
        name: the file that errors name, where ``path`` is a copy of it.

    Returns:
        what the child's reader returns.

    Raises:
        InputError: the file is missing, or the library refused it, crashed, or took too long or too much memory. What
            the library said of it goes to the log (debug): it speaks to programmers.
    """
    where = name or path
    path = Path(path).resolve()
    if not path.is_file():
        raise InputError(f"there is no such {_NAMES[kind]}", where=str(where), remedy="check the path")
    size = path.stat().st_size
    seconds = START_SECONDS + size / BYTES_PER_SECOND
    with Scratch("motion") as folder:
        target = folder / "out.npz"
        command = [sys.executable, "-c", _PROGRAM, str(Path(synthgen.__file__).parent.parent),
                   str(_MEMORY[0] + _MEMORY[1] * size), kind, str(path), str(target)]  # fmt: skip
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=seconds
            )
        except subprocess.TimeoutExpired:
            raise _damaged(
                kind, where, f"content with which its reader did not finish within {seconds:.0f} s"
            ) from None
        if done.returncode == 0:
            with np.load(target, allow_pickle=False) as data:
                return json.loads(str(data["meta"])), data["values"]
    _log.debug("%s: exit %s, %s", where, done.returncode, done.stderr[-2000:])
    if "ModuleNotFoundError" in done.stderr:
        raise InputError(
            f"the program that reads a {_NAMES[kind]} is not installed", where=str(where), expected=_LIBRARIES[kind],
            got=f"Python finds no {_LIBRARIES[kind]}", remedy="install synthgen's dependencies again (pip install .)",
        )  # fmt: skip
    if any(word in done.stderr for word in ("bad_alloc", "MemoryError", "length_error")):
        raise _damaged(kind, where, "content for which no memory would do")
    if done.returncode == 3:
        raise _damaged(kind, where, "content that contradicts the format")
    raise _damaged(kind, where, "content at which its reader crashed")


def _damaged(kind: str, where: Path, got: str) -> InputError:
    return InputError(
        f"this {_NAMES[kind]} cannot be read",
        where=str(where),
        expected=f"a complete {_NAMES[kind]}",
        got=got,
        remedy=f"export it again; if {_LIBRARIES[kind]} cannot open that file either, the program that writes it errs",
    )


_log = logging.getLogger(__name__)
_NAMES = {"c3d": "C3D file", "osim": "OpenSim model"}
_LIBRARIES = {"c3d": "ezc3d", "osim": "OpenSim"}

_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
from synthgen.motion.readers.native_child import main
raise SystemExit(main(*sys.argv[3:6]))
"""
"""Limits exist on POSIX; elsewhere the time alone is limited."""
