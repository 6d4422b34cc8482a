"""``moments`` and ``variation``: which moments of the clips are shown, and what is changed in them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from synthgen.scene.fields import Range, Section, problem


def _around_neutral(value: tuple[float, float]) -> tuple[float, float]:
    if value[0] > 0 or value[1] < 0:
        raise problem("the range leaves neutral standing out", "[lower, upper] with lower ≤ 0 ≤ upper, degrees")
    if value[0] < -120 or value[1] > 120:
        raise problem("no trunk bends that far", "two angles within −120 … 120 degrees")
    return value


Bend = Annotated[Range, AfterValidator(_around_neutral)]
"""A range of bends of the trunk in degrees, with neutral standing in it."""


def _factors(lower: float, upper: float) -> AfterValidator:
    def check(value: tuple[float, float]) -> tuple[float, float]:
        if value[0] < lower or value[1] > upper:
            raise problem("the factors are too far from 1", f"two numbers within {lower:g} … {upper:g}")
        return value

    return AfterValidator(check)


class BendTarget(Section):
    """How far the trunk, lumbar and thoracic spine together, is to be seen bent."""

    flexion: Bend = Field(
        default=(-38.0, 68.0), description="Backwards and forwards, degrees; forwards is positive, neutral standing 0."
    )
    side_bend: Bend = Field(default=(-36.0, 36.0), description="To the left and to the right, degrees; right positive.")
    twist: Bend = Field(default=(-36.0, 36.0), description="To the right and to the left, degrees; left is positive.")


class Moments(Section):
    """How moments are chosen."""

    coverage: float = Field(
        default=0.85,
        ge=0,
        le=1,
        description="Share of people whose moment and bends are chosen so that flexion, side bend and twist fill "
        "'target' evenly, 0 … 1; the others show moments as often as the clips have them.",
    )
    target: BendTarget = Field(default=BendTarget(), description="What is to be filled evenly.")


class VariationRanges(Section):
    """How a clip's motion is changed before somebody does it."""

    mirror: float = Field(default=0.5, ge=0, le=1, description="Share of people who do it the other way round, 0 … 1.")
    amplitude: Annotated[Range, _factors(0.0, 2.0)] = Field(
        default=(0.6, 1.15), description="Range of the factor on the spine's bends; no unit. [1, 1] leaves them."
    )
    tempo: Annotated[Range, _factors(0.25, 4.0)] = Field(
        default=(0.8, 1.25), description="Range of the factor on the speed; no unit."
    )
    layer: float = Field(
        default=22.0,
        ge=0,
        le=60,
        description="Largest bend that is added to a region of the spine in a plane, degrees; 0 adds none.",
    )
    shoulders: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="Share of the shoulder girdle's range over which shoulders are raised and lowered, drawn forwards "
        "and back besides, 0 … 1; 0 leaves them as the clip has them.",
    )
