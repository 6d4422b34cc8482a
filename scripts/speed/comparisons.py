"""Both of our renderers, and those of others, on the same shots in one run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from scripts.speed.command import render_command
from scripts.speed.engine_cost import WARM, picture_cost
from scripts.speed.export import export_shots
from scripts.speed.others import CYCLES, PYRENDER, drawn_by
from scripts.speed.scenes import changed, ready

_OURS: tuple[Literal["cpu", "gpu"], ...] = ("cpu", "gpu")


def against_gpu_renderer(scene: Path, folder: Path, images: int, shots: int) -> dict[str, Any]:
    """The CPU renderer beside the GPU renderer, on whatever graphics device there is.

    Returns:
        for each renderer the whole command (``images``) and the cost of a picture (``shots``); ``ratio``: how many
        times more the GPU renderer takes.
    """
    made = ready(scene, max(images, shots + WARM))
    out: dict[str, Any] = {}
    for name in _OURS:
        file = changed(scene, folder, {"engine": {"renderer": name}}, name)
        whole = render_command(file, folder / f"out-{name}", images)
        out[name] = {"command": whole, "cost": picture_cost(made.first(shots + WARM), name)}
    cpu, gpu = out["cpu"], out["gpu"]
    out["ratio"] = {
        "seconds_of_rendering": _ratio(cpu["command"]["images_per_s"], gpu["command"]["images_per_s"]),
        "cpu_s_of_the_command": _ratio(gpu["command"]["cpu_s"], cpu["command"]["cpu_s"]),
        "engine_cpu_s_per_image": _ratio(gpu["cost"]["engine_cpu_s_per_image"], cpu["cost"]["engine_cpu_s_per_image"]),
        "seconds_per_image": _ratio(gpu["cost"]["seconds_per_image"], cpu["cost"]["seconds_per_image"]),
    }
    print(f"{gpu['cost']['renderer']} takes, beside {cpu['cost']['renderer']}:")
    print("\n".join(f"  {k}: {v} times as much" for k, v in out["ratio"].items()), flush=True)
    return out


def against_others(
    scene: Path, folder: Path, shots: int, pythons: Mapping[str, str | None], environments: Path
) -> dict[str, Any]:
    """Ours beside Cycles (16 samples, denoised) and pyrender (no shadows, no labels) on the same shots.

    Args:
        scene: the scene file.
        folder: for the exported shots and the pictures.
        shots: how many.
        pythons: renderer → an interpreter that has it, ``build`` to make one, None to leave it out.
        environments: folder for what is built.

    Returns:
        renderer → processor and wall-clock seconds of a picture, and ``ratio`` to our engine's processor seconds, in
        which depth, masks and the wire are included.
    """
    made = ready(scene, shots + WARM)
    pictures = folder / "exported"
    pictures.mkdir()
    export_shots(made.first(shots), pictures)
    out: dict[str, Any] = {"ours": picture_cost(made, "cpu")}
    for other in (CYCLES, PYRENDER):
        python = pythons.get(other.name)
        if python:
            row = drawn_by(other, pictures, python, environments)
            if "cpu_s_per_image" in row:
                row["ratio"] = _ratio(row["cpu_s_per_image"], out["ours"]["engine_cpu_s_per_image"])
            out[other.name] = row
            print(f"{other.name}: {row}", flush=True)
    return out


def _ratio(more: float, less: float) -> float | None:
    return round(more / less, 2) if less else None
