"""Weights, balls and small equipment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.shapes import ball, box, lathe, merged, moved, tube
from synthgen.places.props.common import Builder, Look, coated, plastic, rubber, steel


def yoga_mat(look: Look) -> list[MeshPart]:
    """A mat that lies flat."""
    x, y, z = look.size
    return [box("mat", (-x / 2, -y / 2, 0), (x / 2, y / 2, z), Material(colour=look.colour), 0.002)]


def hex_dumbbell(length: float, radius: float, colour: tuple[float, float, float]) -> list[MeshPart]:
    """A hexagonal dumbbell along Y, resting on a flat side, its lowest point at z = 0."""
    apothem = radius * np.cos(np.pi / 6)
    head = [(0.0, -0.5), (0.86, -0.5), (1.0, -0.40), (1.0, 0.40), (0.86, 0.5), (0.0, 0.5)]
    wide = 0.30 * length
    heads = []
    for side in (-1, 1):
        profile = [(r * radius, h * wide) for r, h in head]
        part = lathe("heads", profile, rubber(colour), axis="y", segments=6, crease=10)
        turn = np.pi / 6
        c, s = np.cos(turn), np.sin(turn)
        part = moved(part, np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]), (0, side * (length - wide) / 2, apothem))
        heads.append(part)
    grip = [(0.0, -0.25 * length), (0.014, -0.25 * length), (0.017, 0.0), (0.014, 0.25 * length), (0.0, 0.25 * length)]
    return [merged("heads", heads), lathe("grip", grip, steel(), (0, 0, apothem), axis="y", segments=16)]


def dumbbell(look: Look) -> list[MeshPart]:
    """One hexagonal dumbbell."""
    return hex_dumbbell(look.size[1], 0.075, look.colour)


def kettlebell(look: Look) -> list[MeshPart]:
    """A cast bell with a flat foot and a handle across Y."""
    body = coated(look.colour)
    angles = np.linspace(-0.86 * np.pi / 2, np.pi / 2, 18)
    profile = [(0.0, 0.0)] + [(0.098 * np.cos(a), 0.095 + 0.096 * np.sin(a)) for a in angles]
    profile[-1] = (0.0, profile[-1][1])
    bend = np.linspace(-0.22, 1.22, 20) * np.pi
    handle = [(0, 0.075 * np.cos(t), 0.195 + 0.07 * np.sin(t)) for t in bend]
    foot = [(0.0, 0.0), (0.062, 0.0), (0.064, 0.003), (0.064, 0.014), (0.0, 0.014)]
    return [
        lathe("bell", profile, body, segments=32, crease=60),
        tube("handle", handle, 0.0165, replace(body, roughness=0.6), 14),
        lathe("foot", foot, rubber(), segments=32),
    ]


def plate(radius: float, width: float, at: float, material: Material, z: float) -> MeshPart:
    """A weight plate across Y with a rim and a hub."""
    w = width / 2
    profile = [
        (0.0, -w),
        (0.30 * radius, -w),
        (0.34 * radius, -0.55 * w),
        (0.82 * radius, -0.55 * w),
        (0.86 * radius, -w),
        (0.98 * radius, -w),
        (radius, -0.8 * w),
        (radius, 0.8 * w),
        (0.98 * radius, w),
        (0.86 * radius, w),
        (0.82 * radius, 0.55 * w),
        (0.34 * radius, 0.55 * w),
        (0.30 * radius, w),
        (0.0, w),
    ]
    return lathe("plates", profile, material, (0, at, z), axis="y", segments=36)


def loaded_bar(colour: tuple[float, float, float], z: float, radius: float = 0.225) -> list[MeshPart]:
    """An Olympic bar along Y (2.2 m) with one large plate on each side, its middle at height z."""
    bar = tube("bar", [(0, -0.66, z), (0, 0, z), (0, 0.66, z)], 0.014, steel(), 14)
    sleeves = [
        tube("sleeves", [(0, s * 0.66, z), (0, s * 1.10, z)], 0.025, steel((0.80, 0.80, 0.82)), 16) for s in (-1, 1)
    ]
    plates = [plate(radius, 0.05, s * 0.72, rubber(colour), z) for s in (-1, 1)]
    small = [plate(0.62 * radius, 0.035, s * 0.77, rubber((0.5, 0.12, 0.1)), z) for s in (-1, 1)]
    return [bar, merged("sleeves", sleeves), merged("plates", plates), merged("small_plates", small)]


def barbell(look: Look) -> list[MeshPart]:
    """A loaded bar on the floor."""
    return loaded_bar(look.colour, look.size[2] / 2)


def medicine_ball(look: Look) -> list[MeshPart]:
    """A ball with darker seams."""
    r = look.size[2] / 2
    seam = Material(colour=tuple(0.4 * c for c in look.colour), roughness=0.9)  # type: ignore[arg-type]
    t = np.linspace(0, 2 * np.pi, 33)
    seams = [
        tube("seams", np.stack([r * np.cos(t), 0 * t, r + r * np.sin(t)], axis=1) * 0.999, 0.003, seam, 6),
        tube("seams", np.stack([0 * t, r * np.cos(t), r + r * np.sin(t)], axis=1) * 0.999, 0.003, seam, 6),
    ]
    return [ball("ball", r, Material(colour=look.colour, roughness=0.75), (0, 0, r)), merged("seams", seams)]


def exercise_ball(look: Look) -> list[MeshPart]:
    """A large inflated ball with grooves, pressed a little flat."""
    r, n = 0.325, 64
    theta = np.linspace(0, np.pi, n + 1)
    groove = 1 - 0.004 * (np.sin(theta * 17) > 0.85) * (np.sin(theta) > 0.5)
    profile = [(r * g * np.sin(t), -0.97 * r * g * np.cos(t)) for t, g in zip(theta, groove, strict=True)]
    profile[0], profile[-1] = (0.0, profile[0][1]), (0.0, profile[-1][1])
    return [lathe("ball", profile, Material(colour=look.colour, roughness=0.4), segments=40, crease=170)]


def plyo_box(look: Look) -> list[MeshPart]:
    """A jumping box of plywood with grip holes."""
    x, y, z = look.size
    hole = Material(colour=(0.05, 0.04, 0.03), roughness=1.0)
    grips = [
        box("grips", (-0.065, s * y / 2 - 0.001, 0.62 * z), (0.065, s * y / 2 + 0.0005, 0.62 * z + 0.04), hole, 0.0)
        for s in (-1, 1)
    ]
    return [
        box("box", (-x / 2, -y / 2, 0), (x / 2, y / 2, z), Material(colour=look.colour), 0.008),
        merged("grips", grips),
    ]


def step(look: Look) -> list[MeshPart]:
    """An aerobic step: a grippy deck on two feet."""
    x, y, z = look.size
    grey = plastic(look.colour)
    deck = box("deck", (-x / 2, -y / 2, 0.10), (x / 2, y / 2, z), grey, 0.015)
    mat = box(
        "top",
        (-0.42 * x, -0.44 * y, z - 0.004),
        (0.42 * x, 0.44 * y, z + 0.003),
        Material(colour=(0.12, 0.12, 0.13)),
        0.002,
    )
    feet = [
        box(
            "feet",
            (-0.48 * x, s * 0.36 * y - 0.10, 0),
            (0.48 * x, s * 0.36 * y + 0.10, 0.10),
            plastic((0.65, 0.2, 0.2)),
            0.01,
        )
        for s in (-1, 1)
    ]
    return [deck, mat, merged("feet", feet)]


def foam_roller(look: Look) -> list[MeshPart]:
    """A grooved roller lying along Y."""
    r, half = 0.075, 0.225
    profile = [(0.0, -half), (0.045, -half), (0.9 * r, -half)]
    for k in range(9):
        h = -half + (k + 0.08) * half * 2 / 9
        profile += [(r, h + 0.003), (r, h + 0.035), (0.93 * r, h + 0.039)]
    profile += [(0.9 * r, half), (0.045, half), (0.0, half)]
    return [lathe("roller", profile, Material(colour=look.colour, roughness=0.9), (0, 0, r), axis="y", segments=32)]


def water_bottle(look: Look) -> list[MeshPart]:
    """A sports bottle."""
    body = [
        (0.0, 0.0),
        (0.034, 0.0),
        (0.0375, 0.006),
        (0.0375, 0.10),
        (0.033, 0.125),
        (0.0375, 0.15),
        (0.0375, 0.185),
        (0.026, 0.205),
    ]
    cap = [(0.028, 0.203), (0.028, 0.228), (0.012, 0.232), (0.010, 0.25), (0.0, 0.25)]
    return [
        lathe("bottle", body, plastic(look.colour), segments=24),
        lathe("cap", cap, plastic((0.12, 0.12, 0.13)), segments=20),
    ]


BUILDERS: dict[str, Builder] = {
    "yoga_mat": yoga_mat,
    "dumbbell": dumbbell,
    "kettlebell": kettlebell,
    "barbell": barbell,
    "medicine_ball": medicine_ball,
    "exercise_ball": exercise_ball,
    "plyo_box": plyo_box,
    "step": step,
    "foam_roller": foam_roller,
    "water_bottle": water_bottle,
}
