"""How far two frames of one shot are apart: labels, masks, depth, colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter

from synthgen.capture.frame import Frame, PersonLabels

BEND = 0.001
"""Metres off the plane through a pixel's neighbours from where on it lies at an edge.

No more than depth may differ: at the rim of a stripe on a wall one picture may show the stripe and the other the wall.
"""


@dataclass(frozen=True)
class Difference:
    """Two frames of one shot and camera.

    Attributes:
        labels: what differs in the labels, one sentence each; empty when nothing does.
        flags: how many visibility flags were compared.
        margin_m: largest difference of a point's margin, metres: depth at a single pixel, also at edges.
        mask_equal: share of pixels that show the same person, or nobody, in both.
        depth_m: largest difference of depth away from edges, metres; beyond 10 m brought to 10 m by the square of the
            distance, as the resolution of a graphics card's depth grows (measured: at most 5e-6 z² at every distance).
        depth_share: share of the pixels that lie away from edges and were compared.
        colour: mean difference of a channel, of 255.
    """

    labels: tuple[str, ...]
    flags: int
    margin_m: float
    mask_equal: float
    depth_m: float
    depth_share: float
    colour: float


FAR_M = 10.0
"""Metres from which on the steps of a graphics card's depth, which is kept as an inverse, are allowed for."""
SIGMA_M = 0.001
"""Metres: what lies over a point is read off each renderer's own depth, and so is its share of the point's sigma."""


def difference(a: Frame, b: Frame) -> Difference:
    """Compares two frames of one shot and camera, drawn by two renderers."""
    masks = owners(a), owners(b)
    inner = ~(edges(a.depth, masks[0]) | edges(b.depth, masks[1]))
    near = inner & np.isfinite(a.depth) & np.isfinite(b.depth)
    # Where one sees a surface and the other the sky, nothing smaller can be said.
    torn = inner & (np.isfinite(a.depth) != np.isfinite(b.depth))
    off = np.abs(a.depth[near] - b.depth[near]) / np.maximum(1.0, (a.depth[near] / FAR_M) ** 2)
    return Difference(
        labels=tuple(label_differences(a, b)),
        flags=sum(len(p.points.flags) for p in a.people),
        margin_m=max((_margin(p, q) for p, q in zip(a.people, b.people, strict=True)), default=0.0),
        mask_equal=float((masks[0] == masks[1]).mean()),
        depth_m=float("inf") if torn.any() else float(off.max(initial=0.0)),
        depth_share=float(inner.mean()),
        colour=float(np.abs(a.image.astype(np.int16) - b.image).mean()),
    )


def owners(frame: Frame) -> np.ndarray:
    """(H, W) number of the person that each pixel shows, from 1; 0 for nobody."""
    out = np.zeros(frame.depth.shape, np.int32)
    for number, person in enumerate(frame.people, 1):
        out[person.mask] = number
    return out


def edges(depth: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """(H, W) whether a pixel lies at an edge: beside another owner, the sky, a jump, a fold or a bend.

    On a plane 1/z is an affine function of a pixel's coordinates (its perspective image), so second differences of 1/z
    measure how far the middle one of three pixels lies off the plane through its neighbours.

    Args:
        depth: (H, W) planar depth in metres, inf for the sky.
        owner: (H, W) who is there.
    """
    # Continued straight on beyond the image: its border is no edge.
    inverse = np.pad(np.where(np.isfinite(depth), 1.0 / depth, 0.0), 1, mode="reflect", reflect_type="odd")
    middle = inverse[1:-1, 1:-1]
    across = inverse[1:-1, :-2] + inverse[1:-1, 2:] - 2 * middle
    down = inverse[:-2, 1:-1] + inverse[2:, 1:-1] - 2 * middle
    bent = np.maximum(np.abs(across), np.abs(down)) > BEND * middle**2
    padded = np.pad(owner, 1, mode="edge")
    beside = np.zeros(owner.shape, bool)
    for rows in (slice(None, -2), slice(1, -1), slice(2, None)):
        for columns in (slice(None, -2), slice(1, -1), slice(2, None)):
            beside |= padded[rows, columns] != owner
    out: np.ndarray = maximum_filter(bent | beside, size=3)
    return out


def label_differences(a: Frame, b: Frame) -> list[str]:
    """What the labels of two frames say differently; margins are left out, which follow depth."""
    out = []
    if not np.array_equal(a.camera.extrinsics, b.camera.extrinsics) or a.camera.focal != b.camera.focal:
        out.append("the cameras differ")
    if len(a.people) != len(b.people):
        return [*out, f"{len(a.people)} people and {len(b.people)}"]
    for one, other in zip(a.people, b.people, strict=True):
        out += [f"person {one.person}: {what}" for what in _of_a_person(one, other)]
    return out


def _of_a_person(a: PersonLabels, b: PersonLabels) -> list[str]:
    p, q = a.points, b.points
    if p.names != q.names:
        return ["other points"]
    out = []
    for name, near in (("world", 0.0), ("pixels", 0.0), ("sigma", SIGMA_M)):
        if not np.allclose(getattr(p, name), getattr(q, name), rtol=0.0, atol=near, equal_nan=True):
            out.append(f"{name} of {_first(p.names, getattr(p, name), getattr(q, name))}")
    if not np.array_equal(a.bones, b.bones):
        out.append("bones")
    for k, name in enumerate(p.names):
        if p.flags[k] != q.flags[k] or p.reasons[k] != q.reasons[k]:
            out.append(f"{name} is {p.flags[k]} ({p.reasons[k]}) and {q.flags[k]} ({q.reasons[k]})")
    return out


def _margin(a: PersonLabels, b: PersonLabels) -> float:
    """Largest difference of margins that both know, metres."""
    apart = np.abs(a.points.margin - b.points.margin)
    return float(np.max(apart[np.isfinite(apart)], initial=0.0))


def _first(names: tuple[str, ...], a: np.ndarray, b: np.ndarray) -> str:
    """The first point whose values differ."""
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    return names[int(np.argmin(same.reshape(len(names), -1).all(1)))]
