"""Whether memory stays flat: many pictures through one engine process and one worker."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scripts.speed.processes import measured
from scripts.speed.scenes import changed

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
    endless = changed(scene, folder, {"engine": {"recycle_after": images}}, "memory")
    command = [sys.executable, "-m", "synthgen", "render", str(endless), "--out", str(folder / "memory")]
    cost = measured([*command, "--images", str(images), "--workers", "1", "--json"])
    kinds = [k for k in ("driver", "engine", "worker") if k in cost.resident_mb]
    processes = {
        kind: _summary(cost.resident_mb[kind], images) | {"peak_mb": round(cost.peak_mb[kind])} for kind in kinds
    }
    return {
        "images": images,
        "seconds": round(cost.seconds, 1),
        "processes": processes,
        "flat": all(p["mb_per_1000_images"] <= SLOPE_MB for p in processes.values()),
        "small": all(p["peak_mb"] <= LIMIT_MB for p in processes.values()),
    }


def _summary(samples: Sequence[tuple[float, float]], images: int) -> dict[str, Any]:
    """Resident set at ten moments, and how it grows in the second half; images are taken to come evenly."""
    at, mb = np.array(samples).T
    done = images * (at - at[0]) / max(at[-1] - at[0], 1e-9)
    # The end is the export: the engine is gone by then, and the driver reads annotations.
    second = (done > 0.5 * images) & (done < 0.95 * images)
    slope = float(np.polyfit(done[second], mb[second], 1)[0]) if second.sum() > 2 else float("nan")
    tenths = [round(float(np.interp(images * k / 10, done, mb))) for k in range(1, 11)]
    return {"mb_at_tenths": tenths, "mb_per_1000_images": round(1000 * slope, 1)}
