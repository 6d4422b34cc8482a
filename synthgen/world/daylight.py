"""Sun and sky by the time of day: where the sun stands, what colour its light has, how bright the sky is beside it.

Angles in radians, colours sRGB 0…1, light linear. Formulas and their sources: ``world/data/daylight.yaml``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from synthgen.core.plain import Colour
from synthgen.core.srgb import srgb_from_linear
from synthgen.core.tables import table

_LOWEST = math.radians(-6.0)
"""Civil twilight ends here: below it nothing outdoors is lit by the day."""


@dataclass(frozen=True)
class Daylight:
    """What the sky gives off.

    Attributes:
        sun, zenith, horizon, ground, glow: colours.
        share: how much of what falls on level ground comes from the sky and not from the sun.
    """

    sun: Colour
    zenith: Colour
    horizon: Colour
    ground: Colour
    glow: Colour
    share: float


def sun_elevation(hour: float, day: float, latitude: float) -> float:
    """Elevation of the sun's middle above the horizon, radians; without refraction.

    Args:
        hour: solar time, 12 when the sun is highest.
        day: of the year, 1 … 365.
        latitude: radians, north positive.
    """
    declination = math.radians(23.45) * math.sin(2 * math.pi * (284 + day) / 365)
    turn = math.pi * (hour - 12) / 12
    height = math.sin(latitude) * math.sin(declination)
    return math.asin(height + math.cos(latitude) * math.cos(declination) * math.cos(turn))


def sun_colour(elevation: float) -> Colour:
    """Colour of the direct light at ground level through clear air, the brightest channel 1."""
    rows = table("world/data/daylight.yaml")["sun"]
    degrees = max(math.degrees(elevation), 0.0)
    mass = 1.0 / (math.sin(math.radians(degrees)) + 0.50572 * (degrees + 6.07995) ** -1.6364)
    length = np.array(rows["wavelengths"])
    depth = sum(c * length**e for c, e in (rows["rayleigh"], rows["aerosol"])) * mass
    return _colour(srgb_from_linear(np.exp(-depth) / np.exp(-depth).max()))


def lamp_colour(kelvin: float) -> Colour:
    """Colour of a black body, the brightest channel 1; as a camera sees it whose white is 6500 K.

    Args:
        kelvin: 1667 … 25000.
    """
    k = 1000.0 / min(max(kelvin, 1667.0), 25000.0)
    low, high = (-0.2661239, -0.2343589, 0.8776956, 0.179910), (-3.0258469, 2.1070379, 0.2226347, 0.240390)
    a, b, c, d = low if kelvin <= 4000 else high
    x = ((a * k + b) * k + c) * k + d
    if kelvin <= 2222:
        p, q, r, s = -1.1063814, -1.34811020, 2.18555832, -0.20219683
    elif kelvin <= 4000:
        p, q, r, s = -0.9549476, -1.37418593, 2.09137015, -0.16748867
    else:
        p, q, r, s = 3.0817580, -5.87338670, 3.75112997, -0.37001483
    y = ((p * x + q) * x + r) * x + s
    xyz = np.array([x / y, 1.0, (1 - x - y) / y])
    # XYZ → linear sRGB (IEC 61966-2-1).
    to_rgb = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
    rgb = np.maximum((to_rgb * xyz).sum(1), 0.0)
    return _colour(srgb_from_linear(rgb / rgb.max()))


def daylight(elevation: float, overcast: float) -> Daylight:
    """The sky at an elevation of the sun, between clear (0) and overcast (1)."""
    data = table("world/data/daylight.yaml")
    rows, at = data["clear"], math.degrees(max(elevation, _LOWEST))
    angles = [row["sun"] for row in rows]
    # Clouds are as bright as the day is.
    day = float(np.interp(at, [-6, 2, 15], [0.22, 0.7, 1.0]))

    def mixed(name: str) -> np.ndarray:
        clear = np.array([np.interp(at, angles, values) for values in np.array([row[name] for row in rows]).T])
        out: np.ndarray = (1 - overcast) * clear + overcast * day * np.array(data["overcast"][name])
        return out

    share = float(np.interp(at, angles, [row["share"] for row in rows]))
    return Daylight(
        sun_colour(elevation),
        _colour(mixed("zenith")),
        _colour(mixed("horizon")),
        _colour(mixed("ground")),
        _colour(mixed("glow")),
        round((1 - overcast) * share + overcast * data["overcast"]["share"], 6),
    )


def _colour(values: np.ndarray) -> Colour:
    r, g, b = (round(float(min(max(v, 0.0), 1.0)), 6) for v in values)
    return r, g, b
