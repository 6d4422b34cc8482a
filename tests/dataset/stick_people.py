"""Frames with people made of capsules: real geometry and real occlusion between people, drawn with PIL.

Stands in for the engine in tests of files and runs; nothing here is used by the library.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from synthgen.capture.frame import Frame, PersonLabels, PointLabels
from synthgen.capture.point_sigma import SOURCES
from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core.bodymodel import reference_body
from synthgen.core.frames import apply, look_at, transform, yaw_matrix
from synthgen.core.seeding import stream
from synthgen.core.skeleton import KEYPOINTS, SPINE_LEVELS, VERTEBRAE
from synthgen.world.shot import CameraSpec, CurveSpec, PersonSpec, PostureSpec, ScoliosisSpec, Shot, SpineSpec
from synthgen.world.surroundings import RoomSpec, SkySpec

LIMBS = (
    ("head", "neck_03", 0.11),
    ("neck_03", "neck", 0.06),
    ("neck", "spine_04", 0.13),
    ("spine_04", "spine_02", 0.13),
    ("spine_02", "hip", 0.14),
    ("left_shoulder", "right_shoulder", 0.09),
    ("left_hip", "right_hip", 0.12),
    ("left_shoulder", "left_elbow", 0.06),
    ("left_elbow", "left_wrist", 0.05),
    ("right_shoulder", "right_elbow", 0.06),
    ("right_elbow", "right_wrist", 0.05),
    ("left_hip", "left_knee", 0.09),
    ("left_knee", "left_ankle", 0.06),
    ("left_ankle", "left_big_toe", 0.05),
    ("right_hip", "right_knee", 0.09),
    ("right_knee", "right_ankle", 0.06),
    ("right_ankle", "right_big_toe", 0.05),
    ("left_heel", "left_big_toe", 0.04),
    ("right_heel", "right_big_toe", 0.04),
    ("nose", "head", 0.06),
)

POSTURES = (
    None,
    PostureSpec(name="hyperkyphosis", thoracic_kyphosis=60.0),
    PostureSpec(
        name="scoliosis",
        scoliosis=ScoliosisSpec(type="thoracic", apex="T8", cobb=35.0, convex="right", rotation=10.0),
    ),
)
"""Of the second person, shot after shot: a label; stick people do not follow it."""


def spine_with(posture: PostureSpec | None) -> SpineSpec:
    """A spine that holds a posture, told and not realised."""
    return SpineSpec(curve=CurveSpec(), neutral=((0.0, 0.0, 0.0),) * 25, pelvis=0.0, posture=posture)


def make_shot(index: int, people: int = 2, width: int = 160, height: int = 120, cameras: int = 1) -> Shot:
    """A shot whose people, places and cameras come from the shot's own streams."""
    rng = stream(7, index, "stick")
    specs = tuple(
        PersonSpec(
            id=i,
            character=f"stick_{i}",
            body=BodySpec(gender=round(float(rng.uniform()), 3)),
            outfit=OutfitSpec(),
            clip=("bend", "squat")[i % 2],
            frame=int(rng.integers(0, 60)),
            position=(round(float(rng.uniform(-0.4, 0.8)), 3), round(0.7 * (i - (people - 1) / 2), 3)),
            pivot=(0.0, 0.0),
            yaw=round(float(rng.uniform(-3, 3)), 3),
            spine=spine_with(POSTURES[index % 3]) if i == 1 else None,
        )
        for i in range(people)
    )
    views = tuple(
        CameraSpec(position=(3.4 * np.cos(a), 3.4 * np.sin(a), 1.4), target=(0.0, 0.0, 0.9), width=width, height=height)
        for a in np.round(rng.uniform(-3, 3, cameras), 3)
    )
    return Shot(id=index, seed=7, people=specs, props=(), room=RoomSpec(), lights=(), sky=SkySpec(), cameras=views)


def body_points(person: PersonSpec) -> dict[str, np.ndarray]:
    """All named points of one person, world, metres."""
    body = reference_body()
    bend = np.radians(person.frame)
    q = body.spine_coordinates({"lumbar_flexion": bend * 0.6, "thoracic_flexion": bend * 0.3})
    q = np.atleast_2d(q)
    index = body.tree.coordinate_index
    for side in ("left", "right"):
        q[:, index[f"{side}_hip_flexion"]] = bend * 0.8
        q[:, index[f"{side}_knee_flexion"]] = bend * 0.8
        q[:, index[f"{side}_shoulder_abduction"]] = np.radians(25)
    world = body.tree.forward(q)[0]
    segment = {name: world[i] for name, i in body.tree.segment_index.items()}
    land = {name: np.asarray(p).reshape(3) for name, p in body.points(world[None]).items()}

    def at(name: str, *offset: float) -> np.ndarray:
        return apply(segment[name], np.array(offset))

    out: dict[str, np.ndarray] = {}
    for side, s in (("left", 1), ("right", -1)):
        for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel"):
            out[f"{side}_{joint}"] = land[f"{side}_{joint}"]
        out[f"{side}_big_toe"] = land[f"{side}_toe_tip"]
        out[f"{side}_small_toe"] = apply(segment[f"{side}_toes"], np.array([0.03, s * 0.05, -0.01]))
        out[f"{side}_eye"] = at("skull", 0.10, s * 0.03, 0.07)
        out[f"{side}_ear"] = at("skull", 0.02, s * 0.075, 0.05)
        out[f"{side}_clavicle"] = at("T1", 0.06, s * 0.05, 0.0)
        out[f"{side}_latissimus"] = at("T8", 0.0, s * 0.15, 0.0)
    out["nose"], out["head"] = at("skull", 0.13, 0, 0.03), land["head_top"]
    for name, level in SPINE_LEVELS.items():
        out[name] = at(level, 0, 0, 0.01)
    for v in ("sacrum", *VERTEBRAE):
        out[f"{v}.body"] = at(v, 0, 0, 0.01)
        out[f"{v}.spinous"] = at(v, -0.05, 0, 0)
        out[f"{v}.skin"] = at(v, -0.065, 0, 0)
    lift = -min(out[f"{s}_heel"][2] for s in ("left", "right"))
    place = transform(yaw_matrix(person.yaw), np.array([*person.position, lift]))
    order = (*KEYPOINTS, *sorted(n for n in out if "." in n))
    return {name: apply(place, out[name]) for name in order}


@lru_cache(maxsize=256)
def make_frame(shot: Shot, camera_index: int = 0) -> Frame:
    """Draws the people from far to near and labels them. Drawn once per shot: nobody may write into a frame."""
    spec = shot.cameras[camera_index]
    camera = look_at(np.array(spec.position), np.array(spec.target), spec.hfov, spec.width, spec.height, spec.roll)
    points = [body_points(p) for p in shot.people]
    pixels = [{n: camera.project(x) for n, x in person.items()} for person in points]
    owner = np.zeros((spec.height, spec.width), np.uint8)
    ramp = np.linspace(200, 120, spec.height).astype(np.uint8)
    canvas = Image.fromarray(np.repeat(np.repeat(ramp[:, None, None], spec.width, 1), 3, 2))
    depth = np.full(owner.shape, np.inf, np.float32)
    for i in sorted(range(len(points)), key=lambda i: -np.mean([p[2] for p in pixels[i].values()])):
        mine = Image.new("1", (spec.width, spec.height))
        for a, b, radius in LIMBS:
            _capsule(ImageDraw.Draw(mine), pixels[i][a], pixels[i][b], radius, camera.focal)
        covered = np.asarray(mine)
        owner[covered] = i + 1
        depth[covered] = np.mean([p[2] for p in pixels[i].values()])
        canvas.paste((60 + 60 * i, 110, 170 - 40 * i), mask=mine)
    people = tuple(_labels(p.id, points[i], pixels[i], owner, i + 1, shot) for i, p in enumerate(shot.people))
    return Frame(shot.id, camera_index, camera, np.asarray(canvas), depth, people, "stick 1.0 (PIL)")


def _capsule(draw: ImageDraw.ImageDraw, a: np.ndarray, b: np.ndarray, radius: float, focal: float) -> None:
    if not np.isfinite([*a, *b]).all():
        return
    r = max(1.0, radius * focal / a[2])
    draw.line([*a[:2], *b[:2]], fill=1, width=int(2 * r))
    for p in (a, b):
        draw.ellipse([p[0] - r, p[1] - r, p[0] + r, p[1] + r], fill=1)


def _labels(
    person: int,
    points: dict[str, np.ndarray],
    pixels: dict[str, np.ndarray],
    owner: np.ndarray,
    number: int,
    shot: Shot,
) -> PersonLabels:
    height, width = owner.shape
    reasons, margin = [], []
    for uvz in pixels.values():
        u, v = uvz[:2]
        if not (np.isfinite(uvz).all() and 0 <= u < width and 0 <= v < height):
            reasons.append("off_image")
            margin.append(np.nan)
            continue
        seen = int(owner[int(v), int(u)])
        other = f"person:{seen}" if seen else "self:trunk"
        reasons.append("visible" if seen == number else other)
        margin.append(0.0 if seen == number else 0.3)
    flags = np.array([{"visible": 2, "off_image": 0}.get(r, 1) for r in reasons])
    labels = PointLabels(
        tuple(points),
        np.array(list(points.values())),
        np.array(list(pixels.values())),
        tuple(reasons),
        np.array(margin),
        flags,
        np.full(len(points), 0.01),
        {source: np.full(len(points), 0.01 if source == "anatomy" else 0.0) for source in SOURCES},
    )
    return PersonLabels(person, labels, np.zeros((1, 3)), ("root",), owner == number, np.linspace(1, 3, len(VERTEBRAE)))
