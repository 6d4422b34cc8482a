"""One file per result: named arrays and a JSON header in a ``.npz``, written whole or not at all."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.files.whole import write_whole

HEADER = "__header__"
"""The array that holds the JSON header."""
KEY = "key"
"""The header's field that names the entry of the cache."""
_AGAIN = "delete it; it is made again when it is needed"


class OtherEntryError(InputError):
    """A file of the cache that names another key than the one it was looked for by."""


def save(
    path: Path,
    kind: str,
    version: int,
    header: Mapping[str, Any],
    arrays: Mapping[str, np.ndarray],
    key: str | None = None,
) -> None:
    """Saves named arrays with a JSON header.

    Args:
        path: the file.
        kind, version: of what; :func:`load` checks them.
        header: JSON-able.
        arrays: name → array.
        key: of the entry of the cache that the file is; None outside the cache.
    """
    buffer = io.BytesIO()
    own = {"kind": kind, "version": version} | ({} if key is None else {KEY: key})
    text = json.dumps({**own, **header}, sort_keys=True)
    np.savez(buffer, allow_pickle=False, **{HEADER: np.array(text)}, **arrays)
    write_whole(Path(path), buffer.getvalue())


def load(
    path: Path, kind: str, version: int, remedy: str = _AGAIN, key: str | None = None
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Loads what :func:`save` wrote.

    Args:
        path: the file.
        kind: what it must hold; version: in which version.
        remedy: what to do about another or a damaged file; the default suits files of a cache.
        key: that the file must name; None takes any.

    Returns:
        the header without the key, and the arrays.

    Raises:
        OtherEntryError: the file names another key.
        InputError: the file is missing, damaged, of another kind or of another version.
    """
    path = Path(path)
    try:
        with np.load(path, allow_pickle=False) as data:
            arrays = {name: data[name] for name in data.files}
        header = json.loads(str(arrays.pop(HEADER)))
        if not isinstance(header, dict):
            raise TypeError("the header is no table")
    except FileNotFoundError:
        raise InputError(
            f"there is no {kind} file", where=str(path), expected=f"a {kind} file", remedy="name one that exists"
        ) from None
    except Exception as error:  # numpy and zipfile throw a dozen kinds at damaged files, TokenError among them
        raise InputError(
            f"this {kind} file cannot be read",
            where=str(path),
            got=f"{type(error).__name__}: {error}",
            remedy=remedy,
        ) from error
    if header.get("kind") != kind or header.get("version") != version:
        raise InputError(
            "this file holds something else",
            where=str(path),
            expected=f"{kind} version {version}",
            got=f"{header.get('kind')} version {header.get('version')}",
            remedy=remedy,
        )
    named = header.pop(KEY, None)
    if key is not None and named != key:
        raise OtherEntryError(
            "this file is another entry of the cache than its name says",
            where=str(path),
            expected=f"key {key}",
            got=f"key {named}" if named else "no key",
            remedy=remedy,
        )
    return header, arrays
