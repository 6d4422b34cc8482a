"""``camera``: where the cameras stand and what they see."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, field_validator, model_validator

from synthgen.core.limits import CAMERAS
from synthgen.scene.fields import Angles, FieldOfView, PositiveRange, Seconds, Section, TurnRange, problem


class Views(Section):
    """Weights of the sides from which one person of each shot is seen; the others as they happen to stand."""

    back: float = Field(default=0.45, ge=0, le=100, description="Weight of views from behind; no unit.")
    side: float = Field(default=0.35, ge=0, le=100, description="Weight of views from the left or right; no unit.")
    front: float = Field(default=0.2, ge=0, le=100, description="Weight of views from the front; no unit.")

    @model_validator(mode="after")
    def _some_view(self) -> Views:
        if not self.back + self.side + self.front > 0:
            raise problem("no view has a weight", "at least one of back, side, front > 0")
        return self


class CameraRig(Section):
    """The relation between cameras."""

    angle: TurnRange | None = Field(
        default=None,
        description="Range of the angle from each camera to the next, seen from above about what they look at, "
        "degrees; by default every camera has a view of its own.",
    )
    alike: bool = Field(
        default=False, description="Whether the cameras have the same distance, height, field of view and target."
    )

    @property
    def fixed(self) -> bool:
        """Whether the cameras depend on each other."""
        return self.angle is not None

    @model_validator(mode="after")
    def _alike_at_an_angle(self) -> CameraRig:
        if self.alike and self.angle is None:
            raise problem("the cameras are alike but at no angle", "rig.angle", "add 'angle: [60, 120]'")
        return self


CameraKind = Literal["phone", "webcam", "system_camera", "action_camera", "surveillance"]
"""Kinds of cameras: those of ``world/data/cameras.yaml``."""


class Optics(Section):
    """Lenses and sensors: distortion, which labels follow, defocus, motion blur, vignetting, white balance, noise."""

    kinds: tuple[CameraKind, ...] = Field(
        default=get_args(CameraKind),
        description="Kinds of cameras that are drawn from, as often as people use them; all by default.",
        json_schema_extra={"minItems": 1},
    )
    strength: float = Field(
        default=1.0,
        ge=0,
        le=2,
        description="Factor on all that lens and sensor do to a picture: 0 is a pinhole with a perfect sensor.",
    )
    motion_blur: float = Field(
        default=0.08,
        ge=0,
        le=1,
        description="Share of shots in which the cameras take time to expose, so that what moves fast is blurred; "
        "labels are of the exposure's middle. A blurred picture costs two to eight more.",
    )
    exposure_time: Seconds | None = Field(
        default=None,
        description="Range of that time, seconds, drawn evenly on a logarithmic scale; by default what the light asks "
        "for, indoors 1/125 to 1/60 and outdoors 1/2000 to 1/250.",
    )

    @field_validator("kinds")
    @classmethod
    def _some_kind(cls, value: tuple[CameraKind, ...]) -> tuple[CameraKind, ...]:
        if not value:
            raise problem("there is no kind of camera", "at least one, such as phone", "or set 'strength: 0'")
        return value


class CameraRanges(Section):
    """The cameras."""

    per_shot: int = Field(
        default=1, ge=1, le=CAMERAS, description="Cameras per shot; each gives one image of the same moment."
    )
    distance: PositiveRange = Field(default=(2.2, 5.5), description="Distance from the middle of the group, metres.")
    height: PositiveRange = Field(default=(0.5, 2.4), description="Height above the floor, metres.")
    elevation: Angles = Field(
        default=(-15.0, 45.0),
        description="How far the camera looks down on what it looks at, degrees; negative looks up.",
    )
    hfov: FieldOfView = Field(default=(42.0, 70.0), description="Horizontal field of view, degrees.")
    roll: Angles = Field(default=(-3.0, 3.0), description="Tilt about the view axis, degrees.")
    crop: float = Field(
        default=0.12, ge=0, le=1, description="Share of images in which people may be cut by the image's edge."
    )
    views: Views = Field(default=Views(), description="From which side people are seen, by the first camera of a rig.")
    rig: CameraRig = Field(default=CameraRig(), description="How the cameras of one shot stand to each other.")
    optics: Optics = Field(default=Optics(), description="What lens and sensor do to the pictures.")
