"""``engine`` and ``output``: what renders, and what is written beside the labels."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from synthgen.core.limits import IMAGES, SECONDS
from synthgen.scene.fields import JpegQuality, Section, problem


class EngineSettings(Section):
    """The engine."""

    kind: Literal["embedded", "external"] = Field(
        default="embedded", description="embedded: synthgen starts its own engine; external: one that listens already."
    )
    renderer: Literal["auto", "cpu", "gpu"] = Field(
        default="auto",
        description="What an embedded engine draws with: gpu: a graphics device; cpu: no driver needed; auto: a real "
        "graphics device where there is one, else cpu.",
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
    quality: JpegQuality | None = Field(
        default=None, description="Range of the quality of JPEG files, 1 … 100; by default that of the drawn cameras."
    )
    depth: bool = Field(default=False, description="Whether depth maps are written, 16-bit PNG in millimetres.")
