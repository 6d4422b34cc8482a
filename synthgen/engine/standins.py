"""Plain shapes until the rooms of assets bring real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synthgen.assets.mesh import CharacterAsset, Material, MeshPart
from synthgen.world.shot import BodySpec, OutfitSpec, PropSpec, RoomSpec, SkySpec


def box(
    name: str, size: tuple[float, float, float], colour: tuple[float, float, float], inside: bool = False
) -> MeshPart:
    """A box with its bottom's middle at the origin."""
    corners = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0.0, 1.0)]) * size
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    vertices = np.concatenate([corners[list(q)] for q in quads])
    faces = np.concatenate([[(4 * i, 4 * i + 1, 4 * i + 2), (4 * i, 4 * i + 2, 4 * i + 3)] for i in range(6)])
    return MeshPart(name, vertices, faces[:, ::-1] if inside else faces, Material(colour))


def character(body: BodySpec, outfit: OutfitSpec, cache_dir: Path) -> CharacterAsset:
    """The bare body in one colour."""
    from synthgen.assets.body import build_body

    rest = build_body(body, cache_dir)
    skin = MeshPart("body", rest.vertices, rest.faces, Material((0.8, 0.6, 0.5), roughness=0.6), None,
                    rest.skin_indices, rest.skin_weights, rest.regions)  # fmt: skip
    return CharacterAsset(rest, (skin,))


def prop(spec: PropSpec) -> list[MeshPart]:
    """A box of the prop's size."""
    return [box(spec.kind, spec.size, spec.colour)]


def room(spec: RoomSpec) -> list[MeshPart]:
    """A box seen from inside."""
    return [box("room", spec.size, spec.wall_colour, inside=True)]


def sky(spec: SkySpec) -> np.ndarray:
    """One colour from everywhere."""
    faces = np.full((6, 32, 32, 4), 255, np.uint8)
    faces[..., :3] = np.round(np.array(spec.horizon) * 255)
    return faces
