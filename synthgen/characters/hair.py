"""Hair: where it grows, and styles built from strands that run from a pole on the head to the hairline and on."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from synthgen.characters.hair_shell import outside, pole_axes, shell
from synthgen.characters.head import Head, measure_head
from synthgen.characters.landmarks import Landmarks
from synthgen.characters.masks import at_vertices
from synthgen.characters.rest_body import RestBody
from synthgen.characters.worn_part import WornPart
from synthgen.core.errors import InputError
from synthgen.core.skeleton import REGIONS
from synthgen.core.tables import table
from synthgen.meshes.baking import normal_map, to_uint8
from synthgen.meshes.geometry import nearest, sparse_weights
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.noise import Noise
from synthgen.meshes.shapes import tube

_STRANDS = 4
"""Textures of strands."""


def _table() -> dict[str, dict[str, Any]]:
    return table("characters/data/hair.yaml")


def hair_styles() -> tuple[str, ...]:
    """Names of the styles that can be built."""
    return tuple(_table())


def style_data(style: str) -> dict[str, Any]:
    """One entry of ``data/hair.yaml``.

    Raises:
        InputError: there is no such style.
    """
    if style not in _table():
        raise InputError("unknown hair style", expected=", ".join(_table()), got=repr(style))
    return _table()[style]


def scalp_cover(body: RestBody, marks: Landmarks, style: str) -> np.ndarray:
    """(V,) 0…1: how much hair colours the skin of each vertex."""
    strength = float(style_data(style)["scalp"])
    if strength == 0:
        return np.zeros(len(body.vertices))
    head = measure_head(body, marks)
    ears = at_vertices("ears", body.faces, body.uvs, len(body.vertices)) > 0.25
    grown = np.clip(head.line(body.vertices) / (0.012 * marks.unit) + 0.15, 0, 1)
    return strength * np.where((marks.head > 0.2) & ~ears, grown, 0)


def build_hair(body: RestBody, marks: Landmarks, style: str, locks: int) -> list[WornPart]:
    """The meshes of a hair style (none for bald and buzz); their names begin with ``hair``. They are not painted.

    Args:
        body: rest body; marks: its landmarks.
        style: its name; locks: variant of its unevenness.
    """
    data = style_data(style)
    if "pole" not in data:
        return []
    head = measure_head(body, marks)
    vertices, faces, uvs = shell(data, head, body, marks, locks)
    parts = [_carried("hair", vertices, faces, uvs, body, marks)]
    for name in ("tail", "bun"):
        if name in data:
            extra = _tail(data, head, body, marks) if name == "tail" else _bun(data, head)
            parts += [_carried(p.name, p.vertices, p.faces, p.uvs, body, marks, stiff=True) for p in extra]
    return parts


def _tail(data: dict[str, Any], head: Head, body: RestBody, marks: Landmarks) -> list[MeshPart]:
    """A pony tail with its elastic."""
    unit, frame = head.unit, pole_axes(data)
    root = head.centre + frame[2] * (head.reach(frame[2][None])[0] + 0.004 * unit)
    length = data["tail"] * unit
    t = np.linspace(0, 1, 14)
    out = frame[2] * 0.045 * unit
    curve = root + np.outer(1 - (1 - np.minimum(t * 3, 1)) ** 2, out) + np.outer(t**1.6 * length, [0.0, 0, -1.0])
    curve[:, 0] -= 0.02 * unit * np.sin(np.pi * t)
    curve = outside(curve[:, None], body, marks, 0.022 * unit, from_row=3)[:, 0]
    radius = 0.026 * unit * np.sin(np.pi * (0.16 + 0.80 * t)) ** 0.8
    tail = tube("hair_tail", curve, radius, Material(), 14)
    elastic = tube("hair_band", [root - 0.002 * frame[2], root + 0.014 * frame[2]], 0.0165 * unit, Material(), 14)
    return [tail, elastic]


def _bun(data: dict[str, Any], head: Head) -> list[MeshPart]:
    """A wound knot."""
    unit, frame = head.unit, pole_axes(data)
    radius = data["bun"] * unit
    root = head.centre + frame[2] * (head.reach(frame[2][None])[0] + 0.55 * radius)
    turns = np.linspace(0, 2 * np.pi * 2.6, 60)
    shrink = np.linspace(1, 0.18, 60)
    rise = np.linspace(-0.25, 0.55, 60) * radius
    coil = root + (np.cos(turns) * shrink * radius * 0.55)[:, None] * frame[0]
    coil = coil + (np.sin(turns) * shrink * radius * 0.55)[:, None] * frame[1] + rise[:, None] * frame[2]
    return [tube("hair_bun", coil, radius * 0.46, Material(), 12)]


def _carried(
    name: str,
    vertices: np.ndarray,
    faces: np.ndarray,
    uvs: np.ndarray | None,
    body: RestBody,
    marks: Landmarks,
    stiff: bool = False,
) -> WornPart:
    """Hangs hair on the head; what lies below the neck's middle follows the body under it."""
    weights = np.zeros((len(vertices), len(body.bone_names)))
    weights[:, body.bone_names.index("head")] = 1.0
    if not stiff:
        j = marks.joint
        share = np.clip((j["neck03"][2] - vertices[:, 2]) / (j["neck03"][2] - j["neck01"][2]), 0, 1)[:, None] * 0.85
        weights = (1 - share) * weights + share * marks.weights[nearest(vertices, body.vertices)]
    indices, values = sparse_weights(weights)
    regions = np.full(len(vertices), REGIONS.index("head"))
    flat = np.zeros((len(vertices), 2)) if uvs is None else uvs
    return WornPart(name, vertices, faces, flat, indices, values, regions)


def hair_material(name: str, colour: tuple[float, float, float], seed: int) -> Material:
    """How a part of the hair looks; ``hair_band`` is the elastic, all else are strands."""
    if name == "hair_band":
        return Material((0.1, 0.1, 0.12))
    light, bumps = _strands(seed % _STRANDS)
    tint = (np.array(colour) + 0.025).astype(np.float32)
    return Material(texture=to_uint8(tint * light[..., None]), normal_map=bumps, roughness=0.55, double_sided=True)


@lru_cache(maxsize=_STRANDS)
def _strands(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Strands along v: fine lines across u that change slowly along their length; light and normal map."""
    size = 256
    y, x = np.meshgrid(np.arange(size) / size, np.arange(size) / size, indexing="ij")
    coarse = Noise(seed, "hair/locks", period=64, dims=2)(np.stack([y * 3 + 0.4 * np.sin(9 * x), x * 64], axis=-1), 1.0)
    fine = Noise(seed, "hair/strands", period=256, dims=2)(np.stack([y * 6, x * 256], axis=-1), 1.0)
    light = 0.62 + 0.42 * coarse + 0.34 * fine
    return light.astype(np.float32), normal_map(0.0010 * coarse + 0.0004 * fine, 0.001)
