"""People far off: figures of a few rounded limbs, dressed in plain colours, never larger than some 40 pixels."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from synthgen.core.plain import Colour
from synthgen.core.seeding import stream
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.normals import with_normals
from synthgen.meshes.shapes import ball, lathe, moved, stretched, tube

_SKINS: tuple[Colour, ...] = ((0.84, 0.66, 0.54), (0.70, 0.50, 0.38), (0.42, 0.28, 0.20))
_CLOTHES: tuple[Colour, ...] = (
    (0.62, 0.14, 0.14),
    (0.14, 0.26, 0.50),
    (0.80, 0.80, 0.78),
    (0.12, 0.12, 0.13),
    (0.30, 0.42, 0.24),
    (0.72, 0.58, 0.20),
    (0.40, 0.40, 0.42),
)
_TROUSERS: tuple[Colour, ...] = ((0.12, 0.13, 0.16), (0.22, 0.28, 0.40), (0.40, 0.36, 0.30), (0.16, 0.16, 0.17))
_HAIR: tuple[Colour, ...] = ((0.10, 0.08, 0.06), (0.30, 0.20, 0.12), (0.62, 0.50, 0.32), (0.55, 0.54, 0.53))


FIGURES = 24
"""Figures that there are: limbs and clothes; each stands where it stands, and turned as it is."""


def figure(rng: np.random.Generator, spot: tuple[float, float]) -> list[MeshPart]:
    """Somebody who stands or walks at a spot (metres)."""
    turn = float(rng.uniform(-np.pi, np.pi))
    c, s = np.cos(turn), np.sin(turn)
    matrix = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
    return [moved(part, matrix, (*spot, 0.0)) for part in _figure(int(rng.integers(FIGURES)))]


@lru_cache(maxsize=FIGURES)
def _figure(which: int) -> list[MeshPart]:
    """One of the figures at the origin, facing +X."""
    rng = stream(which, 0, "far")
    stride, sway = float(rng.choice([0.0, 0.0, 0.22, 0.34])), float(rng.uniform(-0.08, 0.08))
    skin, shirt, cloth, hair = (
        Material(colour=c[int(rng.integers(len(c)))], roughness=0.9) for c in (_SKINS, _CLOTHES, _TROUSERS, _HAIR)
    )
    bend = 0.5 * stride
    parts = [
        lathe(
            "far_shirt",
            [(0.0, 0.88), (0.15, 0.9), (0.13, 1.1), (0.185, 1.36), (0.06, 1.48), (0, 1.49)],
            shirt,
            segments=10,
        ),
        ball("far_skin", 0.105, skin, (0.01, 0, 1.62), 10),
        ball("far_hair", 0.112, hair, (-0.02, 0, 1.65), 8),
    ]
    for side in (-1, 1):
        step = side * stride
        parts.append(
            tube(
                "far_trousers",
                [(0, side * 0.09, 0.92), (0.6 * step + 0.04, side * 0.09, 0.48), (step, side * 0.1, 0.05)],
                [0.09, 0.07, 0.055],
                cloth,
                7,
            )
        )
        arm = [(0, side * 0.20, 1.40), (-0.6 * bend * side, side * 0.25, 1.13), (0.08 - bend * side, side * 0.25, 0.88)]
        parts.append(tube("far_shirt", arm[:2], [0.052, 0.045], shirt, 6))
        parts.append(tube("far_skin", arm[1:], [0.04, 0.035], skin, 6))
    tall = float(rng.uniform(0.88, 1.08))
    return with_normals([stretched(part, np.array([tall, tall * (1 + sway), tall])) for part in parts])
