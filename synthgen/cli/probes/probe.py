"""``Probe``, one finding about this machine, and how a library is tried that may crash or hang."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from synthgen.core.scratch import Scratch

REINSTALL = "pip install -c constraints.txt '.[samples]'   (in the checkout)"
"""Mends a library that is missing or broken."""

Ask = Callable[[str], dict[str, Any]]
"""Runs code in a process of its own, as :func:`ask_process` does."""

_SECONDS = 90.0


@dataclass(frozen=True)
class Probe:
    """One finding: ``ok``, ``warn`` (works without it) or ``fail`` (renders nothing without it).

    ``mend`` says how to put right what is not ok, ``hint`` what could be had besides.
    """

    name: str
    status: Literal["ok", "warn", "fail"]
    finding: str
    mend: str | None = None
    hint: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)

    def __str__(self) -> str:
        more = [f"mend: {self.mend}"] * bool(self.mend) + [f"hint: {self.hint}"] * bool(self.hint)
        return "\n".join(
            [f"{self.status:<4}  {self.name:<16} {self.finding}", *(f"      {'':<16} {line}" for line in more)]
        )


def ask_process(code: str, seconds: float = _SECONDS) -> dict[str, Any]:
    """Runs code that prints one JSON object as its last line, in a fresh process.

    Returns:
        The object; ``{"error": text}`` when the process failed, died or took too long.
    """
    environment = {"XDG_RUNTIME_DIR": tempfile.gettempdir(), **os.environ, "OMP_NUM_THREADS": "1"}
    # OpenSim writes opensim.log where it starts.
    with Scratch("doctor") as scratch:
        try:
            done = subprocess.run(
                [sys.executable, "-c", code],
                capture_output=True,
                text=True,
                timeout=seconds,
                env=environment,
                cwd=scratch,
            )
        except subprocess.TimeoutExpired:
            return {"error": f"no answer within {seconds:g} s"}
    if done.returncode < 0:
        return {"error": f"the process died of signal {-done.returncode}"}
    lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    if done.returncode or not lines:
        return {"error": lines[-1] if lines else "no answer"}
    try:
        return dict(json.loads(lines[-1]))
    except ValueError:
        return {"error": f"an answer that cannot be read: {lines[-1][:80]}"}
