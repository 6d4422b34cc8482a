#!/usr/bin/env python3
"""Measures how much the people, spines and views of a scene vary; the last line is one JSON object.

    python scripts/measure_variety.py scenes/gym.yaml --shots 500
    python scripts/measure_variety.py gym --shots 500 --rows /tmp/gym.jsonl     # goes on where it was interrupted
    python scripts/measure_variety.py gym --draw docs/images/coverage.svg       # and draws what is covered

Nothing is rendered: shots are made as a run makes them, and the true points are those that it would write. What each
number is, of all people of all shots unless it says pictures (people × cameras, without those behind the camera):

- ``pc1_max``: for every region and plane, the angles of all its joints as they stand, neutral curve included, and the
  first principal component's share of their variance; the largest of lumbar, thoracic and C2–C7 spine. ``pc1`` has all,
  C0–C2 too, of whose two joints one turns the head by 40° and the other by 5° in everybody: one number tells both.
- ``two_planes``, ``flexed_and_bent``, ``extension``, ``near_neutral``: shares of people by the turn of T1 against the
  sacrum away from the person's own standing, taken apart about the axes halfway between both: more than 10° in two of
  three planes; flexed by more than 25° and bent to a side by more than 10°; extended by more than 15°; none above 10°.
- ``sagitta_mm``, ``sagitta_px``: median of the largest distance of a vertebral body between C7 and the sacrum from the
  line through these two, in space and in pictures.
- ``near_line``: share of pictures in which all nine points of the spine lie within 2 pixels of the best line.
- ``side_view``: share of pictures in which the way to the camera is within 45° of the axis through left and right of
  the person's trunk; ``back_view`` and ``front_view`` likewise.
- ``body_to_bow_r2``: the bow is a point's offset from the line from the sacrum to C7 in the picture, with its sign, in
  lengths of that line. R² with which a ridge regression foretells it from the 17 body points of people (characters)
  that it was not fitted to; the largest of T8 and L3 and of three ways to normalise the points
  (``scripts/variety/measures.py``). Trunks within 45° of the line of sight are left out. Which way a person faces sets
  the bow's sign, and the points tell it: ``view_to_bow`` is what the true direction of view foretells alone, without a
  word on the spine. ``body_to_own_bow_r2`` is the regression to the bow in the person's own sagittal plane instead.
- ``characters``, ``outfits``: different names, and different garments (kinds, colours, patterns; hair and skin aside).
- ``bmi``: smallest and largest, of the body's volume at 1000 kg/m³ over its stature squared; ``stature`` in metres.
- ``spine_off_image``: share of the spine's points off the pictures. ``missed``: measures off their targets.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.variety.collect import collect
from scripts.variety.measures import measures

_SCENES = Path(__file__).resolve().parent.parent / "scenes"


def main() -> None:
    """Measures a scene and reports."""
    first, _, rest = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        description=first, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scene", help="a scene file, or the name of a shipped one")
    parser.add_argument("--shots", type=int, default=500, help="how many shots, from the first one")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--rows", type=Path, help="file that keeps what is found, so that it can be gone on with")
    parser.add_argument("--draw", type=Path, help="SVG file for a drawing of what is covered")
    options = parser.parse_args()
    named = _SCENES / f"{options.scene}.yaml"
    scene = named if named.exists() else Path(options.scene)
    people, pictures = collect(scene, options.shots, options.workers, options.rows)
    if options.draw:
        options.draw.write_text(drawn(people, pictures), encoding="utf-8")
    print(json.dumps({"scene": scene.stem, "shots": options.shots, **measures(people, pictures)}))


def drawn(people: Sequence[dict[str, Any]], pictures: Sequence[dict[str, Any]]) -> str:
    """An SVG of how people are bent, and from where they are seen."""
    from synthgen.biomech.label_bends import REGIONS
    from synthgen.dataset.report.coverage import Coverage, coverage_svg, tally

    view = np.array([p["view"] for p in pictures])
    bends = np.array([[people[p["person"]]["bends"][region] for region in REGIONS] for p in pictures])
    counts = Coverage().counted
    tally(counts, bends, np.degrees(np.arctan2(view[:, 1], view[:, 0])))
    return coverage_svg(counts).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n"


if __name__ == "__main__":
    main()
