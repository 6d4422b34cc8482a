"""Posed people for the tests: real Anny bodies, poses turned by hand, and sites where a test needs no more than that."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.assets.body import build_body
from synthgen.frames import invert
from synthgen.retarget.rig import RestBody, RigMotion, SiteSet
from synthgen.retarget.rigs import load_rig
from synthgen.skeleton import REGIONS, VERTEBRAE
from synthgen.world.shot import BodySpec, GarmentSpec, OutfitSpec, PersonSpec


@lru_cache(maxsize=4)
def body_of(gender: float = 0.0) -> RestBody:
    from synthgen.engine.builders import default_cache

    return build_body(BodySpec(gender=gender), default_cache())


def pose(body: RestBody, turns: dict[str, tuple[float, float, float]]) -> np.ndarray:
    """(B, 4, 4) the rest pose with bones turned about the character's axes (X forward, Y left, Z up), degrees."""
    local = body.bones.copy()
    for bone, parent in enumerate(body.parents):
        if parent >= 0:
            local[bone] = invert(body.bones[parent]) @ body.bones[bone]
    world = body.bones.copy()
    for bone, parent in enumerate(body.parents):
        if parent >= 0:
            world[bone] = world[parent] @ local[bone]
        if (turn := turns.get(body.bone_names[bone])) is not None:
            world[bone, :3, :3] = Rotation.from_rotvec(turn, degrees=True).as_matrix() @ world[bone, :3, :3]
    return world


STANDING: dict[str, tuple[float, float, float]] = {"upperarm01.L": (-35, 0, 0), "upperarm01.R": (35, 0, 0)}
HINGE: dict[str, tuple[float, float, float]] = {
    "spine05": (0, 30, 0), "spine03": (0, 25, 0), "spine01": (0, 20, 0), "upperarm01.L": (0, -40, 0),
}  # fmt: skip
REACH: dict[str, tuple[float, float, float]] = {
    "upperarm01.L": (0, -60, -70), "lowerarm01.L": (0, 0, -60), "spine03": (0, 0, 30), "upperleg01.R": (0, -70, 0),
    "lowerleg01.R": (0, 80, 0), "neck01": (20, 0, 20),
}  # fmt: skip
POSES = {"standing": STANDING, "hinge": HINGE, "reach": REACH}


def motion(name: str, body: RestBody, frames: list[np.ndarray]) -> RigMotion:
    count = len(frames)
    return RigMotion(
        name, body.rig, 30.0, np.array(frames), np.full((count, 24), 4.0), {}, np.ones((count, 2), bool)
    )  # fmt: skip


def simple_sites(body: RestBody) -> SiteSet:
    """Joints at bone heads, and the spine between them: enough to test frames with."""
    rig = load_rig(body.rig)
    at = {name: body.bones[i, :3, 3] for i, name in enumerate(body.bone_names)}
    rows: list[tuple[str, np.ndarray, str, str]] = []
    for side in ("left", "right"):
        for joint, part, region in (
            ("shoulder", "upper_arm", "upper_arm"), ("elbow", "forearm", "forearm"), ("wrist", "hand", "hand"),
            ("hip", "thigh", "thigh"), ("knee", "shank", "shank"), ("ankle", "foot", "foot"),
        ):  # fmt: skip
            bone = rig.limbs[side, part][0]
            rows.append((f"{side}_{joint}", at[bone], bone, f"{side}_{region}"))
    for k, name in enumerate(VERTEBRAE):
        bone = ([*rig.spine, *rig.neck])[k * (len(rig.spine) + len(rig.neck)) // len(VERTEBRAE)]
        region = REGIONS[rig.bone_regions[body.bone(bone)]]
        rows.append((f"{name}.body", at[bone], bone, region))
    skin = [(name, vertex, region) for name, vertex, region in _skin_points(body)]
    inner = SiteSet(
        names=tuple(r[0] for r in rows),
        rest=np.array([r[1] for r in rows]),
        indices=np.array([[body.bone(r[2])] * 4 for r in rows]),
        weights=np.tile([1.0, 0, 0, 0], (len(rows), 1)),
        regions=tuple(r[3] for r in rows),
        tissue=np.full(len(rows), 0.05),
        sigma=np.full(len(rows), 0.01),
    )
    if not skin:
        return inner
    vertices = [v for _, v, _ in skin]
    return SiteSet(
        names=inner.names + tuple(n for n, _, _ in skin),
        rest=np.concatenate([inner.rest, body.vertices[vertices]]),
        indices=np.concatenate([inner.indices, body.skin_indices[vertices]]),
        weights=np.concatenate([inner.weights, body.skin_weights[vertices]]),
        regions=inner.regions + tuple(r for _, _, r in skin),
        tissue=np.append(inner.tissue, np.zeros(len(skin))),
        sigma=np.append(inner.sigma, np.full(len(skin), 0.005)),
    )


def _skin_points(body: RestBody) -> list[tuple[str, int, str]]:
    """Skin vertices that lie farthest in a direction, or nearest behind a spine bone: (site, vertex, region)."""
    if not len(body.vertices):
        return []

    def farthest(region: str, direction: tuple[float, float, float]) -> int:
        mine = np.flatnonzero(body.regions == REGIONS.index(region))
        return int(mine[(body.vertices[mine] @ direction).argmax()])

    rows = [("nose", farthest("head", (1, 0, 0)), "head")]
    for side, left in (("left", 1.0), ("right", -1.0)):
        rows.append((f"{side}_ear", farthest("head", (0, left, 0)), "head"))
        rows.append((f"{side}_big_toe", farthest(f"{side}_foot", (1, 0, 0)), f"{side}_foot"))
        rows.append((f"{side}_heel", farthest(f"{side}_foot", (-1, 0, 0)), f"{side}_foot"))
        eye = body.bones[body.bone(load_rig(body.rig).limbs[side, "eye"][0]), :3, 3] + (0.02, 0, 0)
        rows.append((f"{side}_eye", int(np.linalg.norm(body.vertices - eye, axis=1).argmin()), "head"))
    trunk = np.flatnonzero((body.regions == REGIONS.index("trunk")) & (abs(body.vertices[:, 1]) < 0.02))
    for name, height in (("L3", 0.62), ("T12", 0.68), ("T8", 0.74), ("T3", 0.80)):
        near = trunk[abs(body.vertices[trunk, 2] - height * body.stature) < 0.03]
        rows.append((f"{name}.skin", int(near[body.vertices[near, 0].argmin()]), "trunk"))
    return rows


def person(ident: int, clip: str, position: tuple[float, float], yaw: float, gender: float = 0.0) -> PersonSpec:
    return PersonSpec(
        id=ident,
        character=f"c{int(gender)}",
        body=BodySpec(gender=gender),
        outfit=OutfitSpec(
            garments=(
                GarmentSpec(kind="tshirt", colour=(0.7, 0.2, 0.2)),
                GarmentSpec(kind="leggings", colour=(0.1, 0.1, 0.3)),
            )
        ),
        clip=clip,
        frame=0,
        position=position,
        pivot=(0.0, 0.0),
        yaw=yaw,
    )
