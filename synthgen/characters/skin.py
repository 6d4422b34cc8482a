"""The skin: what of it is drawn under clothes, and its colour, painted from anatomy."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthgen.characters.landmarks import Landmarks
from synthgen.characters.pattern_body import PatternBody
from synthgen.characters.rest_body import RestBody
from synthgen.characters.skin_layers import VARIANTS, layers_of, wrinkles
from synthgen.characters.specs import OutfitSpec
from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.meshes.baking import to_uint8
from synthgen.meshes.mesh import Material


def _data() -> dict[str, Any]:
    return table("characters/data/skin.yaml")


def tone(value: float, table: str = "tones") -> np.ndarray:
    """(3,) sRGB of a skin tone 0 (light) … 1 (dark), from ``data/skin.yaml``."""
    rows = np.array(_data()[table], float)
    at = np.clip(value, 0, 1) * (len(rows) - 1)
    return np.array([np.interp(at, np.arange(len(rows)), rows[:, k]) for k in range(3)])


def skin_material(outfit: OutfitSpec, scalp: np.ndarray, pattern: PatternBody) -> Material:
    """Paints a body.

    Args:
        outfit: skin tone and age, hair and seed.
        scalp: (V,) 0…1 how much hair covers the skin.
        pattern: the middle body of its topology.
    """
    layers = layers_of(outfit.texture_seed % VARIANTS, pattern)
    base, blood = tone(outfit.skin_tone), tone(outfit.skin_tone, "blood")
    hair, irises = np.array(outfit.hair_colour), np.array(_data()["irises"], float)
    dark_only = outfit.skin_tone > 0.55
    pick = int(stream(outfit.texture_seed, 0, "iris").integers(2 if dark_only else len(irises)))
    palette = np.stack([base, blood, hair, irises[pick]]).astype(np.float32)
    colour = layers.rest.copy()
    for k in range(4):
        colour += layers.shares[:, k, None] * palette[k]
    if outfit.skin_age > 0:
        colour *= 1 - np.float32(0.30 * outfit.skin_age * (1 - 0.6 * outfit.skin_tone)) * layers.spots[:, None]
    cover = layers.raster.paint(layers.faces, scalp.astype(np.float32))
    some = np.flatnonzero(cover > 0.02)
    share = np.clip(cover[some] + 0.25 * layers.fine[some], 0, 1)[:, None]
    colour[some] += share * ((0.85 * hair + 0.08 * base).astype(np.float32) - colour[some])
    return Material(
        texture=layers.raster.image(to_uint8(colour)),
        normal_map=wrinkles(round(2 * outfit.skin_age) / 2, pattern) if outfit.skin_age >= 0.25 else None,
        roughness=0.58,
    )


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
