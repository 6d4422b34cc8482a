"""What one more picture costs, without any start: shots through one engine that has drawn some already."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import psutil

from scripts.speed.processes import memory_mb
from scripts.speed.scenes import Ready, RendererName, changed, ready

WARM = 3
"""Shots before the clock starts: the engine has then loaded what it needs."""

PEOPLE = (1, 3, 6)
SIZES = ((320, 240), (640, 480), (1280, 720), (1920, 1080))


def picture_cost(scene: Ready, renderer: RendererName) -> dict[str, Any]:
    """Renders the shots of a scene through one engine, one after the other.

    Returns:
        processor seconds per image of the engine and of this process, which asks for the pictures and labels them;
        wall-clock seconds per image; the engine's description and its largest resident set in MB.
    """
    worker = scene.factory(renderer)()
    worker.open()
    try:
        warm, timed = scene.shots[:WARM], scene.shots[WARM:]
        for shot in warm:
            worker.render(shot)
        before, here = _engine(), time.process_time()
        began, images = time.perf_counter(), 0
        for shot in timed:
            frames = worker.render(shot)
            images += len(frames)
        wall, here, after = time.perf_counter() - began, time.process_time() - here, _engine()
        return {
            "renderer": frames[0].engine,
            "images": images,
            "engine_cpu_s_per_image": round((after[0] - before[0]) / images, 4),
            "capture_cpu_s_per_image": round(here / images, 4),
            "seconds_per_image": round(wall / images, 4),
            "engine_peak_mb": round(after[1]),
        }
    finally:
        worker.close()


def _engine() -> tuple[float, float]:
    """Processor seconds and peak MB of our engine process."""
    for process in psutil.Process().children(recursive=True):
        if "synthgen.engine" in " ".join(process.cmdline()):
            times = process.cpu_times()
            return times.user + times.system, memory_mb(process.pid, "VmHWM")
    raise RuntimeError("no engine runs in a process of its own here")


def cost_by_people_and_size(scene: Path, folder: Path, images: int, renderer: RendererName) -> list[dict[str, Any]]:
    """The cost of a picture against the number of people in it, and against its size.

    Args:
        scene: the scene file.
        folder: for changed copies of it.
        images: timed pictures of each.
        renderer: the engine's.
    """
    kinds: list[tuple[str, dict[str, Any]]] = [
        *((f"{n} people", {"people": {"min": n, "max": n}, "cast": {"count": max(PEOPLE)}}) for n in PEOPLE),
        *((f"{w}x{h}", {"size": [w, h]}) for w, h in SIZES),
    ]
    rows = []
    for name, changes in kinds:
        made = ready(changed(scene, folder, changes), images + WARM)
        rows.append({"of": name, **picture_cost(made, renderer)})
        print(
            f"  {name:>10}: {rows[-1]['engine_cpu_s_per_image']:.3f} CPU s an image in the engine, "
            f"{rows[-1]['capture_cpu_s_per_image']:.3f} outside",
            flush=True,
        )
    return rows
