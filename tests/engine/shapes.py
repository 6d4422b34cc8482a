"""Shapes whose geometry is known by hand, and builders that make nothing else."""

from __future__ import annotations

import numpy as np

from synthgen.characters.asset import CharacterAsset
from synthgen.characters.rest_body import RestBody
from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.engine.stage import Builders
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.world.surroundings import PropSpec, RoomSpec, SkySpec


def box(size=(1.0, 1.0, 1.0), material: Material | None = None, name: str = "box") -> MeshPart:
    """A box centred on its origin."""
    corners = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)]) * size
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    vertices = np.concatenate([corners[list(q)] for q in quads])
    faces = np.concatenate([[(4 * i, 4 * i + 1, 4 * i + 2), (4 * i, 4 * i + 2, 4 * i + 3)] for i in range(6)])
    return MeshPart(name, vertices, faces, material or Material())


def arm(bend: int = 12) -> CharacterAsset:
    """Two bones along Z, 1 m each, with a square tube of 0.2 m around them."""
    rings = np.linspace(0.0, 2.0, bend + 1)
    square = np.array([(-0.1, -0.1), (0.1, -0.1), (0.1, 0.1), (-0.1, 0.1)])
    vertices = np.array([(x, y, z) for z in rings for x, y in square])
    faces = []
    for r in range(bend):
        for k in range(4):
            a, b = 4 * r + k, 4 * r + (k + 1) % 4
            faces += [(a, b, b + 4), (a, b + 4, a + 4)]
    faces += [(0, 2, 1), (0, 3, 2)]
    top = 4 * bend
    faces += [(top, top + 1, top + 2), (top, top + 2, top + 3)]
    bones = np.tile(np.eye(4), (2, 1, 1))
    bones[1, 2, 3] = 1.0
    upper = np.clip((vertices[:, 2] - 0.8) / 0.4, 0, 1)
    indices = np.tile([0, 1], (len(vertices), 1))
    weights = np.stack([1 - upper, upper], 1)
    rest = RestBody(
        "test",
        ("lower", "upper"),
        np.array([-1, 0]),
        bones,
        vertices,
        np.array(faces),
        np.zeros((0, 3, 2)),
        indices,
        weights,
        np.zeros(len(vertices), int),
        2.0,
    )
    part = MeshPart("body", vertices, np.array(faces), Material((0.8, 0.6, 0.5)), None, indices, weights)
    return CharacterAsset(rest, (part,))


def grey_sky(spec: SkySpec) -> np.ndarray:
    faces = np.full((6, 32, 32, 4), 255, np.uint8)
    faces[..., :3] = np.round(np.array(spec.horizon) * 255)
    return faces


def builders() -> Builders:
    """Props are boxes of their size and colour, characters are arms, rooms are boxes seen from inside."""

    def prop(spec: PropSpec) -> list[MeshPart]:
        emissive = spec.colour if spec.kind == "lamp" else (0.0, 0.0, 0.0)
        return [box(spec.size, Material((0, 0, 0) if spec.kind == "lamp" else spec.colour, emissive=emissive))]

    def room(spec: RoomSpec) -> list[MeshPart]:
        part = box(spec.size, Material(spec.wall_colour))
        return [MeshPart("room", part.vertices + (0, 0, spec.size[2] / 2), part.faces[:, ::-1], part.material)]

    def character(body: BodySpec, outfit: OutfitSpec) -> CharacterAsset:
        return arm()

    return Builders(character, prop, room, grey_sky)
