"""What stands in offices, clinics and warehouses."""

from __future__ import annotations

import numpy as np

from synthgen.core.plain import Colour
from synthgen.core.seeding import stream
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.shapes import box, lathe, merged, tube
from synthgen.places.props.common import Builder, Look, coated, plastic, steel, vinyl

_DARK = plastic((0.06, 0.06, 0.07))
_CARDBOARD: tuple[Colour, ...] = ((0.58, 0.43, 0.28), (0.64, 0.49, 0.33), (0.50, 0.37, 0.24))


def desk(look: Look) -> list[MeshPart]:
    """A desk with a screen, keyboard, mouse and a mug; who sits at it is on its +X side and looks towards −X."""
    rng, metal = stream(look.seed, 0, "desk"), coated((0.66, 0.67, 0.68))
    top = box("top", (-0.38, -0.75, 0.71), (0.38, 0.75, 0.735), Material(colour=look.colour, roughness=0.5), 0.003)
    legs = [
        box("legs", (x - 0.03, y - 0.03, 0), (x + 0.03, y + 0.03, 0.71), metal)
        for x in (-0.3, 0.3)
        for y in (-0.69, 0.69)
    ]
    legs.append(box("legs", (-0.36, -0.66, 0.40), (-0.34, 0.66, 0.66), metal))
    side = float(rng.uniform(-0.15, 0.15))
    wide = float(rng.uniform(0.52, 0.64))
    glow = float(rng.uniform(0.25, 0.6))
    shown = Material(colour=(0.1, 0.1, 0.1), emissive=(0.75 * glow, 0.85 * glow, glow), roughness=0.3)
    screen = [
        box("screen", (-0.22, side - wide / 2, 0.86), (-0.19, side + wide / 2, 1.20), _DARK, 0.004),
        box("screen", (-0.23, side - 0.025, 0.74), (-0.21, side + 0.025, 0.92), _DARK),
        box("screen", (-0.30, side - 0.12, 0.735), (-0.10, side + 0.12, 0.745), _DARK),
        box("screen", (0.02, side - 0.22, 0.735), (0.15, side + 0.22, 0.75), _DARK, 0.004),
        box("screen", (0.04, side + 0.28, 0.735), (0.14, side + 0.34, 0.76), _DARK, 0.01),
    ]
    face = box("shown", (-0.189, side - wide / 2 + 0.012, 0.872), (-0.1885, side + wide / 2 - 0.012, 1.188), shown)
    mug = lathe(
        "mug",
        [(0, 0.736), (0.04, 0.736), (0.042, 0.83), (0, 0.832)],
        plastic((0.75, 0.72, 0.66)),
        (0.1, 0.58, 0),
        segments=14,
    )
    paper = box(
        "paper", (-0.02, -0.62, 0.7352), (0.27, -0.41, 0.745), Material(colour=(0.88, 0.88, 0.86), roughness=0.9)
    )
    return [top, merged("legs", legs), merged("screen", screen), face, mug, paper]


def office_chair(look: Look) -> list[MeshPart]:
    """A swivel chair on five castors, facing +X."""
    pad, base = vinyl(look.colour), _DARK
    turns = 2 * np.pi * np.arange(5) / 5 + 0.3
    legs = [tube("base", [(0, 0, 0.10), (0.27 * np.cos(t), 0.27 * np.sin(t), 0.075)], 0.022, base, 7) for t in turns]
    legs += [
        lathe(
            "base",
            [(0, 0), (0.028, 0), (0.028, 0.06), (0, 0.06)],
            base,
            (0.27 * np.cos(t), 0.27 * np.sin(t), 0),
            segments=10,
        )
        for t in turns
    ]
    legs.append(tube("base", [(0, 0, 0.08), (0, 0, 0.42)], 0.028, base, 10))
    legs.append(tube("base", [(-0.14, 0, 0.44), (-0.25, 0, 0.5), (-0.27, 0, 0.72)], 0.022, base, 8))
    seat = box("seat", (-0.22, -0.24, 0.42), (0.24, 0.24, 0.50), pad, 0.035)
    back = box("back", (-0.275, -0.22, 0.60), (-0.215, 0.22, 1.02), pad, 0.028)
    return [merged("base", legs), seat, back]


def cabinet(look: Look) -> list[MeshPart]:
    """A filing cabinet with drawers; its back (−X) goes to the wall."""
    body, front = (
        coated(look.colour),
        coated((min(1.0, look.colour[0] * 1.08), min(1.0, look.colour[1] * 1.08), min(1.0, look.colour[2] * 1.08))),
    )
    drawers = [
        box("drawers", (0.2, -0.215, 0.06 + 0.31 * k), (0.215, 0.215, 0.35 + 0.31 * k), front, 0.004) for k in range(4)
    ]
    grips = [
        box("grips", (0.215, -0.07, 0.27 + 0.31 * k), (0.235, 0.07, 0.285 + 0.31 * k), steel(), 0.003) for k in range(4)
    ]
    return [
        box("body", (-0.235, -0.235, 0), (0.2, 0.235, 1.32), body, 0.004),
        merged("drawers", drawers),
        merged("grips", grips),
    ]


def treatment_table(look: Look) -> list[MeshPart]:
    """A padded table for physiotherapy, its head at +X."""
    pad, metal = vinyl(look.colour), coated((0.80, 0.80, 0.80))
    long = box("pad", (-0.98, -0.33, 0.60), (0.52, 0.33, 0.68), pad, 0.03)
    head = box("head", (0.55, -0.30, 0.60), (0.98, 0.30, 0.68), pad, 0.03)
    legs = [
        box("legs", (x - 0.03, y - 0.03, 0), (x + 0.03, y + 0.03, 0.56), metal)
        for x in (-0.75, 0.55)
        for y in (-0.27, 0.27)
    ]
    legs += [box("legs", (-0.9, y - 0.02, 0.56), (0.9, y + 0.02, 0.60), metal) for y in (-0.27, 0.27)]
    legs += [box("legs", (x - 0.02, -0.27, 0.12), (x + 0.02, 0.27, 0.16), metal) for x in (-0.75, 0.55)]
    roll = lathe(
        "roll",
        [(0, -0.25), (0.05, -0.25), (0.05, 0.25), (0, 0.25)],
        Material(colour=(0.90, 0.90, 0.88), roughness=0.9),
        (-0.93, 0, 0.55),
        axis="y",
        segments=14,
    )
    return [long, head, merged("legs", legs), roll]


def carton(look: Look) -> list[MeshPart]:
    """A cardboard box with a strip of tape."""
    card = Material(colour=look.colour, roughness=0.9)
    tape = Material(colour=(0.70, 0.62, 0.48), roughness=0.4)
    return [
        box("box", (-0.2, -0.15, 0), (0.2, 0.15, 0.3), card, 0.004),
        box("tape", (-0.2005, -0.025, 0.2), (0.2005, 0.025, 0.3005), tape),
    ]


def _cartons(
    rng: np.random.Generator, name: str, low: tuple[float, float, float], size: tuple[float, float, float]
) -> list[MeshPart]:
    """Boxes side by side that fill most of a block."""
    out: list[MeshPart] = []
    at = low[1]
    while at < low[1] + size[1] - 0.22:
        wide = min(float(rng.uniform(0.28, 0.6)), low[1] + size[1] - at)
        tall, deep = float(rng.uniform(0.45, 1.0)) * size[2], float(rng.uniform(0.75, 1.0)) * size[0]
        card = Material(colour=_CARDBOARD[int(rng.integers(len(_CARDBOARD)))], roughness=0.9)
        if rng.random() < 0.88:
            out.append(
                box(
                    f"{name}_{len(out)}",
                    (low[0], at, low[2]),
                    (low[0] + deep, at + wide - 0.02, low[2] + tall),
                    card,
                    0.004,
                )
            )
        at += wide
    return out


def pallet_rack(look: Look) -> list[MeshPart]:
    """Heavy shelving of three levels with boxes on it; its back (−X) goes to the wall."""
    rng, posts, beams = stream(look.seed, 0, "pallet_rack"), coated((0.12, 0.24, 0.45)), coated(look.colour)
    bars = [
        box("posts", (x - 0.04, y - 0.04, 0), (x + 0.04, y + 0.04, 2.9), posts)
        for x in (-0.46, 0.46)
        for y in (-1.31, 1.31)
    ]
    rails = [
        box("beams", (x - 0.025, -1.27, z - 0.05), (x + 0.025, 1.27, z + 0.05), beams)
        for x in (-0.46, 0.46)
        for z in (0.16, 1.1, 2.05)
    ]
    decks = [box("decks", (-0.435, -1.27, z + 0.035), (0.435, 1.27, z + 0.055), steel()) for z in (0.16, 1.1, 2.05)]
    goods = [
        part
        for k, z in enumerate((0.16, 1.1, 2.05))
        for part in _cartons(rng, f"goods_{k}", (-0.4, -1.2, z + 0.055), (0.8, 2.4, 0.7))
    ]
    return [merged("posts", bars), merged("beams", rails), merged("decks", decks), *goods]


def pallet(look: Look) -> list[MeshPart]:
    """A wooden pallet with a load of boxes."""
    rng, wood = stream(look.seed, 0, "pallet"), Material(colour=look.colour, roughness=0.9)
    slats = [box("wood", (-0.6, y - 0.05, 0.12), (0.6, y + 0.05, 0.144), wood) for y in np.linspace(-0.35, 0.35, 6)]
    slats += [box("wood", (x - 0.05, -0.4, 0.0), (x + 0.05, 0.4, 0.12), wood) for x in (-0.55, 0.0, 0.55)]
    load = [
        part
        for k, z in enumerate((0.144, 0.6))
        for part in _cartons(rng, f"load_{k}", (-0.55, -0.38, z), (1.1, 0.76, 0.46))
    ]
    return [merged("wood", slats), *load]


BUILDERS: dict[str, Builder] = {
    f.__name__: f for f in (desk, office_chair, cabinet, treatment_table, carton, pallet_rack, pallet)
}
