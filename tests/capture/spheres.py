"""A body of spheres and its analytic picture: depth and mask known by formula, without any renderer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.capture.visibility import View, Visibility, see
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.core.frames import Camera, apply
from synthgen.core.skeleton import REGIONS


@dataclass(frozen=True)
class Ball:
    """A sphere in the world; ``owner`` indexes the view's names, −1 is the room."""

    centre: tuple[float, float, float]
    radius: float
    owner: int


PARTS = {
    "trunk": ((0.0, 0.0, 1.0), 0.22),
    "head": ((0.0, 0.0, 1.45), 0.12),
    "left_forearm": ((0.0, 0.45, 1.0), 0.05),
    "right_forearm": ((0.0, -0.45, 1.0), 0.05),
}
"""Region → centre and radius at rest: a person facing +X, with one bone per region."""

SITES = {
    "nose": (0.12, 0.0, 1.45),
    "left_eye": (0.11, 0.04, 1.47),
    "right_eye": (0.11, -0.04, 1.47),
    "left_wrist": (0.0, 0.45, 1.0),
    "right_wrist": (0.0, -0.45, 1.0),
    "spine_03": (-0.12, 0.0, 1.0),
    "T12.body": (-0.12, 0.0, 1.05),
    "T12.spinous": (-0.20, 0.0, 1.05),
    "T12.skin": (-0.214, 0.0, 1.05),
}


def _sphere(centre: np.ndarray, radius: float, count: int = 200) -> np.ndarray:
    k = np.arange(count) + 0.5
    polar, turn = np.arccos(1 - 2 * k / count), np.pi * (1 + 5**0.5) * k
    unit = np.stack([np.cos(turn) * np.sin(polar), np.sin(turn) * np.sin(polar), np.cos(polar)], 1)
    return centre + radius * unit


def body() -> RestBody:
    names = tuple(PARTS)
    vertices = [_sphere(np.array(centre), radius) for centre, radius in PARTS.values()]
    carrier = np.repeat(np.arange(len(names)), [len(v) for v in vertices])
    bones = np.tile(np.eye(4), (len(names), 1, 1))
    bones[:, :3, 3] = [centre for centre, _ in PARTS.values()]
    return RestBody(
        rig="anny",
        bone_names=names,
        parents=np.full(len(names), -1),
        bones=bones,
        vertices=np.concatenate(vertices),
        faces=np.zeros((0, 3), int),
        uvs=np.zeros((0, 3, 2)),
        skin_indices=carrier[:, None],
        skin_weights=np.ones((len(carrier), 1)),
        regions=np.array([REGIONS.index(n) for n in names])[carrier],
        stature=1.7,
    )


def _region(name: str) -> str:
    if name.endswith("wrist"):
        return name.replace("wrist", "forearm")
    return "head" if name in ("nose", "left_eye", "right_eye") else "trunk"


def sites() -> SiteSet:
    regions = tuple(_region(n) for n in SITES)
    rest = np.array(list(SITES.values()))
    parts = [list(PARTS).index(r) for r in regions]
    tissue = [PARTS[r][1] - np.linalg.norm(p - np.array(PARTS[r][0])) for r, p in zip(regions, rest, strict=True)]
    return SiteSet(
        names=tuple(SITES),
        rest=rest,
        indices=np.array(parts)[:, None],
        weights=np.ones((len(parts), 1)),
        regions=regions,
        tissue=np.maximum(tissue, 0.0),
        sigma=np.full(len(parts), 0.01),
    )


def balls_of(bones: np.ndarray, owner: int) -> list[Ball]:
    return [Ball(tuple(bone[:3, 3]), radius, owner) for bone, (_, radius) in zip(bones, PARTS.values(), strict=True)]


def picture(camera: Camera, balls: list[Ball], names: list[str], room_depth: float = np.inf) -> View:
    """First hits of the pixel centres' rays on the balls; a wall across the view at ``room_depth``."""
    v, u = np.mgrid[: camera.height, : camera.width] + 0.5
    rays = camera.unproject(np.stack([u, v], -1), np.ones(u.shape)) - camera.centre  # planar depth 1
    depth = np.full(u.shape, room_depth)
    ids = np.full(u.shape, -1, np.int16)
    for ball in balls:
        to = np.array(ball.centre) - camera.centre
        a, b, c = (rays**2).sum(-1), rays @ to, to @ to - ball.radius**2
        root = b**2 - a * c
        hit = (b - np.sqrt(np.maximum(root, 0))) / a
        closer = (root > 0) & (hit > 0) & (hit < depth)
        depth[closer], ids[closer] = hit[closer], ball.owner
    return View(camera, depth.astype(np.float32), ids, names)


def look(camera: Camera, move: np.ndarray, others: list[Ball], names: list[str], **options: float) -> Visibility:
    """The visibility of one person whose bones are the rest bones moved by ``move`` (B, 4, 4)."""
    rest, points = body(), sites()
    bones = move @ rest.bones
    view = picture(camera, balls_of(bones, 0) + others, names, **options)
    return see(view, 0, points, camera.project(points.posed(rest, bones)), rest, bones)


def still() -> np.ndarray:
    return np.tile(np.eye(4), (len(PARTS), 1, 1))


def world_sites(move: np.ndarray) -> np.ndarray:
    return apply(move[[list(PARTS).index(r) for r in sites().regions]], sites().rest)
