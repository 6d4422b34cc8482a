"""Light: one shadowed key, soft fill, and an environment that colours both; indoors by lamps or windows, outdoors by
the sun and the sky of the hour.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgen.core.plain import Colour
from synthgen.core.seeding import stream
from synthgen.core.srgb import linear_from_srgb, srgb_from_linear
from synthgen.core.tables import table
from synthgen.scene import Scene
from synthgen.world.daylight import daylight, lamp_colour
from synthgen.world.draws import rounded, uniform, vector
from synthgen.world.people import Placed
from synthgen.world.pictures import PictureLight
from synthgen.world.surroundings import BackdropSpec, LightSpec, RoomSpec, SkySpec

_SUN, _LAMP, _SKY = 2.1, 2.4, 1.2
"""Strengths of key, lamps and environment: together a white shirt comes out just below white. A key of π that falls
straight on a white surface makes it white, as does a lamp of π at 1 m and a white environment of 1."""

_OUTDOORS = 0.95
"""What falls on level ground outdoors, as a share of what makes white white: a camera exposes for it at any hour."""
OPEN = 0.65
"""Share of the environment that the renderers let arrive (``engine.sunlight.OPENNESS``)."""
_BRIGHTEST = 4.5
"""Strength of a low sun at most: its shadows are long, but people who face it are not burnt out altogether."""
_WHITE = 5200.0
"""Kelvin that a camera's white balance takes for white, halfway: lamps look half as coloured as they are."""


def make_lights(
    scene: Scene, shot: int, people: Sequence[Placed], room: RoomSpec, picture: PictureLight | None = None
) -> tuple[LightSpec, ...]:
    """The key light and the lamps of one shot; in front of a picture, the light that it was taken in."""
    middle = np.mean([p.trunk for p in people], 0)
    if picture is not None and room.backdrop is not None:
        return _pictured(picture, room.backdrop, middle)
    if is_outdoors(room) and room.backdrop is not None:
        return _sunlight(room.backdrop, middle)
    rng, vary = stream(scene.seed, shot, "lights"), scene.lights.variation
    chance, warm = rng.random(), lamp_colour(uniform(rng, scene.lights.lamps))
    by_day = _daylit(scene, shot, room)
    key = _window(rng, vary, room, middle) if by_day else _ceiling(rng, vary, warm, middle)
    if not by_day and chance < scene.lights.spots * min(1.0, 2 * vary):
        key = _spot(rng, vary, warm, middle, room)
    lamps = []
    for side in (-1, 1):
        spot = np.array([side * room.size[0] / 4, vary * uniform(rng, (-1, 1)) * room.size[1] / 4, room.size[2] - 1.1])
        strength = _LAMP * (1 + vary * uniform(rng, (-0.7, 0.6))) * (0.35 if by_day else 1.0)
        lamps.append(
            LightSpec(
                kind="point",
                position=vector(spot),
                target=vector((spot[0], spot[1], 0.0)),
                colour=_balanced(rng, vary, warm),
                intensity=rounded(strength),
            )
        )
    return (key, *lamps)


def make_sky(scene: Scene, shot: int, room: RoomSpec, picture: PictureLight | None = None) -> SkySpec:
    """Environment light of one shot."""
    if picture is not None and room.backdrop is not None:
        above = np.clip(picture.above / max(float(picture.above.max()), 1e-6), 0.2, 1.0) * 0.8
        return SkySpec(
            zenith=vector(srgb_from_linear(above)),
            intensity=rounded(picture.sky_strength(above) / OPEN),
            picture=room.backdrop.picture,
            turn=room.backdrop.turn,
        )
    rng, vary = stream(scene.seed, shot, "sky"), scene.lights.variation
    if is_outdoors(room) and room.backdrop is not None:
        return _open_sky(room.backdrop)
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
        lamps=0.3 if _daylit(scene, shot, room) else 1.0,
    )


def make_exposure(scene: Scene, shot: int) -> float:
    """Factor on the image's brightness."""
    return rounded(uniform(stream(scene.seed, shot, "exposure"), scene.lights.exposure))


def is_outdoors(room: RoomSpec) -> bool:
    """Whether a room has no walls."""
    return bool(table("world/data/sets.yaml")[room.kind].get("outdoors"))


def _daylit(scene: Scene, shot: int, room: RoomSpec) -> bool:
    """Whether the day lights the room through its windows more than the lamps do."""
    rng = stream(scene.seed, shot, "lights/day")
    up = room.backdrop is not None and room.backdrop.sun > np.radians(4)
    return bool(up and rng.random() < scene.lights.windows * min(1.0, 2 * scene.lights.variation))


def _sunlight(backdrop: BackdropSpec, middle: np.ndarray) -> tuple[LightSpec, ...]:
    """The sun of the hour; under clouds what is left of it is soft, and the sky does the rest."""
    light, up = daylight(backdrop.sun, backdrop.overcast), max(backdrop.sun, np.radians(2.0))
    # Clouds have no direction but up.
    height = up + backdrop.overcast * (np.radians(75) - up)
    strength = min((1 - light.share) * _OUTDOORS * np.pi / np.sin(height), _BRIGHTEST)
    key = LightSpec(
        kind="sun",
        position=vector(middle + 30.0 * _away(backdrop.turn, height)),
        target=vector(middle),
        colour=light.glow if backdrop.overcast else _half(light.sun),
        intensity=rounded(strength),
        shadow=True,
    )
    return (key,)


def _pictured(picture: PictureLight, backdrop: BackdropSpec, middle: np.ndarray) -> tuple[LightSpec, ...]:
    """The key where the picture is brightest."""
    r, g, b = vector(srgb_from_linear(picture.colour))
    key = LightSpec(
        kind="sun",
        position=vector(middle + 20.0 * _away(backdrop.turn + picture.azimuth, picture.elevation)),
        target=vector(middle),
        colour=(r, g, b),
        intensity=rounded(picture.key_strength),
        shadow=True,
    )
    return (key,)


def _open_sky(backdrop: BackdropSpec) -> SkySpec:
    light = daylight(backdrop.sun, backdrop.overcast)
    # Shade is not as blue as the sky above: what stands around throws light back.
    zenith = 0.6 * np.array(light.zenith) + 0.4 * np.array(light.horizon)
    above = float(linear_from_srgb(0.5 * (zenith + np.array(light.horizon))).mean())
    return SkySpec(
        zenith=vector(zenith),
        horizon=light.horizon,
        ground=light.ground,
        intensity=rounded(light.share * _OUTDOORS / (OPEN * max(above, 0.05))),
        lamps=0.0,
    )


def _ceiling(rng: np.random.Generator, vary: float, warm: Colour, middle: np.ndarray) -> LightSpec:
    """Light from above, as many lamps together give."""
    azimuth = np.pi / 4 + vary * uniform(rng, (-np.pi, np.pi))
    elevation = np.radians(60) + vary * np.radians(uniform(rng, (-22, 22)))
    return LightSpec(
        kind="sun",
        position=vector(middle + 8.0 * _away(azimuth, elevation)),
        target=vector(middle),
        colour=_balanced(rng, vary, warm),
        intensity=rounded(_SUN * (1 + vary * uniform(rng, (-0.45, 0.4)))),
        shadow=True,
    )


def _window(rng: np.random.Generator, vary: float, room: RoomSpec, middle: np.ndarray) -> LightSpec:
    """Daylight from the wall with windows, at −Y; the sun itself where it stands low enough on that side."""
    azimuth = -np.pi / 2 + vary * uniform(rng, (-1.0, 1.0))
    elevation = np.radians(28) + vary * np.radians(uniform(rng, (-12, 16)))
    backdrop = room.backdrop or BackdropSpec()
    light = daylight(backdrop.sun, backdrop.overcast)
    return LightSpec(
        kind="sun",
        position=vector(middle + 12.0 * _away(azimuth, elevation)),
        target=vector(middle),
        colour=light.glow if backdrop.overcast else _half(light.sun),
        intensity=rounded((1.5 if backdrop.overcast else 2.4) * (1 + vary * uniform(rng, (-0.35, 0.5)))),
        shadow=True,
    )


def _spot(rng: np.random.Generator, vary: float, warm: Colour, middle: np.ndarray, room: RoomSpec) -> LightSpec:
    """A spotlight under the ceiling, some metres to one side."""
    azimuth, aside = uniform(rng, (-np.pi, np.pi)), uniform(rng, (1.0, 2.6))
    place = np.array([middle[0] + aside * np.cos(azimuth), middle[1] + aside * np.sin(azimuth), room.size[2] - 0.25])
    half = np.array(room.size[:2]) / 2 - 0.2
    place[:2] = np.clip(place[:2], -half, half)
    far = float(np.linalg.norm(place - middle))
    return LightSpec(
        kind="spot",
        position=vector(place),
        target=vector(middle),
        colour=_balanced(rng, vary, warm),
        intensity=rounded(min(_SUN * 1.25 * far * far, 80.0)),
        shadow=True,
    )


def _away(azimuth: float, elevation: float) -> np.ndarray:
    flat = np.cos(elevation)
    return np.array([flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(elevation)])


def _balanced(rng: np.random.Generator, vary: float, warm: Colour) -> Colour:
    """A lamp's colour as a camera shows it, each lamp a little different."""
    white = np.array(lamp_colour(_WHITE))
    share = vary * min(max(0.6 + 0.3 * uniform(rng, (-1, 1)), 0.0), 1.0)
    tint = 1 + share * (np.array(warm) / white - 1)
    r, g, b = vector(tint / max(float(tint.max()), 1e-9))
    return r, g, b


def _half(colour: Colour) -> Colour:
    """Halfway to white: a camera's balance follows the light."""
    r, g, b = vector(1 - 0.6 * (1 - np.array(colour)))
    return r, g, b
