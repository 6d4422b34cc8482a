"""Files that a user names, read within limits: one place that decides what can be read and how its bytes are meant."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path

from synthgen.core.errors import InputError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def checked(path: Path, kind: str, most: int, *, expected: str | None = None) -> Path:
    """The path of a file that is there, is no pipe or device (those may never end), and is not too large.

    Args:
        path: the file.
        kind: what it should be, for messages: ``scene file``.
        most: bytes that it may have.
        expected: what to say of a file that is missing.

    Raises:
        InputError: it is none of that.
    """
    path = Path(path)
    try:
        state = path.stat()
    except FileNotFoundError:
        raise InputError(
            f"there is no such {kind}", where=str(path), expected=expected, remedy="check the path"
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise InputError(f"the {kind} cannot be read", where=str(path), got=reason, remedy="check the path") from None
    if not stat.S_ISREG(state.st_mode):
        got = "a folder" if stat.S_ISDIR(state.st_mode) else "a pipe, a device or a socket"
        raise InputError(
            f"the {kind} cannot be read",
            where=str(path),
            expected=expected or "a file",
            got=got,
            remedy="give the path of a file",
        )
    if state.st_size > most:
        raise InputError(
            f"this is too large for a {kind}",
            where=str(path),
            expected=f"at most {_size(most)}",
            got=_size(state.st_size),
            remedy="give the right file, or split it",
        )
    return path


def read_bytes(path: Path, kind: str, most: int, *, expected: str | None = None) -> bytes:
    """The content of a file that :func:`checked` takes.

    Raises:
        InputError: the file is missing, is none, is too large, or may not be read.
    """
    path = checked(path, kind, most, expected=expected)
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the {kind} cannot be read",
            where=str(path),
            got=error.strerror or str(error),
            remedy="give yourself the right to read it",
        ) from None


def decoded(data: bytes) -> str:
    """The text of some bytes: as their byte order mark says, else UTF-8, else Windows' western code page (cp1252).

    The five bytes that cp1252 does not know become U+FFFD, so that every result can be encoded again.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _size(count: int) -> str:
    return f"{count / 1e6:.4g} MB" if count >= 1e6 else f"{count / 1e3:.4g} kB"
