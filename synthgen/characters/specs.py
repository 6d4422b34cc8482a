"""Specifications of a character, as plain data: its body and what covers it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from synthgen.core.limits import STAGE
from synthgen.core.plain import Colour, FileSpec, PlainModel, Seed, Share, Word

Stature = Annotated[float, Field(ge=0.7, le=2.4)]
"""Metres."""
Bmi = Annotated[float, Field(ge=10.0, le=50.0)]
"""kg/m²."""


class BodySpec(PlainModel):
    """A character's body: the rig and what shapes it.

    ``gender`` (0 male, 1 female), ``age`` (0.67 about adult), ``muscle``, ``weight``, ``height`` and ``proportions``
    are Anny's phenotype, each 0…1. A ``stature`` and a body mass index (``bmi``) take the place of ``height`` and
    ``weight``: the skin is drawn until it has them. ``belly`` says where a heavy body bears its fat: 1 at the waist
    (android), 0 at hips and thighs (gynoid). ``face`` is the seed of a face and head of one's own; without it they
    are the mean ones.
    """

    rig: Word = "anny"
    gender: Share = 0.5
    age: Share = 0.67
    muscle: Share = 0.5
    weight: Share = 0.5
    height: Share = 0.5
    proportions: Share = 0.5
    stature: Stature | None = None
    bmi: Bmi | None = None
    belly: Share = 0.5
    face: Seed | None = None


class GarmentSpec(PlainModel):
    """One garment: ``kind`` names a cut (``tshirt``, ``tank_top``, ``shorts``, ``leggings``, ``shoes`` …).

    ``variant`` tells apart what chance makes of one pattern: folds, the size of checks, which mark. ``print`` is a
    picture of the user's on the cloth: ``print_at`` ``all`` (tiled), ``chest`` or ``back``.
    """

    kind: Word
    colour: Colour
    accent: Colour = (1.0, 1.0, 1.0)
    pattern: Word = "plain"
    variant: Seed = 0
    print: FileSpec | None = None
    print_at: Word = "all"


class OutfitSpec(PlainModel):
    """What covers a character: garments from the inside out, hair and skin; ``skin_age`` 0 is young, 1 very old."""

    garments: Annotated[tuple[GarmentSpec, ...], Field(max_length=STAGE.garments)] = ()
    hair: Word = "short"
    hair_colour: Colour = (0.15, 0.10, 0.07)
    skin_tone: Share = 0.5
    skin_age: Share = 0.0
    texture_seed: Seed = 0
