"""The files of ``opensim_models/`` as plain data: the body's numbers, rhythms, and the measures of men and women.

What they mean together is the business of :mod:`synthgen.bodymodel`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import yaml

from synthgen.errors import InputError
from synthgen.resources import resource

DEFAULT_RHYTHM = "body"
"""The rhythm that body.yaml itself gives."""


@cache
def _read(name: str) -> str:
    return resource(f"opensim_models/{name}.yaml").read_text(encoding="utf-8")


def _data(name: str) -> dict[str, Any]:
    return yaml.safe_load(_read(name))


def rhythm_tables() -> dict[str, dict]:
    """Name → ``source`` and, per region, the levels' shares (``opensim_models/rhythms.yaml``)."""
    return _data("rhythms")


def body_data(rhythm: str = DEFAULT_RHYTHM) -> dict[str, Any]:
    """``body.yaml`` with the shares of a rhythm in it.

    Args:
        rhythm: one of :func:`rhythm_tables`, which replaces the file's own rhythm in the regions that it names.

    Raises:
        InputError: there is no such table.
    """
    data, tables = _data("body"), rhythm_tables()
    if rhythm not in tables:
        raise InputError("unknown rhythm", expected=", ".join(tables), got=str(rhythm))
    for region, rows in tables[rhythm].items():
        for name, shares in rows.items() if region != "source" else ():
            data["vertebrae"][name]["rhythm"] = shares
    return data


def sexes() -> tuple[str, ...]:
    """Sexes whose measures are known; the first is the one whose lengths ``body.yaml`` holds."""
    data = _data("anthropometry")
    return data["reference"], *(n for n in data["measures"]["stature"] if n != data["reference"])


def mean_measures(sex: str) -> dict[str, float]:
    """Measure → mean of a sex, metres (``opensim_models/anthropometry.yaml``).

    Raises:
        InputError: the sex is none of :func:`sexes`.
    """
    if sex not in sexes():
        raise InputError("unknown sex", expected=" or ".join(sexes()), got=str(sex))
    return {n: row[sex] / 1000 for n, row in _data("anthropometry")["measures"].items() if n != "source"}


def segment_ratios(sex: str) -> dict[str, np.ndarray]:
    """Segment (limbs without their side) → (3,) a sex's lengths over the reference sex's, along its own axes."""
    own, reference = mean_measures(sex), mean_measures(sexes()[0])
    out = {}
    for row in _data("anthropometry")["sizes"]:
        ratios = np.array([_total(row[axis], own) / _total(row[axis], reference) for axis in "xyz"])
        out.update(dict.fromkeys(row["segments"], ratios))
    return out


def _total(terms: str, measures: dict[str, float]) -> float:
    """Value of ``a - b + c``."""
    found = re.findall(r"([+-]?)\s*(\w+)", terms)
    return sum(-measures[name] if sign == "-" else measures[name] for sign, name in found)
