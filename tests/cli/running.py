"""How tests run the command line, and short clips for it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import synthgen
from synthgen import cli
from synthgen.motion import load
from synthgen.motion.clip import Clip

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


def part(source: str, frames: slice, name: str) -> Clip:
    """Some frames of a clip, under another name."""
    clip = load(source)
    return replace(
        clip,
        name=name,
        loop=False,
        points={n: p[frames] for n, p in clip.points.items()},
        orientations={n: o[frames] for n, o in clip.orientations.items()},
    )
