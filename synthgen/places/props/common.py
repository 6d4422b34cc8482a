"""What the builders of props share: sizes, materials, rotations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from synthgen.core.plain import Colour, Vec3
from synthgen.meshes.mesh import Material, MeshPart


@dataclass(frozen=True)
class Look:
    """What a builder gets: the usual size in metres (what comes out is scaled anyway), main colour, shape's seed."""

    size: Vec3
    colour: Colour
    seed: int


Builder = Callable[[Look], list[MeshPart]]


def rubber(colour: Colour = (0.07, 0.07, 0.075)) -> Material:
    """Black rubber."""
    return Material(colour=colour, roughness=0.85)


def steel(colour: Colour = (0.74, 0.75, 0.77)) -> Material:
    """Brushed steel."""
    return Material(colour=colour, roughness=0.35, metallic=0.9)


def coated(colour: Colour) -> Material:
    """Powder-coated metal."""
    return Material(colour=colour, roughness=0.45, metallic=0.1)


def plastic(colour: Colour) -> Material:
    """Smooth plastic."""
    return Material(colour=colour, roughness=0.35)


def vinyl(colour: Colour) -> Material:
    """Upholstery."""
    return Material(colour=colour, roughness=0.5)
