"""Other renderers on our shots, each in an environment of its own: their libraries want other versions than ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Other:
    """A renderer of others.

    Attributes:
        name: of its environment and its pictures.
        packages: what is installed for it.
        python: the version of Python that its packages are built for; None for ours.
        program: module that draws exported shots with it.
        environment: variables that it needs.
    """

    name: str
    packages: tuple[str, ...]
    python: str | None
    program: str
    environment: tuple[tuple[str, str], ...] = ()


CYCLES = Other("cycles", ("bpy>=4.2", "numpy<2"), "3.11", "scripts.speed.draw_cycles")
PYRENDER = Other(
    "pyrender", ("pyrender>=0.1.45",), None, "scripts.speed.draw_pyrender", (("PYOPENGL_PLATFORM", "egl"),)
)


def drawn_by(other: Other, shots: Path, python: str, environments: Path) -> dict[str, Any]:
    """Draws exported shots and reports.

    Args:
        other: with what.
        shots: folder that ``export_shots`` wrote; pictures are put there.
        python: an interpreter that has its packages, or ``build`` to make one.
        environments: folder for what is built.

    Returns:
        processor and wall-clock seconds per image of the drawing, without building the scene; or ``skipped`` and why.
    """
    try:
        interpreter = _built(other, environments) if python == "build" else python
        command = [interpreter, "-W", "ignore", "-m", other.program, str(shots)]
        environment = {**os.environ, **dict(other.environment), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=ROOT)
    except (OSError, LookupError) as error:
        return {"skipped": str(error)}
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout or "").strip().splitlines()[-1:]
        return {"skipped": f"{' '.join(map(str, error.cmd[:4]))} … failed: {' '.join(last)}"}
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"shot"')]
    timed = rows[1:] or rows  # the first one loads and compiles
    return {
        "version": rows[0]["version"],
        "images": len(timed),
        "cpu_s_per_image": round(float(np.mean([r["draw_cpu_s"] for r in timed])), 4),
        "seconds_per_image": round(float(np.mean([r["draw_s"] for r in timed])), 4),
    }


def _built(other: Other, environments: Path) -> str:
    """The interpreter of its environment, made when it is not there.

    Raises:
        LookupError: there is no Python that its packages are built for.
        subprocess.CalledProcessError: the packages cannot be installed.
    """
    folder = environments / other.name
    interpreter = folder / "bin" / "python"
    done = folder / "installed"
    if not done.exists():
        base = _python(other)
        print(f"installing {' '.join(other.packages)} in {folder}", flush=True)
        subprocess.run([base, "-m", "venv", "--clear", str(folder)], check=True, capture_output=True, text=True)
        install = [str(interpreter), "-m", "pip", "install", "-q", *other.packages]
        subprocess.run(install, check=True, capture_output=True, text=True)
        done.touch()
    return str(interpreter)


def _python(other: Other) -> str:
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if other.python in (None, ours):
        return sys.executable
    found = shutil.which(f"python{other.python}")
    if found is None:
        raise LookupError(f"{other.name} needs Python {other.python}, and there is no python{other.python}")
    return found
