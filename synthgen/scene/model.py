"""What a scene file may say: every key with its unit, its default and a sentence.

Lengths are metres, angles degrees, times seconds, sizes pixels. Ranges are ``[lower, upper]``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, PrivateAttr, field_validator, model_validator

from synthgen.core.limits import CAMERAS, EXTERNAL, IMAGES, SECONDS, SEED
from synthgen.scene.fields import Angles, Count, FieldOfView, PositiveRange, Range, Section, Share, Years, problem

SCHEMES = ("builtin", "deepmimic")
"""Sources that name a clip instead of a file."""

Side = Annotated[int, Field(ge=64, le=int(EXTERNAL.side.upper))]
"""Width or height of a picture, pixels: what any engine can give; ``conflicts.py`` knows the scene's own."""


class ClipSource(Section):
    """One motion clip. In a file, a plain string is short for ``{source: string}``."""

    source: str = Field(
        min_length=1,
        description="What moves the people: builtin:NAME (an exercise program), deepmimic:NAME (motion capture of the "
        "extra 'samples'), or the path of a motion file, relative to the scene file; 'synthgen clips' lists the kinds "
        "that are read, and docs/motion.md says what they must hold.",
    )
    weight: float = Field(
        default=1.0, gt=0, le=100, description="How often this clip is used next to the others; no unit."
    )
    time: Range | None = Field(
        default=None,
        description="Part of the clip that pictures are taken from, [start, end] in seconds; the whole by default.",
    )

    @field_validator("time")
    @classmethod
    def _time_is_not_negative(cls, value: tuple[float, float] | None) -> tuple[float, float] | None:
        if value is not None and value[0] < 0:
            raise problem("a clip begins at 0 s", "[start, end] in seconds, 0 ≤ start ≤ end")
        return value

    @property
    def is_file(self) -> bool:
        """True when the source is a file's path."""
        return self.source.partition(":")[0] not in SCHEMES


PostureKind = Literal[
    "hyperkyphosis",
    "hyperlordosis",
    "flat_back",
    "forward_head",
    "anterior_pelvic_tilt",
    "posterior_pelvic_tilt",
    "scoliosis",
]
"""Kinds of simulated postures: those of ``biomech/data/postures.yaml``."""


class Postures(Section):
    """Simulated postures and deformities of the characters, recorded in every shot as such."""

    share: float = Field(default=0.0, ge=0, le=1, description="Share of characters with a simulated posture, 0 … 1.")
    kinds: tuple[PostureKind, ...] = Field(
        default=get_args(PostureKind),
        description="Kinds to draw from, alike often, each within its published range; all by default.",
        json_schema_extra={"minItems": 1},
    )

    @field_validator("kinds")
    @classmethod
    def _some_kind(cls, value: tuple[PostureKind, ...]) -> tuple[PostureKind, ...]:
        if not value:
            raise problem("there is no kind of posture", "at least one, such as scoliosis", "or set 'share: 0'")
        return value


class Cast(Section):
    """The characters that a dataset is cast from; the same few people appear in many shots."""

    count: int = Field(default=4, ge=1, le=1000, description="Number of distinct characters.")
    rig: str = Field(default="anny", min_length=1, description="Rig of the characters: a name from the folder rigs/.")
    age: Years = Field(default=(18.0, 70.0), description="Age range, years.")
    women: float = Field(default=0.5, ge=0, le=1, description="Share of women, 0 … 1.")
    height: Share = Field(
        default=(0.25, 0.75),
        description="Tallness for age and gender: 0.5 is the mean of adults, 0 and 1 are 2.5 standard deviations off.",
    )
    weight: Share = Field(default=(0.3, 0.7), description="Fatness, 0 (thin) … 1 (heavy).")
    muscle: Share = Field(default=(0.35, 0.75), description="Muscularity, 0 (weak) … 1 (strong).")
    proportions: Share = Field(default=(0.3, 0.7), description="Body proportions, 0 (ideal) … 1 (uncommon).")
    postures: Postures = Field(default=Postures(), description="Simulated postures of the characters.")


class People(Count):
    """The number of people."""

    min: int = Field(default=1, ge=1, le=8, description="Smallest number of people in a shot.")
    max: int = Field(default=1, ge=1, le=8, description="Largest number of people in a shot, ≥ min.")


class Room(Section):
    """The surroundings."""

    kind: Literal["gym", "studio", "clinic"] = Field(default="gym", description="Kind of the surroundings.")
    length: PositiveRange | None = Field(
        default=None, description="Range of the room's length, metres; by default what suits the kind."
    )
    width: PositiveRange | None = Field(
        default=None, description="Range of the room's width, metres; by default what suits the kind."
    )
    height: PositiveRange | None = Field(
        default=None, description="Range of the room's height, metres; by default what suits the kind."
    )


class Props(Section):
    """The props."""

    enabled: bool = Field(
        default=True, description="Whether props are placed at all (a seat that an exercise needs always is)."
    )
    count: Count = Field(default=Count(min=4, max=10), description="Number of props in a shot.")
    occluders: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Share of shots in which a prop stands between the camera and a person, 0 … 1.",
    )


class Lights(Section):
    """The light."""

    variation: float = Field(
        default=0.6,
        ge=0,
        le=1,
        description="0: always the same neutral light; 1: directions, colours and strengths vary widely.",
    )
    exposure: PositiveRange = Field(
        default=(0.85, 1.2), description="Range of the exposure, a factor on the image's brightness."
    )


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
    views: Views = Field(default=Views(), description="From which side people are seen.")


class EngineSettings(Section):
    """The engine."""

    kind: Literal["embedded", "external"] = Field(
        default="embedded", description="embedded: synthgen starts its own engine; external: one that listens already."
    )
    host: str = Field(default="127.0.0.1", min_length=1, max_length=255, description="Address of an external engine.")
    port: int | None = Field(
        default=None, ge=1, le=65535, description="TCP port of an external engine; 9000 is UnrealCV's."
    )
    start_timeout: float = Field(
        default=120.0, gt=0, le=SECONDS, description="Seconds that an engine may take to start."
    )
    timeout: float = Field(
        default=60.0, gt=0, le=SECONDS, description="Seconds that one command may take before the engine is restarted."
    )
    recycle_after: int = Field(
        default=200, ge=1, le=IMAGES, description="Shots after which an embedded engine is replaced by a fresh one."
    )

    @model_validator(mode="after")
    def _external_needs_port(self) -> EngineSettings:
        if self.kind == "external" and self.port is None:
            raise problem("an external engine needs a port", "engine.port, such as 9000", "add 'port: 9000'")
        return self


class Output(Section):
    """The files."""

    image: Literal["png", "jpg"] = Field(default="png", description="File format of the images.")
    depth: bool = Field(default=False, description="Whether depth maps are written, 16-bit PNG in millimetres.")


class Accept(Section):
    """When a clip is good enough to be labelled; a clip beyond a gate stops the run before it renders."""

    fit_rms_mm: float = Field(
        default=20.0, gt=0, description="Largest marker RMS of any frame of a spine fit, millimetres."
    )
    fit_max_mm: float = Field(
        default=40.0, gt=0, description="Largest distance of any marker in any frame of a spine fit, millimetres."
    )
    offset_mm: float = Field(
        default=40.0,
        gt=0,
        description="Largest distance of a trunk's marker from where its marker set has it, throughout, millimetres; "
        "twice as much for limbs, and four times the σ of a place that its set calls uncertain.",
    )
    interpolated: float = Field(
        default=0.1, ge=0, le=1, description="Largest share of frames filled in for want of markers, 0 … 1."
    )
    jumps: float = Field(
        default=0.01,
        ge=0,
        le=1,
        description="Largest share of frames into which a vertebra jumps, 0 … 1; a single jump passes unless it is 0.",
    )
    spikes: float = Field(
        default=0.02,
        ge=0,
        le=1,
        description="Largest share of one marker's samples rejected as spikes, 0 … 1; two pass unless it is 0.",
    )
    beyond_range: float = Field(
        default=0.01,
        ge=0,
        le=1,
        description="Largest share of frames that ask a region of the spine for 10° beyond its range, 0 … 1; a single "
        "one passes unless it is 0.",
    )
    pressed: float = Field(
        default=0.8,
        ge=0,
        le=1,
        description="Largest share of frames in which one region of the spine stands at its limit, 0 … 1.",
    )
    speed_m_s: float = Field(
        default=12.5, gt=0, description="Largest speed of a clip's pelvis over half a second, metres a second."
    )
    floor_m: float = Field(
        default=0.15,
        gt=0,
        description="Largest distance of the body's lowest part from the floor while it stands or lies, metres.",
    )
    afloat: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="Largest share of frames in which nothing holds the body and it does not fall, 0 … 1; a single "
        "one passes unless it is 0.",
    )
    sigma_mm: float = Field(
        default=20.0,
        gt=0,
        description="Largest uncertainty of the vertebrae of a spine fit, σ per axis, RMS over the clip, millimetres.",
    )
    clips: tuple[str, ...] = Field(
        default=(), description="Clips of this scene that are accepted whatever the gates on their fits say."
    )
    retarget_mm: float = Field(
        default=10.0,
        gt=0,
        description="Largest mean distance between a character's vertebrae and the fitted ones, millimetres.",
    )


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
    size: tuple[Side, Side] = Field(default=(640, 480), description="Image [width, height], pixels.")
    clips: tuple[ClipSource, ...] = Field(
        description="The motion clips, at least one, used in turn by their weights.", json_schema_extra={"minItems": 1}
    )
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

    def locate(self, source: str) -> str:
        """What ``motion.load`` takes for a clip source of this scene: a name, or a file's absolute path."""
        if source.partition(":")[0] in SCHEMES:
            return source
        return str((self._folder / source).resolve())
