"""Shots as files that any renderer reads: per shot ``000.npz`` with the meshes and ``000.json`` with all the rest.

Nothing of synthgen and nothing but NumPy is imported: the programs that draw with other renderers run in environments
of their own. World frame: metres, Z up, right-handed; colours are linear light, 0…1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class ExportedMesh:
    """One mesh in the world, with its material.

    Attributes:
        vertices, normals: (V, 3) float32 metres, and unit vectors.
        faces: (F, 3) int32, counter-clockwise from outside.
        uvs: (V, 2) float32, or None.
        texture: (H, W, 3) uint8 sRGB, row 0 at v = 0, or None.
        colour, emissive: (3,) linear light; the colour is multiplied with the texture.
        roughness, metallic: 0…1.
        occludes: whether it keeps light from others; walls do not, as in our engine: the lights of a shot stand for
            what comes in from outside.
    """

    vertices: np.ndarray
    normals: np.ndarray
    faces: np.ndarray
    uvs: np.ndarray | None
    texture: np.ndarray | None
    colour: tuple[float, float, float]
    emissive: tuple[float, float, float]
    roughness: float
    metallic: float
    occludes: bool = True


@dataclass(frozen=True)
class ExportedShot:
    """One picture to draw.

    Attributes:
        name: of its files.
        meshes: everything in it.
        camera: ``to_world`` (4, 4) from OpenGL's axes (x right, y up, z back), ``hfov`` radians, ``width``, ``height``.
        lights: rows of ``kind`` (sun, point, spot), ``position``, ``target``, ``colour``, ``intensity``, ``shadow``.
        ambient: (3,) light from all around.
    """

    name: str
    meshes: list[ExportedMesh]
    camera: dict[str, Any]
    lights: list[dict[str, Any]]
    ambient: tuple[float, float, float]


def write_exported(shot: ExportedShot, folder: Path) -> None:
    """Writes a shot's two files."""
    arrays: dict[str, np.ndarray] = {}
    textures: dict[int, int] = {}
    rows = []
    for number, mesh in enumerate(shot.meshes):
        for name in ("vertices", "normals", "faces", "uvs"):
            if getattr(mesh, name) is not None:
                arrays[f"{name}_{number}"] = getattr(mesh, name)
        place = None
        if mesh.texture is not None:
            place = textures.setdefault(id(mesh.texture), len(textures))
            arrays[f"texture_{place}"] = mesh.texture
        rows.append(
            {
                "texture": place,
                "colour": mesh.colour,
                "emissive": mesh.emissive,
                "roughness": mesh.roughness,
                "metallic": mesh.metallic,
                "occludes": mesh.occludes,
            }
        )
    np.savez(folder / f"{shot.name}.npz", **arrays)  # type: ignore[arg-type]
    about = {"meshes": rows, "camera": shot.camera, "lights": shot.lights, "ambient": shot.ambient}
    (folder / f"{shot.name}.json").write_text(json.dumps(about), encoding="utf-8")


def read_exported(folder: Path) -> Iterator[ExportedShot]:
    """The shots of a folder, in order; a texture that several meshes share is one array."""
    for path in sorted(folder.glob("*.json")):
        about = json.loads(path.read_text(encoding="utf-8"))
        with np.load(path.with_suffix(".npz")) as file:
            arrays = {name: file[name] for name in file.files}
        meshes = []
        for number, row in enumerate(about.pop("meshes")):
            texture = None if row["texture"] is None else arrays[f"texture_{row['texture']}"]
            shape = [arrays.get(f"{name}_{number}") for name in ("vertices", "normals", "faces", "uvs")]
            meshes.append(ExportedMesh(*shape, **{**row, "texture": texture}))  # type: ignore[arg-type]
        yield ExportedShot(name=path.stem, meshes=meshes, **about)
