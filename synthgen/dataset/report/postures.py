"""What the card and the report say of simulated postures and clinical angles."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from synthgen.biomech.clinical import constants
from synthgen.biomech.postures.kinds import tables
from synthgen.dataset.report.statistics import Statistics

BINS = 10
"""Bars of one measure's distribution."""


def posture_wording(statistics: Statistics) -> str:
    """How many people carry a deformity, and that it is simulated."""
    people = sum(statistics.postures.values())
    if not people:
        return "Nobody here has a simulated posture or deformity: `posture` is null in every annotation."
    return (
        f"{people} of {statistics.annotations} annotated people carry a posture or deformity. **All of them are "
        "simulated**: clinical angles were drawn from published ranges and added to the fitted motion of somebody who "
        "does not have them. They are no patients and no ground truth of how patients move. `posture` of the "
        "annotation names the kind and what was asked of the fitted subject in neutral standing; it is null for all "
        "others."
    )


def clinical_wording() -> str:
    """Whose angles they are."""
    return (
        "`clinical` holds the angles of the labelled spine itself, taken of its 3D points in the very frame of the "
        "image: not what was asked for, and not a standing radiograph. A character follows a posture to within some "
        "degrees, and in motion every angle holds the movement as well as the posture: a side bend has a Cobb angle. "
        "Balance, pelvic tilt and craniovertebral angle are null where the trunk leans by more than 45°. The spines "
        "themselves, as people stand and as their levels share a bend, are drawn from published distributions unless "
        "the scene switches that off: `spine` of a shot's people says how."
    )


def posture_rows(statistics: Statistics) -> list[tuple[str, str, str, str, str]]:
    """Kind, characters, annotations, range that it was drawn from, and sources, of the kinds that occur."""
    rows = []
    for kind, people in sorted(statistics.postures.items()):
        characters = len(statistics.posture_characters[kind])
        rows.append((kind, f"{characters}", f"{people}", _range(kind), _sources(kind)))
    return rows


def _range(kind: str) -> str:
    row = tables()["postures"].get(kind)
    if row is None:
        return "given in the scene"
    if "scoliosis" in row:
        cobb, turn = row["scoliosis"]["cobb"], row["scoliosis"]["rotation_per_cobb"]
        return f"Cobb angle {cobb[0]:g} to {cobb[1]:g}°, the apical vertebra turned by {turn[0]:g} to {turn[1]:g} of it"
    return ", ".join(f"{name.replace('_', ' ')} {low:g} to {high:g}°" for name, (low, high) in row.items())


def _sources(kind: str) -> str:
    table = tables()
    rows = [table["sources"][key] for key in table["posture_sources"].get(kind, ())]
    return "; ".join(f"{r['citation']}{'' if r['checked'] else ' (unchecked)'}" for r in rows)


def clinical_rows(statistics: Statistics) -> list[tuple[str, str, str, str, str]]:
    """Measure, median, 5 to 95 % and annotations of all people who have it, and usual values of standing adults."""
    rows = []
    for name, groups in statistics.clinical.items():
        fact, values = constants()["measures"][name], np.array([*groups[0], *groups[1]])
        unit = "°" if fact["unit"] == "deg" else " mm"
        low, high = fact["usual"]
        median = spread = "–"
        if values.size:
            few, half, most = np.quantile(values, (0.05, 0.5, 0.95))
            median, spread = _minus(f"{half:.0f}{unit}"), _minus(f"{few:.0f} to {most:.0f}{unit}")
        usual = _minus(f"{low} to {high}{unit}")
        rows.append((_minus(fact["title"]), median, spread, f"{values.size}", usual))
    return rows


def clinical_histograms(statistics: Statistics) -> list[tuple[str, list[tuple[str, int, int]]]]:
    """Measure's title → bins from low to high: name, annotations without and with a simulated posture."""
    out = []
    for name, groups in statistics.clinical.items():
        fact = constants()["measures"][name]
        values = np.array([*groups[0], *groups[1]])
        if not values.size:
            continue
        edges = _edges(values)
        without, with_one = (np.histogram(np.clip(g, edges[0], edges[-1]), edges)[0].tolist() for g in groups)
        names = _bin_names(edges, values, "°" if fact["unit"] == "deg" else " mm")
        out.append((fact["title"], list(zip(names, without, with_one, strict=True))))
    return out


def _edges(values: np.ndarray) -> np.ndarray:
    """Edges of at most BINS + 1 bins of a round width, from the 1st to the 99th percentile.

    A few far-off people must not squeeze all others into one bar.
    """
    low, high = np.quantile(values, (0.01, 0.99))
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 1_000_000) if (high - low) / s <= BINS)
    first = np.floor(low / step)
    return np.asarray(step * np.arange(first, max(np.ceil(high / step), first + 1) + 1))


def _bin_names(edges: np.ndarray, values: np.ndarray, unit: str) -> list[str]:
    names = [f"{a:.0f} to {b:.0f}{unit}" for a, b in pairwise(edges)]
    if values.min() < edges[0]:
        names[0] = f"below {edges[1]:.0f}{unit}"
    if values.max() > edges[-1]:
        names[-1] = f"above {edges[-2]:.0f}{unit}"
    return [_minus(name) for name in names]


def _minus(text: str) -> str:
    """Hyphens as the minus signs that they stand for."""
    return text.replace("-", "−")
