"""Furniture and plants."""

from __future__ import annotations

import numpy as np

from synthgen.core.seeding import stream
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.shapes import box, lathe, merged, tube
from synthgen.places.props.common import Builder, Look, plastic, steel, vinyl


def shelf(look: Look) -> list[MeshPart]:
    """An open shelf with towels, rolled mats and boxes; its back (−X) goes to the wall."""
    wood = Material(colour=look.colour)
    boards = [box("boards", (-0.2, s * 0.59 - 0.012, 0), (0.2, s * 0.59 + 0.012, 1.6), wood, 0.003) for s in (-1, 1)]
    levels = (0.06, 0.45, 0.84, 1.22, 1.588)
    boards += [box("boards", (-0.2, -0.585, z - 0.012), (0.2, 0.585, z + 0.012), wood, 0.003) for z in levels]
    boards.append(box("boards", (-0.2, -0.585, 0.06), (-0.19, 0.585, 1.6), wood))
    rng = stream(look.seed, 0, "shelf")
    colours = np.array(
        [[0.85, 0.85, 0.83], [0.30, 0.45, 0.55], [0.55, 0.25, 0.30], [0.35, 0.42, 0.34], [0.2, 0.2, 0.22]]
    )
    parts = [merged("boards", boards)]
    for row, z in enumerate(levels[:-1]):
        at = -0.5
        while at < 0.42:
            width = float(rng.uniform(0.14, 0.26))
            r_, g_, b_ = (float(c) for c in colours[int(rng.integers(len(colours)))])
            colour = (r_, g_, b_)
            name = f"thing_{row}_{len(parts)}"
            if row % 2:
                r = min(0.075, width / 2)
                rolled = [(0.0, -0.16), (r, -0.16), (r, 0.16), (0.0, 0.16)]
                parts.append(
                    lathe(
                        name,
                        rolled,
                        Material(colour=colour, roughness=0.95),
                        (0.01, at + r, z + 0.012 + r),
                        axis="x",
                        segments=18,
                    )
                )
            else:
                height = float(rng.uniform(0.10, 0.26))
                parts.append(
                    box(
                        name,
                        (-0.15, at, z + 0.012),
                        (0.16, at + 0.92 * width, z + 0.012 + height),
                        Material(colour=colour, roughness=0.9),
                        0.012,
                    )
                )
            at += width + float(rng.uniform(0.0, 0.08))
    return parts


def plant(look: Look) -> list[MeshPart]:
    """A pot with long arching leaves."""
    pot = [(0.0, 0.0), (0.15, 0.0), (0.19, 0.36), (0.20, 0.38), (0.18, 0.38), (0.175, 0.34), (0.0, 0.34)]
    soil = Material(colour=(0.16, 0.11, 0.08), roughness=1.0)
    parts = [
        lathe("pot", pot[:5], Material(colour=look.colour, roughness=0.6), segments=28),
        lathe("soil", [(0.18, 0.345), (0.0, 0.35)], soil, segments=28),
    ]
    rng = stream(look.seed, 0, "plant")
    leaves, stems = [], []
    green = Material(colour=(0.20, 0.40, 0.16), roughness=0.55, double_sided=True)
    for k in range(26):
        turn = k * 2.399963 + float(rng.uniform(-0.3, 0.3))
        reach, rise = float(rng.uniform(0.18, 0.42)), float(rng.uniform(0.55, 1.1))
        t = np.linspace(0, 1, 9)
        out = 0.03 + reach * t**1.4
        up = 0.34 + rise * (1.45 * t - 0.55 * t**2.4)
        spine = np.stack([out * np.cos(turn), out * np.sin(turn), up], axis=1)
        stems.append(tube("stems", spine[:6], np.linspace(0.006, 0.003, 6), green, 5))
        leaves.append(_leaf(spine[4:], 0.075 * float(rng.uniform(0.7, 1.2)), turn, green))
    return [*parts, merged("stems", stems), merged("leaves", leaves)]


def _leaf(spine: np.ndarray, width: float, turn: float, material: Material) -> MeshPart:
    """A blade along a curve, widest in the middle, folded a little along it."""
    t = np.linspace(0, 1, len(spine))
    side = np.array([-np.sin(turn), np.cos(turn), 0.0])
    half = width * np.sin(np.pi * np.clip(t, 0.04, 0.995)) ** 0.7
    lift = np.array([0, 0, 0.35])
    rows = np.stack([spine - half[:, None] * (side - lift), spine, spine + half[:, None] * (side + lift)], axis=1)
    i, k = np.meshgrid(np.arange(len(spine) - 1), np.arange(2), indexing="ij")
    a = (i * 3 + k).ravel()
    faces = np.concatenate([np.stack([a, a + 1, a + 4], axis=1), np.stack([a, a + 4, a + 3], axis=1)])
    uvs = np.stack([np.tile([0.0, 0.5, 1.0], len(spine)), np.repeat(t, 3)], axis=1)
    return MeshPart("leaves", rows.reshape(-1, 3), faces, material, uvs)


def chair(look: Look) -> list[MeshPart]:
    """A stacking chair with a padded seat, facing +X."""
    pad, metal = vinyl(look.colour), steel((0.6, 0.6, 0.62))
    legs = []
    for s in (-1, 1):
        y = s * 0.235
        legs.append(
            tube("legs", [(0.24, y, 0.0), (0.20, y, 0.44), (-0.18, y, 0.44), (-0.26, y, 0.82)], 0.0125, metal, 10)
        )
        legs.append(tube("legs", [(-0.26, y, 0.0), (-0.17, y, 0.44)], 0.0125, metal, 10))
    seat = box("seat", (-0.20, -0.235, 0.43), (0.24, 0.235, 0.475), pad, 0.018)
    back = box("back", (-0.262, -0.235, 0.58), (-0.222, 0.235, 0.84), pad, 0.018)
    feet = [
        box(
            "feet",
            (x - 0.016, s * 0.235 - 0.016, 0),
            (x + 0.016, s * 0.235 + 0.016, 0.02),
            plastic((0.1, 0.1, 0.1)),
            0.003,
        )
        for x in (0.24, -0.26)
        for s in (-1, 1)
    ]
    return [merged("legs", legs), seat, back, merged("feet", feet)]


BUILDERS: dict[str, Builder] = {"shelf": shelf, "plant": plant, "chair": chair}
