"""What skins are mixed from, painted once on the middle body: tones, blood, brows, eyes, spots and lines of age."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from synthgen.characters.landmarks import Landmarks
from synthgen.characters.masks import atlas_mask, face_parts
from synthgen.characters.pattern_body import PatternBody
from synthgen.characters.rest_body import RestBody
from synthgen.meshes.baking import Raster, normal_map, rasterise
from synthgen.meshes.noise import Noise

SIZE = 512
"""Pixels on a side of the skin's texture."""

VARIANTS = 4
"""Skins of different mottling."""


@dataclass(frozen=True, eq=False)
class Layers:
    """What skins of one variant are mixed from, for the N painted pixels.

    Attributes:
        raster: which they are; faces: (F, 3) of the body.
        shares: (N, 4) float32 of the tone, the blood's colour, the hair's and the iris'.
        rest: (N, 3) float32 what is added, whoever it is.
        spots: (N,) 0…1 how much of an old skin's spots is there.
        fine: (N,) −0.5…0.5 what is uneven among hairs.
    """

    raster: Raster
    faces: np.ndarray
    shares: np.ndarray
    rest: np.ndarray
    spots: np.ndarray
    fine: np.ndarray


@lru_cache(maxsize=2)
def _raster(pattern: PatternBody) -> Raster:
    def paint() -> dict[str, np.ndarray]:
        corners = pattern.body.uvs.copy()
        corners[..., 1] = 1 - corners[..., 1]
        return {k: v for k, v in vars(rasterise(corners, SIZE)).items() if k != "size"}

    return Raster(SIZE, **pattern.paintings.painted("skin raster", paint=paint))


@lru_cache(maxsize=VARIANTS)
def layers_of(variant: int, pattern: PatternBody) -> Layers:
    """Paints what all skins of one variant share."""
    kept = pattern.paintings.painted("skin", variant, paint=lambda: _painted_layers(variant, pattern))
    return Layers(_raster(pattern), pattern.body.faces, **kept)


def _painted_layers(variant: int, pattern: PatternBody) -> dict[str, np.ndarray]:
    body, marks = pattern.body, pattern.marks
    raster = _raster(pattern)
    where = raster.paint(body.faces, body.vertices)
    noise = Noise(variant, "skin")

    def mask(name: str) -> np.ndarray:
        out: np.ndarray = atlas_mask(name, SIZE)[raster.inside]
        return out

    mottle, fine = noise.layered(where, 0.035, 3) - 0.5, noise(where + 5.0, 0.004) - 0.5
    shares, rest = np.zeros((len(where), 4)), np.zeros((len(where), 3))
    shares[:, 0] = 1 + 0.10 * mottle + 0.03 * fine

    def over(share: np.ndarray, tones: tuple[float, float, float, float], added: object = 0.0) -> None:
        """Covers what is there with a mixture."""
        shares[:] = (1 - share[:, None]) * shares + share[:, None] * np.array(tones)
        rest[:] = (1 - share[:, None]) * rest + share[:, None] * np.asarray(added)

    red = _red(where, marks, noise) + 0.16 * np.exp(-np.sum((where - _nose(body, marks)) ** 2, axis=-1) / 0.000392)
    red = red + 0.55 * mask("lips") + 0.15 * mask("ears") + 0.4 * mask("aureolae") + 0.12 * mask("eyelids")
    over(np.clip(red, 0, 0.75) * 0.7, (0, 1, 0, 0))
    nails = np.maximum(mask("fingernails"), mask("toenails"))
    over(0.5 * nails, (0.5, 0, 0, 0), 0.5 * np.array([0.95, 0.82, 0.78]))
    over(mask("inside-mouth"), (0, 0, 0, 0), [0.25, 0.08, 0.07])
    brow = _brows(where, marks)
    over(np.clip(brow * (0.75 + 0.5 * (noise(where + 9.0, 0.003) - 0.5)), 0, 0.9), (0.1, 0, 0.7, 0))
    _eyes(over, where, (face_parts(body.faces, body.uvs) == "eye")[raster.face], marks)
    spots = noise(where + 17.0, 0.009) * np.clip(3 * noise.layered(where + 3.0, 0.05, 2) - 1.2, 0, 1)
    spots = np.clip(4 * spots - 2.2, 0, 1) + 0.35 * np.clip(mottle + 0.15, 0, 1)
    layers = {"shares": shares, "rest": rest, "spots": spots, "fine": noise(where + 1.0, 0.004) - 0.5}
    return {name: layer.astype(np.float32) for name, layer in layers.items()}


def _red(where: np.ndarray, marks: Landmarks, noise: Noise) -> np.ndarray:
    """(N,) how much of the blood's colour shows: cheeks, elbows, knees, knuckles."""
    red = 0.10 + 0.15 * (noise.layered(where + 2.0, 0.06, 2) - 0.4)
    j, unit = marks.joint, marks.unit
    for side in "LR":
        eye = j[f"eye.{side}"]
        for centre, size, strength in (
            (eye + np.array([0.012, np.sign(eye[1]) * 0.012, -0.045]) * unit, 0.024, 0.10),
            (j[f"lowerarm01.{side}"] + np.array([-0.03, 0, 0]) * unit, 0.03, 0.25),
            (j[f"lowerleg01.{side}"] + np.array([0.05, 0, 0]) * unit, 0.04, 0.22),
            (j[f"finger3-1.{side}"], 0.03, 0.25),
        ):
            red = red + strength * np.exp(-np.sum((where - centre) ** 2, axis=-1) / (2 * (size * unit) ** 2))
    return red


def _nose(body: RestBody, marks: Landmarks) -> np.ndarray:
    """The tip of the nose: the foremost point of the head."""
    head = np.flatnonzero(marks.head > 0.8)
    out: np.ndarray = body.vertices[head[np.argmax(body.vertices[head, 0])]]
    return out


def _brows(where: np.ndarray, marks: Landmarks) -> np.ndarray:
    """(…) 0…1: two soft arches above the eyes."""
    out = np.zeros(where.shape[:-1])
    for side in "LR":
        eye = marks.joint[f"eye.{side}"]
        d = (where - eye) / marks.unit
        outwards = d[..., 1] * np.sign(eye[1])
        arch = 0.0215 + 0.003 * np.cos((outwards - 0.006) / 0.022 * 1.4)
        thickness = 0.0032 - 0.05 * np.clip(outwards, 0, 0.04)
        on = np.exp(-(((d[..., 2] - arch) / np.maximum(thickness, 0.001)) ** 2))
        ends = 1 / (1 + np.exp(-(0.026 - np.abs(outwards - 0.004)) / 0.0015))
        out = np.maximum(out, on * ends * (d[..., 0] > 0))
    return out


def _eyes(over: Callable[..., None], where: np.ndarray, balls: np.ndarray, marks: Landmarks) -> None:
    """White, iris and pupil on the eyeballs, looking straight ahead."""
    for side in "LR":
        d = where - marks.joint[f"eye.{side}"]
        distance = np.linalg.norm(d, axis=-1)
        ball = (balls & (distance < 0.03)).astype(float)
        off = np.degrees(np.arccos(np.clip(d[..., 0] / np.maximum(distance, 1e-9), -1, 1)))
        over(ball, (0, 0, 0, 0), [0.90, 0.87, 0.84])
        over(ball * (off < 30), (0, 0, 0, 1))
        over(ball * (off < 13), (0, 0, 0, 0), 0.02)
        over(ball * ((off > 26) & (off < 31)), (0, 0, 0, 0.6))


@lru_cache(maxsize=3)
def wrinkles(age: float, pattern: PatternBody) -> np.ndarray:
    """(SIZE, SIZE, 3) normal map of an old skin: lines across forehead and neck, beside eyes and mouth, fine creases.

    Args:
        age: 0…1 how old the skin is.
        pattern: the middle body.
    """
    paint = lambda: {"wrinkles": _painted_wrinkles(age, pattern)}  # noqa: E731
    return pattern.paintings.painted("wrinkles", age, paint=paint)["wrinkles"]


def _painted_wrinkles(age: float, pattern: PatternBody) -> np.ndarray:
    body, marks, raster = pattern.body, pattern.marks, _raster(pattern)
    where, noise = raster.paint(body.faces, body.vertices), Noise(1, "skin/wrinkles")
    head = raster.paint(body.faces, marks.head)
    eye = 0.5 * (marks.joint["eye.L"] + marks.joint["eye.R"])
    d = where - eye
    waves = 0.006 * (noise(where + 4.0, 0.03) - 0.5)
    front = np.clip(d[:, 0] / 0.02 + 1.2, 0, 1) * (head > 0.5)
    forehead = np.cos((d[:, 2] + waves) * 2 * np.pi / 0.011) * np.exp(-(((d[:, 2] - 0.055) / 0.018) ** 2)) * front
    below = where[:, 2] - marks.joint["head"][2]
    neck = np.cos((below + waves) * 2 * np.pi / 0.018) * np.exp(-(((below + 0.05) / 0.04) ** 2)) * (head < 0.9)
    side = np.abs(d[:, 1]) - np.abs(marks.joint["eye.L"][1])
    corner = np.exp(-(((side - 0.028) / 0.010) ** 2) - ((d[:, 2] / 0.012) ** 2)) * front
    feet = corner * np.cos((d[:, 2] + 0.5 * waves) * 2 * np.pi / 0.007)
    fold = np.abs(d[:, 1]) - (0.016 + 0.32 * np.clip(-0.038 - d[:, 2], 0, 0.05))
    mouth = -2.0 * np.exp(-((fold / 0.0025) ** 2)) * np.exp(-(((d[:, 2] + 0.055) / 0.016) ** 2)) * front
    fine = noise(where + 8.0, np.array([0.012, 0.012, 0.003])) - 0.5
    height = 0.00035 * (forehead + neck + feet + mouth) + 0.00030 * fine
    return normal_map(raster.image((age * height).astype(np.float32)), 0.002)
