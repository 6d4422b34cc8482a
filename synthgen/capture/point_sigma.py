"""How uncertain each labelled point of one person in one image is, and why.

σ² = anatomy² + fit² + retarget² + tissue² + cover², one standard deviation along one axis, metres:

- anatomy: where the point lies in people of this build (``rigs/anatomy/sites.yaml``);
- fit: what this frame's measurements leave open of its vertebra or joint (``SpineMotion.vertebra_covariance``);
- retarget: how far this body's vertebra is from the fitted one at this frame, over √3 as for one axis;
- tissue: what more soft tissue lies over it than over a lean person's, and skin that slides (``data/sigma.yaml``);
- cover: cloth, hair or a shoe over it, where the picture shows the person there.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from synthgen.characters.site_set import SiteSet
from synthgen.core.skeleton import SPINE_LEVELS, VERTEBRAE
from synthgen.core.tables import table

SOURCES: tuple[str, ...] = ("anatomy", "fit", "retarget", "tissue", "cover")
"""Where uncertainty comes from."""


def sigma_sources(
    sites: SiteSet,
    vertebra_sigma: np.ndarray,
    joint_sigma: Mapping[str, float],
    residual_mm: np.ndarray,
    cover: np.ndarray,
) -> dict[str, np.ndarray]:
    """Source → (N,) metres, σ per axis of a person's points at one frame.

    Args:
        sites: the points, with what anatomy says of them.
        vertebra_sigma: (24,) metres, of the fitted vertebrae at this frame and this person's size (L5 … C1).
        joint_sigma: landmark → metres, the same of limbs, head and sacrum.
        residual_mm: (24,) millimetres from the fitted vertebrae.
        cover: (N,) metres that what is worn stands off the skin there.
    """
    data = _table()
    level, joint, sliding = _places(sites.names)
    of_joints = np.array([joint_sigma.get(name, data["unknown_joint"]) for name in joint])
    spinal = level >= 0
    deep = np.maximum(sites.tissue - data["tissue"]["lean_depth"], 0.0)
    return {
        "anatomy": sites.sigma,
        "fit": np.where(spinal, vertebra_sigma[level], of_joints),
        "retarget": np.where(spinal, residual_mm[level] / 1000 / np.sqrt(3), 0.0),
        "tissue": np.hypot(data["tissue"]["share_of_depth"] * deep, sliding),
        "cover": data["cover"]["share_of_gap"] * cover,
    }


def total(sources: Mapping[str, np.ndarray]) -> np.ndarray:
    """(N,) metres, all sources together: they have nothing to do with each other."""
    return np.asarray(np.sqrt(sum(np.square(of_source) for of_source in sources.values())))


def _table() -> dict[str, Any]:
    return table("capture/data/sigma.yaml")


@lru_cache(maxsize=16)
def _places(names: tuple[str, ...]) -> tuple[np.ndarray, tuple[str, ...], np.ndarray]:
    """(N,) vertebra that each point goes with (−1: none), (N,) landmark of the others, (N,) metres of sliding skin."""
    data = _table()
    level, joints, sliding = np.full(len(names), -1), [], np.zeros(len(names))
    for n, name in enumerate(names):
        stem, _, kind = name.partition(".")
        side = stem.partition("_")[0] if stem.startswith(("left_", "right_")) else ""
        key = f"*{stem[len(side) :]}" if side else stem
        vertebra = data["vertebrae"].get(key, SPINE_LEVELS.get(stem, stem))
        level[n] = VERTEBRAE.index(vertebra) if vertebra in VERTEBRAE else -1
        joints.append(data["joints"].get(key, "").replace("*", side))
        sliding[n] = data["tissue"]["sliding"].get(f".{kind}" if kind else key, 0.0)
    for array in (level, sliding):
        array.setflags(write=False)
    return level, tuple(joints), sliding
