"""Lenses: the engine draws through a pinhole, somewhat wider, and the picture is bent here, the same for every engine.

Masks and depths are bent with it, so that visibility is judged on the very pixels that are written. Labels do not come
from this: they are projected through the lens by ``Camera.project``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthgen.core.frames import Camera
from synthgen.core.lens import undistorted

_RADII = 512
"""Entries of that table; between two of them the factor is straight to 10⁻⁶."""
_RIM = 256
"""Points along each side of the image that are looked at for what the pinhole must show."""


def through_pinhole(camera: Camera) -> Camera:
    """What the engine draws for a camera: all of its view, with the same focal length, so that the middle is sharp."""
    if not camera.distortion:
        return camera
    along = np.linspace(0.0, 1.0, _RIM)
    sides = [(along, 0 * along), (along, 1 + 0 * along), (0 * along, along), (1 + 0 * along, along)]
    rim = np.concatenate([np.stack(side, -1) for side in sides]) * (camera.width, camera.height)
    half = np.abs(camera.normalised(rim)).max(0) * camera.focal + 1.0
    width, height = (2 * int(np.ceil(side)) for side in half)
    return replace(camera, width=width, height=height, distortion=())


def with_lens(read: Camera, wanted: Camera) -> Camera:
    """The camera whose pictures are written: where the engine has the pinhole, with the lens that was asked for."""
    if not wanted.distortion:
        return read
    return replace(read, width=wanted.width, height=wanted.height, distortion=wanted.distortion)


@dataclass(frozen=True)
class Bend:
    """Takes an engine's picture to that behind the lens.

    Attributes:
        column, row: (H, W) float32, where in the engine's picture, whose pixel centres lie at integers here, each pixel
            comes from.
    """

    column: np.ndarray
    row: np.ndarray

    @classmethod
    def of(cls, pinhole: Camera, camera: Camera) -> Bend:
        """From what the engine drew to what a camera shows."""
        u = ((np.arange(camera.width) + 0.5) - camera.width / 2) / camera.focal
        v = ((np.arange(camera.height) + 0.5) - camera.height / 2) / camera.focal
        x, y = _straight(u.astype(np.float32)[None], v.astype(np.float32)[:, None], camera.distortion)
        column = x * np.float32(pinhole.focal) + np.float32(pinhole.width / 2 - 0.5)
        row = y * np.float32(pinhole.focal) + np.float32(pinhole.height / 2 - 0.5)
        return cls(np.clip(column, 0, pinhole.width - 1), np.clip(row, 0, pinhole.height - 1))

    def nearest(self, picture: np.ndarray) -> np.ndarray:
        """Ids or depths, (h, w) → (H, W): what the nearest pixel has."""
        out: np.ndarray = picture[np.rint(self.row).astype(np.intp), np.rint(self.column).astype(np.intp)]
        return out

    def smooth(self, picture: np.ndarray) -> np.ndarray:
        """Colours, (h, w, 3) uint8 → (H, W, 3) uint8, bilinear."""
        from scipy.ndimage import map_coordinates

        out = np.empty((*self.row.shape, 3), np.uint8)
        for k in range(3):
            colour = np.ascontiguousarray(picture[..., k], np.float32)
            bent = map_coordinates(colour, (self.row, self.column), np.float32, order=1, mode="nearest")
            out[..., k] = bent + np.float32(0.5)
        return out


def _straight(u: np.ndarray, v: np.ndarray, coefficients: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """(1, W) and (H, 1) shown coordinates → (H, W) of each, without the lens; a radial one is looked up in a table."""
    if coefficients[2] or coefficients[3]:
        xy = undistorted(np.stack(np.broadcast_arrays(u, v), -1), coefficients)
        return xy[..., 0], xy[..., 1]
    r2 = u * u + v * v
    shown = np.sqrt(np.linspace(1e-9, float(r2.max()), _RADII))
    real = undistorted(np.stack([shown, 0 * shown], -1), coefficients)[:, 0]
    factor = np.interp(r2, shown**2, real / shown).astype(np.float32)
    return u * factor, v * factor
