"""Meshes that a user names: .glb, .gltf, .obj, .ply and .stl, read by trimesh within limits.

Units are metres, as glTF has them. Y is up in .glb, .gltf and .obj, whose front is +Z; Z is up in .ply and .stl, whose
front is +X. What is returned stands on z = 0 around the origin, Z up, facing +X.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.userfiles.content import read_bytes

ENDINGS = (".glb", ".gltf", ".obj", ".ply", ".stl")
_Y_UP = (".glb", ".gltf", ".obj")

TALLEST, SMALLEST = 20.0, 0.005
"""Metres of a thing's longest side: what is larger or smaller is taken for one in other units."""
_FACES = 200_000
_TEXTURE = 1024
"""Pixels along a side of a texture that are kept."""
_BYTES = 2**28


@dataclass(frozen=True)
class UserPart:
    """A piece of one material.

    Attributes:
        vertices: (V, 3) metres.
        faces: (F, 3) counter-clockwise from outside.
        uvs: (V, 2) with v = 0 at the texture's first row, or None.
        colour: sRGB 0…1, multiplied with the texture.
        texture: (H, W, 3) uint8 sRGB, or None.
        roughness, metallic: 0…1.
        double_sided: seen from both sides.
    """

    vertices: np.ndarray
    faces: np.ndarray
    uvs: np.ndarray | None
    colour: tuple[float, float, float]
    texture: np.ndarray | None
    roughness: float
    metallic: float
    double_sided: bool


@lru_cache(maxsize=32)
def read_mesh(path: Path, digest: str, scale: float = 1.0) -> tuple[UserPart, ...]:
    """The parts of a file.

    Args:
        path: the file.
        digest: of its content: what is kept is not handed out for another content.
        scale: factor on its lengths.

    Raises:
        InputError: it cannot be read, holds no faces, numbers that are none, too much, or is in other units.
    """
    data = read_bytes(path, "mesh", _BYTES, expected=f"a file that ends in {', '.join(ENDINGS)}")
    parts = [part for part in _loaded(data, path) if len(part.faces)]
    if not parts:
        raise _refused(path, "this mesh has no faces", "triangles", "nothing, or points and lines alone")
    count = sum(len(p.faces) for p in parts)
    if count > _FACES:
        raise _refused(path, "this mesh is too fine", f"at most {_FACES} triangles", f"{count}", "decimate it")
    points = np.concatenate([p.vertices[np.unique(p.faces)] for p in parts]) * scale
    if not np.isfinite(points).all():
        raise _refused(path, "this mesh holds places that are none", "finite numbers", "NaN or infinity")
    low, high = points.min(0), points.max(0)
    _check_size(path, float((high - low).max()), scale)
    foot = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    return tuple(replace(p, vertices=p.vertices * scale - foot) for p in parts)


def mesh_size(parts: tuple[UserPart, ...]) -> np.ndarray:
    """(3,) metres along X, Y and Z."""
    points = np.concatenate([p.vertices[np.unique(p.faces)] for p in parts])
    out: np.ndarray = np.maximum(points.max(0) - points.min(0), 0.001)
    return out


def _check_size(path: Path, longest: float, scale: float) -> None:
    if SMALLEST <= longest <= TALLEST:
        return
    guess = next((f for f in (0.01, 0.001) if longest > TALLEST and 0.02 <= longest * f <= 5), None)
    unit = {0.01: "centimetres", 0.001: "millimetres"}.get(guess or 0.0)
    raise _refused(
        path,
        "this mesh is gigantic" if longest > TALLEST else "this mesh is tiny",
        f"a longest side of {SMALLEST:g} … {TALLEST:g} m",
        f"{longest:g} m" + (f": it looks like {unit}" if unit else ""),
        f"scale: {(guess or 1.0 / longest) * scale:.3g}",
    )


def _loaded(data: bytes, path: Path) -> list[UserPart]:
    import trimesh

    kind = path.suffix.lower()
    try:
        resolver = trimesh.resolvers.FilePathResolver(str(path))
        loaded: Any = trimesh.load_scene(io.BytesIO(data), file_type=kind[1:], resolver=resolver)
        meshes = loaded.dump()
    except Exception as error:  # whatever the library raises on bytes that are no mesh
        raise InputError(
            "this mesh cannot be read",
            where=str(path),
            got=f"{type(error).__name__}: {error}"[:300],
            remedy="export it again, as .glb with all that belongs to it",
        ) from None
    return [_part(m, kind) for m in meshes if isinstance(m, trimesh.Trimesh)]


def _part(mesh: Any, kind: str) -> UserPart:
    # Y up with the front at +Z → Z up with the front at +X: an even permutation of the axes.
    vertices = np.asarray(mesh.vertices, float)
    vertices = vertices[:, [2, 0, 1]] if kind in _Y_UP else vertices
    visual = mesh.visual
    material = getattr(visual, "material", None)
    uvs = getattr(visual, "uv", None)
    colour, texture, rough, metal, both = (0.6, 0.6, 0.6), None, 0.8, 0.0, False
    if material is not None:
        pbr = material if hasattr(material, "baseColorFactor") else material.to_pbr()
        factor = pbr.baseColorFactor
        colour = _colour(factor) if factor is not None else (1.0, 1.0, 1.0)
        texture = _texture(pbr.baseColorTexture) if uvs is not None else None
        rough = _share(pbr.roughnessFactor, 0.9)
        metal = _share(pbr.metallicFactor, 0.0 if pbr.metallicRoughnessTexture is None else 0.2)
        both = bool(pbr.doubleSided)
    elif getattr(visual, "kind", None) in ("vertex", "face"):
        colour = _colour(np.asarray(visual.main_color))
    # trimesh counts v upwards.
    uvs = None if texture is None or uvs is None else np.stack([uvs[:, 0], 1 - uvs[:, 1]], -1)
    return UserPart(vertices, np.asarray(mesh.faces), uvs, colour, texture, rough, metal, both)


def _colour(factor: Any) -> tuple[float, float, float]:
    """A factor of trimesh, of bytes as a rule, 0…1; glTF's are linear."""
    from synthgen.core.srgb import srgb_from_linear

    values = np.asarray(factor, float)[:3]
    values = values / 255.0 if values.max() > 1.0 else values
    r, g, b = (round(float(v), 6) for v in np.clip(srgb_from_linear(values), 0, 1))
    return r, g, b


def _share(value: Any, otherwise: float) -> float:
    return otherwise if value is None else float(min(max(float(value), 0.0), 1.0))


def _texture(image: Any) -> np.ndarray | None:
    if image is None:
        return None
    image = image.convert("RGB")
    image.thumbnail((_TEXTURE, _TEXTURE))
    out = np.asarray(image)
    out.setflags(write=False)
    return out


def _refused(path: Path, what: str, expected: str, got: str, remedy: str = "export it again") -> InputError:
    return InputError(what, where=str(path), expected=expected, got=got, remedy=remedy)
