"""Lines, words and numbers gone wrong."""

from __future__ import annotations

import re

from scripts.fuzzing import odd
from scripts.fuzzing.chance import Chance, pick

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"[^\s,:{}\[\]]+")


def changed_text(content: bytes, rng: Chance) -> bytes:
    """The text with numbers, words or lines replaced, removed, repeated or exchanged."""
    text = content.decode("utf-8", "replace")
    lines = text.split("\n")
    kind = int(rng.integers(-3, 14))
    if kind < 0:
        return _varied(text, rng).encode("utf-8", "replace")
    if kind <= 3:
        return _replaced(text, _NUMBER, odd.NUMBERS, rng).encode("utf-8", "replace")
    if kind <= 5:
        return _replaced(text, _WORD, odd.WORDS + odd.NUMBERS, rng).encode("utf-8", "replace")
    at, other = (int(rng.integers(len(lines))) for _ in range(2))
    if kind == 6:
        del lines[at]
    elif kind == 7:
        lines[at:at] = [lines[at]] * int(pick(rng, (1, 1, 2, 500)))
    elif kind == 8:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 9:
        del lines[min(at, other) : max(at, other)]
    elif kind == 10:
        lines[at:at] = lines[min(at, other) : max(at, other)]
    elif kind == 11:
        mark = pick(rng, ("\t", " ", ",", ";", ":"))
        lines[at] = pick(rng, ("\t", " ", ",", "", mark * 3)).join(lines[at].split(mark))
    elif kind == 12:
        words = lines[at].split()
        rng.shuffle(words)
        lines[at] = "\t".join(words[: int(rng.integers(len(words) + 1))])
    else:
        opening = pick(rng, ("{", "[", "JOINT x {", "- ", "? ", "{a: ", '{"a":', "!!map ", "&a [*a, "))
        lines[at] += opening * int(pick(rng, (1, 30, 3000)))
    return "\n".join(lines).encode("utf-8", "replace")


def _replaced(text: str, pattern: re.Pattern[str], options: tuple[str, ...], rng: Chance) -> str:
    """The text with one piece, or all pieces that are alike, replaced."""
    pieces = list(pattern.finditer(text))
    if not pieces:
        return text + str(pick(rng, options))
    piece, word = pick(rng, pieces[:40] if rng.random() < 0.5 else pieces), pick(rng, options)
    if rng.random() < 0.1:
        return text.replace(piece.group(), word)
    return text[: piece.start()] + word + text[piece.end() :]


def _varied(text: str, rng: Chance) -> str:
    """The text with one number a little, or very, different, so that it is read on."""
    pieces = list(_NUMBER.finditer(text))
    if not pieces:
        return text
    piece = pick(rng, pieces)
    value = float(piece.group()) * float(pick(rng, (-1, 0.5, 0.9, 1.01, 1.5, 2, 10, 1000)))
    return text[: piece.start()] + (f"{value:.0f}" if value.is_integer() else f"{value:.6g}") + text[piece.end() :]
