"""What is done to a sound input: bytes, lines and words, structures, arrays and encodings gone wrong."""

from __future__ import annotations

import copy
import io
import json
import math
import re
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import yaml

from scripts.fuzzing import odd

Chance = np.random.Generator
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"[^\s,:{}\[\]]+")
_LARGEST = 2_000_000  # bytes of a mutated input; duplicates of duplicates would fill the disk


def mutated(content: bytes, form: str, rng: Chance) -> bytes:
    """A content of some form (``sound.Sound.form``) after one to four changes."""
    for _ in range(min(4, int(rng.geometric(0.7)))):
        groups: dict[str, Callable[[bytes, Chance], bytes]] = {
            "text": _text,
            "json": _json,
            "yaml": _yaml,
            "npz": _npz,
            "bytes": _bytes,
        }
        change = groups[form] if rng.random() < 0.75 else (_encoded if form != "npz" and rng.random() < 0.3 else _bytes)
        changed = change(content, rng)
        if len(changed) <= _LARGEST:
            content = changed
    return content


def _pick(rng: Chance, options: Any) -> Any:
    return options[int(rng.integers(len(options)))]


def _span(rng: Chance, length: int, most: int = 64) -> slice:
    """A short piece, more often near the beginning, where headers are."""
    begin = int(length * rng.random() ** float(_pick(rng, (1, 3))))
    return slice(begin, min(length, begin + 1 + int(rng.integers(most))))


def _bytes(content: bytes, rng: Chance) -> bytes:
    data = bytearray(content)
    if not data:
        return bytes(rng.integers(0, 256, 20, np.uint8))
    piece = _span(rng, len(data))
    noise = rng.integers(0, 256, piece.stop - piece.start, np.uint8).tobytes()
    extremes = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\x7f", b"\x00\x00\x80\x7f", b"\x00\x00\xc0\x7f")
    kind = int(rng.integers(10))
    if kind == 0:
        data[piece] = noise
    elif kind == 1:
        data[piece.start] ^= 1 << int(rng.integers(8))
    elif kind == 2:
        del data[piece]
    elif kind == 3:
        data[piece.start : piece.start] = bytes(data[piece]) * int(_pick(rng, (1, 2, 50)))
    elif kind == 4:
        del data[piece.start :]
    elif kind == 5:
        word = _pick(rng, extremes)
        data[piece.start : piece.start + len(word)] = word
    elif kind == 6:
        data[piece] = bytes(len(data[piece]))
    elif kind == 7:
        data += noise
    elif kind == 8:
        other = _span(rng, len(data))
        data[piece], data[other] = data[other], data[piece]
    else:
        return _pick(rng, (b"", b"\0" * 100, b"PK\x03\x04", content + content, content[::-1], noise))
    return bytes(data)


def _encoded(content: bytes, rng: Chance) -> bytes:
    text = content.decode("utf-8", "replace")
    codec = _pick(rng, ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252", "utf-32", "latin-1", "shift_jis"))
    if rng.random() < 0.5:
        text = text.replace("\n", _pick(rng, ("\r\n", "\r", "\n\n", "\u2028", "\x0b", "")))
    if rng.random() < 0.3:
        text = _pick(rng, ("é", "\ufeff", "\0", "日", "\x1a")) + text
    return text.encode(codec, "replace")


def _text(content: bytes, rng: Chance) -> bytes:
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
        lines[at:at] = [lines[at]] * int(_pick(rng, (1, 1, 2, 500)))
    elif kind == 8:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 9:
        del lines[min(at, other) : max(at, other)]
    elif kind == 10:
        lines[at:at] = lines[min(at, other) : max(at, other)]
    elif kind == 11:
        mark = _pick(rng, ("\t", " ", ",", ";", ":"))
        lines[at] = _pick(rng, ("\t", " ", ",", "", mark * 3)).join(lines[at].split(mark))
    elif kind == 12:
        words = lines[at].split()
        rng.shuffle(words)
        lines[at] = "\t".join(words[: int(rng.integers(len(words) + 1))])
    else:
        opening = _pick(rng, ("{", "[", "JOINT x {", "- ", "? ", "{a: ", '{"a":', "!!map ", "&a [*a, "))
        lines[at] += opening * int(_pick(rng, (1, 30, 3000)))
    return "\n".join(lines).encode("utf-8", "replace")


def _replaced(text: str, pattern: re.Pattern[str], options: tuple[str, ...], rng: Chance) -> str:
    """The text with one piece, or all pieces that are alike, replaced."""
    pieces = list(pattern.finditer(text))
    if not pieces:
        return text + str(_pick(rng, options))
    piece, word = _pick(rng, pieces[:40] if rng.random() < 0.5 else pieces), _pick(rng, options)
    if rng.random() < 0.1:
        return text.replace(piece.group(), word)
    return text[: piece.start()] + word + text[piece.end() :]


def _varied(text: str, rng: Chance) -> str:
    """The text with one number a little, or very, different, so that it is read on."""
    pieces = list(_NUMBER.finditer(text))
    if not pieces:
        return text
    piece = _pick(rng, pieces)
    value = float(piece.group()) * float(_pick(rng, (-1, 0.5, 0.9, 1.01, 1.5, 2, 10, 1000)))
    return text[: piece.start()] + (f"{value:.0f}" if value.is_integer() else f"{value:.6g}") + text[piece.end() :]


def _json(content: bytes, rng: Chance) -> bytes:
    try:
        return json.dumps(_changed(json.loads(content), rng)).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return _text(content, rng)


def _yaml(content: bytes, rng: Chance) -> bytes:
    if rng.random() < 0.15:
        return content + _pick(rng, _TRICKS)
    if b"&" in content or len(content) > 50_000:  # a bomb by now, which is not to go off here
        return _text(content, rng)
    try:
        told = _changed(yaml.safe_load(content), rng)
        return yaml.safe_dump(told, sort_keys=False, allow_unicode=True).encode("utf-8", "replace")
    except (yaml.YAMLError, ValueError, RecursionError, AttributeError, TypeError):
        return _text(content, rng)


_TRICKS = (
    b"\nz: &a [*a]\n",
    b"\nz: *nowhere\n",
    b"\n<<: 3\n",
    b"\n<<: [{a: 1}, {b: 2}]\n",
    b"\nz: !!python/object/apply:os.getcwd []\n",
    b"\nz: !!binary aGVsbG8=\n",
    b"\nz: !!timestamp 2024-99-99\n",
    b'\nz: "\\U00110000"\n',
    b'\nz: "\\ud800"\n',
    b"\n? [a, b]\n: c\n",
    b"\n---\nname: other\n",
    b"\n%YAML 9.9\n---\n",
    b"\na0: &a0 [x,x,x,x,x,x,x,x]\n"
    + b"".join(b"a%d: &a%d [%s]\n" % (i, i, b",".join([b"*a%d" % (i - 1)] * 8)) for i in range(1, 12)),
    b"\na0: &a0 {x: 1}\n"
    + b"".join(b"a%d: &a%d {<<: [%s]}\n" % (i, i, b",".join([b"*a%d" % (i - 1)] * 8)) for i in range(1, 12)),
    b"\n" + b"".join(b"key%d: 1\n" % i for i in range(60_000)),
    b"\nz: " + b"[" * 100_000,
    b"\nz: " + b"x" * 400_000 + b"\n",
    b"\n" + b"x" * 400_000 + b": 1\n",
    b"\n" + b"".join(b"  " * i + b"a:\n" for i in range(300)),
    b"\nunit: 1\nunit: 2\n",
)


def _changed(data: Any, rng: Chance) -> Any:
    """The data with one node replaced, removed, doubled or wrapped."""
    data = copy.deepcopy(data)
    places = list(_places(data))
    if not places or rng.random() < 0.03:
        return odd.value(rng)
    holder, key = _pick(rng, places[:30] if rng.random() < 0.5 else places)
    kind = int(rng.integers(6))
    if kind <= 2:
        holder[key] = odd.value(rng)
    elif kind == 3:
        del holder[key]
    elif kind == 4:
        holder[key] = _pick(rng, ([holder[key]], {"a": holder[key]}, [holder[key]] * 3, str(holder[key])))
    elif isinstance(holder, list):
        holder[key:key] = holder[key : key + 1] * int(_pick(rng, (1, 3, 1000)))
    else:
        holder[_pick(rng, (key.upper(), key + "s", odd.WORDS[int(rng.integers(len(odd.WORDS)))]))] = holder.pop(key)
    return data


def _places(data: Any) -> Any:
    keys: Any = list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        yield data, key
        yield from _places(data[key])


def _npz(content: bytes, rng: Chance) -> bytes:
    try:
        arrays = _arrays(content)
        name = _pick(rng, list(arrays))
        header = json.loads(str(arrays.get("__header__", "{}")))
    except Exception:  # it was broken by a change before
        return _bytes(content, rng)
    kind = int(rng.integers(12))
    if kind == 0:
        del arrays[name]
    elif kind == 1:
        arrays[_pick(rng, ("joints", "poses", "trans", "fps", "__header__", "point/x", "orientation/T6", "ü"))] = (
            arrays.pop(name)
        )
    elif kind == 2 and "__header__" in arrays:
        arrays["__header__"] = np.array(json.dumps(_changed(header, rng)))
    elif kind == 3:
        return _forged(arrays, name, rng)
    else:
        arrays[name] = odd.array(rng, arrays[name])
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _arrays(content: bytes) -> dict[str, np.ndarray]:
    """The arrays of an archive whose headers tell no more than what is there."""
    out = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            version, head = data[6], io.BytesIO(data[8:])
            read = np.lib.format.read_array_header_1_0 if version == 1 else np.lib.format.read_array_header_2_0
            shape, _, dtype = read(head)
            if math.prod(shape) * dtype.itemsize > len(data):
                raise ValueError("forged")
            out[name.removesuffix(".npy")] = np.load(io.BytesIO(data), allow_pickle=True)
    return out


def _forged(arrays: dict[str, np.ndarray], name: str, rng: Chance) -> bytes:
    """An archive in which one array's header states another shape or kind than what is there."""
    long = "(1" + "0" * 5000 + ",)"
    shape = _pick(rng, ("(10000000000000, 22, 3)", "(-1, 3)", "(3,)", "()", long, "(0, 999999999999999999)"))
    dtype = _pick(rng, ("<f8", "<c16", "|O", "<U4000000000", "|V8", "<M8[s]", "nonsense", "<f2"))
    head = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for other, values in arrays.items():
            plain = io.BytesIO()
            np.save(plain, values)
            said = b"\x93NUMPY\x01\x00" + len(head).to_bytes(4, "little")[:2] + head + bytes(1000)
            out.writestr(f"{other}.npy", said if other == name else plain.getvalue())
    return buffer.getvalue()
