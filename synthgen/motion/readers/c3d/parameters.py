"""The parameters of a C3D file: named arrays of texts or numbers, in groups."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from synthgen.core.errors import InputError
from synthgen.core.userfiles.content import decoded
from synthgen.motion.readers.c3d.words import EXPORT, intel


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


def read_parameters(path: Path, section: bytes, processor: int) -> dict[tuple[str, str], Parameter]:
    """(Group, name), upper case → parameter. A damaged one is left out with what follows it: none need be there.

    Args:
        path: the file, for the error; section: the bytes of its parameters; processor: who wrote them.

    Raises:
        InputError: none names the points.
    """
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
            remedy=f"name the markers, or {EXPORT}",
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
