"""How a person's levels share a region's bend: published rhythms mixed, levels that differ, odd segments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthgen.biomech.postures.turns import LEVELS
from synthgen.biomech.spines.spine import SENSES
from synthgen.core.bodydata import rhythm_tables, spine_tables
from synthgen.core.bodymodel import reference_body
from synthgen.core.bodyparts import spine_coordinate

REGIONS = ("lumbar", "thoracic", "cervical", "upper_cervical")
_ALIKE = 0.5
"""Share of a level's deviation that is the same in all planes: a disc is stiff for all of them. A choice."""
_MOST_LEAD = 0.8
"""Of a level's own share that may come later."""


@dataclass(frozen=True)
class Sharing:
    """What :class:`synthgen.biomech.spines.spine.Spine` has of the same names, as arrays."""

    shares: np.ndarray
    lead: np.ndarray
    ranges: np.ndarray
    stiff: tuple[str, ...]
    hypermobile: tuple[str, ...]


@cache
def region_of_levels() -> np.ndarray:
    """(4, 25) 1 where a level belongs to one of :data:`REGIONS`."""
    body = reference_body()
    rows = [body.tree.coordinate_index[spine_coordinate(n, "flexion")] for n in LEVELS]
    columns = [body.rhythm_names.index(f"{region}_flexion") for region in REGIONS]
    out = (body.rhythm[np.ix_(rows, columns)].T > 0).astype(float)
    out.setflags(write=False)
    return out


@cache
def published_shares() -> dict[tuple[str, str], np.ndarray]:
    """(region, sense) → (K, 25) shares by the K rhythms that are published for it; each sums to 1."""
    out: dict[tuple[str, str], np.ndarray] = {}
    for region, member in zip(REGIONS, region_of_levels(), strict=True):
        for sense in SENSES:
            model = {table: _model_shares(table, region, sense) for table in rhythm_tables()}
            found = [model["body"], *(model[t] for t, rows in rhythm_tables().items() if region in rows)]
            for row in spine_tables()["rhythms"]:
                of_sense = row["plane"] in (sense, "flexion_extension" if sense in SENSES[:2] else sense)
                if row["region"] == region and of_sense:
                    found.append(_completed(row["levels"], model["body"], member))
            out[region, sense] = np.stack(found)
    return out


def _model_shares(table: str, region: str, sense: str) -> np.ndarray:
    plane = "flexion" if sense == "extension" else sense
    body = reference_body(table)
    rows = [body.tree.coordinate_index[spine_coordinate(n, plane)] for n in LEVELS]
    return body.rhythm[rows, body.rhythm_names.index(f"{region}_{plane}")]


def _completed(levels: dict[str, float], model: np.ndarray, member: np.ndarray) -> np.ndarray:
    """(25,) shares: measured levels as published, the others of the region as the model has them."""
    measured = np.array([levels.get(n, 0.0) for n in LEVELS])
    others = model * (measured == 0) * member
    return np.asarray(others + measured / measured.sum() * (1 - others.sum()))


def draw_sharing(rng: np.random.Generator, years: float, spread: float, stiff: float, hypermobile: float) -> Sharing:
    """Shares, what leads, ranges, and odd segments of one person.

    Args:
        rng: of the person.
        years: age.
        spread: factor on what people differ by; 0 gives the mean of the published rhythms.
        stiff, hypermobile: shares of people of middle age with such a segment, 0 … 1.
    """
    loose = _odd_levels(rng, "hypermobile", _by_age(hypermobile, years))
    tight = tuple(n for n in _odd_levels(rng, "stiff", _by_age(stiff, years)) if n not in loose)
    rows = spine_tables()["segments"]
    odd = np.array([rows["stiff"] if n in tight else rows["hypermobile"] if n in loose else 1.0 for n in LEVELS])
    common = rng.standard_normal(len(LEVELS))
    shares = np.zeros((len(LEVELS), len(SENSES)))
    for r, region in enumerate(REGIONS):
        for s, sense in enumerate(SENSES):
            tables = published_shares()[region, sense]
            mean = tables.mean(0)
            weights = rng.standard_exponential(len(tables))
            mixed = np.maximum(mean + spread * (weights / weights.sum() @ tables - mean), 0.0)
            own = np.sqrt(_ALIKE) * common + np.sqrt(1 - _ALIKE) * rng.standard_normal(len(LEVELS))
            sigma = np.sqrt(np.log1p(spine_tables()["spread"][region][sense] ** 2))
            share = mixed * np.exp(spread * sigma * np.clip(own, -2.5, 2.5)) * odd * region_of_levels()[r]
            shares[:, s] += share / share.sum()
    return Sharing(shares, _draw_lead(rng, shares[:, 0], spread), _draw_ranges(rng, years, spread, odd), tight, loose)


def _by_age(share: float, years: float) -> float:
    row = spine_tables()["segments"]["age"]
    return float(share * np.interp(years, (row["young"], row["old"]), (row["at_young"], row["at_old"])))


def _odd_levels(rng: np.random.Generator, kind: str, share: float) -> tuple[str, ...]:
    """One level of the lumbar spine or the neck for a share of people."""
    rows = spine_tables()["segments"]
    weights = {**rows["levels"][kind], **rows["neck"]}
    at, which = rng.random(2)
    if at >= share:
        return ()
    summed = np.cumsum(list(weights.values()))
    return (list(weights)[int(np.searchsorted(summed / summed[-1], which, side="right"))],)


def _draw_lead(rng: np.random.Generator, flexion: np.ndarray, spread: float) -> np.ndarray:
    """(25,) of the upper lumbar levels more, of the lower ones less."""
    row = spine_tables()["lead"]
    size = row["mean"] + spread * row["sd"] * float(np.clip(rng.standard_normal(), -2.5, 2.5))
    half = {"T12": size / 2, "L1": size / 2, "L4": -size / 2, "L5": -size / 2}
    lead = np.array([half.get(n, 0.0) for n in LEVELS])
    most = np.array([_MOST_LEAD * f / abs(e) for f, e in zip(flexion, lead, strict=True) if e])
    return np.asarray(lead * min(1.0, most.min()))


def _draw_ranges(rng: np.random.Generator, years: float, spread: float, odd: np.ndarray) -> np.ndarray:
    """(25, 3) factors on the model's ranges."""
    row = spine_tables()["ranges"]
    own = 1 + spread * row["sd"] * np.clip(rng.standard_normal(), -2.5, 2.5)
    lost = [row["lost"][plane] * max(0.0, years - row["from"]) for plane in ("flexion", "lateral", "rotation")]
    return np.asarray(np.maximum(own * (1 - np.array(lost)), row["least"]) * odd[:, None])
