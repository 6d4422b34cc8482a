"""One thing's parts → as few meshes as its materials allow: every mesh costs time in each new picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from synthgen.meshes.mesh import MeshPart


def joined(parts: Sequence[MeshPart]) -> list[MeshPart]:
    """The same surfaces with rigid parts of one material made one; skinned parts first, empty ones left out."""
    out: list[MeshPart] = []
    groups: dict[tuple[Any, ...], list[MeshPart]] = {}
    for part in parts:
        if not len(part.faces):
            continue
        if part.skin_weights is not None:
            out.append(part)
        else:
            groups.setdefault(_look(part), []).append(part)
    return out + [_one(group) for group in groups.values()]


def _look(part: MeshPart) -> tuple[Any, ...]:
    """What two parts must have in common to be drawn as one. Textures are compared by identity."""
    m = part.material
    images = (id(m.texture), id(m.normal_map)) if _painted(part) else None
    return (tuple(m.colour), m.roughness, m.metallic, m.sheen, m.double_sided, tuple(m.emissive), m.unlit, images)


def _painted(part: MeshPart) -> bool:
    """Whether an image is drawn on it."""
    return part.uvs is not None and (part.material.texture is not None or part.material.normal_map is not None)


def _one(group: list[MeshPart]) -> MeshPart:
    first = group[0]
    if len(group) == 1:
        return first
    starts = np.cumsum([0, *(len(p.vertices) for p in group[:-1])])
    uvs = [p.uvs for p in group if p.uvs is not None]
    known = [p.normals for p in group if p.normals is not None]
    return MeshPart(
        first.name,
        np.concatenate([p.vertices for p in group]),
        np.concatenate([p.faces + start for p, start in zip(group, starts, strict=True)]),
        first.material,
        np.concatenate(uvs) if len(uvs) == len(group) else None,
        normals=np.concatenate(known) if len(known) == len(group) else None,
    )


def on_one_image(name: str, parts: Sequence[MeshPart]) -> list[MeshPart]:
    """Rigid parts that show a picture of one size each, none of it repeated, as one part with one image.

    The pictures lie one under the other. Half a pixel along their edges is left out, so that none shows in another.
    """
    if not parts:
        return []
    pictures = [p.material.texture for p in parts if p.material.texture is not None]
    height, width = pictures[0].shape[:2]
    inset = np.array([0.5 / width, 0.5 / height])
    shown = [np.clip(p.uvs, inset, 1 - inset) for p in parts if p.uvs is not None]
    uvs = [(inside + (0, k)) / (1, len(parts)) for k, inside in enumerate(shown)]
    material = replace(parts[0].material, texture=np.concatenate(pictures))
    whole = _one([replace(p, material=material, uvs=uv) for p, uv in zip(parts, uvs, strict=True)])
    return [replace(whole, name=name)]
