"""The scene file as one model: the sections of ``sections/`` and what is said at the top.

Lengths are metres, angles degrees, times seconds, sizes pixels. Ranges are ``[lower, upper]``.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, PrivateAttr, field_validator, model_validator

from synthgen.core.limits import IMAGES, SEED
from synthgen.motion.schemes import is_named
from synthgen.scene.fields import ImageSize, ImageSizes, Section, problem
from synthgen.scene.sections.accept import Accept
from synthgen.scene.sections.camera import CameraRanges
from synthgen.scene.sections.cast import Cast, People
from synthgen.scene.sections.clips import ClipSource
from synthgen.scene.sections.engine import EngineSettings, Output
from synthgen.scene.sections.moments import Moments, VariationRanges
from synthgen.scene.sections.surroundings import Lights, Props, Room


class Scene(Section):
    """Everything that a dataset is made from."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=100, description="Short name: letters, digits, _ and -."
    )
    seed: int = Field(default=0, ge=0, le=SEED, description="Seed of every random draw; 0 is a seed like any other.")
    images: int = Field(ge=1, le=IMAGES, description="Number of images, a multiple of camera.per_shot.")
    shard_size: int = Field(
        default=8, ge=1, le=100_000, description="Shots per shard, the unit that is committed and resumed."
    )
    size: ImageSizes = Field(
        default=(640, 480),
        description="Image [width, height], pixels, or a list of such sizes, of which each shot has one.",
    )
    clips: tuple[ClipSource, ...] = Field(
        description="The motion clips, at least one, used in turn by their weights.", json_schema_extra={"minItems": 1}
    )
    moments: Moments = Field(default=Moments(), description="Which moments of the clips are shown.")
    variation: VariationRanges = Field(default=VariationRanges(), description="What is changed in the clips' motion.")
    cast: Cast = Field(default=Cast(), description="The characters.")
    people: People = Field(default=People(), description="How many people are in one shot.")
    room: Room = Field(default=Room(), description="Where it happens.")
    props: Props = Field(default=Props(), description="Things that stand about.")
    lights: Lights = Field(default=Lights(), description="How much the light varies.")
    camera: CameraRanges = Field(default=CameraRanges(), description="Where the cameras are and what they see.")
    engine: EngineSettings = Field(default=EngineSettings(), description="What renders.")
    output: Output = Field(default=Output(), description="What is written beside the labels.")
    accept: Accept = Field(default=Accept(), description="Gates on the quality of the motion.")

    _folder: Path = PrivateAttr(default=Path())

    @field_validator("clips")
    @classmethod
    def _some_clip(cls, value: tuple[ClipSource, ...]) -> tuple[ClipSource, ...]:
        # Not by min_length: pydantic would report it beside every fault inside the only clip.
        if not value:
            raise problem("there is no clip", "at least one clip, such as builtin:squat")
        return value

    @model_validator(mode="after")
    def _accepts_its_own_clips(self) -> Scene:
        sources = [c.source for c in self.clips]
        strange = [name for name in self.accept.clips if name not in sources]
        if strange:
            raise problem(f"accept.clips names {strange[0]!r}, which is no clip of this scene", ", ".join(sources))
        return self

    @property
    def shots(self) -> int:
        """Number of shots: images / cameras per shot."""
        return self.images // self.camera.per_shot

    @property
    def sizes(self) -> tuple[ImageSize, ...]:
        """The sizes that a shot's pictures may have: (width, height), pixels."""
        several = [size for size in self.size if not isinstance(size, int)]
        return tuple(several) or (self.size,)  # type: ignore[return-value]

    def locate(self, source: str) -> str:
        """What ``motion.load`` takes for a clip source of this scene: a name, or a file's absolute path."""
        if is_named(source):
            return source
        return str((self._folder / source).resolve())
