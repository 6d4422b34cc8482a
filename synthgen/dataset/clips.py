"""``clips.json``: what every clip says of every frame, for ``validate``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.files.whole import write_whole
from synthgen.dataset.layout import clips_path, read_json

VERSION = 1

Moments = Mapping[str, np.ndarray]
"""Clip's source → (T, 2): metres from the floor to the lowest part, degrees from the vertical to the trunk."""


def write_clips(out: Path, moments: Moments) -> None:
    """Writes ``clips.json``: what each clip says of height and lean, frame by frame."""
    clips = {
        source: {"low_m": (np.round(rows[:, 0], 2) + 0.0).tolist(), "trunk_degrees": np.round(rows[:, 1]).tolist()}
        for source, rows in sorted(moments.items())
    }
    text = json.dumps({"version": VERSION, "clips": clips}, ensure_ascii=False, separators=(",", ":")) + "\n"
    write_whole(clips_path(out), text.encode())


def read_clips(out: Path) -> dict[str, np.ndarray]:
    """What :func:`write_clips` wrote; empty where there is none, as of an older version.

    Raises:
        InputError: it is damaged.
    """
    path = clips_path(out)
    if not path.exists():
        return {}
    data = read_json(path, "table of the clips' frames")
    try:
        if data["version"] != VERSION:
            raise ValueError(f"version {data['version']}")
        found = {
            str(source): np.array([row["low_m"], row["trunk_degrees"]], float).T
            for source, row in data["clips"].items()
        }
        if not all(rows.ndim == 2 and np.isfinite(rows).all() for rows in found.values()):
            raise ValueError("rows that are no finite numbers")
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise InputError(
            "the table of the clips' frames is damaged",
            where=str(path),
            expected="version, and clips with low_m and trunk_degrees of every frame",
            got=f"{type(fault).__name__}: {fault}"[:200],
            remedy="run the same `synthgen render` command again, which writes it anew",
        ) from fault
    return found
