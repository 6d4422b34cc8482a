"""``room``, ``props`` and ``lights``: where it happens, what stands about, and how it is lit."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from synthgen.scene.fields import Count, PositiveRange, Section


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
