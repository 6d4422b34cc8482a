"""How surfaces reflect: metallic-roughness as in glTF 2.0 (appendix B), with cloth's sheen.

Light of one direction: GGX with the height-correlated Smith term (Walter et al. 2007; Heitz 2014), Schlick's Fresnel,
Lambert. Light of the environment: the split sum (Karis 2013) with his fit for mobile devices (2014), and what is
scattered more than once (Fdez-Agüera 2019). Sheen: Charlie (Estevez and Kulla 2017) with Neubelt and Pettineo's
visibility (2013). Products of cosines are 0…1 and guarded by the callers.
"""

from __future__ import annotations

import math

import numpy as np

from synthgen.core.kernels.kernel import lean
from synthgen.engine.cpu.tables import read, table

_SHEEN_ROUGHNESS = 0.6
_ALPHA = _SHEEN_ROUGHNESS**2

_CHARLIE = table((2 + 1 / _ALPHA) * np.maximum(np.linspace(0, 1, 513), 2.0**-7) ** (0.5 / _ALPHA) / (2 * np.pi))
"""Charlie's distribution over the squared sine of the half angle."""

_SHEEN_ALL_ROUND = table(np.clip((np.exp(-4.4228 * np.linspace(0, 1, 257) - 0.5328) + 0.035) / np.pi, 0, 1))
"""Sheen under even light over the cosine to the viewer: pygfx's fit at this roughness."""

_GLANCING = table(np.exp2(-9.28 * np.linspace(0, 1, 513)))
"""A factor of Karis' fit over the cosine to the viewer."""

_DIELECTRIC = 0.04
"""What plastic, skin, cloth or paint mirrors of light that falls straight on it."""


@lean
def mirrored(metallic: float, albedo: float) -> float:
    """Reflectance of straight light: a dielectric's, or a metal's colour."""
    return _DIELECTRIC + metallic * (albedo - _DIELECTRIC)


@lean
def specular(alpha: float, n_l: float, n_v: float, n_h: float) -> float:
    """GGX distribution times visibility; ``alpha`` is the squared roughness."""
    a2 = alpha * alpha
    d = n_h * n_h * (a2 - 1.0) + 1.0
    visible = n_l * math.sqrt(a2 + (1.0 - a2) * n_v * n_v) + n_v * math.sqrt(a2 + (1.0 - a2) * n_l * n_l)
    return 0.5 * a2 / (math.pi * d * d * max(visible, 1e-6))


@lean
def fresnel(straight: float, v_h: float) -> float:
    """Schlick 1994, with a reflectance of one at grazing angles."""
    x = 1.0 - v_h
    return straight + (1.0 - straight) * (x * x) * (x * x) * x


@lean
def environment_terms(roughness: float, n_v: float) -> tuple[float, float]:
    """Karis' fit: scale and bias on the straight reflectance."""
    x = 1.0 - roughness
    a = min(x * x, read(_GLANCING, n_v)) * x + (0.0425 - 0.0275 * roughness)
    return 1.04 - 0.572 * roughness - 1.04 * a, 1.04 * a + 0.022 * roughness - 0.04


@lean
def scattered(straight: float, scale: float, bias: float) -> tuple[float, float]:
    """Shares of the environment's light that are mirrored once, and more often."""
    once = straight * scale + bias
    lost = 1.0 - (scale + bias)
    average = straight + (1.0 - straight) * 0.047619
    return once, once * average / (1.0 - lost * average) * lost


@lean
def sheen(n_l: float, n_v: float, n_h: float) -> float:
    """Cloth's fuzz, for light of one direction."""
    visible = 1.0 / max(4.0 * (n_l + n_v - n_l * n_v), 1e-6)
    return read(_CHARLIE, 1.0 - n_h * n_h) * min(visible, 1.0)


@lean
def sheen_all_round(n_v: float) -> float:
    """Cloth's fuzz, for even light from all around."""
    return read(_SHEEN_ALL_ROUND, n_v)
