"""Native readers behind a wall: a damaged file may crash, stall or starve a child process, never this one."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.resources import PACKAGE
from synthgen.core.scratch import Scratch

START_SECONDS = 30.0
"""For starting Python and importing a library on a busy machine."""
BYTES_PER_SECOND = 1e6
"""A hundredth of what the slowest reader was measured to do."""
_MEMORY = (4 << 30, 40)
"""Bytes that a child may take: a base and a multiple of the file's size."""


@dataclass(frozen=True)
class NativeReader:
    """A function that reads a file with a native library, and runs in a process of its own.

    Attributes:
        kind: what users call such a file, such as ``C3D file``.
        package: what they call the library that does it.
        function: ``module:name``; it takes a path and returns what can be written as JSON, and an array.
    """

    kind: str
    package: str
    function: str

    def read(self, path: Path, name: Path | None = None) -> tuple[dict[str, Any], np.ndarray]:
        """Reads a file in a child process.

        Args:
            path: the file.
            name: the file that errors name, where ``path`` is a copy of it.

        Returns:
            what the function returns.

        Raises:
            InputError: the file is missing, or the library refused it, crashed, or took too long or too much memory.
                What the library said of it goes to the log (debug): it speaks to programmers.
        """
        where = name or path
        path = Path(path).resolve()
        if not path.is_file():
            raise InputError(f"there is no such {self.kind}", where=str(where), remedy="check the path")
        with Scratch("motion") as folder:
            target = folder / "out.npz"
            done = self._run(path, target, where)
            if done.returncode == 0:
                with np.load(target, allow_pickle=False) as data:
                    return json.loads(str(data["meta"])), data["values"]
        _log.debug("%s: exit %s, %s", where, done.returncode, done.stderr[-2000:])
        raise self._refusal(done, where)

    def _run(self, path: Path, target: Path, where: Path) -> subprocess.CompletedProcess[str]:
        size = path.stat().st_size
        seconds = START_SECONDS + size / BYTES_PER_SECOND
        package = str(PACKAGE.parent)
        memory = str(_MEMORY[0] + _MEMORY[1] * size)
        command = [sys.executable, "-c", _PROGRAM, package, memory, self.function, str(path), str(target)]
        try:
            return subprocess.run(
                command, cwd=target.parent, capture_output=True, text=True, errors="replace", timeout=seconds
            )
        except subprocess.TimeoutExpired:
            got = f"content with which its reader did not finish within {seconds:.0f} s"
            raise self._damaged(where, got) from None

    def _refusal(self, done: subprocess.CompletedProcess[str], where: Path) -> InputError:
        if "ModuleNotFoundError" in done.stderr:
            return InputError(
                f"the program that reads a {self.kind} is not installed",
                where=str(where),
                expected=self.package,
                got=f"Python finds no {self.package}",
                remedy="install synthgen's dependencies again (pip install .)",
            )
        if any(word in done.stderr for word in ("bad_alloc", "MemoryError", "length_error")):
            return self._damaged(where, "content for which no memory would do")
        if done.returncode == 3:
            return self._damaged(where, "content that contradicts the format")
        return self._damaged(where, "content at which its reader crashed")

    def _damaged(self, where: Path, got: str) -> InputError:
        return InputError(
            f"this {self.kind} cannot be read",
            where=str(where),
            expected=f"a complete {self.kind}",
            got=got,
            remedy=f"export it again; if {self.package} cannot open that file either, the program that writes it errs",
        )


_log = logging.getLogger(__name__)

_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
from synthgen.motion.parsing.native_child import main
raise SystemExit(main(*sys.argv[3:6]))
"""
"""Limits exist on POSIX; elsewhere the time alone is limited."""
