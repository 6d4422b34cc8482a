"""How tests run the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import synthgen
from synthgen import cli

ROOT = Path(synthgen.__file__).parents[1]


def run(*arguments: object) -> int:
    """Runs the command line in this process; the exit code."""
    with pytest.raises(SystemExit) as caught:
        cli.main([str(a) for a in arguments])
    code = caught.value.code
    return code if isinstance(code, int) else 0


def run_process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs it in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "synthgen", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
        cwd=ROOT,
    )
