"""Stage 7, at edges: the pixels whose samples show more than one surface."""

from __future__ import annotations

import numpy as np

from synthgen.core.kernels.kernel import lean
from synthgen.engine.cpu.arrays import Lamps, Lens, Looks, Sky, Triangles, VisibilityBuffer
from synthgen.engine.cpu.resolve import same_surface, sample_light
from synthgen.engine.cpu.tone import code, shown


@lean
def is_edge(buffer: VisibilityBuffer, y: int, x: int) -> bool:
    """Whether a sample's corner neighbours show anything but its own surface."""
    return not (
        same_surface(buffer, y, x, y - 1, x - 1)
        and same_surface(buffer, y, x, y - 1, x + 1)
        and same_surface(buffer, y, x, y + 1, x - 1)
        and same_surface(buffer, y, x, y + 1, x + 1)
    )


@lean
def resolve(
    buffer: VisibilityBuffer,
    screen: np.ndarray,
    open_share: np.ndarray,
    gain: float,
    corners: np.ndarray,
    lens: Lens,
    surfaces: Triangles,
    looks: Looks,
    sky: Sky,
    lamps: Lamps,
    out: np.ndarray,
) -> None:
    """Averages the samples of every pixel.

    Args:
        buffer: what is seen at (2 H + 1, 2 W + 1) samples.
        screen: (H, W, 3) what the centres show, linear.
        open_share: (H, W) of ``occlusion``.
        gain: factor on the light.
        corners, lens, surfaces, looks, sky, lamps: as ``shade_one`` takes them.
        out: (H, W, 4) uint8 sRGB is filled; its alpha stays.
    """
    height, width, _ = screen.shape
    for y in range(height):
        for x in range(width):
            centre_y, centre_x = 2 * y + 1, 2 * x + 1
            own_r, own_g, own_b = float(screen[y, x, 0]), float(screen[y, x, 1]), float(screen[y, x, 2])
            if not is_edge(buffer, centre_y, centre_x):
                out[y, x, 0], out[y, x, 1], out[y, x, 2] = code(own_r), code(own_g), code(own_b)
                continue
            red, green, blue = 4.0 * own_r, 4.0 * own_g, 4.0 * own_b
            for dy in range(-1, 2):
                for dx in range(-1, 2):
                    if dx == 0 and dy == 0:
                        continue
                    weight = 2.0 if dx == 0 or dy == 0 else 1.0
                    at_y, at_x = centre_y + dy, centre_x + dx
                    beside_y, beside_x = y + dy, x + dx
                    if same_surface(buffer, centre_y, centre_x, at_y, at_x):
                        r, g, b = own_r, own_g, own_b
                    elif (
                        0 <= beside_y < height
                        and 0 <= beside_x < width
                        and same_surface(buffer, at_y, at_x, 2 * beside_y + 1, 2 * beside_x + 1)
                    ):
                        r = float(screen[beside_y, beside_x, 0])
                        g = float(screen[beside_y, beside_x, 1])
                        b = float(screen[beside_y, beside_x, 2])
                    else:
                        u, v = x + 0.5 + 0.5 * dx, y + 0.5 + 0.5 * dy
                        r, g, b, _ = sample_light(
                            u, v, buffer.ids[at_y, at_x], corners, lens, surfaces, looks, sky, lamps
                        )
                        r, g, b = shown(r, g, b, gain * open_share[y, x])
                    red, green, blue = red + weight * r, green + weight * g, blue + weight * b
            out[y, x, 0], out[y, x, 1], out[y, x, 2] = code(red / 16.0), code(green / 16.0), code(blue / 16.0)
