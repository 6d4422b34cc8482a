"""How deep a spine at rest lies under the midline skin of the back.

The whole curve is shifted smoothly forward or backward until the spinous tips lie under the skin by the tissue of
``opensim_models/body.yaml``, thicker in heavy people (``rigs/anatomy/sites.yaml``). Character frame, metres.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from synthgen.characters.shapes.fatness import bmi_of
from synthgen.characters.sites.spine_rest import LEVELS, SpineRest
from synthgen.characters.sites.thin_neck import thin_neck
from synthgen.characters.skin_surface import SkinSurface


def fit_skin(rest: SpineRest, skin: SkinSurface, auricle: float, rules: dict[str, Any]) -> SpineRest:
    """Shifts the curve so that the tips lie under the back's skin, then finds the skin point next to each tip."""
    soft = rules["soft_tissue"]
    profile = skin.back_profile(rest.skin[0, 2] - 0.06 * rest.trunk_scale, rest.joints[-1, 2] + 0.03 * rest.neck_scale)
    tips = rest.spinous
    lean = np.linalg.norm(rest.skin - tips, axis=1)
    wanted = np.clip(lean + _extra_tissue(skin, soft), soft["thinnest_mm"] / 1000 * rest.trunk_scale, None)
    gap = _gap(profile, tips)
    # The groove and bulges of one back are noise for the bones; a polynomial along the height keeps the curve smooth.
    # Over the atlas and axis the ray meets the skull's overhang instead of the nape, over the sacrum the buttocks.
    trusted = np.array([n not in ("C1", "C2", "sacrum") for n in LEVELS])
    height = np.interp(tips[:, 2], (tips[:, 2].min(), tips[:, 2].max()), (-1.0, 1.0))
    fit = np.polynomial.Polynomial.fit(height[trusted], (wanted - gap)[trusted], soft["smoothing"], domain=[-1, 1])
    shift = fit(np.clip(height, height[trusted].min(), height[trusted].max()))
    shift = shift + _kept_under(_least(soft) * rest.trunk_scale - gap - shift)
    x = np.interp(rest.joints[:, 2], rest.body[:, 2], shift)

    def moved(at: np.ndarray, by: np.ndarray) -> np.ndarray:
        out: np.ndarray = at + by[:, None] * np.array([1.0, 0.0, 0.0])
        return out

    placed = SpineRest(
        joints=moved(rest.joints, x),
        body=moved(rest.body, shift),
        spinous=moved(tips, shift),
        skin=rest.skin,
        trunk_scale=rest.trunk_scale,
        neck_scale=rest.neck_scale,
    )
    placed = thin_neck(placed, profile, skin, auricle, rules["neck"])
    return replace(placed, skin=_nearest_on_profile(profile, placed.spinous))


def _least(soft: dict[str, Any]) -> np.ndarray:
    """(25,) metres of tissue over the tips of an average adult at the least; −∞ where it is not known."""
    least = dict.fromkeys(LEVELS, soft["thinnest_mm"] / 2000)
    least |= {"C1": -np.inf, "C2": -np.inf, "sacrum": soft["sacrum_thinnest_mm"] / 1000}
    return np.array([least[n] for n in LEVELS])


def _kept_under(missing: np.ndarray) -> np.ndarray:
    """(25,) metres further forward, so that no tip comes out of the skin; neighbours give way by a bell of two levels.

    Args:
        missing: (25,) metres by which each tip is too shallow; negative where it is deep enough.
    """
    order = np.arange(len(missing))
    bell = np.exp(-0.5 * ((order[:, None] - order) / 2.0) ** 2)
    out: np.ndarray = (bell * np.maximum(missing, 0.0)).max(1)
    return out


def _extra_tissue(skin: SkinSurface, soft: dict[str, Any]) -> np.ndarray:
    """(25,) metres of tissue over the tips beyond a lean adult's, from the body mass index that the mesh implies."""
    body = skin.body
    lean = np.interp(body.stature, list(soft["lean_bmi"]), list(soft["lean_bmi"].values()))
    more = bmi_of(body.vertices, body.faces) - lean
    rates = {"C": soft["mm_per_bmi"]["cervical"], "T": soft["mm_per_bmi"]["thoracic"]}
    rate = np.array([rates.get(n[0], soft["mm_per_bmi"]["lumbar"]) for n in LEVELS])
    out: np.ndarray = np.minimum(rate * more, soft["most_extra_mm"]) / 1000
    return out


def _gap(profile: np.ndarray, tips: np.ndarray) -> np.ndarray:
    """(N,) metres that each tip lies in front of the back's midline skin, horizontally."""
    out: np.ndarray = tips[:, 0] - np.interp(tips[:, 2], profile[:, 1], profile[:, 0])
    return out


def _nearest_on_profile(profile: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N, 3) nearest points of the midline profile."""
    a, b = profile[:-1], profile[1:]
    along = b - a
    t = np.einsum("nsk,sk->ns", points[:, None, [0, 2]] - a, along) / np.maximum((along**2).sum(1), 1e-18)
    found = a + np.clip(t, 0, 1)[..., None] * along
    k = np.linalg.norm(found - points[:, None, [0, 2]], axis=-1).argmin(1)
    best = found[np.arange(len(points)), k]
    return np.stack([best[:, 0], points[:, 1], best[:, 1]], -1)
