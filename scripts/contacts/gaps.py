"""How far people hover over what carries them: a seat, or the floor under who lies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import trimesh

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rest_body import RestBody
from synthgen.core.skeleton import REGIONS
from synthgen.core.tables import table

SITS = 0.015
"""Metres over the lowest place of the hips in a clip up to which its subject sits."""
_OVER = 0.1
"""Metres above a point from which the surface below it is looked for: it may have sunk in."""


def sits(fit: SpineMotion, clip: str, frame: int) -> bool:
    """Whether the subject of a clip bears its weight on a seat at a frame."""
    if not _seats(clip):
        return False
    hips = fit.segment("pelvis")[:, 2, 3]
    return bool(hips[frame] < hips.min() + SITS)


def seat_gap(body: RestBody, here: np.ndarray, clip: str, props: Sequence[tuple[str, trimesh.Trimesh]]) -> float:
    """Metres straight down from trunk and thighs of a skin (V, 3) in the shot to the seat; infinite beside every seat.

    Args:
        body: whose skin it is.
        here: where its vertices are.
        clip: what the person does.
        props: (kind, solid) of all that stands there.
    """
    kinds = {row["kind"] for row in _seats(clip)}
    flesh = np.isin(body.regions, [REGIONS.index(n) for n in ("trunk", "left_thigh", "right_thigh")])
    points = here[np.intersect1d(np.flatnonzero(flesh), body.faces)]
    out = np.inf
    for kind, solid in props:
        lower, upper = solid.bounds
        over = points[((points[:, :2] > lower[:2]) & (points[:, :2] < upper[:2])).all(1)]
        if kind not in kinds or not len(over):
            continue
        down = np.tile((0.0, 0.0, -1.0), (len(over), 1))
        hits, rays, _ = solid.ray.intersects_location(over + (0, 0, _OVER), down, multiple_hits=False)
        if len(hits):
            out = min(out, float((over[rays, 2] - hits[:, 2]).min()))
    return max(out, 0.0)


def _seats(clip: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = table("world/data/exercises.yaml").get(clip.rpartition(":")[2], {}).get("seat", [])
    return found
