"""The files of ``opensim_models/`` as plain data: the body's numbers, rhythms, measures of men and women, sources.

What they mean together is the business of :mod:`synthgen.core.bodymodel`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.tables import tables

DEFAULT_RHYTHM = "body"
"""The rhythm that body.yaml itself gives."""


FILES = ("body", "rhythms", "anthropometry", "spines")
"""The files of ``opensim_models/`` that hold numbers; ``sources`` says where they come from."""


@dataclass(frozen=True)
class Number:
    """One number of a data file.

    Attributes:
        path: keys and list positions that lead to it.
        sources: keys of the table in ``sources.yaml``; none where the file names none.
    """

    path: tuple[str, ...]
    value: float
    sources: tuple[str, ...]


def _raw(name: str) -> dict[str, Any]:
    return tables("opensim_models/*.yaml")[name]


def _data(name: str) -> dict[str, Any]:
    out: dict[str, Any] = _without_sources(_raw(name))
    return out


def _without_sources(node: Any) -> Any:
    if isinstance(node, dict):
        return {k: _without_sources(v) for k, v in node.items() if k != "source"}
    return node


def source_table() -> dict[str, dict[str, Any]]:
    """Key → ``citation``, ``where``, ``checked`` and ``how``, or ``choice`` and ``why`` (``sources.yaml``)."""
    out: dict[str, dict[str, Any]] = _raw("sources")["sources"]
    return out


def discrepancies() -> list[dict[str, Any]]:
    """Where a checked source says something else than the files do, and why the number stays."""
    out: list[dict[str, Any]] = _raw("sources")["discrepancies"]
    return out


def numbers(name: str) -> Iterator[Number]:
    """Every number of one of :data:`FILES` with its sources.

    A mapping's ``source`` holds for the numbers in it and below it, or, where it is a mapping itself, for those of
    the field that it names; the nearest one counts.
    """
    yield from _numbers(_raw(name), (), ())


def _numbers(node: Any, path: tuple[str, ...], inherited: tuple[str, ...]) -> Iterator[Number]:
    if isinstance(node, dict):
        own = node.get("source", {})
        everywhere = _keys(own) if not isinstance(own, dict) else inherited
        for key, value in node.items():
            if key != "source":
                sources = _keys(own[key]) if isinstance(own, dict) and key in own else everywhere
                yield from _numbers(value, (*path, str(key)), sources)
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from _numbers(value, (*path, str(i)), inherited)
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield Number(path, float(node), inherited)


def _keys(source: str | list[str]) -> tuple[str, ...]:
    return (source,) if isinstance(source, str) else tuple(source)


def rhythm_tables() -> dict[str, dict[str, Any]]:
    """Name → region → level → its shares (``opensim_models/rhythms.yaml``)."""
    return _data("rhythms")


def spine_tables() -> dict[str, Any]:
    """How people's spines differ (``opensim_models/spines.yaml``), without the sources."""
    return _data("spines")


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
    for rows in tables[rhythm].values():
        for name, shares in rows.items():
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
    return {n: row[sex] / 1000 for n, row in _data("anthropometry")["measures"].items()}


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
