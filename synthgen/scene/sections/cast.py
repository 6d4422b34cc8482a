"""``cast`` and ``people``: the characters, their simulated postures, and how many of them are in a shot."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from synthgen.scene.fields import Count, PositiveRange, Section, Share, Years, problem
from synthgen.scene.sections.outfits import Outfits

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

    share: float = Field(default=0.2, ge=0, le=1, description="Share of characters with a simulated posture, 0 … 1.")
    kinds: tuple[PostureKind, ...] = Field(
        default=get_args(PostureKind),
        description="Kinds to draw from, as often as people of an age have them, each within its published range; all "
        "by default.",
        json_schema_extra={"minItems": 1},
    )

    @field_validator("kinds")
    @classmethod
    def _some_kind(cls, value: tuple[PostureKind, ...]) -> tuple[PostureKind, ...]:
        if not value:
            raise problem("there is no kind of posture", "at least one, such as scoliosis", "or set 'share: 0'")
        return value


class Spines(Section):
    """The people's own spines: how they stand, how their levels share a bend, how far they bend.

    Drawn from published distributions (``opensim_models/spines.yaml``) by age and sex.
    """

    own: bool = Field(default=True, description="Whether every person has a spine of their own; false: all have one.")
    spread: float = Field(
        default=1.0, ge=0, le=2, description="How much people differ, times what is published; 0 gives mean spines."
    )
    stiff: float = Field(
        default=0.3, ge=0, le=0.6, description="Share of 45-year-olds with a segment that gives little, 0 … 0.6."
    )
    hypermobile: float = Field(
        default=0.15, ge=0, le=0.6, description="Share of 45-year-olds with a segment that gives much, 0 … 0.6."
    )


_MOST = 1000
_LIGHTEST, _HEAVIEST = 12.0, 45.0


def _body_mass(value: tuple[float, float]) -> tuple[float, float]:
    if not _LIGHTEST <= value[0] <= value[1] <= _HEAVIEST:
        raise problem(
            "no such people can be built",
            f"[lower, upper] within {_LIGHTEST:g} … {_HEAVIEST:g} kg/m², lower ≤ upper",
            "leave it out for [16, 42]",
        )
    return value


def _count(value: Any) -> Any:
    """Refuses in one sentence what a choice between two types would refuse in two."""
    if value == "auto":
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise problem("this is no number of characters", f"a whole number from 1 to {_MOST}, or auto", "write 'auto'")
    if not 1 <= value <= _MOST:
        raise problem("the number is out of range", f"≥ 1 and ≤ {_MOST}, or auto")
    return value


BodyMass = Annotated[tuple[float, float], AfterValidator(_body_mass)]
"""[lower, upper] of a body mass index in kg/m²."""


class Cast(Section):
    """The characters that a dataset is cast from; each appears in several shots."""

    count: Annotated[Annotated[int, Field(ge=1, le=_MOST)] | Literal["auto"], BeforeValidator(_count)] = Field(
        default="auto",
        description="Number of distinct characters; auto: one for every five images, and six at least, so that the "
        "cast grows with the dataset.",
    )
    rig: str = Field(default="anny", min_length=1, description="Rig of the characters: a name from the folder rigs/.")
    age: Years = Field(default=(18.0, 80.0), description="Age range, years; children below 18 on request.")
    women: float = Field(default=0.5, ge=0, le=1, description="Share of women, 0 … 1.")
    population: Literal["even", "published"] = Field(
        default="even",
        description="How heavy people are. published: as a survey of the United States has it by sex and age, within "
        "the range of bmi; even: all of that range alike. Statures are drawn as the survey has them.",
    )
    bmi: BodyMass = Field(
        default=(16.0, 42.0), description="Range of the body mass index, kg/m²; of children, what children have of it."
    )
    stature: PositiveRange | None = Field(
        default=None, description="Range of the stature, metres; by default whatever the survey has by sex and age."
    )
    muscle: Share = Field(default=(0.35, 0.75), description="Muscularity, 0 (weak) … 1 (strong).")
    proportions: Share = Field(default=(0.3, 0.7), description="Body proportions, 0 (ideal) … 1 (uncommon).")
    outfits: Outfits = Field(default=Outfits(), description="What the characters wear.")
    spines: Spines = Field(default=Spines(), description="The people's own spines.")
    postures: Postures = Field(default=Postures(), description="Simulated postures of the characters.")


class People(Count):
    """The number of people."""

    min: int = Field(default=1, ge=1, le=8, description="Smallest number of people in a shot.")
    max: int = Field(default=1, ge=1, le=8, description="Largest number of people in a shot, ≥ min.")
