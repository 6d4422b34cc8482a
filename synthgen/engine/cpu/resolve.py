"""Stage 7: samples → pixels. Every pixel is the mean of 3 × 3 samples half a pixel apart, weighted 1 2 1 both ways.

The same tent as the GPU's (``engine/gpu/sampling.py``), but only what differs is shaded again: a sample that shows
the pixel's own surface takes the pixel's light; one that shows a neighbour's takes the neighbour's.
"""

from __future__ import annotations

import numpy as np

from synthgen.core.kernels.kernel import lean
from synthgen.engine.cpu.arrays import Lamps, Lens, Looks, Sky, Triangles, VisibilityBuffer
from synthgen.engine.cpu.shade import shade_one
from synthgen.engine.cpu.sky import light_from
from synthgen.engine.cpu.surface import unit
from synthgen.engine.cpu.tone import code, shown
from synthgen.engine.sunlight import HORIZON

_STEP = 0.03
"""Share of its nearness by which samples of one surface may differ."""

_CREASE = 0.87
"""Cosine of the angle, 30°, at which two faces of one part still look alike."""


@lean
def background(u: float, v: float, lens: Lens, sky: Sky) -> tuple[float, float, float]:
    """Light of the environment behind a place of the picture."""
    dx, dy = (u - lens.middle_x) / lens.focal, (v - lens.middle_y) / lens.focal
    r = lens.rotation
    return light_from(
        sky,
        0.0,
        r[0, 0] * dx + r[1, 0] * dy + r[2, 0],
        r[0, 1] * dx + r[1, 1] * dy + r[2, 1],
        r[0, 2] * dx + r[1, 2] * dy + r[2, 2],
    )


@lean
def sample_light(
    u: float,
    v: float,
    face: int,
    corners: np.ndarray,
    lens: Lens,
    surfaces: Triangles,
    looks: Looks,
    sky: Sky,
    lamps: Lamps,
) -> tuple[float, float, float, float]:
    """Light and depth of a sample; the sky's, and inf, where there is no face."""
    if face < 0:
        r, g, b = background(u, v, lens, sky)
        return r, g, b, np.inf
    return shade_one(u, v, face, corners, lens, surfaces, looks, sky, lamps)


@lean
def same_surface(buffer: VisibilityBuffer, y: int, x: int, other_y: int, other_x: int) -> bool:
    """Whether two samples show one part at about one depth, facing about one way."""
    a, b = buffer.ids[y, x], buffer.ids[other_y, other_x]
    if a == b:
        return True
    if a < 0 or b < 0 or buffer.part[a] != buffer.part[b]:
        return False
    near, facing = buffer.nearness[y, x], buffer.facing
    if abs(buffer.nearness[other_y, other_x] - near) > _STEP * near:
        return False
    along = facing[a, 0] * facing[b, 0] + facing[a, 1] * facing[b, 1] + facing[a, 2] * facing[b, 2]
    return bool(along >= _CREASE)


@lean
def face_directions(corners: np.ndarray, faces: np.ndarray, out: np.ndarray) -> None:
    """Unit normals of the faces, (F, 3) float32, which is filled, in the frame of the (V, 3) corners."""
    for n in range(len(faces)):
        i, j, k = faces[n, 0], faces[n, 1], faces[n, 2]
        ax, ay, az = corners[j, 0] - corners[i, 0], corners[j, 1] - corners[i, 1], corners[j, 2] - corners[i, 2]
        bx, by, bz = corners[k, 0] - corners[i, 0], corners[k, 1] - corners[i, 1], corners[k, 2] - corners[i, 2]
        x, y, z = unit(float(ay * bz - az * by), float(az * bx - ax * bz), float(ax * by - ay * bx))
        out[n, 0], out[n, 1], out[n, 2] = x, y, z


@lean
def shade_centres(
    ids: np.ndarray,
    corners: np.ndarray,
    lens: Lens,
    surfaces: Triangles,
    looks: Looks,
    sky: Sky,
    lamps: Lamps,
    fine: bool,
    light: np.ndarray,
    depth: np.ndarray,
    owner: np.ndarray,
) -> None:
    """Light, depth and owner at the pixels' centres.

    Args:
        ids: faces at the samples: (2 H + 1, 2 W + 1) where ``fine``, else (H, W).
        corners, lens, surfaces, looks, sky, lamps: as :func:`sample_light` takes them.
        fine: whether there are samples between the centres.
        light: (H, W, 3) float32 is filled, linear.
        depth: (H, W) float32 is filled, planar depth in metres, inf for none.
        owner: (H, W) int32 is filled.
    """
    height, width = depth.shape
    for y in range(height):
        for x in range(width):
            face = ids[2 * y + 1, 2 * x + 1] if fine else ids[y, x]
            r, g, b, z = sample_light(x + 0.5, y + 0.5, face, corners, lens, surfaces, looks, sky, lamps)
            owner[y, x] = surfaces.owner[surfaces.part[face]] if face >= 0 else 0
            light[y, x, 0], light[y, x, 1], light[y, x, 2] = r, g, b
            depth[y, x] = np.inf if owner[y, x] == 0 and z > HORIZON else z


@lean
def tone_centres(light: np.ndarray, open_share: np.ndarray, gain: float, out: np.ndarray) -> None:
    """(H, W, 3) light and (H, W) openness → (H, W, 3) float32 linear light of a screen, which is filled."""
    height, width, _ = light.shape
    for y in range(height):
        for x in range(width):
            r, g, b = shown(light[y, x, 0], light[y, x, 1], light[y, x, 2], gain * open_share[y, x])
            out[y, x, 0], out[y, x, 1], out[y, x, 2] = r, g, b


@lean
def encode(screen: np.ndarray, out: np.ndarray) -> None:
    """(H, W, 3) linear light of a screen → (H, W, 4) uint8 sRGB, which is filled: a picture without finer samples."""
    height, width, _ = screen.shape
    for y in range(height):
        for x in range(width):
            for k in range(3):
                out[y, x, k] = code(screen[y, x, k])
