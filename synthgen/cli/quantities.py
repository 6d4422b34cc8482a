"""Durations, sizes and times as people write them on the command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from synthgen.core.errors import InputError

_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_BYTES = {
    "B": 1,
    "kB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}


def parse_seconds(text: str, where: str) -> float:
    """Seconds of ``30d``, ``12h`` and the like.

    Raises:
        InputError: this is no duration.
    """
    return _parse(text, _SECONDS, where, "a duration such as 30d, 12h or 2w")


def parse_bytes(text: str, where: str) -> int:
    """Bytes of ``2GB``, ``500 MB`` and the like; units may be in any case.

    Raises:
        InputError: this is no size.
    """
    return int(_parse(text, {unit.lower(): n for unit, n in _BYTES.items()}, where, "a size such as 2GB or 500MB"))


def _parse(text: str, units: dict[str, int], where: str, expected: str) -> float:
    found = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*([A-Za-z]+)\s*", text)
    unit = units.get(found[2].lower()) if found else None
    if found is None or unit is None:
        raise InputError(
            "this is no such quantity",
            where=where,
            expected=f"{expected} ({', '.join(units)})",
            got=text,
            remedy="write a number and its unit in one word",
        )
    return float(found[1]) * unit


def show_bytes(count: int) -> str:
    """A size in the largest decimal unit that leaves at least 1, with one decimal."""
    unit = next((u for u in ("TB", "GB", "MB", "kB") if count >= _BYTES[u]), "B")
    return f"{count} B" if unit == "B" else f"{count / _BYTES[unit]:.1f} {unit}"


def show_time(seconds: float | None) -> str | None:
    """Seconds since the epoch as UTC in ISO 8601, to the second."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
