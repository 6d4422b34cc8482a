"""Light: one shadowed key, soft fill from ceiling lamps, and an environment that colours both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgen.core.plain import Colour
from synthgen.core.seeding import stream
from synthgen.scene import Scene
from synthgen.world.draws import rounded, uniform, vector
from synthgen.world.people import Placed
from synthgen.world.shot import LightSpec, RoomSpec, SkySpec

_WARM, _COOL = np.array([1.0, 0.86, 0.70]), np.array([0.86, 0.93, 1.0])
"""sRGB of a 3500 K lamp and of a 7500 K sky, about."""
_SUN, _LAMP, _SKY = 2.1, 2.4, 1.2
"""Strengths of key, lamps and environment: together a white shirt comes out just below white. A key of π that falls
straight on a white surface makes it white, as does a lamp of π at 1 m and a white environment of 1."""


def make_lights(scene: Scene, shot: int, people: Sequence[Placed], room: RoomSpec) -> tuple[LightSpec, ...]:
    """The key light and the lamps of one shot."""
    rng, vary = stream(scene.seed, shot, "lights"), scene.lights.variation
    middle = np.mean([p.trunk for p in people], 0)
    azimuth = np.pi / 4 + vary * uniform(rng, (-np.pi, np.pi))
    elevation = np.radians(60) + vary * np.radians(uniform(rng, (-22, 22)))
    away = np.array([np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)])
    key = LightSpec(
        kind="sun",
        position=vector(middle + 8.0 * away),
        target=vector(middle),
        colour=_tint(rng, vary),
        intensity=rounded(_SUN * (1 + vary * uniform(rng, (-0.45, 0.4)))),
        shadow=True,
    )
    lamps = []
    for side in (-1, 1):
        spot = np.array([side * room.size[0] / 4, vary * uniform(rng, (-1, 1)) * room.size[1] / 4, room.size[2] - 1.1])
        strength = _LAMP * (1 + vary * uniform(rng, (-0.7, 0.6)))
        lamps.append(
            LightSpec(
                kind="point",
                position=vector(spot),
                target=vector((spot[0], spot[1], 0.0)),
                colour=_tint(rng, vary),
                intensity=rounded(strength),
            )
        )
    return (key, *lamps)


def make_sky(scene: Scene, shot: int) -> SkySpec:
    """Environment light of one shot."""
    rng, vary = stream(scene.seed, shot, "sky"), scene.lights.variation
    base, warm = SkySpec(), vary * uniform(rng, (-1, 1))
    tint = 1 + 0.08 * warm * np.array([1.0, 0.0, -1.0])
    level = 1 + 0.25 * vary * uniform(rng, (-1, 1))

    def shade(colour: Colour, scale: float = 1.0) -> Colour:
        r, g, b = vector(np.clip(np.array(colour) * tint * scale, 0, 1))
        return r, g, b

    return SkySpec(
        zenith=shade(base.zenith),
        horizon=shade(base.horizon),
        ground=shade(base.ground, 1 + 0.3 * vary * uniform(rng, (-1, 1))),
        intensity=rounded(_SKY * level),
    )


def make_exposure(scene: Scene, shot: int) -> float:
    """Factor on the image's brightness."""
    return rounded(uniform(stream(scene.seed, shot, "exposure"), scene.lights.exposure))


def _tint(rng: np.random.Generator, vary: float) -> Colour:
    t = uniform(rng, (-1, 1)) * vary
    towards = _WARM if t > 0 else _COOL
    r, g, b = vector(1 + abs(t) * (towards - 1))
    return r, g, b
