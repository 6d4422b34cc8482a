"""What the kernels are given in tests: cameras whose frame is the world's, and small sets of triangles."""

from __future__ import annotations

import numpy as np

from synthgen.core.frames import Camera
from synthgen.engine.cpu.arrays import Lamps, Lens, Looks, Sky, Triangles
from synthgen.engine.cpu.gather import looks_of
from synthgen.engine.cpu.images import ImagePool
from synthgen.engine.cpu.lamps import lamps_of
from synthgen.engine.cpu.project import to_camera, to_picture
from synthgen.engine.cpu.rasterize import BOTH, rasterize
from synthgen.engine.cpu.sky import sky_of
from synthgen.meshes.mesh import Material
from synthgen.world.surroundings import LightSpec

WIDTH, HEIGHT = 64, 48


def lens(focal: float = 40.0, width: int = WIDTH, height: int = HEIGHT) -> Lens:
    """A camera at the origin: x right, y down, z forward, in the world as well."""
    return Lens(np.eye(3), np.zeros(3), focal, width / 2, height / 2)


def camera(focal: float = 40.0, width: int = WIDTH, height: int = HEIGHT) -> Camera:
    """The same camera, as pictures take it."""
    return Camera(np.eye(3), np.zeros(3), focal, width, height)


def rays(focal: float = 40.0, width: int = WIDTH, height: int = HEIGHT) -> tuple[np.ndarray, np.ndarray]:
    """(H, W) x and y of the rays (x, y, 1) through the pixels' centres."""
    v, u = np.mgrid[0:height, 0:width] + 0.5
    return (u - width / 2) / focal, (v - height / 2) / focal


def buffers(width: int = WIDTH, height: int = HEIGHT) -> tuple[np.ndarray, np.ndarray]:
    """An empty visibility buffer: faces and nearness."""
    return np.full((height, width), -1, np.int32), np.zeros((height, width), np.float32)


def rasterized(
    places: np.ndarray, faces: np.ndarray, of: Lens, width: int = WIDTH, height: int = HEIGHT, side: int = BOTH
) -> tuple[np.ndarray, np.ndarray]:
    """Triangles of the world, (V, 3) and (F, 3), through the first two stages."""
    ids, nearness = buffers(width, height)
    corners = to_camera(np.asarray(places, np.float32), of)
    sides = np.full(len(faces), side, np.int8)
    rasterize(corners, to_picture(corners, of, width, height), np.asarray(faces, np.int32), sides, of, ids, nearness)
    return ids, nearness


def in_steps(corners: np.ndarray, faces: np.ndarray, side: int = BOTH) -> tuple[np.ndarray, np.ndarray]:
    """Triangles of the picture: (V, 3) x and y in steps of 1/256 pixel and nearness."""
    ids, nearness = buffers()
    unused = np.full((len(corners), 3), np.nan, np.float32)
    sides = np.full(len(faces), side, np.int8)
    rasterize(unused, np.asarray(corners, float), np.asarray(faces, np.int32), sides, lens(), ids, nearness)
    return ids, nearness


def hits(places: np.ndarray, faces: np.ndarray, of: Lens) -> np.ndarray:
    """(H, W) how many of the triangles get each sample, each drawn alone."""
    return sum((rasterized(places, face[None], of)[0] >= 0).astype(int) for face in np.asarray(faces))


def grid_faces(rows: int, columns: int) -> np.ndarray:
    """(2 (rows − 1) (columns − 1), 3) triangles of a grid of points."""
    at = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = (at[i : rows - 1 + i, j : columns - 1 + j].ravel() for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)))
    return np.concatenate([np.stack([a, b, d], 1), np.stack([a, d, c], 1)])


def surfaces(
    places: np.ndarray, faces: np.ndarray, normals: np.ndarray, uvs: np.ndarray | None = None, casts: bool = True
) -> Triangles:
    """Triangles of one part, owned by object 1; one normal for all or one each."""
    count = len(places)
    return Triangles(
        np.array(places, np.float32),
        np.array(np.broadcast_to(normals, (count, 3)), np.float32),
        np.zeros((count, 2), np.float32) if uvs is None else np.array(uvs, np.float32),
        np.array(faces, np.int32),
        np.zeros(len(faces), np.int32),
        np.ones(1, np.int32),
        np.full(1, casts),
    )


def sky(colour: tuple[int, int, int] = (255, 255, 255), strength: float = 1.0, size: int = 4) -> Sky:
    """An even sky, sRGB bytes."""
    faces = np.full((6, size, size, 4), 255, np.uint8)
    faces[..., :3] = colour
    return sky_of(faces, strength)


def looks(material: Material, levels: int = 3) -> Looks:
    """The looks of one part."""
    return looks_of([material], levels, ImagePool())


def lamps(of: Triangles | None = None, *lights: LightSpec) -> Lamps:
    """Lights, with the shadows of some triangles."""
    nothing = surfaces(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(3))
    of = nothing if of is None else of
    return lamps_of(lights, of, [np.stack([of.places.min(0), of.places.max(0)])] if len(of.places) else [])
