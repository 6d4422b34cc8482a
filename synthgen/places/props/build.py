"""Finds the builder of a prop and brings what it makes to the size asked for."""

from __future__ import annotations

from typing import Any

from synthgen.core.errors import InputError
from synthgen.core.plain import Colour, Vec3
from synthgen.core.tables import table
from synthgen.meshes.mesh import MeshPart
from synthgen.meshes.shapes import fit
from synthgen.places.props import furniture, machines, weights
from synthgen.places.props.common import Builder, Look
from synthgen.world.shot import PropModel

_BUILDERS: dict[str, Builder] = {**weights.BUILDERS, **machines.BUILDERS, **furniture.BUILDERS}


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


def build_prop(spec: PropModel) -> list[MeshPart]:
    """Builds a prop in its own frame: Z up, facing +X, standing on z = 0, centred on the origin.

    Its bounding box is exactly ``spec.size``; place and yaw are left to the engine.

    Raises:
        InputError: there is no such prop, or a size that is not positive.
    """
    size = default_size(spec.kind)
    if min(spec.size) <= 0:
        raise InputError(
            "a prop's size must be positive", where=f"prop {spec.kind}", expected="> 0 m", got=f"{spec.size}"
        )
    parts = _BUILDERS[spec.kind](Look(size, spec.colour, spec.texture_seed))
    return fit(parts, spec.size)


def _entry(kind: str) -> dict[str, Any]:
    if kind not in _table():
        raise InputError("unknown prop", expected=", ".join(_table()), got=repr(kind))
    out: dict[str, Any] = _table()[kind]
    return out
