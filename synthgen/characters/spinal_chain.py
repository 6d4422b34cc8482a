"""The bones that carry a rig's spine, from the pelvis to the head: their heights at rest, and who carries what."""

from __future__ import annotations

import numpy as np

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import Rig


def chain_weights(body: RestBody, rig: Rig, heights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What carries the spine at given heights: the two bones whose middles lie below and above, blended linearly.

    Args:
        body: the character at rest.
        rig: its rig.
        heights: (N,) metres above the floor at rest.

    Returns:
        (N, 2) bone indices and weights; below the pelvis bone's middle and above the head bone's, one bone alone.
    """
    chain = np.array([body.bone(n) for n in rig.spinal_chain])
    middles = chain_middles(body, rig)
    upper = np.clip(np.searchsorted(middles, heights), 1, len(chain) - 1)
    low, high = middles[upper - 1], middles[upper]
    t = np.clip((heights - low) / (high - low), 0.0, 1.0)
    return np.stack([chain[upper - 1], chain[upper]], -1), np.stack([1 - t, t], -1)


def chain_middles(body: RestBody, rig: Rig) -> np.ndarray:
    """(N,) heights of the middles of pelvis, spine, neck and head bones at rest; the head's is its joint's."""
    heads = np.array([body.bones[body.bone(n), 2, 3] for n in rig.spinal_chain])
    return np.append((heads[:-1] + heads[1:]) / 2, heads[-1] + (heads[-1] - heads[-2]) / 2)
