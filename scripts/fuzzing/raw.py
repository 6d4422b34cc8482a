"""Bytes gone wrong, and texts in another encoding."""

from __future__ import annotations

import numpy as np

from scripts.fuzzing.chance import Chance, pick, span


def changed_bytes(content: bytes, rng: Chance) -> bytes:
    """The content with a piece changed, removed, repeated or moved."""
    data = bytearray(content)
    if not data:
        return bytes(rng.integers(0, 256, 20, np.uint8))
    piece = span(rng, len(data))
    noise: bytes = rng.integers(0, 256, piece.stop - piece.start, np.uint8).tobytes()
    extremes = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\x7f", b"\x00\x00\x80\x7f", b"\x00\x00\xc0\x7f")
    kind = int(rng.integers(10))
    if kind == 0:
        data[piece] = noise
    elif kind == 1:
        data[piece.start] ^= 1 << int(rng.integers(8))
    elif kind == 2:
        del data[piece]
    elif kind == 3:
        data[piece.start : piece.start] = bytes(data[piece]) * int(pick(rng, (1, 2, 50)))
    elif kind == 4:
        del data[piece.start :]
    elif kind == 5:
        word = pick(rng, extremes)
        data[piece.start : piece.start + len(word)] = word
    elif kind == 6:
        data[piece] = bytes(len(data[piece]))
    elif kind == 7:
        data += noise
    elif kind == 8:
        other = span(rng, len(data))
        data[piece], data[other] = data[other], data[piece]
    else:
        return pick(rng, (b"", b"\0" * 100, b"PK\x03\x04", content + content, content[::-1], noise))
    return bytes(data)


def reencoded(content: bytes, rng: Chance) -> bytes:
    """The text in another encoding, with other ends of lines or a strange letter in front."""
    text = content.decode("utf-8", "replace")
    codec = pick(rng, ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252", "utf-32", "latin-1", "shift_jis"))
    if rng.random() < 0.5:
        text = text.replace("\n", pick(rng, ("\r\n", "\r", "\n\n", "\u2028", "\x0b", "")))
    if rng.random() < 0.3:
        text = pick(rng, ("é", "\ufeff", "\0", "日", "\x1a")) + text
    return text.encode(codec, "replace")
