"""How tall and how heavy people are, by sex and age: percentiles of a survey (``world/data/population.yaml``)."""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist

import numpy as np

from synthgen.core.tables import table

_RAREST = 0.005
"""Share of people at either end who are left out: the survey says nothing about them."""
_SCORES = np.linspace(NormalDist().inv_cdf(_RAREST), NormalDist().inv_cdf(1 - _RAREST), 121)
"""Standard scores of a normal distribution, over which values are interpolated between the published percentiles."""


def quantile(measure: str, woman: bool, years: float, share: float) -> float:
    """The value below which a share of people lies.

    Beyond the outermost percentiles it goes on as it goes between the outermost two; between age groups it is
    interpolated over years.

    Args:
        measure: ``stature`` (metres) or ``bmi`` (kg/m²).
        woman: of which sex.
        years: age.
        share: 0 … 1; of the rarest half per cent at either end nobody is drawn.
    """
    score = NormalDist().inv_cdf(min(1 - _RAREST, max(_RAREST, share)))
    return float(np.interp(score, _SCORES, _values(measure, woman, years)))


def within(measure: str, woman: bool, years: float, share: float, span: tuple[float, float] | None) -> float:
    """The value at a share of those people alone who lie in a range; its nearest end where nobody does."""
    if span is None:
        return quantile(measure, woman, years, share)
    ends = np.interp(span, _values(measure, woman, years), _SCORES)
    low, high = (NormalDist().cdf(float(score)) for score in ends)
    return min(span[1], max(span[0], quantile(measure, woman, years, low + (high - low) * share)))


def usual(measure: str, woman: bool, years: float) -> tuple[float, float]:
    """The values between which all but the rarest people lie."""
    values = _values(measure, woman, years)
    return float(values[0]), float(values[-1])


def _values(measure: str, woman: bool, years: float) -> np.ndarray:
    """(121,) values at :data:`_SCORES`."""
    ages, rows = _rows(measure, woman)
    at = float(np.interp(years, ages, np.arange(len(ages))))
    low = min(int(at), len(ages) - 2)
    out: np.ndarray = rows[low] + (at - low) * (rows[low + 1] - rows[low])
    return out


@lru_cache(maxsize=8)
def _rows(measure: str, woman: bool) -> tuple[np.ndarray, np.ndarray]:
    """(A,) years and (A, 121) values at :data:`_SCORES`, straight from known percentile to known percentile."""
    data = table("world/data/population.yaml")
    scores = np.array([NormalDist().inv_cdf(p / 100) for p in data["percentiles"]])
    out = []
    for row in data[measure]["female" if woman else "male"].values():
        values = np.array(row, float)
        known = np.isfinite(values)
        s, v = scores[known], values[known]
        k = np.clip(np.searchsorted(s, _SCORES), 1, len(s) - 1)
        out.append(v[k - 1] + (v[k] - v[k - 1]) * (_SCORES - s[k - 1]) / (s[k] - s[k - 1]))
    return np.array(list(data[measure]["female" if woman else "male"]), float), np.stack(out)
