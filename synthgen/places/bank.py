"""The bank of surfaces: every surface has a few images (``data/surfaces.yaml``), and a seed picks one and how it lies.

What was painted is kept in memory and handed out again, the same read-only array, so that whoever draws it can keep
what it made of it. Which image a seed picks depends on nothing else: not on what was drawn before, nor on what is kept.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.plain import Colour
from synthgen.core.seeding import stream
from synthgen.core.srgb import linear_from_srgb, srgb_from_linear
from synthgen.core.tables import table
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.places.ground import GROUND
from synthgen.places.surfaces import PAINTERS

_KEPT = 128
"""Images that are kept: of 0.8 MB each, of 1.6 MB where there is a normal map."""

_QUARTER = np.array([[0.0, 1.0], [-1.0, 0.0]])


def surfaces_of(place: str) -> tuple[str, ...]:
    """Names of the surfaces for a ``floor``, a ``wall`` or a ``prop``."""
    return tuple(name for name, row in _table().items() if row["place"] == place)


def tile(surface: str) -> float:
    """Metres that one image of a surface covers."""
    return float(_table()[surface]["tile"])


def surface(name: str, place: str) -> str:
    """The name, where a room may have this surface there.

    Raises:
        InputError: no such surface.
    """
    if name not in surfaces_of(place):
        raise InputError(f"unknown {place}", expected=", ".join(surfaces_of(place)), got=repr(name))
    return name


def covering(name: str, colour: Colour, seed: int) -> Material:
    """A surface in a colour (sRGB 0…1), with the image that the seed picks."""
    row = _table()[name]
    which = int(stream(seed, 0, f"surface/{name}").integers(row["images"]))
    if "ground" not in row:
        return _painted(name, colour, which)
    ground = float(row["ground"])
    image = _painted(name, (ground, ground, ground), which)
    # In linear light, as whoever draws it multiplies: where the image has the ground's grey, it shows the colour.
    light = (
        linear_from_srgb(np.array(image.colour))
        * linear_from_srgb(np.array(colour))
        / linear_from_srgb(np.array(ground))
    )
    r, g, b = np.round(srgb_from_linear(light), 6).tolist()
    return replace(image, colour=(r, g, b))


def laid(part: MeshPart, surface: str, seed: int) -> MeshPart:
    """The part with its image shifted and turned as the seed says, so that one image hardly ever looks the same."""
    if part.uvs is None:
        return part
    rng, turns = stream(seed, 0, f"lie/{part.name}"), int(_table()[surface]["turns"])
    quarters = int(rng.integers(turns)) * 4 // turns
    uvs = part.uvs @ np.round(np.linalg.matrix_power(_QUARTER, quarters)) + rng.random(2)
    return replace(part, uvs=uvs)


def _table() -> dict[str, Any]:
    return table("places/data/surfaces.yaml")


@lru_cache(maxsize=_KEPT)
def _painted(name: str, colour: Colour, which: int) -> Material:
    material = (PAINTERS | GROUND)[name](colour, which)
    for image in (material.texture, material.normal_map):
        if image is not None:
            image.setflags(write=False)
    return material
