"""Posed people for the tests: real Anny bodies, and poses turned by hand."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.characters.body import build_body
from synthgen.characters.rest_body import RestBody
from synthgen.characters.specs import BodySpec, GarmentSpec, OutfitSpec
from synthgen.core.cache import Cache
from synthgen.core.frames import invert
from synthgen.retarget.rig_motion import RigMotion
from synthgen.world.shot import PersonSpec


@lru_cache(maxsize=4)
def body_of(gender: float = 0.0) -> RestBody:
    return build_body(BodySpec(gender=gender), Cache())


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
    "spine05": (0, 30, 0),
    "spine03": (0, 25, 0),
    "spine01": (0, 20, 0),
    "upperarm01.L": (0, -40, 0),
}
REACH: dict[str, tuple[float, float, float]] = {
    "upperarm01.L": (0, -60, -70),
    "lowerarm01.L": (0, 0, -60),
    "spine03": (0, 0, 30),
    "upperleg01.R": (0, -70, 0),
    "lowerleg01.R": (0, 80, 0),
    "neck01": (20, 0, 20),
}
POSES = {"standing": STANDING, "hinge": HINGE, "reach": REACH}


def motion(name: str, body: RestBody, frames: list[np.ndarray]) -> RigMotion:
    count = len(frames)
    return RigMotion(name, body.rig, 30.0, np.array(frames), np.full((count, 24), 4.0), {}, np.ones((count, 2), bool))


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
