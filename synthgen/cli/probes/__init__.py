"""What ``synthgen doctor`` tries: one function per thing that a run needs, each with the command that mends it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from synthgen.cli.probes.engines import embedded_engine, external_engine
from synthgen.cli.probes.graphics import drawing, graphics, kernels
from synthgen.cli.probes.libraries import anny, opensim
from synthgen.cli.probes.machine import cache, disk, motion_files, python, samples
from synthgen.cli.probes.probe import Probe, ask_process
from synthgen.scene import Scene

__all__ = [
    "Probe",
    "anny",
    "ask_process",
    "cache",
    "disk",
    "drawing",
    "embedded_engine",
    "examine",
    "external_engine",
    "graphics",
    "kernels",
    "motion_files",
    "opensim",
    "python",
    "samples",
]


def examine(scene: Scene | None = None, folder: Path | None = None) -> list[Probe]:
    """Tries everything that a run needs.

    Args:
        scene: its choice of a renderer; when it names an external engine, that one is looked for.
        folder: where pictures will be written; the working directory by default.
    """
    found = [python(), *drawing(scene.engine.renderer if scene is not None else "auto"), opensim(), anny()]
    found += [samples(), motion_files(), disk(folder or Path()), cache()]
    found.append(embedded_engine(found))
    if scene is not None and scene.engine.kind == "external":
        # Another machine renders: what the embedded engine lacks here stops nothing.
        ours = ("renderer", "kernels", "graphics", "embedded engine")
        found = [replace(f, status="warn") if f.name in ours and f.status == "fail" else f for f in found]
        found.append(external_engine(scene.engine.host, scene.engine.port or 0))
    return found
