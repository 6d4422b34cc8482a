"""What a C3D file says of itself: its header, its parameters, and where the points of each frame lie.

Read before ezc3d sees anything. It returns fewer frames without a word when a file breaks off, no more than 65,535 of a
longer recording, and nothing at all where a part is odd that no fit needs: analog signals, events, force plates, a MIPS
processor. Layout: the C3D user guide (c3d.org).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthgen.motion.readers.c3d.header import Header, read_header
from synthgen.motion.readers.c3d.parameters import Parameter, read_parameters
from synthgen.motion.readers.c3d.words import intel


@dataclass(frozen=True)
class Layout:
    """Where the points are.

    Attributes:
        path: the file; processor: whose byte order and kind of floats it has.
        count: points a frame; floats: whether they are floats or whole numbers in steps of ``scale`` file units.
        data: byte at which the frames begin; per_frame: bytes of each, analog signals included.
        declared: frames by the header; present: whole frames that the file is long enough for.
        rate: frames a second by the header.
        parameters: (group, name), upper case → what it holds.
    """

    path: Path
    processor: int
    count: int
    floats: bool
    scale: float
    data: int
    per_frame: int
    declared: int
    present: int
    rate: float
    parameters: dict[tuple[str, str], Parameter]

    def texts(self, name: str, group: str = "POINT") -> list[str]:
        """The texts of a parameter and of those that continue it (``LABELS2`` …: one holds 255 at most)."""
        out: list[str] = []
        for key in (name, *(f"{name}{i}" for i in range(2, 100))):
            found = self.parameters.get((group, key))
            out += found.texts() if found else []
        return out

    def number(self, name: str, group: str = "POINT") -> float | None:
        """The first number of a parameter; None where it holds none."""
        found = self.parameters.get((group, name))
        values = found.numbers() if found else []
        return values[0] if values else None

    def points(self, first: int, frames: int) -> bytes:
        """The points' words of some frames as an Intel processor would have written them, without analog signals."""
        words = 4 if self.floats else 2
        with self.path.open("rb") as file:
            file.seek(self.data + first * self.per_frame)
            raw = np.frombuffer(file.read(frames * self.per_frame), np.uint8).reshape(-1, self.per_frame)
        return intel(raw[:, : 4 * words * self.count].tobytes(), words, self.processor).tobytes()


def layout(path: Path) -> Layout:
    """Reads header and parameters of a file.

    Raises:
        InputError: it is missing, no C3D file, holds no points, or contradicts itself.
    """
    header = read_header(path)
    parameters = read_parameters(path, header.section, header.processor)
    scale, floats = _scale(header, parameters)
    per_frame = (4 if floats else 2) * (4 * header.count + header.analog)
    return Layout(
        path=path,
        processor=header.processor,
        count=header.count,
        floats=floats,
        scale=abs(scale),
        data=header.data,
        per_frame=per_frame,
        declared=header.frames,
        present=max(0, header.size - header.data) // per_frame,
        rate=header.rate,
        parameters=parameters,
    )


def _scale(header: Header, parameters: dict[tuple[str, str], Parameter]) -> tuple[float, bool]:
    """The step of whole numbers, negative for floats as the file says it, and whether the points are floats."""
    told = (parameters[key].numbers() if (key := ("POINT", "SCALE")) in parameters else [])[:1]
    scale = told[0] if told and math.isfinite(told[0]) and told[0] else header.scale
    # A negative scale marks floats. Where header and parameter disagree, the file's length shows which it is.
    long_enough = header.data + 4 * (4 * header.count + header.analog) * header.frames <= header.size
    return scale, (scale < 0) if (scale < 0) == (header.scale < 0) else long_enough
