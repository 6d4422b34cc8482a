"""What a C3D file says of itself: its header, its parameters, and where the points of each frame lie.

Read before ezc3d sees anything. It returns fewer frames without a word when a file breaks off, no more than 65,535 of a
longer recording, and nothing at all where a part is odd that no fit needs: analog signals, events, force plates, a MIPS
processor. Layout: the C3D user guide (c3d.org).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.userfiles.content import decoded

BLOCK = 512
_INTEL, _DEC, _MIPS = 84, 85, 86
_EXPORT = "export it again from the program that wrote it"


@dataclass(frozen=True)
class Parameter:
    """An array of texts or numbers, as the file's processor wrote it.

    Attributes:
        kind: −1 for texts, else bytes a number.
        sizes: of the array, the quickest first.
        data: its bytes; processor: who wrote them.
    """

    kind: int
    sizes: tuple[int, ...]
    data: bytes
    processor: int

    def texts(self) -> list[str]:
        """Its texts, without blanks around them; none when it holds numbers."""
        if self.kind != -1:
            return []
        width, count = (self.sizes[0], math.prod(self.sizes[1:])) if self.sizes else (1, 1)
        return [decoded(self.data[i * width : (i + 1) * width]).strip(" \0\t") for i in range(count)]

    def numbers(self) -> list[float]:
        """Its numbers; none when it holds texts."""
        if self.kind == 1:
            return [float(v) for v in self.data]
        return [] if self.kind == -1 else intel(self.data, self.kind, self.processor).tolist()


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


def intel(data: bytes, width: int, processor: int) -> np.ndarray:
    """Whole numbers (``width`` 2) or floats (4) of any processor as little-endian ones; bytes too many are dropped."""
    data = data[: len(data) // width * width]
    kind = "i2" if width == 2 else "f4"
    if processor != _DEC or width == 2:
        return np.frombuffer(data, (">" if processor == _MIPS else "<") + kind).astype("<" + kind)
    high, low = np.frombuffer(data, "<u2").astype("<u4").reshape(-1, 2).T
    # An exponent of 0 is zero there; else it counts from 128, and the fraction from a half.
    with np.errstate(invalid="ignore"):  # damage may read as not-a-numbers
        return np.where(high & 0x7F80, ((high << 16) | low).view("<f4") / np.float32(4), np.float32(0)).astype("<f4")


def layout(path: Path) -> Layout:
    """Reads header and parameters of a file.

    Raises:
        InputError: it is missing, no C3D file, holds no points, or contradicts itself.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            first = file.read(BLOCK)
            begins = max(0, first[0] - 1) * BLOCK if len(first) == BLOCK else 0
            file.seek(begins + 3)
            processor = int.from_bytes(file.read(1), "little")
            if len(first) < BLOCK or first[1] != 0x50 or processor not in (_INTEL, _DEC, _MIPS):
                raise InputError(
                    "this is not a C3D file",
                    where=str(path),
                    expected="a C3D header and its parameters",
                    got=f"{size} bytes that begin with {first[:4].hex(' ')}" if first else "an empty file",
                    remedy=_EXPORT,
                )
            count, analog, begin, end = intel(first[2:10], 2, processor).view("<u2").tolist()
            start = int(intel(first[16:18], 2, processor).view("<u2")[0])
            data = (start - 1) * BLOCK
            file.seek(begins)
            section = file.read(max(0, data - begins))
    except FileNotFoundError:
        raise InputError("there is no such motion file", where=str(path), remedy="check the path") from None
    except OSError as error:
        raise InputError(
            "the motion file cannot be read",
            where=str(path),
            got=error.strerror or str(error),
            remedy="check that it is a file and that you may read it",
        ) from error
    if count == 0:
        raise InputError(
            "the file holds no markers",
            where=str(path),
            expected="trajectories of points",
            got="analog signals or rotations alone" if end > begin else "nothing",
            remedy="export the markers or joint centres from the program that wrote it",
        )
    stated = float(intel(first[12:16], 4, processor)[0])
    if end < begin or data < begins + 4 or not math.isfinite(stated):
        raise InputError(
            "the C3D header makes no sense",
            where=str(path),
            expected="points, frames, a finite scale, and data behind the parameters",
            got=f"{count} points, frames {begin} to {end}, scale {stated:g}, data from block {start}",
            remedy=_EXPORT,
        )
    parameters = _parameters(path, section, processor)
    told = (parameters[key].numbers() if (key := ("POINT", "SCALE")) in parameters else [])[:1]
    scale = told[0] if told and math.isfinite(told[0]) and told[0] else stated
    # A negative scale marks floats. Where header and parameter disagree, the file's length shows which it is.
    long_enough = data + 4 * (4 * count + analog) * (end - begin + 1) <= size
    floats = (scale < 0) if (scale < 0) == (stated < 0) else long_enough
    per_frame = (4 if floats else 2) * (4 * count + analog)
    rate = float(intel(first[20:24], 4, processor)[0])
    return Layout(
        path,
        processor,
        count,
        floats,
        abs(scale),
        data,
        per_frame,
        end - begin + 1,
        max(0, size - data) // per_frame,
        rate,
        parameters,
    )


def _parameters(path: Path, section: bytes, processor: int) -> dict[tuple[str, str], Parameter]:
    """(Group, name), upper case → parameter. A damaged one is left out with what follows it: none need be there."""
    groups: dict[int, str] = {}
    found: list[tuple[int, str, bytes]] = []
    for group, name, body in _records(section, processor):
        if group < 0:
            groups[-group] = name
        else:
            found.append((group, name, body))
    out = {}
    for group, name, body in found:
        if len(body) < 2 or len(body) < 2 + body[1]:
            continue
        kind, sizes = int.from_bytes(body[:1], "little", signed=True), tuple(body[2 : 2 + body[1]])
        length = abs(kind) * math.prod(sizes)
        data = body[2 + len(sizes) :][:length]
        if kind in (-1, 1, 2, 4) and len(data) == length:
            out[groups.get(group, ""), name] = Parameter(kind, sizes, data, processor)
    if not any(group == "POINT" and name.startswith("LABELS") for group, name in out):
        raise InputError(
            "the file does not name its points",
            where=str(path),
            expected="a parameter POINT:LABELS",
            got=f"{len(out)} other parameters",
            remedy=f"name the markers, or {_EXPORT}",
        )
    return out


def _records(section: bytes, processor: int) -> Iterator[tuple[int, str, bytes]]:
    """Number of the group (negative for a group itself), name in upper case, and what follows it."""
    at = 4
    while at + 4 <= len(section):
        length, group = struct.unpack("bb", section[at : at + 2])
        name = decoded(section[at + 2 : at + 2 + abs(length)]).strip(" \0").upper()
        at += 2 + abs(length)
        if not length or at + 2 > len(section):
            return
        step = int(intel(section[at : at + 2], 2, processor).view("<u2")[0])
        yield group, name, section[at + 2 : at + step if step else len(section)]
        if step < 2:
            return
        at += step
