"""Finds the builder of a prop and brings what it makes to the size asked for."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.plain import Colour, Vec3
from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.meshes.joining import joined
from synthgen.meshes.mesh import MeshPart
from synthgen.meshes.normals import with_normals
from synthgen.meshes.shapes import fit, stretched
from synthgen.places.bank import covering, laid, tile
from synthgen.places.props import furniture, machines, outdoor, weights, workplaces
from synthgen.places.props.common import Builder, Look
from synthgen.places.props.files import file_prop
from synthgen.world.surroundings import PropModel

_KEPT = 128
"""Shapes that are kept, of some hundred kB at most."""

_BUILDERS: dict[str, Builder] = {
    **weights.BUILDERS,
    **machines.BUILDERS,
    **furniture.BUILDERS,
    **workplaces.BUILDERS,
    **outdoor.BUILDERS,
}


def _table() -> dict[str, Any]:
    return table("places/data/props.yaml")


def prop_kinds() -> tuple[str, ...]:
    """Names of the props that can be built."""
    return tuple(_table())


def default_size(kind: str) -> Vec3:
    """Overall size (metres along X, Y, Z) of the usual make of a prop.

    Raises:
        InputError: there is no such prop.
    """
    x, y, z = _entry(kind)["size"]
    return float(x), float(y), float(z)


def default_colour(kind: str) -> Colour:
    """The usual colour of a prop's main part, sRGB 0…1."""
    r, g, b = _entry(kind)["colour"]
    return float(r), float(g), float(b)


def build_prop(spec: PropModel, files: Path | None = None) -> list[MeshPart]:
    """Builds a prop in its own frame: Z up, facing +X, standing on z = 0, centred on the origin.

    Its bounding box is exactly ``spec.size``; place and yaw are left to the engine. ``files`` is the folder from which
    the user's files are named.

    Raises:
        InputError: there is no such prop, or a size that is not positive.
    """
    if spec.kind == "file":
        return file_prop(spec, files)
    size = default_size(spec.kind)
    if min(spec.size) <= 0:
        raise InputError(
            "a prop's size must be positive", where=f"prop {spec.kind}", expected="> 0 m", got=f"{spec.size}"
        )
    which = int(stream(spec.texture_seed, 0, f"shape/{spec.kind}").integers(_entry(spec.kind).get("shapes", 1)))
    parts = []
    for surface, part in _shape(spec.kind, size, spec.colour, which):
        if surface:
            material = covering(surface, part.material.colour, spec.texture_seed)
            part = laid(replace(part, material=material), surface, spec.texture_seed)
        parts.append(part)
    return [stretched(part, np.array(spec.size)) for part in parts]


@lru_cache(maxsize=_KEPT)
def _shape(kind: str, size: Vec3, colour: Colour, which: int) -> tuple[tuple[str, MeshPart], ...]:
    """A prop's parts in a box of one by one by one, as few as materials allow, each with its surface's name or none."""
    covers: dict[str, str] = _entry(kind).get("surfaces", {})
    parts = _BUILDERS[kind](Look(size, colour, which))
    named = [
        (surface, part)
        for surface in sorted({"", *covers.values()})
        for part in joined([_in_tiles(p, surface) for p in parts if covers.get(p.name, "") == surface])
    ]
    fitted = fit(with_normals([part for _, part in named]), (1.0, 1.0, 1.0))
    return tuple((surface, part) for (surface, _), part in zip(named, fitted, strict=True))


def _in_tiles(part: MeshPart, surface: str) -> MeshPart:
    """The part with its texture coordinates, metres so far, in tiles of its surface."""
    return replace(part, uvs=part.uvs / tile(surface)) if surface and part.uvs is not None else part


def _entry(kind: str) -> dict[str, Any]:
    if kind not in _table():
        raise InputError("unknown prop", expected=", ".join(_table()), got=repr(kind))
    out: dict[str, Any] = _table()[kind]
    return out
