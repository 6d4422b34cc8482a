"""What the kernels are given: plain arrays under names. World frame: Z up, metres; light is linear."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Lens(NamedTuple):
    """A pinhole camera as kernels take it.

    Attributes:
        rotation: (3, 3) world → camera (x right, y down, z forward).
        centre: (3,) metres, world.
        focal: pixels.
        middle_x, middle_y: principal point, pixels.
    """

    rotation: np.ndarray
    centre: np.ndarray
    focal: float
    middle_x: float
    middle_y: float


class Triangles(NamedTuple):
    """All triangles of a picture, of P parts with one material each.

    Attributes:
        places: (V, 3) float32 world, metres.
        normals: (V, 3) float32 unit, world.
        uvs: (V, 2) float32 texture coordinates, zero where a part has none.
        faces: (F, 3) int32, counter-clockwise from outside.
        part: (F,) int32 the part that a face belongs to.
        owner: (P,) int32 serial of the stage object, 0 for the room.
        casts: (P,) bool: throws shadows.
    """

    places: np.ndarray
    normals: np.ndarray
    uvs: np.ndarray
    faces: np.ndarray
    part: np.ndarray
    owner: np.ndarray
    casts: np.ndarray


class Looks(NamedTuple):
    """The materials of P parts.

    Attributes:
        colour, emissive: (P, 3) float32 linear.
        roughness, metallic, sheen: (P,) float32, 0…1.
        sky_level: (P,) float32 level of the environment that a mirror of this roughness shows.
        two_sided: (P,) bool.
        unlit: (P,) bool: shows colour, texture and ``emissive`` multiplied, and nothing else.
        texture, normal_map: (P,) int32 row of ``images``, −1 for none.
        images: (T, 4) int64 where an image begins in ``texels``, its width and height, and its number of levels.
        texels: (N, 3) uint8 all levels of all images, sRGB (normal maps: as they are).
    """

    colour: np.ndarray
    emissive: np.ndarray
    roughness: np.ndarray
    metallic: np.ndarray
    sheen: np.ndarray
    sky_level: np.ndarray
    two_sided: np.ndarray
    unlit: np.ndarray
    texture: np.ndarray
    normal_map: np.ndarray
    images: np.ndarray
    texels: np.ndarray


class Sky(NamedTuple):
    """The environment as a cube map of L levels, each half as fine as the one before.

    Attributes:
        texels: (N, 3) float32 sRGB 0…1; the faces of every level with a border of one texel from their neighbours.
        begins, sizes: (L,) int64 where a level begins, and pixels along an edge without the border.
        strength: factor on the light that it gives.
    """

    texels: np.ndarray
    begins: np.ndarray
    sizes: np.ndarray
    strength: float


class Lamps(NamedTuple):
    """L lights.

    Attributes:
        kind: (L,) int32: ``SUN``, ``POINT`` or ``SPOT``.
        place: (L, 3) world; of a sun: the unit direction towards it.
        axis: (L, 3) unit direction in which a spot shines.
        power: (L, 3) linear colour times intensity.
        shadow: (L,) int32 index of its shadow map, −1 for none.
        maps: (S, N, N) float32 nearness of the nearest back face, 0 for none; larger is nearer.
        views: (S, 3, 4) world → map: pixel x and y and nearness, all times ``w`` where the light is a spot.
        depth_rows: (S, 4) world → ``w``, the distance along a spot's axis; (0, 0, 0, 1) for suns.
        bias: (S,) metres by which a caster may lie behind the surface that it shades.
        lows, highs: (S, N / 8, N / 8) float32 least and greatest nearness in and around blocks of the maps.
    """

    kind: np.ndarray
    place: np.ndarray
    axis: np.ndarray
    power: np.ndarray
    shadow: np.ndarray
    maps: np.ndarray
    views: np.ndarray
    depth_rows: np.ndarray
    bias: np.ndarray
    lows: np.ndarray
    highs: np.ndarray


class VisibilityBuffer(NamedTuple):
    """Which face lies nearest behind every sample.

    Attributes:
        ids: (H, W) int32 faces, −1 for none.
        nearness: (H, W) float32 1/z there, 0 for none.
        part: (F,) int32 the part that a face belongs to.
        facing: (F, 3) float32 unit normals of the faces.
    """

    ids: np.ndarray
    nearness: np.ndarray
    part: np.ndarray
    facing: np.ndarray


SUN, POINT, SPOT = 0, 1, 2
