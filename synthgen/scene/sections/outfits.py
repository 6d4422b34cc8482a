"""``outfits`` in ``cast``: what people wear, and how often they change."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from synthgen.scene.fields import Section, problem

Place = Literal["gym", "studio", "clinic", "office", "warehouse", "outdoors"]
"""Where an outfit is worn: ``places`` of ``world/data/wardrobe.yaml``."""


class Outfits(Section):
    """Clothes of the characters. Hair and skin are a person's own; clothes change from shot to shot."""

    each: int = Field(
        default=2,
        ge=1,
        le=24,
        description="Outfits that a character owns; each shot draws one of them. More of them cost time: some 0.2 CPU "
        "seconds for every new one.",
    )
    places: tuple[Place, ...] | None = Field(
        default=None,
        description="Draw what is worn in these places; by default what suits the kinds of 'room'.",
        json_schema_extra={"minItems": 1},
    )
    kinds: tuple[str, ...] | None = Field(
        default=None,
        description="Draw only these outfits, names of world/data/wardrobe.yaml such as scrubs; by default all that "
        "suit place, age and sex.",
        json_schema_extra={"minItems": 1},
    )
    bare_backs: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Share of outfits that leave the back bare, partly at least, 0 … 1; by default as often as such "
        "outfits come among the others.",
    )

    prints: str | None = Field(
        default=None,
        min_length=1,
        description="Pictures of your own to print on clothes, tiled or on chest or back: a folder or one file, "
        "relative to the scene file; .jpg, .png, .webp, .tif or .bmp.",
    )
    print_share: float = Field(
        default=0.3, ge=0, le=1, description="Share of tops and loose trousers that show one of 'prints', 0 … 1."
    )

    @field_validator("places", "kinds")
    @classmethod
    def _some(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if value is not None and not value:
            raise problem("the list is empty", "at least one name, or leave the key out")
        return value
