"""What surrounds the people of a shot, as plain data: room, backdrop, props, lights, sky, and the user's own files.

World frame: Z up, metres, floor at z = 0; angles in radians. Colours are sRGB, 0…1.
"""

from __future__ import annotations

from pydantic import Field

from synthgen.core.plain import (
    Angle,
    Colour,
    FileSpec,
    Intensity,
    PlainModel,
    PropSide,
    RoomSide,
    Seed,
    Share,
    Vec3,
    Word,
)


class PropModel(PlainModel):
    """How a prop is made: ``kind`` names a builder in ``places/props/``; ``size`` metres along its own X, Y and Z.

    ``file`` is the mesh of a prop of the kind ``file``, whose lengths are multiplied by ``scale``.
    """

    kind: Word
    size: tuple[PropSide, PropSide, PropSide] = (1.0, 1.0, 1.0)
    colour: Colour = (0.5, 0.5, 0.5)
    texture_seed: Seed = 0
    file: FileSpec | None = None
    scale: float = Field(default=1.0, gt=0, le=1000)


class PropSpec(PropModel):
    """One prop in a shot: how it is made, what it is called and where it stands."""

    name: Word
    position: Vec3
    yaw: Angle = 0.0


class PictureSpec(PlainModel):
    """A photograph or an environment of the user's, all around: what it covers and where it was taken from.

    Attributes:
        file: the picture.
        hfov: the angle that it covers, radians; 2π for a panorama, whose rows then run from straight up to down.
        light: linear light of the file that is shown as 1: an environment's own unit is arbitrary.
        centre: where it was taken from: its lower half lies on the floor as seen from there.
        floor_light: what falls on the floor, linear, as the renderer reckons it: the floor shows the picture under it.
    """

    file: FileSpec
    hfov: Angle
    light: Intensity = 1.0
    centre: Vec3 = (0.0, 0.0, 1.5)
    floor_light: tuple[Intensity, Intensity, Intensity] = (1.0, 1.0, 1.0)


class BackdropSpec(PlainModel):
    """What lies beyond the room, seen outdoors and through windows.

    Attributes:
        scenery: name of a row of ``places/data/sceneries.yaml``; unused where there is a picture.
        turn: azimuth of the sun, radians; of a picture: where its middle lies.
        sun: elevation of the sun, radians.
        overcast: 0 clear … 1 grey.
        brightness: factor on what is painted.
        picture: shown instead of a painted one.
    """

    scenery: Word = "park"
    turn: Angle = 0.0
    sun: Angle = 0.8
    overcast: Share = 0.0
    brightness: Intensity = 1.0
    picture: PictureSpec | None = None


class RoomSpec(PlainModel):
    """The room: ``kind`` names a builder; ``size`` length, width and height in metres, centred on the origin.

    Attributes:
        backdrop: what lies beyond; None is nothing: windows show plain daylight.
        crowd: people far off, who belong to the room as trees do; all are beyond ``crowd_from`` metres.
    """

    kind: Word = "gym"
    size: tuple[RoomSide, RoomSide, RoomSide] = (10.0, 8.0, 3.2)
    floor: Word = "rubber"
    walls: Word = "paint"
    floor_colour: Colour = (0.25, 0.26, 0.28)
    wall_colour: Colour = (0.78, 0.77, 0.74)
    texture_seed: Seed = 0
    backdrop: BackdropSpec | None = None
    crowd: int = Field(default=0, ge=0, le=64)
    crowd_from: float = Field(default=30.0, ge=0, le=100)


class LightSpec(PlainModel):
    """One light: ``kind`` is ``sun`` (direction from ``position`` to ``target``), ``point`` or ``spot``."""

    kind: Word
    position: Vec3
    target: Vec3 = (0.0, 0.0, 0.0)
    colour: Colour = (1.0, 1.0, 1.0)
    intensity: Intensity = 1.0
    shadow: bool = False


class SkySpec(PlainModel):
    """Environment light: the colour from above, the horizon and below, and its strength.

    ``lamps`` is how bright the strips of a hall's ceiling are, 0 under the open sky; a ``picture`` is shown instead of
    all that, its middle at the azimuth ``turn``.
    """

    zenith: Colour = (0.75, 0.80, 0.90)
    horizon: Colour = (0.85, 0.84, 0.80)
    ground: Colour = (0.30, 0.28, 0.26)
    intensity: Intensity = 1.0
    lamps: Share = 1.0
    picture: PictureSpec | None = None
    turn: Angle = 0.0
