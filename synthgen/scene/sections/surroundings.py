"""``room``, ``props`` and ``lights``: where it happens, what stands about, and how it is lit."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from synthgen.scene.fields import Count, Hours, Kelvin, PositiveRange, Section, problem

RoomKind = Literal["gym", "studio", "clinic", "office", "warehouse", "park", "track", "photo"]
"""Kinds of surroundings: those of ``world/data/sets.yaml``."""


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


RoomKinds = Annotated[
    tuple[RoomKind, ...],
    BeforeValidator(_listed),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(get_args(RoomKind)), "type": "string"},
                {"items": {"enum": list(get_args(RoomKind)), "type": "string"}, "minItems": 1, "type": "array"},
            ]
        }
    ),
]


class Room(Section):
    """The surroundings."""

    kind: RoomKinds | None = Field(
        default=None,
        description="Kind of the surroundings, or a list of kinds of which each shot draws one: gym, studio (yoga), "
        "clinic (physiotherapy), office, warehouse, park, track, or photo (pictures of your own). By default gym, and "
        "photo where pictures are given.",
    )
    images: str | None = Field(
        default=None,
        min_length=1,
        description="Photographs of your own that stand behind and under the people: a folder or one file, relative to "
        "the scene file. A picture twice as wide as high is taken as a panorama.",
    )
    environment: str | None = Field(
        default=None,
        min_length=1,
        description="Panoramas of your own that light the scene as well, .hdr or .exr: a folder or one file, relative "
        "to the scene file.",
    )
    length: PositiveRange | None = Field(
        default=None, description="Range of the room's length, metres; by default what suits the kind."
    )
    width: PositiveRange | None = Field(
        default=None, description="Range of the room's width, metres; by default what suits the kind."
    )
    height: PositiveRange | None = Field(
        default=None, description="Range of the room's height, metres; by default what suits the kind."
    )
    crowd: Count = Field(
        default=Count(min=0, max=8),
        description="Number of people far off, outdoors and behind windows; they are smaller than 40 pixels, belong to "
        "the surroundings and have no labels.",
    )

    @field_validator("kind")
    @classmethod
    def _some_kind(cls, value: tuple[RoomKind, ...] | None) -> tuple[RoomKind, ...] | None:
        if value is not None and not value:
            raise problem("there is no kind of room", "at least one, such as gym")
        return value

    @model_validator(mode="after")
    def _photos_need_files(self) -> Room:
        if self.images is not None and self.environment is not None:
            raise problem("images and environment cannot both be given", "one of the two")
        given = self.images is not None or self.environment is not None
        if given != ("photo" in self.kinds):
            want = "images: FOLDER or environment: FILE" if not given else "kind: photo, alone or in the list"
            raise problem(
                "a room of the kind photo needs pictures" if not given else "no kind of this room shows the pictures",
                want,
                f"add '{want}'",
            )
        return self

    @property
    def kinds(self) -> tuple[RoomKind, ...]:
        """The kinds that shots draw from, at least one."""
        given = self.images is not None or self.environment is not None
        return self.kind or (("photo",) if given else ("gym",))


def _file(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


class PropFile(Section):
    """A mesh of the user's. In a file, a plain string is short for ``{path: string}``."""

    path: str = Field(
        min_length=1,
        description="A .glb, .gltf, .obj, .ply or .stl file, relative to the scene file; it stands on the floor.",
    )
    scale: float = Field(
        default=1.0, gt=0, le=1000, description="Factor on the file's lengths: 0.01 for a file in centimetres."
    )
    weight: float = Field(default=1.0, gt=0, le=100, description="How often it is used next to the others; no unit.")


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
    files: tuple[Annotated[PropFile, BeforeValidator(_file)], ...] = Field(
        default=(), max_length=500, description="Things of your own that stand about besides ours."
    )
    own: Count = Field(
        default=Count(min=1, max=3), description="Number of your own things in a shot; of no use without files."
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
    time: Hours = Field(
        default=(8.0, 18.0),
        description="Range of the time of day, hours; it decides sun and sky outdoors and behind windows.",
    )
    latitude: float = Field(default=45.0, ge=-66, le=66, description="Where the sun rises, degrees north.")
    overcast: float = Field(default=0.3, ge=0, le=1, description="Share of shots under a grey sky, 0 … 1.")
    lamps: Kelvin = Field(
        default=(3000.0, 6500.0), description="Range of the lamps' colour indoors, kelvin: 3000 is warm, 6500 white."
    )
    windows: float = Field(
        default=0.4,
        ge=0,
        le=1,
        description="Share of shots in rooms with windows that the day lights more than the lamps do, 0 … 1.",
    )
    spots: float = Field(
        default=0.15, ge=0, le=1, description="Share of the other indoor shots that a spotlight lights, 0 … 1."
    )
