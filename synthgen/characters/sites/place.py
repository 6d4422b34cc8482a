"""Anatomical sites on a character's rest body: the 37 keypoints and three points of each vertebra.

What each point is and where its numbers come from is written in ``docs/keypoints.md`` and ``rigs/anatomy/sites.yaml``.
Character frame, metres.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import Rig, load_rig
from synthgen.characters.site_set import SiteSet
from synthgen.characters.sites.bare import bare_sites
from synthgen.characters.sites.spine import place_spine
from synthgen.characters.sites.spine_rest import LEVELS, SpineRest
from synthgen.characters.sites.surface import JOINTS, joint_sites, surface_sites
from synthgen.characters.skin_surface import SkinSurface
from synthgen.characters.spinal_chain import chain_weights
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.skeleton import KEYPOINTS, SPINE_LEVELS
from synthgen.core.tables import table

BARE_TISSUE = 0.02
"""Tissue over sites of rigs without skin, metres, where nothing better is known."""


@lru_cache(maxsize=1)
def site_rules() -> dict[str, Any]:
    """``rigs/anatomy/sites.yaml``."""
    return table("rigs/anatomy/sites.yaml")


def spine_at_rest(body: RestBody, model: BodyModel | None = None) -> SpineRest:
    """The character's own spine at rest, of which the sites and the retargeting both take their points."""
    skin = SkinSurface(body) if len(body.vertices) else None
    return place_spine(body, load_rig(body.rig), model or reference_body(), site_rules(), skin)


def place_sites(body: RestBody, model: BodyModel | None = None) -> SiteSet:
    """All sites of one character.

    Args:
        body: the character at rest. Without skin the sites come from bone positions and standard depths.
        model: the body model whose neutral spine is fitted into the character; None takes the reference body.

    Returns:
        The 37 keypoints by their names, then ``<level>.body``, ``.spinous``, ``.skin`` for sacrum, L5 … C1.
    """
    rig, rules = load_rig(body.rig), site_rules()
    skin = SkinSurface(body) if len(body.vertices) else None
    spine = place_spine(body, rig, model or reference_body(), rules, skin)
    points = joint_sites(body, rig, rules)
    points |= surface_sites(body, rig, spine, skin, rules) if skin else bare_sites(body, rig, spine)
    for name, level in SPINE_LEVELS.items():
        points[name] = spine.body[LEVELS.index(level)]
    for i, level in enumerate(LEVELS):
        points |= {f"{level}.{kind}": getattr(spine, kind)[i] for kind in ("body", "spinous", "skin")}
    names = (*KEYPOINTS, *(n for n in points if "." in n))
    rest = np.stack([points[n] for n in names])
    indices, weights = _carriers(names, rest, body, rig, skin)
    tissue = skin.nearest(rest)[1] if skin else _bare_tissue(names, spine)
    sigma = np.array([_sigma(n, rules["sigma"]) for n in names]) * body.stature / reference_body().stature
    return SiteSet(names, rest, indices, weights, tuple(region_of(n) for n in names), tissue, sigma)


def _carriers(
    names: tuple[str, ...], rest: np.ndarray, body: RestBody, rig: Rig, skin: SkinSurface | None
) -> tuple[np.ndarray, np.ndarray]:
    """(N, 4) bones and weights: the spine blends along its arc, joints and head are rigid, skin points go with skin."""
    indices, weights = np.zeros((len(names), 4), int), np.zeros((len(names), 4))
    on_skin = skin.carriers(rest) if skin else None
    along = chain_weights(body, rig, rest[:, 2])
    for i, name in enumerate(names):
        bone = _rigid_bone(name, rig)
        level = SPINE_LEVELS.get(name) or name.split(".")[0]
        if bone is not None:
            indices[i, 0], weights[i, 0] = body.bone(bone), 1.0
        elif level in LEVELS and (on_skin is None or not name.endswith(".skin")):
            # All inner points of a vertebra move with its body's height, so that it stays one piece.
            k = names.index(f"{level}.body")
            indices[i, :2], weights[i, :2] = along[0][k], along[1][k]
        elif on_skin is not None:
            indices[i], weights[i] = on_skin[0][i], on_skin[1][i]
        else:
            indices[i, :2], weights[i, :2] = along[0][i], along[1][i]
    return indices, weights


def _rigid_bone(name: str, rig: Rig) -> str | None:
    """The one bone that carries a site, or None."""
    if name in ("nose", "head") or name.endswith(("_eye", "_ear")):
        return rig.head
    if name in ("hip", "sacrum.body", "sacrum.spinous"):
        return rig.pelvis
    side, _, part = name.partition("_")
    if part == "hip":
        return rig.pelvis
    if part in JOINTS:
        return rig.limbs[side, JOINTS[part]][0]
    if part == "clavicle":
        return rig.limbs[side, "clavicle"][0]
    return None


def region_of(name: str) -> str:
    """The body region that carries a site."""
    side, _, part = name.partition("_")
    parts = {
        "shoulder": "upper_arm",
        "elbow": "forearm",
        "wrist": "hand",
        "hip": "thigh",
        "knee": "shank",
        "ankle": "foot",
        "big_toe": "foot",
        "small_toe": "foot",
        "heel": "foot",
    }
    if part in parts:
        return f"{side}_{parts[part]}"
    if name in ("nose", "head") or part in ("eye", "ear"):
        return "head"
    level = SPINE_LEVELS.get(name) or name.split(".")[0]
    return "neck" if level.startswith("C") else "trunk"


def _sigma(name: str, table: dict[str, float]) -> float:
    """Metres at the reference stature."""
    _, _, part = name.partition("_")
    level, _, kind = name.partition(".")
    level = SPINE_LEVELS.get(name, level)
    if level == "sacrum":
        return table["sacrum"]
    if level in LEVELS:
        return table["cervical"] if level.startswith("C") else table[f"vertebra.{kind or 'body'}"]
    if part in ("hip", "clavicle", "latissimus"):
        return table[part]
    return table["joint"] if part in JOINTS else table["skin"]


def _bare_tissue(names: tuple[str, ...], spine: SpineRest) -> np.ndarray:
    """(N,) metres for a rig without skin: the standard skin's distance for the spine, a constant else."""
    out = np.full(len(names), BARE_TISSUE)
    for i, name in enumerate(names):
        level, _, kind = name.partition(".")
        level, kind = SPINE_LEVELS.get(name, level), kind or "body"
        if level in LEVELS:
            k = LEVELS.index(level)
            out[i] = np.linalg.norm(getattr(spine, kind)[k] - spine.skin[k])
    return out
