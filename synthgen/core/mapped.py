"""Large arrays that processes share: a ``.npz`` whose arrays lie uncompressed and aligned, so that they can be mapped.

What is mapped is read from the disk when it is touched, once for all processes of a machine, and takes no memory that
the system could not use otherwise. Any reader of ``.npz`` files can read these too.
"""

from __future__ import annotations

import io
import json
import mmap
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core.archive import HEADER, KEY, OtherEntryError
from synthgen.core.errors import InputError
from synthgen.core.files.whole import whole_file

_ALIGN = 64
"""Bytes at whose multiples an array's ``.npy`` begins, and with it, as numpy pads its header, its first number."""
_FILE_HEADER = 30
"""Bytes of a zip's header of one file before its name; the last four are the lengths of name and extra field."""
_AGAIN = "delete it; it is made again when it is needed"


def save(
    path: Path, kind: str, version: int, header: Mapping[str, Any], arrays: Mapping[str, np.ndarray], key: str | None
) -> None:
    """Saves named arrays with a JSON-able header; the arguments are those of :func:`synthgen.core.archive.save`."""
    text = json.dumps({"kind": kind, "version": version, KEY: key, **header}, sort_keys=True)
    with whole_file(Path(path)) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in {HEADER: np.array(text), **arrays}.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, np.asarray(array, order="C"), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy")
            start = file.tell() + _FILE_HEADER + len(info.filename.encode()) + 4
            padding = -start % _ALIGN
            info.extra = struct.pack("<HH", 0x4E50, padding) + bytes(padding)
            archive.writestr(info, data.getbuffer())


def load(path: Path, kind: str, version: int, key: str | None = None) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Maps what :func:`save` wrote; the arrays cannot be written.

    Returns:
        the header without the key, and the arrays.

    Raises:
        OtherEntryError: the file names another key.
        InputError: the file is missing, damaged, of another kind or of another version.
    """
    try:
        with Path(path).open("rb") as file:
            whole: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        with zipfile.ZipFile(whole) as archive:
            arrays = {info.filename.removesuffix(".npy"): _array(whole, info) for info in archive.infolist()}
        header = json.loads(str(arrays.pop(HEADER)))
        found = header.pop("kind"), header.pop("version")
    except Exception as error:  # numpy, struct and zipfile throw a dozen kinds at damaged files
        raise InputError(
            f"this {kind} file cannot be read",
            where=str(path),
            got=f"{type(error).__name__}: {error}",
            remedy=_AGAIN,
        ) from error
    if found != (kind, version):
        raise InputError("this file holds something else", where=str(path), expected=kind, got=str(found))
    named = header.pop(KEY, None)
    if key is not None and named != key:
        raise OtherEntryError("this file is another entry of the cache than its name says", where=str(path), got=named)
    return header, arrays


def _array(whole: Any, info: zipfile.ZipInfo) -> np.ndarray:
    """One array of the archive, in place.

    Raises:
        ValueError: it is compressed, or no array.
    """
    if info.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{info.filename} is compressed")
    name, extra = struct.unpack_from("<HH", whole, info.header_offset + _FILE_HEADER - 4)
    start = info.header_offset + _FILE_HEADER + name + extra
    head = io.BytesIO(whole[start : start + 4096])
    np.lib.format.read_magic(head)
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(head)
    if fortran or dtype.hasobject:
        raise ValueError(f"{info.filename} is no plain array")
    count = int(np.prod(shape))
    return np.frombuffer(whole, dtype, count, start + head.tell()).reshape(shape)
