"""What stands in parks and on running tracks; and the rowing machine."""

from __future__ import annotations

from dataclasses import replace

from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.shapes import box, lathe, merged, tube
from synthgen.places.props.common import Builder, Look, coated, plastic, rubber, steel, vinyl


def park_bench(look: Look) -> list[MeshPart]:
    """A bench of slats on two cast feet, facing +X."""
    wood, iron = Material(colour=look.colour, roughness=0.75), coated((0.10, 0.12, 0.11))
    slats = [box("slats", (x, -0.8, 0.42), (x + 0.09, 0.8, 0.45), wood, 0.004) for x in (-0.20, -0.09, 0.02, 0.13)]
    slats += [
        box("slats", (-0.28 - 0.02 * k, -0.8, z), (-0.25 - 0.02 * k, 0.8, z + 0.09), wood, 0.004)
        for k, z in enumerate((0.55, 0.67, 0.79))
    ]
    feet = [
        part
        for y in (-0.6, 0.6)
        for part in (
            tube("feet", [(0.2, y, 0), (0.19, y, 0.41)], 0.025, iron, 8),
            tube("feet", [(-0.24, y, 0), (-0.22, y, 0.42), (-0.29, y, 0.87)], 0.025, iron, 8),
            box("feet", (-0.23, y - 0.025, 0.385), (0.21, y + 0.025, 0.42), iron),
        )
    ]
    return [merged("slats", slats), merged("feet", feet)]


def bin(look: Look) -> list[MeshPart]:
    """A round litter bin."""
    body = [(0, 0), (0.2, 0), (0.22, 0.75), (0.235, 0.76), (0.235, 0.80), (0, 0.82)]
    return [
        lathe("body", body, coated(look.colour), segments=20),
        lathe("lid", [(0, 0.821), (0.15, 0.822), (0.12, 0.86), (0, 0.87)], coated((0.1, 0.1, 0.1)), segments=20),
    ]


def lamp_post(look: Look) -> list[MeshPart]:
    """A lamp on a pole."""
    metal = coated(look.colour)
    glass = Material(colour=(0.9, 0.9, 0.86), emissive=(0.35, 0.34, 0.30), roughness=0.3)
    pole = [
        tube("pole", [(0, 0, 0), (0, 0, 3.6)], [0.06, 0.04], metal, 10),
        lathe("pole", [(0, 0), (0.12, 0), (0.1, 0.3), (0, 0.32)], metal, segments=12),
    ]
    pole.append(lathe("pole", [(0, 3.93), (0.24, 3.94), (0.03, 4.05), (0, 4.06)], metal, segments=14))
    return [merged("pole", pole), lathe("glass", [(0, 3.6), (0.1, 3.6), (0.18, 3.92), (0, 3.925)], glass, segments=14)]


def hurdle(look: Look) -> list[MeshPart]:
    """A hurdle, to be run over along X."""
    metal, board = steel((0.85, 0.85, 0.86)), Material(colour=look.colour, roughness=0.6)
    feet = [box("frame", (-0.7, y - 0.02, 0), (0.0, y + 0.02, 0.05), metal) for y in (-0.55, 0.55)]
    feet += [box("frame", (-0.03, y - 0.02, 0.05), (0.0, y + 0.02, 0.90), metal) for y in (-0.55, 0.55)]
    black = plastic((0.08, 0.08, 0.09))
    stripes = [box("stripes", (-0.036, y - 0.09, 0.844), (0.016, y + 0.09, 0.9155), black) for y in (-0.36, 0.0, 0.36)]
    return [
        merged("frame", feet),
        box("board", (-0.035, -0.59, 0.845), (0.015, 0.59, 0.915), board),
        merged("stripes", stripes),
    ]


def cone(look: Look) -> list[MeshPart]:
    """A marker cone."""
    shape = [(0, 0.001), (0.08, 0.001), (0.03, 0.30), (0, 0.305)]
    return [
        box("foot", (-0.13, -0.13, 0), (0.13, 0.13, 0.018), rubber()),
        lathe("body", shape, plastic(look.colour), (0, 0, 0.016), segments=18),
    ]


def rower(look: Look) -> list[MeshPart]:
    """A rowing machine; who rows faces +X, where the flywheel is. Its seat's top is at 0.36 of its height."""
    metal, dark = steel(), plastic(look.colour)
    rail = [box("rail", (-1.2, -0.045, 0.25), (0.75, 0.045, 0.31), metal, 0.006)]
    rail += [box("rail", (x - 0.03, -w, 0), (x + 0.03, w, 0.05), metal) for x, w in ((-1.15, 0.22), (0.95, 0.3))]
    rail += [
        box("rail", (-1.17, -0.03, 0.05), (-1.13, 0.03, 0.26), metal),
        box("rail", (0.7, -0.04, 0.05), (1.0, 0.04, 0.28), metal),
    ]
    wheel = lathe(
        "wheel",
        [(0, -0.11), (0.26, -0.11), (0.27, 0), (0.26, 0.11), (0, 0.11)],
        dark,
        (0.93, 0, 0.42),
        axis="y",
        segments=28,
    )
    seat = box("seat", (-0.17, -0.15, 0.31), (0.10, 0.15, 0.37), vinyl((0.08, 0.08, 0.09)), 0.025)
    plates = [box("plates", (0.48, s * 0.16 - 0.06, 0.18), (0.56, s * 0.16 + 0.06, 0.48), dark, 0.01) for s in (-1, 1)]
    head = [
        tube("head", [(0.8, 0, 0.6), (0.62, 0, 0.98)], 0.02, metal, 8),
        box("head", (0.59, -0.11, 0.93), (0.63, 0.11, 1.05), dark, 0.008),
    ]
    return [merged("rail", rail), wheel, seat, merged("plates", plates), head[0], replace(head[1], name="display")]


BUILDERS: dict[str, Builder] = {f.__name__: f for f in (park_bench, bin, lamp_post, hurdle, cone, rower)}
