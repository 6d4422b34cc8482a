"""``clips``: what moves the people."""

from __future__ import annotations

from pydantic import Field, field_validator

from synthgen.motion.schemes import is_named
from synthgen.scene.fields import Range, Section, problem


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
        return not is_named(self.source)
