"""Props from the user's files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.userfiles.meshes import UserPart, read_mesh
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.normals import with_normals
from synthgen.places.files import found_file
from synthgen.world.surroundings import PropModel


def file_prop(spec: PropModel, files: Path | None) -> list[MeshPart]:
    """The mesh of a file, standing on z = 0 around the origin, as large as the shot says.

    Raises:
        InputError: the prop names no file, or the file is not there, is another one, or cannot be used.
    """
    if spec.file is None:
        raise InputError("a prop of the kind 'file' names no file", expected="file: {path, digest}")
    parts = read_mesh(found_file(spec.file, files), spec.file.digest, spec.scale)
    points = np.concatenate([p.vertices for p in parts])
    # What was measured when the shot was made: a factor of 1 but for rounding.
    factor = np.array(spec.size) / np.maximum(points.max(0) - points.min(0), 0.001)
    return with_normals([_made(n, p, factor) for n, p in enumerate(parts)])


def _made(number: int, part: UserPart, factor: np.ndarray) -> MeshPart:
    material = Material(part.colour, part.texture, part.roughness, part.metallic, double_sided=part.double_sided)
    return MeshPart(f"part_{number}", part.vertices * factor, part.faces, material, part.uvs)
