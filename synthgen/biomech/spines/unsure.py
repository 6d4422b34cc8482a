"""What it adds to a vertebra's uncertainty that people share a bend among their levels in different ways."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthgen.biomech.postures.turns import LEVELS, level_columns
from synthgen.biomech.spines.shares import REGIONS, published_shares, region_of_levels
from synthgen.biomech.spines.spine import SENSES
from synthgen.core.bodydata import spine_tables
from synthgen.core.bodymodel import BodyModel
from synthgen.core.frames import apply
from synthgen.core.skeleton import VERTEBRAE


@cache
def share_roots() -> np.ndarray:
    """(4 senses, 25, 25) a root F of the covariance F·Fᵀ of a level's share between people.

    Published rhythms are mixed, levels deviate independently, and all are then brought to the region's sum.
    """
    out = np.zeros((len(SENSES), len(LEVELS), len(LEVELS)))
    for s, sense in enumerate(SENSES):
        for region, member in zip(REGIONS, region_of_levels(), strict=True):
            tables = published_shares()[region, sense]
            mean = tables.mean(0)
            mixed = tables.var(0) / (len(tables) + 1)  # of tables that are mixed with exponential weights
            deviation = np.diag(np.sqrt((mean * spine_tables()["spread"][region][sense]) ** 2 + mixed))
            out[s] += deviation - np.outer(mean, member @ deviation)
    out.setflags(write=False)
    return out


def share_covariance(
    body: BodyModel, world: np.ndarray, axes: np.ndarray, bends: np.ndarray, unknown: np.ndarray
) -> np.ndarray:
    """(T, 24, 3, 3) m², of the vertebral bodies' places against the pelvis.

    Args:
        body: the subject; world, axes: its (T, S, 4, 4) and (T, C, 3) of ``Tree.forward_with_axes``.
        bends: (T, 4, 3) radians of the regions; unknown: (4, 3) share of their levels that nobody measured.
    """
    columns, index = level_columns(body), body.tree.segment_index
    joints = world[:, [index[n] for n in LEVELS]][..., :3, 3]
    at = world[:, [index[n] for n in VERTEBRAE]]
    centres = apply(at, np.stack([body.vertebra_points[n]["body"] for n in VERTEBRAE]))
    below = np.tril(np.ones((len(VERTEBRAE), len(LEVELS))))  # a joint moves its own vertebra and those above
    arms = (centres[:, :, None] - joints[:, None]) * below[..., None]
    member, roots = region_of_levels(), share_roots()
    size = np.einsum("rl,trp->tlp", member, bends * np.sqrt(np.maximum(unknown, 0.0)))
    out = np.zeros((len(world), len(VERTEBRAE), 3, 3))
    for plane in range(3):
        turned = _cross(axes[:, None, columns[:, plane]], arms)
        sense = np.where(size[:, :, plane] > 0, 0, 1) if plane == 0 else np.full(size.shape[:2], plane + 1)
        root = roots[sense, np.arange(len(LEVELS))] * size[:, :, plane, None]
        moved = np.swapaxes(turned, -1, -2) @ root[:, None]
        out += moved @ np.swapaxes(moved, -1, -2)
    return out


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Of (…, 3), as ``np.cross`` and in half its time."""
    x, y, z = (a[..., i] for i in range(3))
    u, v, w = (b[..., i] for i in range(3))
    return np.stack([y * w - z * v, z * u - x * w, x * v - y * u], -1)
