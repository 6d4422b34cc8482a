"""What hangs on walls: radiators, clocks, sockets, extinguishers, a whiteboard, the gate of a warehouse.

Lengths in metres in the wall's own frame: X along it, Y into the room, Z up. Nothing is bevelled, as on all walls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.shapes import box, lathe, merged

_WHITE = Material(colour=(0.90, 0.90, 0.88), roughness=0.5)
_BLACK = Material(colour=(0.08, 0.08, 0.09), roughness=0.5)
_STEEL = Material(colour=(0.66, 0.67, 0.69), roughness=0.4, metallic=0.8)


def fittings(run: float, height: float, names: Sequence[str], rng: np.random.Generator) -> list[MeshPart]:
    """Some of the things that a kind of room has on its walls, each with its own chance."""
    out: list[MeshPart] = []
    for name in names:
        share, make = _FITTINGS[name]
        if rng.random() < share:
            out += make(run, height, rng)
    return out


def _clock(run: float, height: float, rng: np.random.Generator) -> list[MeshPart]:
    at, z = float(rng.uniform(-0.3, 0.3)) * run, min(2.35, height - 0.3)
    ring = [(0, 0), (0.16, 0), (0.16, 0.03), (0, 0.03)]
    hour, minute = rng.uniform(0, 2 * np.pi, 2)
    hands = [
        box(
            "clock_hands",
            (at + min(0, x), 0.041, z + min(0, y)),
            (at + max(0.008, x), 0.043, z + max(0.008, y)),
            _BLACK,
        )
        for x, y in (0.02 * np.array([np.cos(hour), np.sin(hour)]), 0.09 * np.array([np.cos(minute), np.sin(minute)]))
    ]
    face = [(0, 0.031), (0.145, 0.031), (0.145, 0.033), (0, 0.04)]
    return [
        lathe("clock", ring, _BLACK, (at, 0, z), axis="y", segments=16),
        lathe("clock_face", face, _WHITE, (at, 0, z), axis="y", segments=16),
        merged("clock_hands", hands),
    ]


def _sockets(run: float, height: float, rng: np.random.Generator) -> list[MeshPart]:
    places = rng.uniform(-0.45, 0.45, int(rng.integers(1, 4))) * run
    return [
        merged(
            "sockets",
            [
                box("sockets", (x, 0, 0.28), (x + 0.085 * (1 + k % 2), 0.012, 0.365), _WHITE)
                for k, x in enumerate(places)
            ],
        )
    ]


def radiator(run: float, rng: np.random.Generator) -> list[MeshPart]:
    """A radiator under windows."""
    at, wide = float(rng.uniform(-0.3, 0.3)) * run, float(rng.uniform(0.9, 1.5))
    ribs = [
        box("radiator", (at - wide / 2 + k * 0.09, 0.04, 0.16), (at - wide / 2 + k * 0.09 + 0.06, 0.12, 0.72), _WHITE)
        for k in range(int(wide / 0.09))
    ]
    ribs.append(box("radiator", (at - wide / 2, 0.0, 0.20), (at + wide / 2 - 0.03, 0.05, 0.68), _WHITE))
    return [merged("radiator", ribs)]


def _extinguisher(run: float, height: float, rng: np.random.Generator) -> list[MeshPart]:
    at = float(rng.uniform(-0.44, 0.44)) * run
    red = Material(colour=(0.70, 0.08, 0.07), roughness=0.4)
    body = [(0, 0.62), (0.055, 0.62), (0.055, 1.0), (0.02, 1.06), (0, 1.061)]
    return [
        lathe("extinguisher", body, red, (at, 0.075, 0), segments=14),
        box("extinguisher_head", (at - 0.05, 0.055, 1.06), (at + 0.02, 0.095, 1.10), _BLACK),
        box("sign", (at - 0.09, 0, 1.62), (at + 0.09, 0.004, 1.80), red),
    ]


def _pipes(run: float, height: float, rng: np.random.Generator) -> list[MeshPart]:
    """A cable tray high up."""
    z = height - float(rng.uniform(0.35, 0.7))
    return [box("tray", (-run / 2, 0, z), (run / 2, 0.10, z + 0.06), _STEEL)]


def whiteboard(run: float, rng: np.random.Generator) -> list[MeshPart]:
    """A whiteboard with some writing."""
    at, wide = float(rng.uniform(-0.25, 0.25)) * run, float(rng.uniform(1.2, 2.0))
    board = Material(colour=(0.94, 0.95, 0.95), roughness=0.25)
    ink = Material(colour=((0.12, 0.2, 0.5), (0.5, 0.12, 0.12), (0.1, 0.1, 0.1))[int(rng.integers(3))], roughness=0.8)
    lines = []
    for k in range(int(rng.integers(2, 7))):
        start = at - 0.44 * wide + float(rng.uniform(0, 0.1))
        z = 1.88 - 0.13 * k
        lines.append(
            box("writing", (start, 0.021, z), (start + float(rng.uniform(0.2, 0.7)) * wide, 0.022, z + 0.025), ink)
        )
    return [
        box("board_frame", (at - wide / 2 - 0.02, 0, 0.98), (at + wide / 2 + 0.02, 0.019, 2.02), _STEEL),
        box("board", (at - wide / 2, 0.002, 1.0), (at + wide / 2, 0.0205, 2.0), board),
        merged("writing", lines),
    ]


def gate(run: float, height: float, rng: np.random.Generator) -> list[MeshPart]:
    """A rolling gate of slats, with a striped kerb on either side."""
    at, half, top = float(rng.uniform(-0.2, 0.2)) * run, 1.6, min(3.4, height - 0.5)
    grey = float(rng.uniform(0.45, 0.75))
    slat = Material(colour=(grey, grey, grey * 1.02), roughness=0.5, metallic=0.3)
    yellow = Material(colour=(0.80, 0.66, 0.10), roughness=0.7)
    slats = [
        box("gate", (at - half, 0, 0.01 + 0.12 * k), (at + half, 0.03 + 0.012 * (k % 2), 0.13 + 0.12 * k), slat)
        for k in range(int(top / 0.12))
    ]
    posts = [
        box("gate_posts", (at + s * half - 0.08, 0, 0.0), (at + s * half + 0.08, 0.08, top + 0.1), yellow)
        for s in (-1, 1)
    ]
    return [merged("gate", slats), merged("gate_posts", posts)]


_Maker = Callable[[float, float, np.random.Generator], list[MeshPart]]
_FITTINGS: dict[str, tuple[float, _Maker]] = {
    "clock": (0.25, _clock),
    "sockets": (0.7, _sockets),
    "extinguisher": (0.25, _extinguisher),
    "pipes": (0.6, _pipes),
}
