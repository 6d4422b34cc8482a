"""``Shot``: everything that decides one image, as plain data.

A shot can be rendered alone, on any machine, at any time. World frame: Z up, metres, floor at z = 0; angles in
radians. Colours are sRGB, 0…1. Every number and text has bounds (``synthgen.core.limits``): these are also what the
engine takes from whoever connects to it.
"""

from __future__ import annotations

import math

from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core.plain import PlainModel, Vec3
from synthgen.world.surroundings import (
    BackdropSpec,
    FileSpec,
    LightSpec,
    PictureSpec,
    PropModel,
    PropSpec,
    RoomSpec,
    SkySpec,
)

__all__ = [
    "BackdropSpec",
    "BodySpec",
    "CameraSpec",
    "FileSpec",
    "LightSpec",
    "OutfitSpec",
    "PersonSpec",
    "PictureSpec",
    "PostureSpec",
    "PropModel",
    "PropSpec",
    "RoomSpec",
    "ScoliosisSpec",
    "Shot",
    "SkySpec",
]


class ScoliosisSpec(PlainModel):
    """A simulated scoliosis, as ``biomech.postures.kinds.Scoliosis``; degrees."""

    type: str
    apex: str
    cobb: float
    convex: str
    rotation: float


class PostureSpec(PlainModel):
    """A simulated posture: clinical angles in neutral standing, degrees, as ``biomech.postures.kinds.Posture``."""

    name: str
    thoracic_kyphosis: float | None = None
    lumbar_lordosis: float | None = None
    craniovertebral_angle: float | None = None
    pelvic_tilt: float | None = None
    scoliosis: ScoliosisSpec | None = None


class PersonSpec(PlainModel):
    """One person in a shot. The clip's frame is moved by a turn about the vertical, then by a step on the floor.

    ``pivot`` is the point of the clip's floor (x, y) that the turn is about and that lands on ``position``.
    ``posture`` was added to the clip's fit by simulation; None is the fit as it is.
    """

    id: int
    character: str
    body: BodySpec
    outfit: OutfitSpec
    clip: str
    frame: int
    position: tuple[float, float]
    pivot: tuple[float, float]
    yaw: float
    posture: PostureSpec | None = None


class CameraSpec(PlainModel):
    """A pinhole camera without distortion."""

    position: Vec3
    target: Vec3
    roll: float = 0.0
    hfov: float = math.radians(55)
    width: int = 640
    height: int = 480


class Shot(PlainModel):
    """One moment seen by its cameras."""

    id: int
    seed: int
    people: tuple[PersonSpec, ...]
    props: tuple[PropSpec, ...]
    room: RoomSpec
    lights: tuple[LightSpec, ...]
    sky: SkySpec
    cameras: tuple[CameraSpec, ...]
    exposure: float = 1.0
