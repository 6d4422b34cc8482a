"""The tree of joints at the head of a BVH file; every fault with its line."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from synthgen.core.errors import InputError
from synthgen.motion.readers.bvh.lines import LARGEST, Lines, comma, excerpt, number

MOST_JOINTS = 2000
"""People with every finger and a face have some 300."""
CHANNELS = tuple(axis + kind for kind in ("position", "rotation", "scale") for axis in "XYZ")


@dataclass
class Hierarchy:
    """The hierarchy as far as it was read, by joint; −1 is the joint above a root.

    ``open`` holds the joints whose braces are open, None for an end site.
    """

    names: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    offsets: list[list[float]] = field(default_factory=list)
    channels: list[tuple[str, ...]] = field(default_factory=list)
    open: list[int | None] = field(default_factory=list)


def hierarchy(lines: Lines) -> Hierarchy:
    """The tree of joints, with the lines read up to ``MOTION``.

    Raises:
        InputError: it is not closed, has no channels or a second root, or a word is not in its place.
    """
    begun, joints, coming = False, Hierarchy(), "nothing"  # what a brace would open: nothing, a joint or an end site
    for line in lines:
        words = deque(line.replace("{", " { ").replace("}", " } ").split())
        if not begun:
            _check_start(lines, line, words.popleft())
            begun = True
        while words:
            kind = words.popleft().upper()
            if kind == "MOTION":
                _check_closed(lines, joints, coming)
                return joints
            if kind in ("ROOT", "JOINT", "END") and coming == "nothing":
                name = " ".join(_up_to_brace(words))
                if kind != "END":
                    _add_joint(lines, joints, kind, name)
                coming = "end site" if kind == "END" else "joint"
            elif kind == "{" and coming != "nothing":
                joints.open.append(len(joints.names) - 1 if coming == "joint" else None)
                coming = "nothing"
            elif kind == "}" and joints.open and coming == "nothing":
                joints.open.pop()
            elif kind == "OFFSET" and joints.open:
                offset = _offset(lines, line, _taken(words, 3))
                if joints.open[-1] is not None:
                    joints.offsets[joints.open[-1]] = offset
            elif kind == "CHANNELS" and joints.open and joints.open[-1] is not None:
                count = _count(lines, line, _taken(words, 1))
                joints.channels[joints.open[-1]] = _channels(lines, line, _taken(words, count), count)
            else:
                raise InputError(
                    "the hierarchy cannot be read here",
                    where=lines.where,
                    got=excerpt(line),
                    expected="ROOT, JOINT, End Site, OFFSET, CHANNELS or braces, in their order",
                    remedy="export the file again",
                )
    raise InputError(
        "this is no complete BVH file",
        where=lines.where,
        got="no MOTION",
        expected="HIERARCHY first, and MOTION after it",
        remedy="export or copy it again",
    )


def _check_start(lines: Lines, line: str, word: str) -> None:
    if word.upper() != "HIERARCHY":
        raise InputError(
            "this is no complete BVH file",
            where=lines.where,
            expected="HIERARCHY first",
            got=excerpt(line),
            remedy="export the motion as BVH again",
        )


def _taken(words: deque[str], count: int) -> list[str]:
    """The first words, or fewer where the line has no more, which are taken off it."""
    return [words.popleft() for _ in range(min(count, len(words)))]


def _up_to_brace(words: deque[str]) -> list[str]:
    """The words before the next brace, which are taken off the line."""
    out = []
    while words and words[0] != "{":
        out.append(words.popleft())
    return out


def _add_joint(lines: Lines, joints: Hierarchy, kind: str, name: str) -> None:
    above = joints.open[-1] if joints.open else None
    if kind == "ROOT" and joints.names:
        raise InputError(
            "this BVH file cannot be read: it has a second root",
            where=lines.where,
            expected="one person per file",
            got=f"ROOT {name}"[:80],
            remedy="export each person, and each thing that moves, to a file of its own",
        )
    if not name or (kind == "JOINT" and above is None):
        raise InputError(
            "a joint has no " + ("joint above it" if name else "name"),
            where=lines.where,
            expected="JOINT and a name, within the braces of another joint",
            got=f"{kind} {name}"[:80],
            remedy="export the file again",
        )
    if len(joints.names) >= MOST_JOINTS:
        raise InputError(
            "the skeleton has too many joints for a person",
            where=lines.where,
            expected=f"{MOST_JOINTS} joints at most",
            got="more",
            remedy="export the skeleton alone, without the joints of other things",
        )
    joints.names.append(name)
    joints.parents.append(-1 if above is None else above)
    joints.offsets.append([0.0, 0.0, 0.0])
    joints.channels.append(())


def _check_closed(lines: Lines, joints: Hierarchy, coming: str) -> None:
    if joints.open or coming != "nothing":
        raise InputError(
            "the hierarchy is not closed",
            where=lines.where,
            expected="a } for every { before MOTION",
            got=f"{len(joints.open)} braces open",
            remedy="export or copy the file again",
        )
    if not any(joints.channels):
        raise InputError(
            "the hierarchy has no channels",
            where=lines.where,
            expected="CHANNELS in the joints",
            got="joints without any",
            remedy="export the motion again, with rotations",
        )


def _offset(lines: Lines, line: str, words: list[str]) -> list[float]:
    numbers = [number(w) for w in words]
    if len(numbers) != 3 or any(n is None or abs(n) > LARGEST for n in numbers):
        raise InputError(
            "an offset is not sound",
            where=lines.where,
            expected="three finite numbers",
            got=excerpt(line),
            remedy=comma(line),
        )
    return [n for n in numbers if n is not None]


def _count(lines: Lines, line: str, words: list[str]) -> int:
    if not words or not (words[0].isascii() and words[0].isdigit() and len(words[0]) < 3):
        raise InputError(
            "CHANNELS needs a count",
            where=lines.where,
            expected="such as CHANNELS 3",
            got=excerpt(line),
            remedy="correct the line, or export the file again",
        )
    return int(words[0])


def _channels(lines: Lines, line: str, words: list[str], count: int) -> tuple[str, ...]:
    spelt = {c.lower(): c for c in CHANNELS}
    found = tuple(spelt[w.lower()] for w in words if w.lower() in spelt)
    if len(found) != count or len(set(found)) != count:
        raise InputError(
            "the channels of a joint cannot be read",
            where=lines.where,
            got=excerpt(line),
            expected=f"{count} different ones of {', '.join(CHANNELS)}",
            remedy="export the file again",
        )
    return found
