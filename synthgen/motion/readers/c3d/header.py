"""The header of a C3D file: how many points and frames there are, and where."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from synthgen.core.errors import InputError
from synthgen.motion.readers.c3d.words import BLOCK, DEC, EXPORT, INTEL, MIPS, intel


@dataclass(frozen=True)
class Header:
    """What the header says.

    Attributes:
        size: bytes of the file.
        processor: whose byte order and kind of floats it has.
        count: points of a frame; analog: analog values of a frame.
        begin, end: numbers of the first and the last frame.
        scale: coordinates are whole numbers in steps of it; negative where they are floats.
        rate: frames a second.
        start: block in which the frames begin.
        section: bytes of the parameters, as far as the file has them; begins: byte at which they begin.
    """

    size: int
    processor: int
    count: int
    analog: int
    begin: int
    end: int
    scale: float
    rate: float
    start: int
    section: bytes
    begins: int

    @property
    def data(self) -> int:
        """Byte at which the frames begin."""
        return (self.start - 1) * BLOCK

    @property
    def frames(self) -> int:
        """How many there should be."""
        return self.end - self.begin + 1


def read_header(path: Path) -> Header:
    """Reads the header, and the bytes of the parameters behind it.

    Raises:
        InputError: the file is missing, no C3D file, or holds no points.
    """
    try:
        header = _read(path)
    except FileNotFoundError:
        raise InputError("there is no such motion file", where=str(path), remedy="check the path") from None
    except OSError as error:
        raise InputError(
            "the motion file cannot be read",
            where=str(path),
            got=error.strerror or str(error),
            remedy="check that it is a file and that you may read it",
        ) from error
    if header.count == 0:
        raise InputError(
            "the file holds no markers",
            where=str(path),
            expected="trajectories of points",
            got="analog signals or rotations alone" if header.end > header.begin else "nothing",
            remedy="export the markers or joint centres from the program that wrote it",
        )
    if header.end < header.begin or header.data < header.begins + 4 or not math.isfinite(header.scale):
        raise InputError(
            "the C3D header makes no sense",
            where=str(path),
            expected="points, frames, a finite scale, and data behind the parameters",
            got=f"{header.count} points, frames {header.begin} to {header.end}, scale {header.scale:g}, "
            f"data from block {header.start}",
            remedy=EXPORT,
        )
    return header


def _read(path: Path) -> Header:
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.read(BLOCK)
        begins = max(0, first[0] - 1) * BLOCK if len(first) == BLOCK else 0
        file.seek(begins + 3)
        processor = int.from_bytes(file.read(1), "little")
        if len(first) < BLOCK or first[1] != 0x50 or processor not in (INTEL, DEC, MIPS):
            raise InputError(
                "this is not a C3D file",
                where=str(path),
                expected="a C3D header and its parameters",
                got=f"{size} bytes that begin with {first[:4].hex(' ')}" if first else "an empty file",
                remedy=EXPORT,
            )
        count, analog, begin, end = intel(first[2:10], 2, processor).view("<u2").tolist()
        start = int(intel(first[16:18], 2, processor).view("<u2")[0])
        file.seek(begins)
        section = file.read(max(0, (start - 1) * BLOCK - begins))
    scale, rate = (float(intel(first[at : at + 4], 4, processor)[0]) for at in (12, 20))
    return Header(size, processor, count, analog, begin, end, scale, rate, start, section, begins)
