"""The user's pictures as surroundings: a dome that shows one, and a floor that shows its lower part and takes shadows.

As three.js' GroundedSkybox: what a picture shows below the horizon lies on the floor, as seen from where the camera
stands, so that people stand *on* it. The floor is an ordinary lit surface: its image is divided by the light that falls
on it, so that it comes out as the picture where nothing shades it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from synthgen.core.srgb import srgb_from_linear
from synthgen.core.userfiles.pictures import read_picture
from synthgen.meshes.baking import to_uint8
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.places.files import found_file
from synthgen.places.film import light_shown_as, unfilmed
from synthgen.places.rooms.dome import grid
from synthgen.world.surroundings import BackdropSpec, PictureSpec, RoomSpec

_REACH = 140.0
"""Metres to the dome: its depth is the sky's."""
_FLOOR = 24.0
"""Metres around the camera in which the floor takes shadows; beyond it the picture stands."""
_WIDEST = 4096
"""Pixels of a panorama along the horizon that are used; a photograph has a third of them."""
_ROWS, _COLUMNS = 64, 144


def pictured_room(spec: RoomSpec, backdrop: BackdropSpec, picture: PictureSpec, files: Path | None) -> list[MeshPart]:
    """Dome and floor of a picture.

    Raises:
        InputError: the file is not there, is another one, or cannot be read.
    """
    image = shown_image(picture, files)
    vertices, uvs, rows = _surface(picture, backdrop.turn, image.shape)
    columns = len(vertices) // rows
    faces = grid(rows, columns)
    below = (np.arange(len(faces)) % ((rows - 1) * (columns - 1))) // (columns - 1) < _floor_rows()
    dome, ground = _textures(picture, files)
    up = np.zeros_like(vertices)
    up[:, 2] = 1.0
    sky = Material((1.0, 1.0, 1.0), dome, unlit=True, emissive=(1.0, 1.0, 1.0))
    floor = Material((1.0, 1.0, 1.0), ground, roughness=1.0)
    return [
        _cut(MeshPart("backdrop", vertices, faces[~below], sky, uvs, normals=-up)),
        _cut(MeshPart("floor", vertices, faces[below], floor, uvs, normals=up)),
    ]


def shown_image(picture: PictureSpec, files: Path | None) -> np.ndarray:
    """(H, W, 3) uint8 sRGB as the picture is to come out, no larger than is of use.

    Raises:
        InputError: the file is not there, is another one, or cannot be read.
    """
    return _shown(found_file(picture.file, files), picture.file.digest, picture.light)


@lru_cache(maxsize=4)
def _shown(path: Path, digest: str, unit: float) -> np.ndarray:
    import cv2

    read = read_picture(path)
    pixels = read.pixels
    most = _WIDEST if read.panorama else _WIDEST // 3
    if pixels.shape[1] > most:
        size = (most, max(1, round(pixels.shape[0] * most / pixels.shape[1])))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    if pixels.dtype != np.uint8:
        light = np.asarray(pixels, float) / unit
        # Highlights beyond white are rolled off, each pixel in its own colour.
        peak = np.maximum(light.max(-1, keepdims=True), 1e-9)
        rolled = np.where(peak > 0.7, 1 - 0.09 / (np.maximum(peak, 0.7) - 0.4), peak)
        pixels = to_uint8(srgb_from_linear(light / peak * rolled))
    pixels.setflags(write=False)
    return pixels


def _textures(picture: PictureSpec, files: Path | None) -> tuple[np.ndarray, np.ndarray]:
    """Images of dome and floor."""
    path, mirrored = found_file(picture.file, files), not _is_panorama(picture)
    return _prepared(path, picture.file.digest, picture.light, picture.floor_light, mirrored)


@lru_cache(maxsize=4)
def _prepared(
    path: Path, digest: str, unit: float, floor_light: tuple[float, float, float], mirrored: bool
) -> tuple[np.ndarray, np.ndarray]:
    image = _shown(path, digest, unit)
    if mirrored:
        image = np.concatenate([image, image[::-1]])  # what lies below a photograph mirrors its edge
    dome, floor = unfilmed(image), unfilmed(image, np.array(floor_light))
    for texture in (dome, floor):
        texture.setflags(write=False)
    return dome, floor


def picture_sky(picture: PictureSpec, turn: float, directions: np.ndarray, files: Path | None) -> np.ndarray:
    """(…, 3) unit directions → (…, 3) linear light that the picture shows there, as the renderers reckon it."""
    image = _thumbnail(shown_image(picture, files))
    azimuth = np.arctan2(directions[..., 1], directions[..., 0]) - turn
    elevation = np.arcsin(np.clip(directions[..., 2], -1, 1))
    u, v = _coordinates(picture, azimuth, elevation, image.shape)
    if not _is_panorama(picture):
        v = np.where(v > 0.5, 1 - v, v) * 2
    high, wide = image.shape[:2]
    row, column = np.clip((v * high).astype(int), 0, high - 1), (u % 1.0 * wide).astype(int) % wide
    out: np.ndarray = light_shown_as(image[row, column] / 255.0)
    return out


def _thumbnail(image: np.ndarray) -> np.ndarray:
    import cv2

    small: np.ndarray = cv2.resize(
        image, (128, max(2, 128 * image.shape[0] // image.shape[1])), interpolation=cv2.INTER_AREA
    )
    return small


def _is_panorama(picture: PictureSpec) -> bool:
    return picture.hfov > 6.28


def _copies(picture: PictureSpec) -> int:
    """How often a photograph stands around, turn about as it is and mirrored: an even number."""
    return max(2, 2 * round(np.pi / picture.hfov))


def _coordinates(
    picture: PictureSpec, azimuth: np.ndarray, elevation: np.ndarray, shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Texture coordinates of directions, azimuth from the picture's middle to the left, radians.

    A photograph is taken as level. Its copies fill the circle, so each covers a little more or less than it did. Above
    it goes on mirrored, ever slower; below it goes on as the floor mirrored at its lower edge, so that what runs
    towards the camera runs on. Its texture is twice as high, with the mirrored picture below.
    """
    if _is_panorama(picture):
        return 0.5 - azimuth / (2 * np.pi), np.clip(0.5 - elevation / np.pi, 0.001, 0.999)
    span = 2 * np.pi / _copies(picture)
    copy = np.round(azimuth / span)
    own = (azimuth - copy * span) * np.where(copy % 2 == 0, 1.0, -1.0)
    half = np.tan(span / 2)
    tall = half * shape[0] / shape[1]
    # One unit above the floor: how far ahead and aside a direction meets it.
    reach = 1 / np.tan(np.maximum(-elevation, 1e-6))
    ahead, aside = reach * np.cos(own), reach * np.sin(own)
    near = (elevation < 0) & (ahead < 1 / tall)
    ahead = np.where(near, 2 / tall - ahead, ahead)
    own = np.where(near, np.arctan2(aside, ahead), own)
    elevation = np.where(near, -np.arctan2(1.0, np.hypot(ahead, aside)), elevation)
    y = np.tan(np.clip(elevation, -1.56, 1.56)) / np.cos(own) / tall
    y = np.where(np.abs(y) > 1, np.sign(y) * (1 + 0.9 * (1 - np.exp(1 - np.abs(y)))), y)
    v = 0.25 - 0.25 * y  # 0 … 0.5 is the picture
    return 0.5 - 0.5 * np.tan(own) / half, v


def _floor_rows() -> int:
    return 40


def _surface(picture: PictureSpec, turn: float, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, int]:
    """Vertices and texture coordinates of floor and dome, row by row from below the camera to straight up."""
    x, y, z = picture.centre
    lowest = -np.arctan2(z, _FLOOR)
    below = np.linspace(0, 1, _floor_rows() + 1)
    # On the floor rows crowd towards the horizon, so that squares of floor are about as deep as wide.
    floor = -np.pi / 2 + (np.pi / 2 + lowest) * below
    dome = lowest + (np.pi / 2 - lowest) * np.linspace(0, 1, _ROWS - _floor_rows() + 1)[1:] ** 1.5
    up = np.concatenate([floor, dome])[:, None]
    # The edges of copies lie on columns.
    steps = _COLUMNS if _is_panorama(picture) else 2 * _copies(picture) * round(_COLUMNS / 2 / _copies(picture))
    azimuth = np.linspace(-np.pi, np.pi, steps + 1)[None]
    flat = np.where(up <= lowest + 1e-9, z / np.tan(np.maximum(-up, 1e-9)), 0.0)
    share = np.clip((up - lowest) / (0.25 - lowest), 0, 1)
    reach = _FLOOR / np.cos(lowest) + share * (_REACH - _FLOOR)
    flat = np.where(up <= lowest + 1e-9, np.minimum(flat, _FLOOR), reach * np.cos(up))
    high = np.where(up <= lowest + 1e-9, -z, reach * np.sin(up))
    points = np.stack(
        [
            x + flat * np.cos(azimuth + turn),
            y + flat * np.sin(azimuth + turn),
            np.broadcast_to(z + high, flat.shape) + 0 * azimuth,
        ],
        -1,
    )
    u, v = _coordinates(picture, azimuth + 0 * up, up + 0 * azimuth, shape)
    return points.reshape(-1, 3), np.stack([u, v], -1).reshape(-1, 2), len(up)


def _cut(part: MeshPart) -> MeshPart:
    """The part without the vertices that none of its faces has."""
    used, faces = np.unique(part.faces, return_inverse=True)
    return MeshPart(
        part.name,
        part.vertices[used],
        faces.reshape(-1, 3),
        part.material,
        None if part.uvs is None else part.uvs[used],
        normals=None if part.normals is None else part.normals[used].astype(np.float32),
    )
