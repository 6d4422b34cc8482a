"""Native readers behind a wall: a damaged file may crash, stall or starve a child process, never this one."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import synthgen
from synthgen.errors import InputError

START_SECONDS = 30.0
"""For starting Python and importing a library on a busy machine."""
BYTES_PER_SECOND = 1e6
"""A hundredth of what the slowest reader was measured to do."""
_MEMORY = (4 << 30, 40)
"""Bytes that a child may take: a base and a multiple of the file's size."""


def read_native(kind: str, path: Path) -> tuple[dict[str, Any], np.ndarray]:
    """Reads a file in a child process.

    Args:
        kind: ``c3d``, ``trc``, ``mot`` or ``osim``, see ``native_child.py``.
        path: the file.

    Returns:
        what the child's reader returns.

    Raises:
        InputError: the file is missing, or the library refused it, crashed, or took too long or too much memory.
    """
    path = Path(path).resolve()
    if not path.is_file():
        raise InputError("there is no such motion file", where=str(path))
    size = path.stat().st_size
    seconds = START_SECONDS + size / BYTES_PER_SECOND
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out.npz"
        command = [sys.executable, "-c", _PROGRAM, str(Path(synthgen.__file__).parent.parent),
                   str(_MEMORY[0] + _MEMORY[1] * size), kind, str(path), str(target)]  # fmt: skip
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=seconds
            )
        except subprocess.TimeoutExpired:
            raise _damaged(kind, path, f"the reader did not finish within {seconds:.0f} s") from None
        if done.returncode == 0:
            with np.load(target, allow_pickle=False) as data:
                return json.loads(str(data["meta"])), data["values"]
    if done.returncode == 3:
        raise _damaged(kind, path, " ".join(done.stderr.split())[:300])
    if "ModuleNotFoundError" in done.stderr:
        raise InputError(
            "the reader of this file is not installed", where=str(path), got=done.stderr.strip().splitlines()[-1],
            remedy="install synthgen's dependencies again (pip install .)",
        )  # fmt: skip
    raise _damaged(kind, path, f"the reader crashed (exit {done.returncode})")


def read_native_text(kind: str, path: Path, text: str) -> tuple[dict[str, Any], np.ndarray]:
    """Reads a file's text, mended where need be, from a copy in UTF-8: OpenSim takes no other encoding and no mark.

    Args:
        kind: as in :func:`read_native`.
        path: the file that errors name.
        text: what the library is to read.

    Raises:
        InputError: as in :func:`read_native`.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve() / f"motion.{kind}"
        copy.write_text(text, encoding="utf-8")
        try:
            return read_native(kind, copy)
        except InputError as error:
            got = (error.got or "").replace(str(copy), path.name)
            raise InputError(
                error.what, where=str(path), expected=error.expected, got=got, remedy=error.remedy
            ) from None


def _damaged(kind: str, path: Path, got: str) -> InputError:
    return InputError(
        f"this .{kind} file cannot be read",
        where=str(path),
        expected=f"a complete {_NAMES[kind]} file",
        got=got,
        remedy="export it again from the program that wrote it",
    )


_NAMES = {"c3d": "C3D", "trc": "TRC", "mot": "OpenSim motion (.mot)", "osim": "OpenSim model"}

_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
from synthgen.motion.native_child import main
raise SystemExit(main(*sys.argv[3:6]))
"""
"""Limits exist on POSIX; elsewhere the time alone is limited."""
