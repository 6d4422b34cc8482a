"""Patterns of cloth: which share of the second colour shows where on the middle body."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from synthgen.characters.clothing.atlas import SIZE, Atlas, atlas_of
from synthgen.characters.clothing.cuts import garment_data
from synthgen.characters.pattern_body import PatternBody
from synthgen.core.errors import InputError
from synthgen.meshes.noise import Noise

LEVELS = 16
"""Levels of the share."""

_SOFT = 0.004
"""Metres over which colours change, so that edges do not alias."""


@lru_cache(maxsize=64)
def accent_share(kind: str, pattern: str, variant: int, body: PatternBody) -> np.ndarray:
    """(S, S) whole numbers 0 … 15: the share of the accent's colour in each pixel of a kind's texture.

    Raises:
        InputError: unknown pattern.
    """
    if pattern not in _PATTERNS:
        raise InputError("unknown pattern", expected=", ".join(_PATTERNS), got=repr(pattern))
    if _PATTERNS[pattern] is _plain:
        return np.zeros((SIZE, SIZE), np.uint8)

    def paint() -> dict[str, np.ndarray]:
        atlas = atlas_of(kind, body)
        share = _PATTERNS[pattern](atlas, garment_data(kind).get("bottom", False), variant)
        return {"share": atlas.image((np.clip(share, 0, 1) * (LEVELS - 1) + 0.5).astype(np.uint8))}

    return body.paintings.painted("pattern", kind, pattern, variant, paint=paint)["share"]


def _step(value: np.ndarray, soft: float = _SOFT) -> np.ndarray:
    """0 below, 1 above zero, changing over ``soft``."""
    return np.clip(value / soft + 0.5, 0, 1)


def along(atlas: Atlas, bottom: bool) -> np.ndarray:
    """(N,) metres along the limb or up the trunk."""
    _, arm, leg, on_arm, on_leg = atlas.place
    on_leg = on_leg if bottom else np.zeros_like(on_leg)
    return np.where(on_arm > 0.5, arm * 0.28, np.where(on_leg > 0.5, -leg * 0.42, atlas.where[:, 2]))


def around(atlas: Atlas) -> np.ndarray:
    """(N,) metres round the trunk or the limb, from its front or back; seams lie at the sides."""
    x, y = atlas.where[:, 0], atlas.where[:, 1]
    _, _, _, on_arm, on_leg = atlas.place
    behind = atlas.normal[:, 0] < 0
    trunk = 0.16 * np.arctan2(y, np.where(behind, -1, 1) * np.abs(x) + 0.06)
    leg_y = np.abs(y) - 0.11
    leg = 0.09 * np.arctan2(leg_y, np.where(behind, -1, 1) * x + 1e-3)
    arm = 0.06 * np.arctan2(atlas.normal[:, 1], atlas.normal[:, 0])
    out: np.ndarray = np.where(on_arm > 0.5, arm, np.where(on_leg > 0.5, leg, trunk))
    return out


def _bars(value: np.ndarray, period: float, width: float) -> np.ndarray:
    return _step(width / 2 - np.abs(value % period - period / 2))


def _plain(atlas: Atlas, bottom: bool, variant: int) -> np.ndarray:
    return np.zeros(len(atlas.where))


def _stripes(atlas: Atlas, bottom: bool, variant: int) -> np.ndarray:
    period, width = ((0.06, 0.025), (0.028, 0.012), (0.11, 0.05))[variant]
    return _bars(along(atlas, bottom), period, width)


def _pinstripes(atlas: Atlas, bottom: bool, variant: int) -> np.ndarray:
    out: np.ndarray = 0.8 * _bars(around(atlas), (0.024, 0.034, 0.018)[variant], 0.004)
    return out


def _checks(atlas: Atlas, bottom: bool, variant: int) -> np.ndarray:
    period = (0.05, 0.032, 0.08)[variant]
    across, up = (_bars(v, period, 0.45 * period) for v in (around(atlas), along(atlas, bottom)))
    out: np.ndarray = 0.5 * (across + up)
    return out


def _blocks(atlas: Atlas, bottom: bool, variant: int) -> np.ndarray:
    trunk, _, _, on_arm, _ = atlas.place
    if bottom:
        return np.zeros(len(trunk))
    high = (0.80, 0.66, 0.90)[variant]
    sleeves = _step(on_arm - 0.55, 0.05) * (variant != 1)
    out: np.ndarray = np.maximum(_step((trunk - high) * 0.5), sleeves)
    return out


def _panels(atlas: Atlas, bottom: bool, variant: int) -> np.ndarray:
    trunk, _, _, on_arm, on_leg = atlas.place
    side = _step(atlas.normal[:, 1] * np.sign(atlas.where[:, 1]) - 0.88, 0.03)
    low_enough = np.where(on_leg > 0.5, 1.0, _step((0.72 - trunk) * 0.5))
    return np.where(on_arm > 0.5, 0.0, side * low_enough)


def _flowers(atlas: Atlas, bottom: bool, variant: int) -> np.ndarray:
    """Blots of several petals on a jittered grid."""
    cell = (0.055, 0.035, 0.08)[variant]
    at = np.stack([around(atlas), along(atlas, bottom)], axis=1) / cell
    grid = np.floor(at)
    mixed = np.sin(grid @ [12.9898, 78.233]) * 43758.5453
    turn = 2 * np.pi * (mixed - np.floor(mixed))
    jitter = 0.16 * np.stack([np.cos(7 * turn), np.sin(5 * turn)], axis=1)
    off = at - grid - 0.5 - jitter
    radius, angle = np.linalg.norm(off, axis=1), np.arctan2(off[:, 1], off[:, 0])
    petals = 0.17 + 0.09 * np.cos(5 * angle + turn)
    out: np.ndarray = _step(petals - radius, 0.10) * (1 - 0.7 * _step(0.07 - radius, 0.08))
    return out


def _spots(atlas: Atlas, bottom: bool, variant: int) -> np.ndarray:
    cell = (0.03, 0.05, 0.02)[variant]
    at = np.stack([around(atlas), along(atlas, bottom)], axis=1) / cell
    at[:, 0] += 0.5 * (np.floor(at[:, 1]) % 2)
    return _step(0.24 - np.linalg.norm(at - np.floor(at) - 0.5, axis=1), 0.12)


def _camouflage(atlas: Atlas, bottom: bool, variant: int) -> np.ndarray:
    noise = Noise(variant, "cloth/camouflage")
    return _step(noise.layered(atlas.where, 0.09, 3) - 0.5, 0.02)


def _batik(atlas: Atlas, bottom: bool, variant: int) -> np.ndarray:
    noise = Noise(variant, "cloth/batik")
    return np.clip(2.2 * noise.layered(atlas.where, 0.14, 4) - 0.6, 0, 1)


def _logo(atlas: Atlas, bottom: bool, variant: int) -> np.ndarray:
    """A mark on the chest, or on the thigh: a ring, bars or a chevron."""
    _, _, leg, on_arm, _ = atlas.place
    if bottom:
        x = (atlas.where[:, 1] - 0.13) / 0.022
        y = (0.35 - leg) * 0.42 / 0.022
    else:
        x = (atlas.where[:, 1] - (0.0, 0.08, 0.0)[variant]) / (0.07, 0.03, 0.09)[variant]
        y = (atlas.where[:, 2] - (1.33, 1.37, 1.32)[variant]) / (0.07, 0.03, 0.09)[variant]
    r = np.hypot(x, y)
    ring = _step(0.16 - np.abs(r - 0.8), 0.1)
    bars = _step(0.12 - np.abs(y % 0.5 - 0.25), 0.08) * _step(0.9 - np.abs(x), 0.1) * _step(0.75 - np.abs(y), 0.1)
    chevron = _step(0.15 - np.abs(y + 0.3 - 0.8 * np.abs(x)), 0.1) * _step(0.9 - np.abs(x), 0.1)
    mark = (np.maximum(ring, bars), bars, chevron)[variant]
    out: np.ndarray = mark * (atlas.normal[:, 0] > 0.2) * (on_arm < 0.4)
    return out


def _chest_band(atlas: Atlas, bottom: bool, variant: int) -> np.ndarray:
    trunk, _, leg, on_arm, on_leg = atlas.place
    middle, half = (0.62, 0.62, 0.5)[variant], (0.05, 0.09, 0.03)[variant]
    if bottom:
        return np.where(on_leg > 0.5, _step((0.05 - np.abs(leg - 0.35)) * 0.4), 0.0)
    out: np.ndarray = _step((half - np.abs(trunk - middle)) * 0.5) * (1 - _step(on_arm - 0.5, 0.05))
    return out


_PATTERNS = {
    "plain": _plain,
    "heather": _plain,
    "stripes": _stripes,
    "pinstripes": _pinstripes,
    "checks": _checks,
    "blocks": _blocks,
    "bands": _plain,  # sewn along the hems of each garment
    "panels": _panels,
    "flowers": _flowers,
    "spots": _spots,
    "camouflage": _camouflage,
    "batik": _batik,
    "logo": _logo,
    "chest_band": _chest_band,
}

PATTERNS = tuple(_PATTERNS)
"""Names of the patterns that cloth can have."""
