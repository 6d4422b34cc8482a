#!/usr/bin/env python3
"""Measures what labelled images cost, part by part; the last line is one JSON object.

    python scripts/bench_render.py                          # the command, and the cost by people and by size
    python scripts/bench_render.py --images 200 --only command
    python scripts/bench_render.py --workers 1 8 --only command   # and how busy a graphics card is
    python scripts/bench_render.py --against-gpu-renderer   # both renderers on the same shots, and their ratio
    python scripts/bench_render.py --cycles --pyrender      # and other renderers on the same shots
    python scripts/bench_render.py --memory                 # 2,000 images through one engine: is memory flat?
    python scripts/bench_render.py --quick                  # a few minutes' answer with few images

``command`` is a whole ``synthgen render``, engine start included, with fits and bodies cached before (``--cold`` begins
with a cache that holds nothing but compiled kernels): images per second as the command prints them; processor seconds
of all its processes; the first image; how busy all cores were after it. ``cost`` takes shots through one engine that
runs already. Seconds depend on the machine and on what else it does (``others_busy_share`` says how much that was):
quote ratios of one run, and processor seconds rather than seconds. Cycles needs Blender's ``bpy``, pyrender its own
libraries: give a Python that has them, or none, and an environment is made in ``--environments``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.speed.command import render_command
from scripts.speed.comparisons import against_gpu_renderer, against_others
from scripts.speed.engine_cost import cost_by_people_and_size
from scripts.speed.memory import memory_of_a_run
from scripts.speed.scenes import changed, ready

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("command", "cost")


def main() -> None:
    """Measures what was asked for and reports."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="synthgen-bench-") as name:
        folder = Path(name)
        print(json.dumps({"machine": machine(), **measure(options, folder)}))


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Part → what was measured."""
    scene = changed(options.scene, folder, {"engine": {"renderer": options.renderer}}, "bench")
    out: dict[str, Any] = {}
    if "command" in options.only:
        out["commands"] = _commands(scene, folder, options)
    if "cost" in options.only:
        print("cost of one more picture")
        out["cost"] = cost_by_people_and_size(scene, folder, options.shots, options.renderer)
    if options.against_gpu_renderer:
        out["against_gpu_renderer"] = against_gpu_renderer(scene, folder, options.images, options.shots)
    if options.cycles or options.pyrender:
        pythons = {"cycles": options.cycles, "pyrender": options.pyrender}
        out["other_renderers"] = against_others(scene, folder, options.other_shots, pythons, options.environments)
    if options.memory:
        print(f"memory over {options.memory} images")
        out["memory"] = memory_of_a_run(scene, folder, options.memory)
        print(json.dumps(out["memory"], indent=1))
    return out


def _commands(scene: Path, folder: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    """One row for each number of workers."""
    environment = {}
    if options.cold:
        environment = {"SYNTHGEN_CACHE": str(folder / "cache")}
        compile_kernels = [
            sys.executable,
            "-m",
            "synthgen.engine.cpu.compile",
            "--cache",
            environment["SYNTHGEN_CACHE"],
        ]
        subprocess.run(compile_kernels, check=True, stdout=subprocess.DEVNULL)  # as set-up does
    else:
        ready(scene, options.images)
        render_command(scene, folder / "warm", 2, 1)  # what compiles once per machine, and files in memory
    rows = []
    for workers in options.workers:
        row = render_command(scene, folder / f"command-{workers}", options.images, workers, environment)
        rows.append({**row, "cold": options.cold})
        print(_told(row), flush=True)
    return rows


def _told(row: dict[str, Any]) -> str:
    """A command's costs in some lines."""
    stages = ", ".join(f"{k} {v}" for k, v in row["report"].items() if k.startswith("stage"))
    words = (
        f"synthgen render: {row['images_per_s']:.2f} images/s, {row['cpu_s_per_image']:.3f} CPU s an image, "
        f"{row['workers']} workers",
        f"first image after {row['first_image_s']} s; from then on {row['busy_share']} of all cores busy with it, "
        f"{row['others_busy_share']} with other programs",
        stages,
        f"CPU s by process {row['cpu_s_by_process']}, peak MB {row['peak_mb_by_process']}",
    )
    return "\n  ".join(words)


def machine() -> dict[str, Any]:
    """What the numbers belong to."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)),
        "load": [round(v, 2) for v in os.getloadavg()],
        "python": platform.python_version(),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", nargs="?", type=Path, default=ROOT / "scenes" / "gym.yaml")
    parser.add_argument("--images", type=int, default=96, help="images of the whole command (default: 96)")
    parser.add_argument("--shots", type=int, default=24, help="timed shots of every row of the cost (default: 24)")
    parser.add_argument("--workers", type=int, nargs="+", default=[None], help="worker processes; several to compare")
    parser.add_argument("--renderer", choices=("auto", "cpu", "gpu"), default="auto", help="of the engine")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS, help="these parts; none: no part")
    parser.add_argument("--quick", action="store_true", help="24 images, 6 shots a row")
    parser.add_argument("--cold", action="store_true", help="the command begins with an empty cache")
    parser.add_argument("--against-gpu-renderer", action="store_true", help="both renderers on the same shots")
    python: dict[str, Any] = {"nargs": "?", "const": "build", "metavar": "PYTHON"}
    parser.add_argument("--cycles", **python, help="Blender's Cycles on the same shots; PYTHON has bpy")
    parser.add_argument("--pyrender", **python, help="pyrender on the same shots; PYTHON has it")
    parser.add_argument("--other-shots", type=int, default=6, help="shots that other renderers draw (default: 6)")
    parser.add_argument("--environments", type=Path, default=ROOT / "out" / "environments", help="made there")
    parser.add_argument(
        "--memory", nargs="?", type=int, const=2000, metavar="IMAGES", help="is it flat over a long run"
    )
    options = parser.parse_args()
    if options.quick:
        options.images, options.shots, options.other_shots = 24, 6, 3
    return options


if __name__ == "__main__":
    main()
