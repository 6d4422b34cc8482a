"""The recording in a C3D file: its points by the library ezc3d, in a process of its own.

What the library gets is a copy that holds points and nothing else (``layout.py``), in pieces that it can count.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.scratch import Scratch
from synthgen.motion.clip import Clip
from synthgen.motion.keys import Given
from synthgen.motion.normalise.recording import Recording, clip_of
from synthgen.motion.parsing.native import NativeReader
from synthgen.motion.readers.c3d.layout import Layout, layout
from synthgen.motion.readers.c3d.words import BLOCK

LONGEST = 65535
"""Frames that a C3D header can count, and that ezc3d reads at most."""
_EZC3D = NativeReader("C3D file", "ezc3d", "synthgen.motion.readers.c3d.points:read_points")
_DERIVED = ("ANGLES", "FORCES", "MOMENTS", "POWERS", "SCALARS", "REACTIONS", "MODELED_MARKERS")
"""Parameters that name points which a program computed."""


def read(path: Path, given: Given) -> Clip:
    """Reads the markers of a C3D file.

    Raises:
        InputError: the file is missing, damaged or cut short, or says something that cannot be
            (``motion/normalise/recording.py``).
    """
    file = layout(path)
    points = _all_frames(file)
    labels = file.texts("LABELS")
    names = [*labels[: file.count], *[""] * (file.count - len(labels))]
    notes: tuple[str, ...] = ()
    if spare := sum(bool(n) for n in labels[file.count :]):  # programs reserve names
        notes += (f"{spare} spare labels behind that of the last point",)
    derived = {n for kind in _DERIVED for n in file.texts(kind)} - {""}
    kept = [i for i, n in enumerate(names) if n not in derived]
    if len(kept) < len(names):
        notes += (f"{len(names) - len(kept)} derived points (angles, forces, modelled markers) left out",)
    height = file.number("HEIGHT", "PROCESSING")
    if height:
        notes += (f"the file says that the subject is {height / 1000:.2f} m tall",)
    rate = file.number("RATE") or file.rate
    recording = Recording(
        path,
        tuple(names[i] for i in kept),
        points[:, kept],
        rate,
        (file.texts("UNITS") or [""])[0],
        notes,
        (file.texts("Y_SCREEN") or [""])[0].lower(),
    )
    return clip_of(recording, given)


def _all_frames(file: Layout) -> np.ndarray:
    """(T, N, 3) points of every frame, NaN where one was not seen; refuses files that are cut short."""
    begin, end = (_long(file, name) for name in ("ACTUAL_START_FIELD", "ACTUAL_END_FIELD"))
    wanted = max(file.declared, end - begin + 1 if end >= begin > 0 else 0)
    spare = BLOCK // file.per_frame + 1  # padding to a whole block may look like frames
    unknown = wanted <= LONGEST <= wanted + 1 and file.present > wanted + spare
    if file.present < wanted:
        raise InputError(
            "the file is truncated",
            where=str(file.path),
            expected=f"{wanted} frames",
            got=f"{file.present}",
            remedy="copy or export it again",
        )
    wanted = file.present if unknown else wanted
    pieces = []
    with Scratch("motion") as folder:
        piece = folder / "piece.c3d"
        for first in range(0, wanted, LONGEST - 1):
            frames = min(LONGEST - 1, wanted - first)
            piece.write_bytes(_bare(file, first, frames))
            pieces.append(_EZC3D.read(piece, file.path)[1])
    out = np.concatenate(pieces)
    if out.shape[:2] != (wanted, file.count):
        raise InputError(
            "the file's points could not all be read",
            where=str(file.path),
            expected=f"{wanted} frames of {file.count} points",
            got="{} of {}".format(*out.shape[:2]),
            remedy="cut the recording into files of up to 65,535 frames",
        )
    if unknown:
        seen = np.flatnonzero(np.isfinite(out).any((1, 2)))
        out = out[: max(int(seen[-1]) + 1 if seen.size else 0, wanted - spare)]
    return out


def _long(file: Layout, name: str) -> int:
    """A frame number in two 16-bit words, low word first (C3D user guide, TRIAL group); 0 where missing."""
    found = file.parameters.get(("TRIAL", name))
    words = [int(w) & 0xFFFF for w in (found.numbers() if found else []) if math.isfinite(w)][:2]
    return sum(w << (16 * i) for i, w in enumerate(words))


def _bare(file: Layout, first: int, frames: int) -> bytes:
    """A C3D file of an Intel processor with the points of some frames, and no parameters but those that it needs."""
    scale = -file.scale if file.floats else file.scale
    numbers = {
        "USED": ("H", file.count),
        "FRAMES": ("H", frames),
        "DATA_START": ("H", 3),
        "SCALE": ("f", scale),
        "RATE": ("f", 1.0),
    }
    records = [_record(-1, "POINT", b"\0")]
    for name, (kind, value) in numbers.items():
        records.append(_record(1, name, bytes([2 if kind == "H" else 4, 0]) + struct.pack(f"<{kind}", value) + b"\0"))
    records += [_record(1, "LABELS", b"\xff\x02\x00\x00\x00")]
    parameters = bytes([1, 0x50, 1, 84]) + b"".join(records)
    header = struct.pack("<BBHHHHHfHHf", 2, 0x50, file.count, 0, 1, frames, 0, scale, 3, 0, 1.0)
    return header.ljust(BLOCK, b"\0") + parameters.ljust(BLOCK, b"\0") + file.points(first, frames)


def _record(group: int, name: str, body: bytes) -> bytes:
    """An entry of the parameters, with the distance to the next one."""
    return struct.pack("<bb", len(name), group) + name.encode() + struct.pack("<H", 2 + len(body)) + body
