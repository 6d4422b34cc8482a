"""Painters of ground, as those of :mod:`synthgen.places.surfaces`: grass, asphalt, a running track's rubber, vinyl."""

from __future__ import annotations

import numpy as np

from synthgen.core.plain import Colour
from synthgen.meshes.mesh import Material
from synthgen.places.fields import cloud, grain, speckle
from synthgen.places.surfaces import Painter, painted, shaded


def grass(colour: Colour, seed: int) -> Material:
    """Mown grass: blades, clumps, and yellow patches. One tile is 2.5 m."""
    blades, clumps = grain(seed, "grass/blades", 0.8), cloud(seed, "grass/clumps", 14, 4)
    light = 0.30 + 0.80 * blades + 0.62 * clumps
    image = shaded(colour, light)
    dry = np.clip((cloud(seed, "grass/dry", 6, 3) - 0.5) * 2.2, 0, 1)
    image[0] *= 1 + 0.34 * dry
    image[2] *= 1 - 0.10 * dry
    return Material(texture=painted(image), roughness=1.0)


def asphalt(colour: Colour, seed: int) -> Material:
    """Worn asphalt with bright stones. One tile is 1.5 m."""
    light = 0.80 + 0.26 * grain(seed, "asphalt", 0.6) + 0.22 * (cloud(seed, "asphalt", 5, 4) - 0.5)
    image = shaded(colour, light * (1 + 0.4 * speckle(seed, "asphalt/stones", 0.02, 0.7)))
    return Material(texture=painted(image), roughness=0.95)


def tartan(colour: Colour, seed: int) -> Material:
    """The granules of a running track. One tile is 0.8 m."""
    light = 0.80 + 0.34 * grain(seed, "tartan", 0.9) + 0.14 * (cloud(seed, "tartan", 6, 3) - 0.5)
    return Material(texture=painted(shaded(colour, light)), roughness=0.95)


def tiles(colour: Colour, seed: int) -> Material:
    """Vinyl floor in sheets, faintly mottled, as in clinics and corridors. One tile is 2 m."""
    light = 0.95 + 0.07 * grain(seed, "tiles", 1.3) + 0.06 * (cloud(seed, "tiles", 12, 3) - 0.5)
    light[:2] *= 0.86
    return Material(texture=painted(shaded(colour, light)), roughness=0.38)


GROUND: dict[str, Painter] = {f.__name__: f for f in (grass, asphalt, tartan, tiles)}
"""Surface → its painter, beside ``surfaces.PAINTERS``."""
