"""The skin: what of it is drawn under clothes, and its colour, painted from anatomy."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from synthgen.characters.landmarks import Landmarks
from synthgen.characters.masks import atlas_mask, face_parts
from synthgen.characters.rest_body import RestBody
from synthgen.characters.specs import OutfitSpec
from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.meshes.baking import Raster, rasterise, to_uint8
from synthgen.meshes.mesh import Material
from synthgen.meshes.noise import Noise

SIZE = 512
"""Pixels on a side of the skin's texture."""


def _data() -> dict[str, Any]:
    return table("characters/data/skin.yaml")


def tone(value: float, table: str = "tones") -> np.ndarray:
    """(3,) sRGB of a skin tone 0 (light) … 1 (dark), from ``data/skin.yaml``."""
    rows = np.array(_data()[table], float)
    at = np.clip(value, 0, 1) * (len(rows) - 1)
    return np.array([np.interp(at, np.arange(len(rows)), rows[:, k]) for k in range(3)])


def skin_raster(body: RestBody) -> Raster:
    """The body's texture raster; the same for every body of one topology, so it is kept."""
    return _raster(body.uvs.tobytes())


@lru_cache(maxsize=1)
def _raster(uvs: bytes) -> Raster:
    corners = np.frombuffer(uvs).reshape(-1, 3, 2).copy()
    corners[..., 1] = 1 - corners[..., 1]
    return rasterise(corners, SIZE)


def skin_material(body: RestBody, marks: Landmarks, outfit: OutfitSpec, scalp: np.ndarray) -> Material:
    """Paints a body.

    Args:
        body: rest body; marks: its landmarks.
        outfit: skin tone, hair and seed.
        scalp: (V,) 0…1 how much hair covers the skin.
    """
    raster = skin_raster(body)

    def mask(name: str) -> np.ndarray:
        out: np.ndarray = atlas_mask(name, SIZE)[raster.inside]
        return out

    where = raster.paint(body.faces, body.vertices)
    unit = marks.unit
    base, blood = tone(outfit.skin_tone), tone(outfit.skin_tone, "blood")
    noise = Noise(outfit.texture_seed, "skin")
    mottle = noise.layered(where, 0.035, 3) - 0.5
    colour = base * (1 + 0.10 * mottle[..., None] + 0.03 * (noise(where + 5.0, 0.004) - 0.5)[..., None])

    red = 0.10 + 0.15 * (noise.layered(where + 2.0, 0.06, 2) - 0.4)
    j = marks.joint
    for side in "LR":
        eye = j[f"eye.{side}"]
        for centre, size, strength in (
            (eye + np.array([0.012, np.sign(eye[1]) * 0.012, -0.045]) * unit, 0.024, 0.10),
            (j[f"lowerarm01.{side}"] + np.array([-0.03, 0, 0]) * unit, 0.03, 0.25),
            (j[f"lowerleg01.{side}"] + np.array([0.05, 0, 0]) * unit, 0.04, 0.22),
            (j[f"finger3-1.{side}"], 0.03, 0.25),
        ):
            red = red + strength * np.exp(-np.sum((where - centre) ** 2, axis=-1) / (2 * (size * unit) ** 2))
    nose = _nose(body, marks)
    red = red + 0.16 * np.exp(-np.sum((where - nose) ** 2, axis=-1) / (2 * (0.014 * unit) ** 2))
    red = red + 0.55 * mask("lips") + 0.15 * mask("ears") + 0.4 * mask("aureolae")
    red = red + 0.12 * mask("eyelids")
    colour = _mix(colour, blood, np.clip(red, 0, 0.75) * 0.7)
    nails = np.maximum(mask("fingernails"), mask("toenails"))
    colour = _mix(colour, 0.5 * base + 0.5 * np.array([0.95, 0.82, 0.78]), 0.5 * nails)
    colour = _mix(colour, np.array([0.25, 0.08, 0.07]), mask("inside-mouth"))

    brow = _brows(where, marks)
    some = np.flatnonzero(brow > 0.002)
    brow[some] *= 0.75 + 0.5 * (noise(where[some] + 9.0, 0.003) - 0.5)
    hair = np.array(outfit.hair_colour)
    colour = _mix(colour, 0.7 * hair + 0.1 * base, np.clip(brow, 0, 0.9))
    cover = raster.paint(body.faces, scalp)
    cover[cover <= 0.02] = 0.0
    some = np.flatnonzero(cover)
    cover[some] = np.clip(cover[some] + 0.25 * (noise(where[some] + 1.0, 0.004) - 0.5), 0, 1)
    colour = _mix(colour, 0.85 * hair + 0.08 * base, cover)
    ball = (face_parts(body.uvs) == "eye")[raster.face]
    colour = _eyes(colour, where, ball, marks, outfit)
    return Material(texture=raster.image(to_uint8(colour)), roughness=0.58)


def _mix(a: np.ndarray, b: np.ndarray, share: np.ndarray) -> np.ndarray:
    out: np.ndarray = a + share[..., None] * (b - a)
    return out


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


def _eyes(colour: np.ndarray, where: np.ndarray, balls: np.ndarray, marks: Landmarks, outfit: OutfitSpec) -> np.ndarray:
    """White, iris and pupil on the eyeballs, looking straight ahead."""
    irises = np.array(_data()["irises"], float)
    dark_only = outfit.skin_tone > 0.55
    pick = int(stream(outfit.texture_seed, 0, "iris").integers(2 if dark_only else len(irises)))
    for side in "LR":
        d = where - marks.joint[f"eye.{side}"]
        distance = np.linalg.norm(d, axis=-1)
        ball = balls & (distance < 0.03)
        off = np.degrees(np.arccos(np.clip(d[..., 0] / np.maximum(distance, 1e-9), -1, 1)))
        eye = np.where((off < 30)[..., None], irises[pick], np.array([0.90, 0.87, 0.84]))
        eye = np.where((off < 13)[..., None], 0.02, eye)
        eye = np.where(((off > 26) & (off < 31))[..., None], 0.6 * irises[pick], eye)
        colour = np.where(ball[..., None], eye, colour)
    return colour


def drawn_skin(
    body: RestBody, marks: Landmarks, covers: list[tuple[np.ndarray, float]]
) -> tuple[np.ndarray, np.ndarray]:
    """What of the skin is drawn.

    Args:
        body: rest body; marks: its landmarks.
        covers: per garment (V,) metres inside it, and how far the skin goes on under it.

    Returns:
        (faces to draw (F,) bool, vertices (V, 3) with the skin under the edges of clothes drawn in).
    """
    shown = np.ones(len(body.faces), bool)
    inset = np.zeros(len(body.vertices))
    for field, margin in covers:
        shown &= ~(field[body.faces].min(axis=1) > margin * marks.unit)
        inset = np.maximum(inset, np.clip(field / 0.012, 0, 1) * 0.008)
    return shown, body.vertices - marks.normals * inset[:, None]
