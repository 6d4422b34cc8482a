"""Rhythm tables to choose from: published ones disagree in how a region's levels share its bend."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from synthgen.bodymodel import BodyModel, spine_coordinate
from synthgen.errors import InputError

STANDARD = "standard"


@lru_cache(maxsize=1)
def rhythms() -> dict[str, Any]:
    """``data/rhythms.yaml``: name → title, source and shares; not to be changed by the reader."""
    path = Path(__file__).resolve().parent / "data" / "rhythms.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def with_rhythm(body: BodyModel, name: str) -> BodyModel:
    """The body with another rhythm table.

    Raises:
        InputError: there is no table of that name.
    """
    if name not in rhythms():
        raise InputError(
            f"there is no rhythm {name!r}",
            where="--rhythm",
            expected="; ".join(f"{n} ({row['title']})" for n, row in rhythms().items()),
            got=name,
        )
    matrix = body.rhythm.copy()
    for column, shares in rhythms()[name]["shares"].items():
        region, _, plane = column.rpartition("_")
        k, total = body.rhythm_names.index(f"{region}_{plane}"), float(sum(shares.values()))
        matrix[:, k] = 0.0
        for level, share in shares.items():
            matrix[body.tree.coordinate_index[spine_coordinate(level, plane)], k] = share / total
    return replace(body, rhythm=np.asarray(matrix))
