#!/usr/bin/env python3
"""Renders the same shots with both renderers and compares everything; the last line is one JSON object.

    python scripts/compare_renderers.py                        # 100 shots of three scenes, sheets in out/parity/
    python scripts/compare_renderers.py --shots 12 scenes/gym.yaml

Both engines are driven over the wire, as ``synthgen render`` drives them. Exit code 0 when all labels of every image
are equal (flags, reasons, points), at least 99.99 % of all mask pixels are, depth differs by at most 1 mm away from
edges, and colour by at most 6 of 255 in the mean; else 1. The GPU renderer needs a graphics driver, of hardware or of
software.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.parity.differences import Difference, difference
from scripts.parity.sheets import write_sheet
from scripts.speed.scenes import Ready, ready
from synthgen.capture.frame import Frame

ROOT = Path(__file__).resolve().parent.parent
SCENES = ("gym", "studio", "clinic")
ROWS = 6
"""Pairs on a scene's sheet."""

MASK_EQUAL, DEPTH_M, COLOUR = 0.9999, 0.001, 6.0


def main() -> int:
    """Compares scene after scene; 0 when the bounds hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = [ROOT / "scenes" / f"{name}.yaml" for name in SCENES]
    parser.add_argument("scenes", nargs="*", type=Path, default=default, help="scene files (default: three of ours)")
    parser.add_argument("--shots", type=int, default=100, help="shots over all scenes (default: 100)")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "parity", help="folder of the sheets")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    counts = [len(part) for part in np.array_split(np.arange(options.shots), len(options.scenes))]
    found: list[Difference] = []
    for path, count in zip(options.scenes, counts, strict=True):
        found += compared(ready(path, count), options.out)
    result = summary(found)
    print(json.dumps(result))
    return 0 if result["holds"] else 1


def compared(scene: Ready, out: Path) -> list[Difference]:
    """One difference for each image of a scene, and a sheet with the pairs that differ most and some others."""
    pairs: list[tuple[str, Frame, Frame]] = []
    found: list[Difference] = []
    cpu, gpu = (scene.factory(name)() for name in ("cpu", "gpu"))
    cpu.open()
    gpu.open()
    try:
        for shot in tqdm(scene.shots, desc=scene.scene.name, unit="shot"):
            for a, b in zip(cpu.render(shot), gpu.render(shot), strict=True):
                found.append(difference(a, b))
                name = f"{scene.scene.name} shot {shot.id} camera {a.camera_index}"
                pairs.append((f"{name}: {told(found[-1])}", a, b))
                for sentence in found[-1].labels:
                    print(f"{name}: {sentence}")
    finally:
        cpu.close()
        gpu.close()
    order = np.argsort([-d.colour for d in found])
    chosen = [*order[: ROWS // 2], *order[ROWS // 2 :: max(len(order) // ROWS, 1)]][:ROWS]
    write_sheet([pairs[i] for i in chosen], out / f"{scene.scene.name}.png")
    return found


def told(d: Difference) -> str:
    """A difference in a line."""
    labels = "labels equal" if not d.labels else f"{len(d.labels)} labels differ"
    return f"{labels}, masks {100 * d.mask_equal:.4f} %, depth {1000 * d.depth_m:.3f} mm, colour {d.colour:.2f}"


def summary(found: list[Difference]) -> dict[str, Any]:
    """The worst and the mean over all images, and whether the bounds hold."""
    masks = float(np.mean([d.mask_equal for d in found]))
    depth = max(d.depth_m for d in found)
    colour = float(np.mean([d.colour for d in found]))
    differing = sum(bool(d.labels) for d in found)
    return {
        "images": len(found),
        "flags": sum(d.flags for d in found),
        "images_with_other_labels": differing,
        "margins_apart_mm": round(1000 * max(d.margin_m for d in found), 3),
        "mask_equal": round(masks, 7),
        "mask_equal_worst": round(min(d.mask_equal for d in found), 7),
        "depth_mm": round(1000 * depth, 4),
        "depth_share": round(float(np.mean([d.depth_share for d in found])), 4),
        "colour": round(colour, 3),
        "colour_worst": round(max(d.colour for d in found), 3),
        "holds": not differing and masks >= MASK_EQUAL and depth <= DEPTH_M and colour <= COLOUR,
    }


if __name__ == "__main__":
    raise SystemExit(main())
