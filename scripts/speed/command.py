"""One whole ``synthgen render``, start included, and what all its processes took."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.speed.graphics import GpuWatch
from scripts.speed.processes import Cost, measured


def render_command(
    scene: Path, out: Path, images: int, workers: int | None = None, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Renders a scene with ``synthgen render --json`` and reports.

    Args:
        scene: the scene file.
        out: the dataset's folder, not there yet.
        images: number of images.
        workers: worker processes; as many as suit the machine when None.
        environment: variables added to ours.

    Returns:
        ``images_per_s`` over the rendering, start of the engines included, as the command prints it;
        ``cpu_s_per_image`` over the whole command and all its processes; ``first_image_s`` from the command's start;
        ``busy_share`` of all cores from the first picture to the last, ``others_busy_share`` what other programs took
        meanwhile, ``gpu_busy_share`` that of an NVIDIA card; memory; and the command's own ``report``.
    """
    command = [sys.executable, "-m", "synthgen", "render", str(scene), "--out", str(out), "--images", str(images)]
    command += ["--json", *(["--workers", str(workers)] if workers else [])]
    pictures = Pictures(out)
    with GpuWatch() as gpu:
        cost = measured(command, environment=environment, watch=pictures.look)
    report = json.loads(cost.text)
    return {
        "images": report["images"],
        "images_per_s": report["images_per_s"],
        "cpu_s_per_image": round(cost.cpu_s / report["images"], 4),
        "first_image_s": _rounded(pictures.first),
        **_busy(cost, pictures),
        "gpu_busy_share": gpu.share,
        "workers": report["workers"],
        "seconds": round(cost.seconds, 2),
        "cpu_s": round(cost.cpu_s, 2),
        "cpu_s_by_process": {k: round(v, 2) for k, v in sorted(cost.cpu_s_by_kind.items())},
        "peak_mb_by_process": {k: round(v) for k, v in sorted(cost.peak_mb.items())},
        "cores": len(os.sched_getaffinity(0)),
        "report": report,
    }


class Pictures:
    """Finds out when the pictures of a run came.

    Attributes:
        first: seconds from the start to the first picture; None before.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._began = time.time()  # the clock of files
        self.first: float | None = None

    def look(self, at: float) -> None:
        """Called again and again during the run."""
        if self.first is None and self._out.is_dir():
            with contextlib.suppress(FileNotFoundError):  # it was just renamed: the next look finds it
                times = _times(self._out)
                self.first = min(times) - self._began if times else None

    def span(self) -> tuple[float, float] | None:
        """Seconds from the start to the first and to the last picture, after the run; None without pictures."""
        times = _times(self._out / "images")
        return None if self.first is None or not times else (self.first, max(times) - self._began)


def _times(folder: Path) -> list[float]:
    return [p.stat().st_mtime for pattern in ("*.png", "*.jpg") for p in folder.rglob(pattern)]


def _busy(cost: Cost, pictures: Pictures) -> dict[str, float | None]:
    """Shares of all cores between the first picture and the last."""
    span = pictures.span()
    ours, others = cost.busy(*span) if span else (None, None)
    return {"busy_share": _rounded(ours), "others_busy_share": _rounded(others)}


def _rounded(value: float | None) -> float | None:
    """To a thousandth; None for what is not known."""
    return None if value is None or value != value else round(value, 3)
