"""Racks, benches and machines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.shapes import box, merged, moved, tube
from synthgen.places.props.common import Builder, Look, coated, plastic, rubber, steel, vinyl
from synthgen.places.props.weights import hex_dumbbell, loaded_bar


def beam(a: tuple[float, float, float], b: tuple[float, float, float], width: float, material: Material) -> MeshPart:
    """A square steel section between two points that differ along one axis."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    pad = np.where(high - low < 1e-9, width / 2, 0.0)
    return box("frame", low - pad, high + pad, material, 0.004)


def squat_rack(look: Look) -> list[MeshPart]:
    """A half rack with a loaded bar on its hooks."""
    metal = coated(look.colour)
    h, w = 2.25, 0.55
    frame = [beam((x, s * w, 0), (x, s * w, h), 0.07, metal) for s in (-1, 1) for x in (-0.5, 0.15)]
    frame += [beam((-0.53, s * w, 0.04), (0.75, s * w, 0.04), 0.07, metal) for s in (-1, 1)]
    frame += [beam((-0.5, s * w, h - 0.035), (0.15, s * w, h - 0.035), 0.07, metal) for s in (-1, 1)]
    frame += [beam((-0.5, -w, z), (-0.5, w, z), 0.07, metal) for z in (0.3, h - 0.035)]
    pull_up = tube("pull_up", [(0.15, -w, h - 0.06), (0.15, 0, h - 0.06), (0.15, w, h - 0.06)], 0.016, steel(), 12)
    hooks = [box("hooks", (0.18, s * w - 0.04, 1.28), (0.27, s * w + 0.04, 1.34), steel(), 0.005) for s in (-1, 1)]
    bar = [moved(p, shift=(0.235, 0, 0)) for p in loaded_bar((0.10, 0.10, 0.11), 1.355)]
    spare = [moved(p, shift=(-0.52, 0, 0)) for p in loaded_bar((0.10, 0.10, 0.11), 0.62)[2:3]]
    return [merged("frame", frame), pull_up, merged("hooks", hooks), *bar, *[replace(p, name="spare") for p in spare]]


def dumbbell_rack(look: Look) -> list[MeshPart]:
    """Three sloping shelves of dumbbells."""
    metal = coated(look.colour)
    parts: list[MeshPart] = []
    shelves, heads, grips = [], [], []
    for level, (x, z) in enumerate(((0.16, 0.16), (0.0, 0.46), (-0.16, 0.76))):
        shelves.append(box("shelves", (x - 0.14, -0.85, z - 0.02), (x + 0.14, 0.85, z), metal, 0.006))
        for k in range(7):
            radius = 0.042 + 0.006 * level + 0.003 * k
            head, grip = hex_dumbbell(0.24, radius, (0.08, 0.08, 0.09))
            turn = np.array([[0.0, 1, 0], [-1, 0, 0], [0, 0, 1]])
            shift = (x, (k - 3) * 0.235, z)
            heads.append(moved(head, turn, shift))
            grips.append(moved(grip, turn, shift))
    legs = []
    for s in (-1, 1):
        legs += [
            beam((-0.26, s * 0.8, 0), (-0.26, s * 0.8, 0.85), 0.06, metal),
            beam((-0.29, s * 0.8, 0.03), (0.30, s * 0.8, 0.03), 0.06, metal),
        ]
        legs += [
            beam((-0.26, s * 0.8, z - 0.03), (x, s * 0.8, z - 0.03), 0.05, metal)
            for x, z in ((0.16, 0.16), (0.0, 0.46))
        ]
    parts += [merged("frame", [*shelves, *legs]), merged("heads", heads), merged("grips", grips)]
    return parts


def bench(look: Look) -> list[MeshPart]:
    """A flat bench along X."""
    metal, pad = coated((0.62, 0.63, 0.65)), vinyl(look.colour)
    parts = [box("pad", (-0.62, -0.14, 0.37), (0.62, 0.14, 0.45), pad, 0.018)]
    legs = [beam((-0.5, 0, 0.34), (0.5, 0, 0.34), 0.06, metal)]
    for x in (-0.45, 0.45):
        legs += [beam((x, 0, 0.03), (x, 0, 0.36), 0.06, metal), beam((x, -0.25, 0.03), (x, 0.25, 0.03), 0.06, metal)]
    feet = [
        box("feet", (x - 0.035, s * 0.25 - 0.02, 0), (x + 0.035, s * 0.25 + 0.005, 0.065), rubber(), 0.004)
        for x in (-0.45, 0.45)
        for s in (-1, 1)
    ]
    return [*parts, merged("frame", legs), merged("feet", feet)]


def treadmill(look: Look) -> list[MeshPart]:
    """A deck with a belt, uprights, hand rails and a console at the front (+X is the runner's forward)."""
    body = plastic(look.colour)
    deck = box("deck", (-0.95, -0.40, 0.02), (0.70, 0.40, 0.17), body, 0.03)
    belt = box("belt", (-0.90, -0.25, 0.165), (0.55, 0.25, 0.178), rubber((0.05, 0.05, 0.055)), 0.004)
    rails = [
        box(
            "rails", (-0.92, s * 0.33 - 0.06, 0.165), (0.55, s * 0.33 + 0.06, 0.185), plastic((0.55, 0.56, 0.58)), 0.006
        )
        for s in (-1, 1)
    ]
    hood = box("hood", (0.50, -0.42, 0.05), (0.95, 0.42, 0.27), body, 0.06)
    posts = [
        tube(
            "posts",
            [(0.66, s * 0.38, 0.15), (0.60, s * 0.38, 0.7), (0.50, s * 0.38, 1.12)],
            0.032,
            coated((0.55, 0.56, 0.58)),
            12,
        )
        for s in (-1, 1)
    ]
    hands = [
        tube("hands", [(0.50, s * 0.38, 1.10), (0.2, s * 0.38, 1.03), (-0.05, s * 0.38, 0.98)], 0.024, rubber(), 12)
        for s in (-1, 1)
    ]
    console = box("console", (-0.05, -0.40, 0), (0.10, 0.40, 0.30), body, 0.03)
    screen = box(
        "screen",
        (-0.055, -0.18, 0.06),
        (-0.04, 0.18, 0.25),
        Material(colour=(0.05, 0.08, 0.1), emissive=(0.06, 0.12, 0.16), roughness=0.2),
        0.002,
    )
    lean = np.radians(20)
    c, s_ = np.cos(lean), np.sin(lean)
    turn = np.array([[c, 0, s_], [0, 1, 0], [-s_, 0, c]])
    feet = box("feet", (-0.90, -0.36, 0), (0.85, 0.36, 0.03), rubber(), 0.004)
    return [
        deck,
        belt,
        merged("rails", rails),
        hood,
        merged("posts", posts),
        merged("hands", hands),
        moved(console, turn, (0.46, 0, 1.12)),
        moved(screen, turn, (0.46, 0, 1.12)),
        feet,
    ]


def wall_bars(look: Look) -> list[MeshPart]:
    """A Swedish ladder of wood; its back (−X) goes to the wall."""
    wood = Material(colour=look.colour)
    frame = [box("sides", (-0.08, s * 0.455 - 0.02, 0), (0.03, s * 0.455 + 0.02, 2.4), wood, 0.006) for s in (-1, 1)]
    frame.append(box("sides", (-0.08, -0.02, 0), (0.03, 0.02, 2.4), wood, 0.006))
    heights = [*np.arange(0.18, 2.1, 0.16), 2.33]
    rungs = [
        tube("rungs", [(0.03 if z < 2.2 else 0.06, -0.455, z), (0.03 if z < 2.2 else 0.06, 0.455, z)], 0.019, wood, 12)
        for z in heights
    ]
    return [merged("sides", frame), merged("rungs", rungs)]


def band_post(look: Look) -> list[MeshPart]:
    """A post on a plate with resistance bands hanging from its hooks."""
    metal = coated(look.colour)
    plate = box("plate", (-0.30, -0.25, 0), (0.30, 0.25, 0.03), metal, 0.006)
    post = beam((0, 0, 0.03), (0, 0, 2.0), 0.08, metal)
    parts = [merged("frame", [plate, post])]
    for k, colour in enumerate(((0.75, 0.15, 0.15), (0.15, 0.45, 0.25), (0.85, 0.65, 0.12))):
        z = 1.75 - 0.35 * k
        t = np.linspace(0, 2 * np.pi, 25)
        y = 0.05 * np.sin(t)
        drop = 0.32 * (1 - np.cos(t)) / 2
        parts.append(
            tube(f"band_{k}", np.stack([0.075 + 0 * t, y + 0.06 * (k - 1), z - drop], axis=1), 0.008, rubber(colour), 8)
        )
        parts.append(
            box(
                f"hook_{k}",
                (0.03, 0.06 * (k - 1) - 0.012, z - 0.02),
                (0.10, 0.06 * (k - 1) + 0.012, z + 0.008),
                steel(),
                0.003,
            )
        )
    return parts


BUILDERS: dict[str, Builder] = {
    "squat_rack": squat_rack,
    "dumbbell_rack": dumbbell_rack,
    "bench": bench,
    "treadmill": treadmill,
    "wall_bars": wall_bars,
    "band_post": band_post,
}
