"""Small building blocks of the scene model: closed frozen sections, ranges and counts."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from synthgen.core.limits import EXTERNAL, PROPS


class Section(BaseModel):
    """A frozen section that knows all of its keys and converts no types silently."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


def problem(what: str, expected: str, remedy: str | None = None) -> PydanticCustomError:
    """A validation error that carries what was expected and what to do about it."""
    context: dict[str, Any] = {"what": what, "expected": expected, "remedy": remedy}
    return PydanticCustomError("scene", "{what}", context)


def _ordered(value: tuple[float, float]) -> tuple[float, float]:
    if value[0] > value[1]:
        raise problem(
            "the range runs backwards", "[lower, upper] with lower ≤ upper", f"write [{value[1]:g}, {value[0]:g}]"
        )
    return value


def _positive(value: tuple[float, float]) -> tuple[float, float]:
    if value[0] <= 0:
        raise problem("the range reaches zero or below", "two numbers > 0")
    return value


def _within(lower: float, upper: float) -> AfterValidator:
    def check(value: tuple[float, float]) -> tuple[float, float]:
        if value[0] < lower or value[1] > upper:
            raise problem("the range is too wide", f"two numbers within {lower:g} … {upper:g}")
        return value

    return AfterValidator(check)


Range = Annotated[tuple[float, float], AfterValidator(_ordered)]
"""[lower, upper], drawn uniformly; equal numbers mean a fixed value."""
PositiveRange = Annotated[Range, AfterValidator(_positive)]
Share = Annotated[Range, _within(0.0, 1.0)]
"""A range within 0 … 1."""
Angles = Annotated[Range, _within(-90.0, 90.0)]
"""A range of angles in degrees within ±90."""
TurnRange = Annotated[Range, _within(0.0, 180.0)]
"""A range of angles in degrees within 0 … 180."""
FieldOfView = Annotated[Range, _within(10.0, 120.0)]
"""A range of horizontal fields of view in degrees within 10 … 120."""
JpegQuality = Annotated[Range, _within(1.0, 100.0)]
"""A range of the quality of JPEG files."""
Seconds = Annotated[PositiveRange, _within(0.0, 1.0)]
"""A range of exposure times in seconds, above 0 and up to 1."""
Years = Annotated[Range, _within(4.0, 100.0)]
"""A range of ages in years."""

Hours = Annotated[Range, _within(0.0, 24.0)]
"""A range of times of day in hours."""
Kelvin = Annotated[Range, _within(1700.0, 20000.0)]
"""A range of colour temperatures in kelvin."""

Side = Annotated[int, Field(ge=64, le=int(EXTERNAL.side.upper))]
"""Width or height of a picture, pixels: what any engine can give; ``conflicts.py`` knows the scene's own."""
ImageSize = tuple[Side, Side]
"""(width, height) of a picture, pixels."""


def _form(value: Any) -> str:
    """Which form of ``size`` a value is meant to have, so that messages speak of that one only."""
    several = isinstance(value, list | tuple) and len(value) and all(isinstance(v, list | tuple) for v in value)
    return "<sizes>" if several else "<size>"


ImageSizes = Annotated[
    Annotated[ImageSize, Tag("<size>")] | Annotated[tuple[ImageSize, ...], Tag("<sizes>")], Discriminator(_form)
]
"""One size, or several."""


class Count(Section):
    """How many: a whole number drawn from min … max, both included."""

    min: int = Field(ge=0, le=PROPS, description="Smallest number.")
    max: int = Field(ge=0, le=PROPS, description="Largest number, ≥ min.")

    @model_validator(mode="after")
    def _ordered(self) -> Count:
        if self.min > self.max:
            raise problem("min is larger than max", "min ≤ max", "exchange the two numbers")
        return self
