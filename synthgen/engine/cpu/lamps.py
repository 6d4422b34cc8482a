"""A stage's lights → the arrays of a picture, with a shadow map for each that casts one."""

from __future__ import annotations

import math

import numpy as np

from synthgen.core.frames import look_at
from synthgen.core.srgb import linear_from_srgb
from synthgen.core.vectors import unit
from synthgen.engine.cpu.arrays import POINT, SPOT, SUN, Lamps, Lens, Triangles
from synthgen.engine.cpu.project import STEPS, to_camera, to_picture
from synthgen.engine.cpu.rasterize import BACK, rasterize
from synthgen.engine.cpu.shadow import BLOCK, block_bounds
from synthgen.engine.sunlight import BELOW, SHADOW_BIAS, light_axes, shadow_box
from synthgen.world.surroundings import LightSpec

MAP_SIZE = 1024
"""Texels along an edge of a shadow map."""

SPOT_ANGLE = math.radians(35)
"""From a spot's axis to the edge of its cone."""

_KINDS = {"sun": SUN, "point": POINT, "spot": SPOT}
_NOT_DRAWN = 2


class ShadowMap:
    """What one lamp sees, as :class:`Lamps` holds it."""

    def __init__(self, view: np.ndarray, depth_row: np.ndarray, bias: float, nearness: np.ndarray) -> None:
        self.view, self.depth_row, self.bias, self.nearness = view, depth_row, bias, nearness
        self.low, self.high = block_bounds(nearness)


def lamps_of(lights: tuple[LightSpec, ...], surfaces: Triangles, bounds: list[np.ndarray]) -> Lamps:
    """The lights that give any.

    Args:
        lights: of the stage.
        surfaces: what may cast shadows.
        bounds: (2, 3) of each caster, world, metres.
    """
    lights = tuple(light for light in lights if light.intensity > 0)
    maps: list[ShadowMap] = []
    shadow = np.full(len(lights), -1, np.int32)
    place, axis = np.zeros((len(lights), 3)), np.zeros((len(lights), 3))
    for n, light in enumerate(lights):
        if light.kind != "point":
            axis[n] = unit(np.subtract(light.target, light.position))
        place[n] = -axis[n] if light.kind == "sun" else light.position
        # As with the GPU, a point light fills only: its shadows would take six maps.
        if light.shadow and light.kind != "point":
            shadow[n] = len(maps)
            maps.append(_sun_map(-axis[n], surfaces, bounds) if light.kind == "sun" else _spot_map(light, surfaces))
    colour = linear_from_srgb(np.array([light.colour for light in lights]).reshape(-1, 3))
    blocks = MAP_SIZE // BLOCK
    return Lamps(
        np.array([_KINDS[light.kind] for light in lights], np.int32),
        place,
        axis,
        colour * np.array([light.intensity for light in lights]).reshape(-1, 1),
        shadow,
        _stack([m.nearness for m in maps], (MAP_SIZE, MAP_SIZE), np.float32),
        _stack([m.view for m in maps], (3, 4), float),
        _stack([m.depth_row for m in maps], (4,), float),
        np.array([m.bias for m in maps], float),
        _stack([m.low for m in maps], (blocks, blocks), np.float32),
        _stack([m.high for m in maps], (blocks, blocks), np.float32),
    )


def _stack(arrays: list[np.ndarray], shape: tuple[int, ...], kind: type) -> np.ndarray:
    return np.stack(arrays).astype(kind, copy=False) if arrays else np.zeros((0, *shape), kind)


def _sun_map(toward: np.ndarray, surfaces: Triangles, bounds: list[np.ndarray]) -> ShadowMap:
    box = shadow_box(light_axes(toward), bounds)
    middle = (box.low + box.high) / 2
    width, height = box.size
    view = np.zeros((3, 4))
    view[0, :3], view[1, :3] = box.axes[:, 0] * MAP_SIZE / width, -box.axes[:, 1] * MAP_SIZE / height
    view[0, 3] = MAP_SIZE / 2 - middle[0] * MAP_SIZE / width
    view[1, 3] = MAP_SIZE / 2 + middle[1] * MAP_SIZE / height
    # Nearness is the height along the light above the end of the map.
    view[2, :3], view[2, 3] = box.axes[:, 2], BELOW - box.low[2]
    p = surfaces.places.astype(float)
    at = p[:, 0, None] * view[:, 0] + p[:, 1, None] * view[:, 1] + p[:, 2, None] * view[:, 2] + view[:, 3]
    corners = np.concatenate([np.floor(at[:, :2] * STEPS + 0.5), at[:, 2:]], 1)
    # What lies outside the box casts no shadow; it is marked as to be cut, and nothing is left of it.
    corners[(np.abs(at[:, :2] - MAP_SIZE / 2) > MAP_SIZE).any(1), 0] = np.nan
    lens = Lens(np.eye(3), np.zeros(3), 1.0, MAP_SIZE / 2, MAP_SIZE / 2)
    return ShadowMap(
        view, np.array([0.0, 0, 0, 1]), SHADOW_BIAS, _drawn(np.zeros_like(surfaces.places), corners, surfaces, lens)
    )


def _spot_map(light: LightSpec, surfaces: Triangles) -> ShadowMap:
    camera = look_at(np.array(light.position), np.array(light.target), 2 * SPOT_ANGLE, MAP_SIZE, MAP_SIZE)
    half = MAP_SIZE / 2
    lens = Lens(np.ascontiguousarray(camera.rotation), np.asarray(camera.centre, float), camera.focal, half, half)
    rows = np.concatenate([camera.rotation, -(camera.rotation @ camera.centre)[:, None]], 1)
    view = np.stack([camera.focal * rows[0] + half * rows[2], camera.focal * rows[1] + half * rows[2], [0, 0, 0, 1.0]])
    corners = to_camera(surfaces.places, lens)
    nearness = _drawn(corners, to_picture(corners, lens, MAP_SIZE, MAP_SIZE), surfaces, lens)
    return ShadowMap(view, rows[2], 0.0, nearness)


def _drawn(camera_corners: np.ndarray, corners: np.ndarray, surfaces: Triangles, lens: Lens) -> np.ndarray:
    """(N, N) float32 nearness of the casters' back faces."""
    sides = np.where(surfaces.casts[surfaces.part], BACK, _NOT_DRAWN).astype(np.int8)
    ids = np.empty((MAP_SIZE, MAP_SIZE), np.int32)
    nearness = np.zeros((MAP_SIZE, MAP_SIZE), np.float32)
    rasterize(camera_corners, corners, surfaces.faces, sides, lens, ids, nearness)
    return nearness
