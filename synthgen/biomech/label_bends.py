"""How far the regions of a labelled spine are bent, from the very points that the annotations hold."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.biomech.clinical_labels import LEVELS, label_turns
from synthgen.core.bodymodel import reference_body

REGIONS: dict[str, tuple[str, str]] = {
    "trunk": ("sacrum", "T1"),
    "lumbar": ("sacrum", "T12"),
    "thoracic": ("T12", "T1"),
}
"""Region → the level below it and its highest one."""


def label_bends(points: Mapping[str, np.ndarray]) -> np.ndarray:
    """(T, 3, 3) degrees that each of :data:`REGIONS` is bent against the reference adult's neutral standing.

    Flexion, side bend to the right and twist to the left, taken apart about the axes of a level halfway between both
    ends, in which a bend of the region is one about one axis.

    Args:
        points: ``L5.body``, ``L5.spinous`` … and those of the sacrum, ``left_hip``, ``right_hip`` → (T, 3) metres.
    """
    turns = label_turns(points)
    out = []
    for name, (low, high) in REGIONS.items():
        rest, middle = _standing()[name]
        turn = np.swapaxes(turns[:, LEVELS.index(low)], -1, -2) @ turns[:, LEVELS.index(high)]
        out.append(Rotation.from_matrix(middle.T @ turn @ rest.T @ middle).as_euler("YXZ", degrees=True))
    return np.stack(out, 1)


@cache
def _standing() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Region → (3, 3) rotation between its ends in the reference adult's standing, and half of it."""
    body = reference_body()
    world = body.tree.forward(body.neutral()[0])
    index = body.tree.segment_index
    points = {
        f"{level}.{kind}": (world[index[level]] @ np.append(body.vertebra_points[level][kind], 1.0))[None, :3]
        for level in LEVELS
        for kind in ("body", "spinous")
    }
    points |= {f"{side}_hip": world[index[f"{side}_thigh"]][None, :3, 3] for side in ("left", "right")}
    turns = label_turns(points)[0]
    rests = {n: turns[LEVELS.index(low)].T @ turns[LEVELS.index(high)] for n, (low, high) in REGIONS.items()}
    return {n: (r, Rotation.from_rotvec(Rotation.from_matrix(r).as_rotvec() / 2).as_matrix()) for n, r in rests.items()}
