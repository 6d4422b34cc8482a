"""Keys of the small file beside a motion (``sidecar.py``): what may be said there, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Given = Mapping[str, Any]
"""What a user says of a motion: name of a key → value; a file's path counts from the motion's folder."""


@dataclass(frozen=True)
class Key:
    """Something that a format's files leave open.

    Attributes:
        name: the key.
        kinds: what its value may be.
        meaning: for errors, such as ``fps (frames a second)``.
        example: a value, such as ``120``.
        is_path: whether it names a file, counted from the motion's folder.
    """

    name: str
    kinds: tuple[type, ...]
    meaning: str
    example: str
    is_path: bool = False

    @property
    def line(self) -> str:
        """An example of the whole line."""
        return f"{self.name}: {self.example}"


UNIT = Key("unit", (str, int, float), "unit (name or metres)", "mm")
UP = Key("up", (str,), "up (such as +y)", "+y")
FPS = Key("fps", (int, float), "fps (frames a second)", "120")
MARKERS = Key("markers", (str,), "markers (name or path of a marker set)", "mine.yaml")
