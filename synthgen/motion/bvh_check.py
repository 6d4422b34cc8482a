"""What can be wrong with a BVH file's text, found with its line before a library reads it."""

from __future__ import annotations

import math
from pathlib import Path

from synthgen.errors import InputError


def check_text(path: Path) -> None:
    """Checks structure, frame count, frame time and numbers of a BVH file.

    Raises:
        InputError: with file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise InputError("there is no such motion file", where=str(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("the motion file cannot be read", where=str(path), got=str(error)) from error
    if path.suffix != ".bvh":
        raise InputError("a BVH file's name must end in .bvh", where=str(path), remedy="rename it")
    if not any(line.strip() for line in lines):
        raise InputError("the file is empty", where=str(path), expected="HIERARCHY and MOTION")
    start = next((i for i, line in enumerate(lines) if line.strip() == "MOTION"), None)
    if lines[0].strip() != "HIERARCHY" or start is None:
        raise InputError(
            "this is no complete BVH file",
            where=f"{path}:{1 if start is not None else len(lines)}",
            expected="HIERARCHY first, and MOTION after it",
            got="no MOTION" if start is None else lines[0].strip()[:60],
        )
    channels = _hierarchy(path, lines[:start])
    frames, first = _header(path, lines, start)
    rows = [(i, line) for i, line in enumerate(lines[first:], first + 1) if line.strip()]
    for number, line in rows:
        _row(path, number, line.split(), channels)
    if len(rows) != frames:
        raise InputError(
            "the file is truncated" if len(rows) < frames else "the file has more frames than it says",
            where=f"{path}:{len(lines)}",
            expected=f"{frames} frames",
            got=f"{len(rows)}",
        )


def _hierarchy(path: Path, lines: list[str]) -> int:
    """Checks offsets and braces; the number of channels."""
    channels = depth = 0
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words:
            continue
        depth += (words[0] == "{") - (words[0] == "}")
        if words[0] == "CHANNELS":
            if len(words) < 2 or not words[1].isdigit():
                raise InputError("CHANNELS needs a count", where=f"{path}:{number}", got=line.strip())
            channels += int(words[1])
        if words[0] == "OFFSET" and (len(words) != 4 or not all(_finite(w) for w in words[1:])):
            raise InputError("an offset is not sound", where=f"{path}:{number}", expected="three finite numbers",
                             got=line.strip())  # fmt: skip
    if depth != 0 or channels == 0:
        raise InputError(
            "the hierarchy is not closed" if depth else "the hierarchy has no channels",
            where=f"{path}:{len(lines)}",
            got=f"{abs(depth)} braces {'open' if depth > 0 else 'too many'}" if depth else None,
        )
    return channels


def _header(path: Path, lines: list[str], start: int) -> tuple[int, int]:
    """Checks ``Frames:`` and ``Frame Time:``; the count and the index of the first row of values."""
    frames = time = None
    for i in range(start + 1, len(lines)):
        words = lines[i].split()
        if not words:
            continue
        if words[0] == "Frames:":
            frames = words[1] if len(words) == 2 else ""
            if not frames.isdigit() or int(frames) == 0:
                raise InputError("the motion has no frames", where=f"{path}:{i + 1}",
                                 expected="Frames: 1 or more", got=lines[i].strip())  # fmt: skip
        elif words[:2] == ["Frame", "Time:"]:
            time = words[2] if len(words) == 3 else ""
            if not _finite(time) or float(time) <= 0:
                raise InputError("the frame time must be positive", where=f"{path}:{i + 1}",
                                 expected="seconds per frame, such as 0.0333333", got=lines[i].strip())  # fmt: skip
            if frames is not None:
                return int(frames), i + 1
        else:
            break
    raise InputError("the motion's header is not complete", where=f"{path}:{start + 1}",
                     expected="Frames: and Frame Time: after MOTION")  # fmt: skip


def _row(path: Path, number: int, words: list[str], channels: int) -> None:
    if len(words) != channels:
        raise InputError(
            "a frame is not complete",
            where=f"{path}:{number}",
            expected=f"{channels} numbers, one per channel",
            got=f"{len(words)}",
        )
    bad = next((k for k, w in enumerate(words) if not _finite(w)), None)
    if bad is not None:
        raise InputError("a value is not a finite number", where=f"{path}:{number} value {bad + 1}", got=words[bad])


def _finite(word: str) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False
