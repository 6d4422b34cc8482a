"""Writes opensim_models/synthgen_body.osim, the reference body as an OpenSim model, from opensim_models/body.yaml.

Run it after a change of body.yaml: a test compares the file with a fresh build.
"""

from pathlib import Path

from synthgen.biomech.model import build_osim
from synthgen.bodymodel import reference_body

TARGET = Path(__file__).resolve().parent.parent / "opensim_models" / "synthgen_body.osim"

if __name__ == "__main__":
    build_osim(reference_body(), TARGET)
    print(f"{TARGET}: {TARGET.stat().st_size / 1024:.0f} KiB")
