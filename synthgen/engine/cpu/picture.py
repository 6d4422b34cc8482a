"""One picture from arrays: the stages in their order."""

from __future__ import annotations

import numpy as np

from synthgen.core.frames import Camera
from synthgen.engine.cpu.arrays import Lamps, Lens, Looks, Sky, Triangles, VisibilityBuffer
from synthgen.engine.cpu.edges import resolve
from synthgen.engine.cpu.occlusion import averaged, openness
from synthgen.engine.cpu.project import to_camera, to_picture
from synthgen.engine.cpu.rasterize import BOTH, FRONT, rasterize
from synthgen.engine.cpu.resolve import encode, face_directions, shade_centres, tone_centres
from synthgen.engine.cpu.tone import GAIN
from synthgen.engine.picture import Picture


def lens_of(camera: Camera, fine: bool) -> Lens:
    """A camera as kernels take it; ``fine``: with samples half a pixel apart and one more on every side."""
    scale, edge = (2.0, 0.5) if fine else (1.0, 0.0)
    return Lens(
        np.ascontiguousarray(camera.rotation, float),
        np.asarray(camera.centre, float),
        scale * camera.focal,
        scale * camera.width / 2 + edge,
        scale * camera.height / 2 + edge,
    )


def drawn(
    camera: Camera, exposure: float, surfaces: Triangles, looks: Looks, sky: Sky, lamps: Lamps, fine: bool
) -> Picture:
    """One picture.

    Args:
        camera: where from.
        exposure: factor on the light.
        surfaces, looks, sky, lamps: what there is.
        fine: whether there are samples between the pixels' centres, for smooth edges.
    """
    size = (camera.height, camera.width)
    samples = (2 * size[0] + 1, 2 * size[1] + 1) if fine else size
    lens, fine_lens = lens_of(camera, False), lens_of(camera, fine)
    ids, nearness = np.full(samples, -1, np.int32), np.zeros(samples, np.float32)
    corners = to_camera(surfaces.places, lens)
    sides = np.where(looks.two_sided[surfaces.part], BOTH, FRONT).astype(np.int8)
    places = to_picture(corners, fine_lens, samples[1], samples[0])
    rasterize(corners, places, surfaces.faces, sides, fine_lens, ids, nearness)
    light, depth, owner = np.empty((*size, 3), np.float32), np.empty(size, np.float32), np.empty(size, np.int32)
    shade_centres(ids, corners, lens, surfaces, looks, sky, lamps, fine, light, depth, owner)
    open_share = averaged(openness(depth, camera.focal), depth)
    gain = GAIN * exposure
    screen, colour = np.empty((*size, 3), np.float32), np.full((*size, 4), 255, np.uint8)
    tone_centres(light, open_share, gain, screen)
    if fine:
        facing = np.empty(surfaces.faces.shape, np.float32)
        face_directions(corners, surfaces.faces, facing)
        buffer = VisibilityBuffer(ids, nearness, surfaces.part, facing)
        resolve(buffer, screen, open_share, gain, corners, lens, surfaces, looks, sky, lamps, colour)
    else:
        encode(screen, colour)
    return Picture(colour, depth, owner)
