"""Whether memory stays flat: many pictures through one engine process and one worker."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scripts.speed.command import Pictures
from scripts.speed.processes import measured
from scripts.speed.scenes import changed, ready

LIMIT_MB = 1200
"""No process may be larger."""

SLOPE_MB = 20.0
"""MB per 1000 images in the second half: more is growth, less is the allocator's noise."""


def memory_of_a_run(scene: Path, folder: Path, images: int) -> dict[str, Any]:
    """Renders with one worker whose engine is never replaced, and watches the memory of every process.

    Returns:
        kind of process → peak in MB, its resident set at every tenth of the run, and the slope over the second half in
        MB per 1000 images; ``flat`` and ``small`` say whether the bounds hold.
    """
    endless, out = changed(scene, folder, {"engine": {"recycle_after": images}}, "memory"), folder / "memory"
    ready(endless, images)  # what is not in the cache would be built in the driver
    command = [sys.executable, "-m", "synthgen", "render", str(endless), "--out", str(out)]
    pictures = Pictures(out)
    cost = measured([*command, "--images", str(images), "--workers", "1", "--json"], watch=pictures.look)
    span = pictures.span() or (0.0, cost.seconds)
    kinds = [k for k in ("driver", "engine", "worker") if k in cost.resident_mb]
    processes = {
        kind: summary(cost.resident_mb[kind], span, images) | {"peak_mb": round(cost.peak_mb[kind])} for kind in kinds
    }
    return {
        "images": images,
        "seconds": round(cost.seconds, 1),
        "processes": processes,
        "flat": all(p["mb_per_1000_images"] <= SLOPE_MB for p in processes.values()),
        "small": all(p["peak_mb"] <= LIMIT_MB for p in processes.values()),
    }


def summary(samples: Sequence[tuple[float, float]], span: tuple[float, float], images: int) -> dict[str, Any]:
    """Resident set at ten moments between the first image and the last, and how it grows in the second half of them.

    Args:
        samples: seconds and MB.
        span: seconds at the first and at the last image; those between are taken to come evenly.
        images: how many.
    """
    at, mb = np.array(samples).T
    done = images * (at - span[0]) / max(span[1] - span[0], 1e-9)
    second = (done > 0.5 * images) & (done < images)
    slope = float(np.polyfit(done[second], mb[second], 1)[0]) if second.sum() > 2 else float("nan")
    tenths = [round(float(np.interp(images * k / 10, done, mb))) for k in range(1, 11)]
    return {"mb_at_tenths": tenths, "mb_per_1000_images": round(1000 * slope, 1)}
