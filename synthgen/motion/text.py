"""Text as programs of all ages and countries wrote it: one place that decides how its bytes are meant."""

from __future__ import annotations

import codecs
from pathlib import Path

from synthgen.errors import InputError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


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


def read_text(path: Path, kind: str) -> str:
    """The text of a motion file of a ``kind`` such as ``TRC``.

    Raises:
        InputError: the file is missing, cannot be read, or holds no text.
    """
    try:
        text = decoded(path.read_bytes())
    except FileNotFoundError:
        raise InputError("there is no such motion file", where=str(path)) from None
    except OSError as error:
        raise InputError("the motion file cannot be read", where=str(path), got=str(error)) from error
    if "\0" in text:
        raise InputError("the motion file cannot be read", where=str(path), expected=f"text, as {kind} files are",
                         got="bytes that are no text",
                         remedy=f"export it as {kind} in UTF-8, or give it the ending of what it is, such as .c3d"
                         )  # fmt: skip
    return text
