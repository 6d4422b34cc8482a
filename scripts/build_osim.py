"""Writes reference bodies as OpenSim models.

Without arguments: the two in opensim_models/, of a man and a woman of mean stature, from the data files there. Run it
so after a change of these: a test compares the files with a fresh build. With --out: one model of your choice.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from synthgen.biomech.osim.model import build_osim
from synthgen.core.bodydata import sexes
from synthgen.core.bodymodel import DEFAULT_SEX, reference_body

MODELS = Path(__file__).resolve().parent.parent / "opensim_models"
SHIPPED = {"male": MODELS / "synthgen_body.osim", "female": MODELS / "synthgen_body_female.osim"}


def main() -> None:
    """Builds what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sex", choices=sexes(), default=DEFAULT_SEX)
    parser.add_argument("--stature", type=float, help="metres; the sex's mean by default")
    parser.add_argument("--out", type=Path, help="the .osim file")
    asked = parser.parse_args()
    if asked.out is None and (asked.stature is not None or asked.sex != DEFAULT_SEX):
        parser.error("--sex and --stature need --out")
    bodies = (
        {asked.out: reference_body(sex=asked.sex, stature=asked.stature)}
        if asked.out is not None
        else {path: reference_body(sex=sex) for sex, path in SHIPPED.items()}
    )
    for path, body in bodies.items():
        build_osim(body, path)
        print(f"{path}: {body.stature:.3f} m, {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
