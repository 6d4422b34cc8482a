"""Plain data with bounds: what specifications of a shot are made of, and what the engine takes from whoever connects.

Metres; angles in radians; colours are sRGB, 0…1.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from synthgen.core.limits import EMBEDDED, SEED, STAGE, Span


def _within(span: Span) -> Any:
    return Field(ge=span.lower, le=span.upper)


Metres = Annotated[float, Field(ge=-STAGE.place, le=STAGE.place)]
Angle = Annotated[float, Field(ge=-EMBEDDED.number, le=EMBEDDED.number)]
Share = Annotated[float, Field(ge=0, le=1)]
Intensity = Annotated[float, _within(STAGE.intensity)]
Word = Annotated[str, Field(max_length=STAGE.word)]
Seed = Annotated[int, Field(ge=0, le=SEED)]
PropSide = Annotated[float, _within(STAGE.prop)]
RoomSide = Annotated[float, _within(EMBEDDED.room)]

Vec3 = tuple[Metres, Metres, Metres]
Colour = tuple[Share, Share, Share]


class PlainModel(BaseModel):
    """Frozen, closed plain data; every number is finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FileSpec(PlainModel):
    """A file of the user's: its path as the scene file writes it, and the SHA-256 of its content."""

    path: str = Field(max_length=4096)
    digest: str = Field(pattern="^[0-9a-f]{64}$")
