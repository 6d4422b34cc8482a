"""A body of a wished stature and body mass index: how tall and how fat Anny's shapes must be drawn.

One number, *fatness*, leads from the thinnest to the heaviest body (``characters/data/bodies.yaml``). It is sought,
with the number for tallness, until the skin itself has the stature and the volume that are wished for. Bones are those
of a body of average fatness: fat lies on them and moves none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthgen.characters.shapes.model import Blend, ShapeModel
from synthgen.core.tables import table

_STATURE_PER_TALLNESS = 1.09
"""Metres of stature that an adult's tallness of 1 adds to one of 0, measured; a child's less: more steps."""
_CLOSE_M, _CLOSE_BMI = 0.0005, 0.02
_STEPS = 16
_TYPICAL = ((-1.0, -0.5, 0.0, 0.5, 0.75, 1.0, 2.0), (14.5, 18.5, 21.0, 24.0, 28.0, 38.0, 48.0))
"""Fatness and the body mass index that it gives about: where the search begins."""


@dataclass(frozen=True)
class Figure:
    """What decides a body's shape besides its fatness and tallness, each 0…1 (``BodySpec`` says what they are)."""

    gender: float
    age: float
    muscle: float
    proportions: float
    belly: float


def volume(vertices: np.ndarray, faces: np.ndarray) -> float:
    """Cubic metres inside a closed skin: (V, 3) metres, (F, 3)."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


def bmi_of(vertices: np.ndarray, faces: np.ndarray) -> float:
    """Body mass index in kg/m² of a skin with Z up; the density is that of ``rigs/anatomy/sites.yaml``."""
    density: float = table("rigs/anatomy/sites.yaml")["soft_tissue"]["density"]
    return volume(vertices, faces) * density / float(np.ptp(vertices[:, 2])) ** 2


def drawn(model: ShapeModel, figure: Figure, fatness: float, tallness: float) -> Blend:
    """The body of a fatness and a tallness (0…1 of Anny's)."""
    parameters = {
        "gender": figure.gender,
        "age": figure.age,
        "muscle": figure.muscle * (1.0 - min(1.0, abs(fatness)) ** 2),
        "weight": 0.5 + 0.5 * fatness,
        "height": tallness,
        "proportions": figure.proportions,
    }
    changes = _laid_on(figure.belly, fatness)
    body = model.phenotype(parameters)
    return body + model.changes(changes) if changes else body


def _laid_on(belly: float, fatness: float) -> Mapping[str, float]:
    """Target → how much of it."""
    data, out = table("characters/data/bodies.yaml"), dict[str, float]()
    parts = {"with_fat": 1.0, "android": max(0.0, 2 * belly - 1), "gynoid": max(0.0, 1 - 2 * belly)}
    amounts = {name: share * max(0.0, fatness) for name, share in parts.items()}
    amounts["beyond"] = max(0.0, fatness - 1.0)
    for part, amount in amounts.items():
        if amount:
            for target, each in data[part].items():
                out[target] = out.get(target, 0.0) + amount * each
    return out


def fitted(model: ShapeModel, figure: Figure, stature: float, bmi: float) -> tuple[float, float]:
    """Fatness and tallness of the body that has a stature (metres) and a body mass index (kg/m²).

    What the shapes do not reach is met as nearly as they come.
    """
    faces = model.common["faces"]
    least, most = table("characters/data/bodies.yaml")["reach"]
    fat, tall = float(np.interp(bmi, _TYPICAL[1], _TYPICAL[0])), 0.365 + (stature - 1.7) / _STATURE_PER_TALLNESS
    low, high, last = least, most, None
    for _ in range(_STEPS):
        tall = min(1.0, max(0.0, tall))
        skin = drawn(model, figure, fat, tall).vertices
        missing, heavy = stature - float(np.ptp(skin[:, 2])), bmi_of(skin, faces) - bmi
        if abs(missing) < _CLOSE_M and abs(heavy) < _CLOSE_BMI:
            break
        tall += missing / _STATURE_PER_TALLNESS
        if abs(missing) < 0.05:  # else the index is that of another stature
            low, high = (low, fat) if heavy > 0 else (fat, high)
        slope = (heavy - last[1]) / (fat - last[0]) if last and fat != last[0] else 0.0
        last = (fat, heavy)
        step = fat - heavy / (slope if slope > 1.0 else 10.0)
        fat = step if low < step < high else (low + high) / 2
    return fat, tall
