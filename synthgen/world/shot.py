"""``Shot``: everything that decides one image, as plain data.

A shot can be rendered alone, on any machine, at any time. World frame: Z up, metres, floor at z = 0; angles in
radians. Colours are sRGB, 0…1. Every number and text has bounds (``synthgen.core.limits``): these are also what the
engine takes from whoever connects to it.
"""

from __future__ import annotations

import math

from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core.plain import Angle, Colour, Intensity, PlainModel, PropSide, RoomSide, Seed, Vec3, Word


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


class VariationSpec(PlainModel):
    """What is done to a clip's motion, as ``biomech.variation.kinds.Variation``: degrees, and factors without unit."""

    mirror: bool = False
    amplitude: float = 1.0
    tempo: float = 1.0
    layer: tuple[float, ...] = (0.0,) * 12


class PersonSpec(PlainModel):
    """One person in a shot. The clip's frame is moved by a turn about the vertical, then by a step on the floor.

    ``pivot`` is the point of the clip's floor (x, y) that the turn is about and that lands on ``position``.
    ``variation`` is done to the clip's motion first. ``posture`` was added to the clip's fit by simulation; None is the
    fit as it is.
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
    variation: VariationSpec = VariationSpec()
    posture: PostureSpec | None = None


class PropModel(PlainModel):
    """How a prop is made: ``kind`` names a builder in ``places/props/``; ``size`` metres along its own X, Y and Z."""

    kind: Word
    size: tuple[PropSide, PropSide, PropSide] = (1.0, 1.0, 1.0)
    colour: Colour = (0.5, 0.5, 0.5)
    texture_seed: Seed = 0


class PropSpec(PropModel):
    """One prop in a shot: how it is made, what it is called and where it stands."""

    name: Word
    position: Vec3
    yaw: Angle = 0.0


class RoomSpec(PlainModel):
    """The room: ``kind`` names a builder; ``size`` length, width and height in metres, centred on the origin."""

    kind: Word = "gym"
    size: tuple[RoomSide, RoomSide, RoomSide] = (10.0, 8.0, 3.2)
    floor: Word = "rubber"
    walls: Word = "paint"
    floor_colour: Colour = (0.25, 0.26, 0.28)
    wall_colour: Colour = (0.78, 0.77, 0.74)
    texture_seed: Seed = 0


class LightSpec(PlainModel):
    """One light: ``kind`` is ``sun`` (direction from ``position`` to ``target``), ``point`` or ``spot``."""

    kind: Word
    position: Vec3
    target: Vec3 = (0.0, 0.0, 0.0)
    colour: Colour = (1.0, 1.0, 1.0)
    intensity: Intensity = 1.0
    shadow: bool = False


class SkySpec(PlainModel):
    """Environment light: the colour from above, the horizon and below, and its strength."""

    zenith: Colour = (0.75, 0.80, 0.90)
    horizon: Colour = (0.85, 0.84, 0.80)
    ground: Colour = (0.30, 0.28, 0.26)
    intensity: Intensity = 1.0


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
