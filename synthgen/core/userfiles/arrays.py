"""Arrays in a user's ``.npz`` and ``.npy`` files, looked at before they are unpacked.

A small file may declare an array of any size, or hold zeros that unpack to hundreds of times its own size. What the
headers say, and what the archive says of its members, is compared with each other and with the limit first.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.userfiles.content import checked

LARGEST = 2**30
"""Bytes that the arrays of one file may have unpacked, and that the file may have."""
SMALL = 1_000_000
"""Bytes of a file that holds one small array."""
GREATEST = 1e9
"""Greatest number that any unit of length, angle or rate makes of a person."""
_MEMBERS = 10_000
_EXPORT = "copy or export it again, with arrays of numbers as numpy.savez writes them"


@dataclass(frozen=True)
class Declared:
    """What an array's header says."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def bytes(self) -> int:
        """Bytes that its values take."""
        return math.prod(self.shape) * self.dtype.itemsize


def declared(path: Path, kind: str) -> dict[str, Declared]:
    """Name → what is declared of each array of an ``.npz`` file; objects (pickles) among them are never unpacked.

    Raises:
        InputError: the file is missing, damaged, no such archive, or too large when unpacked.
    """
    path = checked(path, kind, LARGEST)
    try:
        with zipfile.ZipFile(path) as archive:
            members = [i for i in archive.infolist() if i.filename.endswith(".npy")]
            if len(members) > _MEMBERS:
                raise _unsound(path, kind, f"{len(members)} arrays")
            out = {i.filename[:-4]: _header(archive, i, path, kind) for i in members}
    except InputError:
        raise
    except Exception as error:  # numpy and zipfile throw a dozen kinds at damaged files, TokenError among them
        size = path.stat().st_size
        got = f"{size} bytes that are no zip archive" if size else "an empty file"
        if not isinstance(error, zipfile.BadZipFile) or (size and "not a zip" not in str(error)):
            got = f"damaged content ({type(error).__name__}: {error})"
        raise _unsound(path, kind, got) from None
    total = sum(d.bytes for d in out.values() if not d.dtype.hasobject)
    if total > LARGEST:
        raise InputError(
            f"this is too large for a {kind}",
            where=str(path),
            got=f"{total / 1e6:.4g} MB unpacked",
            expected=f"arrays of {LARGEST / 1e6:.4g} MB together",
            remedy="cut the recording into parts, or leave out arrays that are not needed",
        )
    return out


def numbers(path: Path, kind: str, names: Iterable[str]) -> dict[str, np.ndarray]:
    """The named arrays of an ``.npz`` file, those of them that it has; NaN stands for what is missing.

    Raises:
        InputError: as :func:`declared`, or an array holds no real numbers, infinite ones, or ones beyond a person's.
    """
    there = declared(path, kind)
    wanted = [n for n in names if n in there]
    for name in wanted:
        if there[name].dtype.kind not in "fiu":
            raise InputError(
                f"'{name}' of this {kind} holds no numbers",
                where=str(path),
                expected="real numbers",
                got=f"values of kind {there[name].dtype}",
                remedy=_EXPORT,
            )
    try:
        with np.load(path, allow_pickle=False) as data:
            out = {n: data[n] for n in wanted}
    except Exception as error:  # a checksum, a cut: as above
        raise _unsound(path, kind, f"damaged content ({type(error).__name__}: {error})") from None
    for name, values in out.items():
        check_numbers(values, f"{path} {name}")
    return out


def one_array(path: Path, kind: str, expected: str) -> np.ndarray:
    """The array of a ``.npy`` file of at most :data:`SMALL` bytes.

    Raises:
        InputError: the file is missing, damaged or too large, or holds no real numbers or senseless ones.
    """
    path = checked(path, kind, SMALL, expected=expected)
    try:
        values: Any = np.load(path, allow_pickle=False)
    except Exception as error:  # as in declared
        got = f"damaged content ({type(error).__name__}: {error})"
        raise InputError(
            f"this {kind} cannot be read",
            where=str(path),
            expected=expected,
            got=got,
            remedy="write it again with numpy.save",
        ) from None
    if not isinstance(values, np.ndarray):  # an archive of several
        raise InputError(
            f"this {kind} cannot be read",
            where=str(path),
            expected=expected,
            got="an archive",
            remedy="write one array with numpy.save",
        )
    check_numbers(values, str(path))
    return values


def check_numbers(values: np.ndarray, where: str, greatest: float = GREATEST) -> None:
    """Refuses infinite numbers and ones beyond ``greatest``; NaN stands for what is missing.

    Raises:
        InputError: names the place of the first one, counted from 0.
    """
    if values.dtype.kind not in "fiu":
        raise InputError(
            "the values are no numbers",
            where=where,
            expected="real numbers",
            got=f"values of kind {values.dtype}",
            remedy=_EXPORT,
        )
    with np.errstate(all="ignore"):
        values = np.asarray(values, float)  # 80 bits are cast to 64
        wrong = np.abs(values) > greatest
    if wrong.any():
        at = tuple(np.argwhere(wrong)[0].tolist())
        raise InputError(
            "a value is infinite or beyond anything of a person's",
            where=f"{where} {list(at)}",
            expected=f"numbers of at most {greatest:g}, or NaN for what is missing",
            got=f"{values[at]:g}",
            remedy="write NaN for what is missing, and export the file again",
        )


def _header(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, kind: str) -> Declared:
    with archive.open(member) as file:
        out = _read_header(file)
        begins = file.tell()
    if not out.dtype.hasobject and out.bytes != member.file_size - begins:
        told = f"{member.filename}: {out.shape} of {out.dtype} declared, {member.file_size - begins} bytes there"
        raise _unsound(path, kind, told)
    return out


def _read_header(file: IO[bytes]) -> Declared:
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file)
    return Declared(dtype, shape)


def _unsound(path: Path, kind: str, got: str) -> InputError:
    return InputError(
        f"this {kind} cannot be read",
        where=str(path),
        expected="arrays as numpy.savez writes them",
        got=got,
        remedy=_EXPORT,
    )
