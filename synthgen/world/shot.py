"""``Shot``: everything that decides one image, as plain data.

A shot can be rendered alone, on any machine, at any time. World frame: Z up, metres, floor at z = 0; angles in
radians. Colours are sRGB, 0…1. Every number and text has bounds (``synthgen.core.limits``): these are also what the
engine takes from whoever connects to it.
"""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field

from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core.plain import PlainModel, Seed, Share, Vec3
from synthgen.world.surroundings import LightSpec, PropSpec, RoomSpec, SkySpec

Gain = Annotated[float, Field(ge=0.1, le=10)]
Coefficient = Annotated[float, Field(ge=-2, le=2)]


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
    """What is done to a clip's motion, as ``biomech.variation.kinds.Variation``: degrees, factors and shares."""

    mirror: bool = False
    amplitude: float = 1.0
    tempo: float = 1.0
    layer: tuple[float, ...] = (0.0,) * 12
    shoulders: tuple[float, ...] = (0.0,) * 4


Degrees = Annotated[float, Field(ge=-180, le=180)]
Part = Annotated[float, Field(ge=0, le=10)]
Name = Annotated[str, Field(max_length=40)]


Measure = Annotated[float, Field(ge=-1000, le=1000)]


class CurveSpec(PlainModel):
    """What a person has in neutral standing: degrees, balances in millimetres, as ``biomech.clinical`` defines them."""

    thoracic_kyphosis: Measure | None = None
    lumbar_lordosis: Measure | None = None
    cobb: Measure | None = None
    cervical_lordosis: Measure | None = None
    pelvic_tilt: Measure | None = None
    craniovertebral_angle: Measure | None = None
    sagittal_balance: Measure | None = None
    coronal_balance: Measure | None = None
    sacral_slope: Measure | None = None
    t1_slope: Measure | None = None
    pelvic_incidence: Measure | None = None


class SpineSpec(PlainModel):
    """A person's own spine, as ``biomech.spines.spine.Spine``; rows are the levels L5 … C1 and the skull.

    ``neutral`` holds degrees of flexion, side bend and rotation in standing, ``shares`` what a level takes of its
    region's flexion, extension, side bend and rotation (empty: as the motion has them), ``lead`` what it takes more at
    the start of a flexion, ``ranges`` factors on the model's ranges. ``posture`` is simulated and part of ``neutral``.
    """

    curve: CurveSpec
    neutral: Annotated[tuple[tuple[Degrees, Degrees, Degrees], ...], Field(min_length=25, max_length=25)]
    pelvis: Degrees
    shares: Annotated[tuple[tuple[Part, Part, Part, Part], ...], Field(max_length=25)] = ()
    lead: Annotated[tuple[Annotated[float, Field(ge=-1, le=1)], ...], Field(max_length=25)] = ()
    ranges: Annotated[tuple[tuple[Part, Part, Part], ...], Field(max_length=25)] = ()
    stiff: Annotated[tuple[Name, ...], Field(max_length=25)] = ()
    hypermobile: Annotated[tuple[Name, ...], Field(max_length=25)] = ()
    posture: PostureSpec | None = None


class PersonSpec(PlainModel):
    """One person in a shot. The clip's frame is moved by a turn about the vertical, then by a step on the floor.

    ``pivot`` is the point of the clip's floor (x, y) that the turn is about and that lands on ``position``.
    ``variation`` is done to the clip's motion first. ``spine`` is the person's own, which the motion is carried over to
    then; None is the fit's.
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
    spine: SpineSpec | None = None

    @property
    def posture(self) -> PostureSpec | None:
        """The simulated posture or deformity that the spine holds, if any."""
        return self.spine.posture if self.spine else None


class SensorSpec(PlainModel):
    """What a sensor makes of the light (``capture/sensor.py``); the default changes nothing.

    ``shutter`` is the exposure's length in seconds, 0 an instant (``capture/motion_blur.py``). ``gains`` are factors on
    linear red, green and blue; ``shot_noise`` is the variance of a value of 1 and ``read_noise`` σ, in linear light;
    ``vignette`` is the share of light lost in the corners; ``aperture`` the circle of confusion, in pixels, of what is
    infinitely far when ``focus`` metres are sharp; ``quality`` that of a JPEG file.
    """

    gains: tuple[Gain, Gain, Gain] = (1.0, 1.0, 1.0)
    shot_noise: Share = 0.0
    read_noise: Share = 0.0
    vignette: Share = 0.0
    aperture: Annotated[float, Field(ge=0, le=100)] = 0.0
    focus: Annotated[float, Field(ge=0.05, le=1000)] = 3.0
    quality: Annotated[int, Field(ge=1, le=100)] = 95
    seed: Seed = 0
    shutter: Share = 0.0


class CameraSpec(PlainModel):
    """A camera: a pinhole behind a lens, in front of a sensor.

    ``distortion`` holds (k1, k2, p1, p2, k3) of OpenCV's model (``core/lens.py``); empty for none. ``hfov`` is the
    pinhole's, radians.
    """

    position: Vec3
    target: Vec3
    roll: float = 0.0
    hfov: float = math.radians(55)
    width: int = 640
    height: int = 480
    distortion: Annotated[tuple[Coefficient, ...], Field(max_length=5)] = ()
    sensor: SensorSpec = SensorSpec()


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
