"""Reader of C3D files (markers), over the library ezc3d in a process of its own.

The header is looked at first, because ezc3d returns fewer frames without a word when a file breaks off, and no more
than 65,535 of a longer recording; a longer one is read in pieces. Layout: the C3D user guide (c3d.org).
"""

from __future__ import annotations

import math
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.errors import InputError
from synthgen.motion.beside import beside
from synthgen.motion.clip import Clip
from synthgen.motion.native import read_native
from synthgen.motion.native_child import LONGEST
from synthgen.motion.recording import Recording, clip_of

_BLOCK = 512
_INTEL, _DEC, _MIPS = 84, 85, 86


def read(path: Path) -> Clip:
    """Reads the markers of a C3D file.

    Raises:
        InputError: the file is missing, damaged or cut short, or says something that cannot be
            (``motion/recording.py``).
    """
    path = Path(path)
    given = beside(path)
    header = _Header.of(path)
    meta, points = read_native("c3d", path)
    points = _all_frames(path, header, meta, points)
    names = [str(n).strip() for n in meta["names"]]
    if len(names) != points.shape[1]:
        raise InputError("the file's labels and points do not agree", where=str(path),
                         expected=f"{points.shape[1]} labels", got=str(len(names)))  # fmt: skip
    # Angles, forces and the like share the points' list; `*12` is how labelling programs call a nameless marker.
    derived = set(meta["derived"])
    kept = [i for i, n in enumerate(names) if n and n not in derived and not n.startswith("*")]
    notes: tuple[str, ...] = (
        () if len(kept) == len(names) else (f"{len(names) - len(kept)} nameless or derived points left out",)
    )
    if meta["height_mm"]:
        notes += (f"the file says that the subject is {meta['height_mm'] / 1000:.2f} m tall",)
    recording = Recording(path, tuple(names[i] for i in kept), points[:, kept], meta["rate"], str(meta["unit"]), notes,
                          meta["vertical"])  # fmt: skip
    return clip_of(recording, given)


@dataclass(frozen=True)
class _Header:
    """What the first block says, and what there is: bytes where data begin, bytes a frame, whole frames present."""

    order: str
    data: int
    per_frame: int
    declared: int
    present: int

    @classmethod
    def of(cls, path: Path) -> _Header:
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                first = file.read(_BLOCK)
                if len(first) == _BLOCK:
                    file.seek(max(0, first[0] - 1) * _BLOCK + 3)
                processor = file.read(1)
        except FileNotFoundError:
            raise InputError("there is no such motion file", where=str(path)) from None
        except OSError as error:
            raise InputError("the motion file cannot be read", where=str(path), got=str(error)) from error
        if len(first) < _BLOCK or first[1] != 0x50 or not processor or processor[0] not in (_INTEL, _DEC, _MIPS):
            raise InputError("this is not a C3D file", where=str(path), expected="a C3D header and its parameters",
                             got=f"{size} bytes that begin with {first[:4].hex(' ')}")  # fmt: skip
        order = ">" if processor[0] == _MIPS else "<"
        count, analog, begin, end, _, scale, start = struct.unpack(f"{order}HHHHHfH", first[2:18])
        # A negative scale marks floats; the sign's place depends on the processor.
        negative = first[{_INTEL: 15, _DEC: 13, _MIPS: 12}[processor[0]]] & 0x80
        width = 4 if negative else 2
        if count == 0:
            raise InputError("the file holds no markers", where=str(path), expected="trajectories of points",
                             got="analog signals or rotations alone" if end > begin else "nothing",
                             remedy="export the markers or joint centres from the program that wrote it")  # fmt: skip
        data, per_frame = (start - 1) * _BLOCK, width * (4 * count + analog)
        if end < begin or data < _BLOCK or not (processor[0] == _DEC or math.isfinite(scale)):
            raise InputError("the C3D header makes no sense", where=str(path),
                             expected="points, frames, a finite scale, and data behind the parameters",
                             got=f"{count} points, frames {begin} to {end}, scale {scale}, "
                             f"data from block {start}")  # fmt: skip
        return cls(order, data, per_frame, end - begin + 1, max(0, size - data) // per_frame)


def _all_frames(path: Path, header: _Header, meta: dict[str, Any], points: np.ndarray) -> np.ndarray:
    """The points of every frame, read in pieces where the library stops; refuses files that are cut short."""
    begin, end = meta["fields"]
    wanted = max(header.declared, end - begin + 1 if end >= begin > 0 else 0)
    spare = _BLOCK // header.per_frame + 1  # padding to a whole block may look like frames
    unknown = wanted <= LONGEST <= wanted + 1 and header.present > wanted + spare
    if header.present < wanted:
        raise InputError("the file is truncated", where=str(path), expected=f"{wanted} frames",
                         got=f"{header.present}", remedy="copy or export it again")  # fmt: skip
    if not unknown and wanted <= len(points):
        return points[:wanted]
    wanted = header.present if unknown else wanted
    pieces = []
    with tempfile.TemporaryDirectory() as folder, path.open("rb") as file:
        head = bytearray(file.read(header.data))
        piece = Path(folder) / "piece.c3d"
        for first in range(0, wanted, LONGEST - 1):
            frames = min(LONGEST - 1, wanted - first)
            head[6:10] = struct.pack(f"{header.order}HH", 1, frames)
            file.seek(header.data + first * header.per_frame)
            piece.write_bytes(bytes(head) + file.read(frames * header.per_frame))
            pieces.append(read_native("c3d", piece)[1][:frames])
    out = np.concatenate(pieces)
    if len(out) != wanted:
        raise InputError("the file's frames could not all be read", where=str(path), expected=f"{wanted} frames",
                         got=f"{len(out)}", remedy="cut the recording into files of up to 65,535 frames")  # fmt: skip
    if unknown:
        seen = np.flatnonzero(np.isfinite(out).any((1, 2)))
        out = out[: max(int(seen[-1]) + 1 if seen.size else 0, wanted - spare)]
    return out
