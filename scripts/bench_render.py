#!/usr/bin/env python3
"""Times a render and prints what `synthgen render` prints at its end; the last line is one JSON object.

    python scripts/bench_render.py                       # scenes/gym.yaml, caches as they are
    python scripts/bench_render.py --cold                # with an empty cache: fits and bodies included
    python scripts/bench_render.py --images 8 --workers 1

The dataset goes to a temporary folder that is removed again. Figures depend on the machine; quote ratios of one run.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from synthgen.pipeline import render


def main() -> None:
    """Renders once and reports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", nargs="?", type=Path, default=Path(__file__).parent.parent / "scenes" / "gym.yaml")
    parser.add_argument("--images", type=int, help="number of images, instead of the scene's")
    parser.add_argument("--workers", type=int, help="worker processes, 0 for none")
    parser.add_argument("--cold", action="store_true", help="begin with an empty cache")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="synthgen-bench-") as folder:
        cache = Path(folder) / "cache" if options.cold else None
        report = render(
            options.scene, Path(folder) / "out", images=options.images, workers=options.workers, cache_dir=cache
        )
        print(report.text())
        print(json.dumps({**report.to_dict(), "cold": options.cold}))


if __name__ == "__main__":
    main()
