"""How often errors lie inside one reported σ: made people whose truth is known, by marker set.

Like ``test_accuracy.py``: other sizes and builds, every level 30 % (σ) off its share of the rhythm, 5 mm and 1° of
noise, markers beside their places for good. A two-part trunk's joints are 4 cm off (σ), as those of DeepMimic's
recordings are (2 to 8 cm).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthgen.biomech.fit import fit_clip
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.bodyparts import PLANES

from .synthetic import TWO_PART_TRUNK, clip_of, exercise, noisy, person, region_turns, vertebra_offsets

_HEAD = {"head_centre", "head_top", "head_front", "left_head_side", "right_head_side"}
_TWO = frozenset(TWO_PART_TRUNK - {"lumbar_joint", "neck_base"} | {"C7", "T8"} | _HEAD)
ON_PROCESSES = ("L5", "L3", "L1", "T10", "T6", "T4", "T2", "C4")
"""Levels with a marker on the skin of the back in the full set, besides C7 and T8."""
SETS: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "full spine": (_TWO, ON_PROCESSES),
    "C7 and T8": (_TWO, ()),
    "none": (frozenset(TWO_PART_TRUNK), ()),
}
"""Marker set → landmarks of the body, and levels with a marker of their own."""
MISPLACED = (0.0, 0.005, 0.010)
"""Metres, σ per axis of markers beside their places."""
REGIONS = {"lumbar": slice(0, 5), "thoracic": slice(5, 17), "cervical": slice(17, 24)}
ANGLES = ("lumbar", "thoracic", "cervical", "upper_cervical")


@dataclass(frozen=True)
class Errors:
    """Errors over σ of one person.

    Attributes:
        places: (T, 24, 3) of vertebral bodies' places, axis by axis of the world.
        turns: angle of a region → (T,).
        mm: (T, 24, 3) errors in millimetres; sigma_mm: the same of σ.
    """

    places: np.ndarray
    turns: dict[str, np.ndarray]
    mm: np.ndarray
    sigma_mm: np.ndarray


def errors_of(markers: str, misplaced: float, seed: int, frames: int = 240) -> Errors:
    """One person recorded with a marker set of :data:`SETS`."""
    landmarks, levels = SETS[markers]
    reference = _marked(reference_body(), levels)
    body = person(reference, seed, misplaced, soft=0.04)
    q = exercise(body, frames, 60.0, seed)
    names = {f"on_{level}" for level in levels}
    clip = noisy(clip_of(body, q, {*landmarks, *names}, fps=60.0), seed=seed)
    places = {name: (reference.landmarks[name][0], reference.landmarks[name][1]) for name in names}
    return _errors(body, q, fit_clip(replace(clip, markers=places)))


def _marked(body: BodyModel, levels: Sequence[str]) -> BodyModel:
    own = {f"on_{level}": (level, np.asarray(body.vertebra_points[level]["skin"])) for level in levels}
    return replace(body, landmarks={**body.landmarks, **own})


def _errors(body: BodyModel, q: np.ndarray, motion: SpineMotion) -> Errors:
    away = vertebra_offsets(body, q, motion)
    sigma = np.sqrt(np.einsum("tvii->tvi", motion.vertebra_covariance))
    truth, found = region_turns(body, body.tree.forward(q)), region_turns(body, motion.transforms)
    turns = {
        f"{region}_{plane}": (found[region][:, k] - truth[region][:, k])
        / motion.report.observability[f"{region}_{plane}"].sigma_degrees
        for region in ANGLES
        for k, plane in enumerate(PLANES)
    }
    return Errors(away / sigma, turns, 1e3 * away, 1e3 * sigma)


def inside(values: Iterable[np.ndarray]) -> float:
    """Share of errors over σ that lie within one."""
    return float(np.mean(np.concatenate([np.abs(v).ravel() for v in values]) <= 1))


def table(found: dict[tuple[str, float], list[Errors]]) -> str:
    """Markdown: marker set and misplacement → % inside 1σ per region's vertebrae, and of the regions' angles."""
    head = ["markers, misplaced", "error, σ in mm", *REGIONS, "all vertebrae", *ANGLES, "all angles"]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for markers in SETS:
        rows = {f"{markers}, {1e3 * m:.0f} mm": e for (s, m), e in found.items() if s == markers}
        rows[f"**{markers}, all**"] = [e for of_row in rows.values() for e in of_row]
        for label, errors in rows.items():
            rms = [np.sqrt(np.mean([np.mean(getattr(e, n) ** 2) for e in errors])) for n in ("mm", "sigma_mm")]
            cells = [f"{rms[0]:.1f}, {rms[1]:.1f}"]
            cells += [f"{100 * inside(e.places[:, v] for e in errors):.0f}" for v in REGIONS.values()]
            cells.append(f"**{100 * inside(e.places for e in errors):.0f}**")
            for region in ANGLES:
                mine = [v for e in errors for n, v in e.turns.items() if n.rsplit("_", 1)[0] == region]
                cells.append(f"{100 * inside(mine):.0f}")
            cells.append(f"**{100 * inside(v for e in errors for v in e.turns.values()):.0f}**")
            lines.append(f"| {' | '.join([label, *cells])} |")
    return "\n".join(lines)


def summary(found: dict[tuple[str, float], list[Errors]]) -> dict[str, float]:
    """Marker set → share of the vertebrae's errors inside 1σ, all misplacements; ``… angles`` that of angles."""
    out = {}
    for markers in SETS:
        errors = [e for (s, _), of_row in found.items() if s == markers for e in of_row]
        out[markers] = round(inside(e.places for e in errors), 3)
        out[f"{markers}, angles"] = round(inside(v for e in errors for v in e.turns.values()), 3)
    return out
