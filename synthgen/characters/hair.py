"""Hair: where it grows, and styles built from strands that run from a pole on the head to the hairline and on."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from synthgen.characters.hair_chains import along_chain, link_shares, sheet_chains, tail_chain
from synthgen.characters.hair_hang import Hang, hang_of
from synthgen.characters.hair_shell import HANGS_FROM, outside, pole_axes, shell
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


def build_hair(body: RestBody, marks: Landmarks, style: str, locks: int) -> tuple[list[WornPart], Hang | None]:
    """The meshes of a hair style (none for bald and buzz); their names begin with ``hair``. They are not painted.

    Args:
        body: rest body; marks: its landmarks.
        style: its name; locks: variant of its unevenness.

    Returns:
        Parts, and the chains that carry what hangs: bones that are numbered on from the rig's.
    """
    data = style_data(style)
    if "pole" not in data:
        return [], None
    head = measure_head(body, marks)
    grid, faces, uvs = shell(data, head, body, marks, locks)
    sheet = grid.reshape(-1, 3)
    if "length" in data:
        nodes, shares = sheet_chains(grid, HANGS_FROM)
        weights = _on_head(body, len(sheet), shares.reshape(len(sheet), -1))
        return [_part("hair", sheet, faces, uvs, weights)], hang_of(nodes, 0.004 * head.unit, head, body, marks)
    parts, hang = [_part("hair", sheet, faces, uvs, _near_neck(sheet, body, marks))], None
    if "tail" in data:
        tail, elastic, curve = _tail(data, head, body, marks)
        nodes = tail_chain(curve)
        hang = hang_of(nodes, 0.014 * head.unit, head, body, marks)
        shares = link_shares(along_chain(nodes[0], tail.vertices), nodes.shape[1] - 1)
        parts += [
            _drawn(tail, _on_head(body, len(shares), shares)),
            _drawn(elastic, _on_head(body, len(elastic.vertices))),
        ]
    if "bun" in data:
        bun = _bun(data, head)
        parts.append(_drawn(bun, _on_head(body, len(bun.vertices))))
    return parts, hang


def _tail(data: dict[str, Any], head: Head, body: RestBody, marks: Landmarks) -> tuple[MeshPart, MeshPart, np.ndarray]:
    """A pony tail, its elastic, and the tail's middle line (14, 3)."""
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
    return tail, elastic, curve


def _bun(data: dict[str, Any], head: Head) -> MeshPart:
    """A wound knot."""
    unit, frame = head.unit, pole_axes(data)
    radius = data["bun"] * unit
    root = head.centre + frame[2] * (head.reach(frame[2][None])[0] + 0.55 * radius)
    turns = np.linspace(0, 2 * np.pi * 2.6, 60)
    shrink = np.linspace(1, 0.18, 60)
    rise = np.linspace(-0.25, 0.55, 60) * radius
    coil = root + (np.cos(turns) * shrink * radius * 0.55)[:, None] * frame[0]
    coil = coil + (np.sin(turns) * shrink * radius * 0.55)[:, None] * frame[1] + rise[:, None] * frame[2]
    return tube("hair_bun", coil, radius * 0.46, Material(), 12)


def _on_head(body: RestBody, count: int, shares: np.ndarray | None = None) -> np.ndarray:
    """(N, B + links) weights: all on the head, or shared by head (first column of ``shares``) and links."""
    weights = np.zeros((count, len(body.bone_names)))
    weights[:, body.bone("head")] = 1.0 if shares is None else shares[:, 0]
    return weights if shares is None else np.concatenate([weights, shares[:, 1:]], axis=1)


def _near_neck(vertices: np.ndarray, body: RestBody, marks: Landmarks) -> np.ndarray:
    """(N, B) weights: on the head; what lies below the neck's middle follows the body under it."""
    j = marks.joint
    share = np.clip((j["neck03"][2] - vertices[:, 2]) / (j["neck03"][2] - j["neck01"][2]), 0, 1)[:, None] * 0.85
    under = marks.weights[nearest(vertices, body.vertices)]
    out: np.ndarray = (1 - share) * _on_head(body, len(vertices)) + share * under
    return out


def _drawn(mesh: MeshPart, weights: np.ndarray) -> WornPart:
    return _part(mesh.name, mesh.vertices, mesh.faces, mesh.uvs, weights)


def _part(name: str, vertices: np.ndarray, faces: np.ndarray, uvs: np.ndarray | None, weights: np.ndarray) -> WornPart:
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
