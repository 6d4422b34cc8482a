"""The environment light of a hall as a cube map: ceiling panels, walls that darken downwards, the floor's bounce."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from synthgen.core.vectors import unit
from synthgen.world.shot import SkySpec

_PANEL_ROWS = (-0.9, -0.3, 0.3, 0.9)
"""Where rows of ceiling lights cross a plane one unit above the viewer (along Y); they run along X."""


def cube_directions(size: int) -> np.ndarray:
    """(6, size, size, 3) unit directions of the pixels' middles, faces +x, −x, +y, −y, +z, −z as WebGPU samples them.

    The axes are those of the world: the +z face looks up.
    """
    at = (np.arange(size) + 0.5) / size * 2 - 1
    s, t = np.meshgrid(at, at)  # s runs along a row, t down the rows
    one = np.ones_like(s)
    faces = [
        (one, -t, -s),
        (-one, -t, s),
        (s, one, t),
        (s, -one, -t),
        (s, -t, one),
        (-s, -t, -one),
    ]
    d = np.stack([np.stack(f, axis=-1) for f in faces])
    return unit(d)


def build_sky(spec: SkySpec, size: int = 32) -> np.ndarray:
    """Paints the environment of a shot.

    ``intensity`` is left to the engine. Mirror-symmetric in X and in Y: engines differ in the
    handedness of cube maps (pygfx samples with X mirrored), and so it does not matter.

    Args:
        spec: colours from above, from the horizon and from below.
        size: pixels on an edge of a face.

    Returns:
        (6, size, size, 4) uint8 sRGB, faces as in :func:`cube_directions`, alpha 255.
    """
    fine = 4 * size
    d = cube_directions(fine)
    z = d[..., 2:]
    zenith, horizon, ground = (np.array(c) for c in (spec.zenith, spec.horizon, spec.ground))
    up = np.clip(z, 0, 1) ** 0.7
    down = np.clip(-z, 0, 1) ** 0.5
    colour = horizon + up * (zenith * 0.80 - horizon) * (z > 0) + down * (ground - horizon) * (z <= 0)
    # Lamps: soft-edged strips in the plane of the ceiling.
    steep = np.maximum(d[..., 2], 1e-3)
    x, y = d[..., 0] / steep, d[..., 1] / steep
    lamp = np.zeros(d.shape[:-1])
    for row in _PANEL_ROWS:
        across = expit((0.11 - np.abs(y - row)) / 0.03)
        along = expit((1.6 - np.abs(x)) / 0.08)
        lamp = np.maximum(lamp, across * along)
    lamp = lamp * (d[..., 2] > 0.2)
    colour = colour + lamp[..., None] * (1.0 - colour)
    colour = colour.reshape(6, size, 4, size, 4, 3).mean(axis=(2, 4))
    out = np.full((6, size, size, 4), 255, np.uint8)
    out[..., :3] = np.round(np.clip(colour, 0, 1) * 255)
    return out
