"""Values that nobody expects, for any place where a number, a word or a structure stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

NUMBERS = (
    "0",
    "-0",
    "-1",
    "1",
    "1e300",
    "-1e300",
    "1e-300",
    "1e400",
    "nan",
    "NaN",
    "-nan",
    "inf",
    "-inf",
    "Infinity",
    ".inf",
    ".nan",
    "1.#IND",
    "1,5",
    "0x10",
    "1_000",
    "1e",
    "--1",
    "+",
    "",
    "9" * 30,
    "9" * 5000,
    "0." + "1" * 400,
    "1:30",
    "2147483648",
    "-2147483649",
    "4294967296",
    "65536",
    "1e9",
    "1e-9",
    "100000",
    "true",
    "null",
    "1/2",
    "½",
    "٣",
)
"""How numbers are written, or not."""

WORDS = (
    "",
    " ",
    "x",
    "None",
    "null",
    "~",
    "yes",
    "no",
    "on",
    "2024-13-45",
    "2024-01-01",
    "\ud7ff",
    "\ufeff",
    "ünïcödé",
    "日本語",
    "\u202e",
    "a\u0000b",
    "\x1b[2J",
    "../../../etc/passwd",
    "/dev/zero",
    "/dev/stdin",
    "/",
    ".",
    "..",
    "~",
    "C:\\temp",
    "x" * 300,
    "x" * 5000,
    "{",
    "}",
    "[",
    "]",
    "%s%n",
    "{0}",
    "*a",
    "&a",
    "!!int",
    "!!python/name:os",
    "---",
    "'",
    '"',
    "\\",
    "#",
    ":",
    ": :",
    "<<",
    "left_hip",
    "pelvis",
    "take.trc",
    "scene.yaml",
    "mine.yaml",
    "builtin:squat",
)
"""Words, names, paths and pieces of syntax."""


def value(rng: np.random.Generator, depth: int = 0) -> Any:
    """Anything that JSON or YAML can hold."""
    kind = int(rng.integers(14))
    if kind < 4:
        return _NUMBERS[int(rng.integers(len(_NUMBERS)))]
    if kind < 7:
        return WORDS[int(rng.integers(len(WORDS)))]
    if kind < 9:
        return (None, True, False)[int(rng.integers(3))]
    if kind == 9:
        return nested(int(rng.choice([3, 40, 200])), bool(rng.integers(2)))
    if kind == 10:
        return [0] * int(rng.choice([0, 1, 2, 3, 100, 5000]))
    if depth > 3:
        return {}
    if kind == 11:
        return [value(rng, depth + 1) for _ in range(int(rng.integers(4)))]
    return {str(WORDS[int(rng.integers(len(WORDS)))]): value(rng, depth + 1) for _ in range(int(rng.integers(4)))}


_NUMBERS: tuple[int | float, ...] = (
    0,
    1,
    -1,
    2,
    3,
    7,
    255,
    4096,
    4097,
    2**31,
    2**63,
    -(2**63),
    10**30,
    10**400,
    0.0,
    -0.0,
    0.5,
    1e-300,
    1e300,
    -1e300,
    5e-324,
    float("inf"),
    float("-inf"),
    float("nan"),
    1e9,
    1e5,
    100.5,
    1 / 3,
)


def nested(depth: int, lists: bool) -> Any:
    """A list or table inside a list or table, and so on."""
    out: Any = 0
    for _ in range(depth):
        out = [out] if lists else {"a": out}
    return out


def array(rng: np.random.Generator, like: np.ndarray) -> np.ndarray:
    """An array that is almost like another."""
    plain = like.dtype.kind in "fiu"
    changes: list[Callable[[np.ndarray], np.ndarray]] = [
        lambda a: a.astype("U"),
        lambda a: a.astype("S") if a.dtype.kind != "U" else a,
        lambda a: a.astype(object),
        lambda a: a[None],
        lambda a: a[:0],
        lambda a: a.ravel(),
        lambda a: a.T,
        lambda a: a[:1],
        lambda a: a[..., :2],
        lambda a: np.array(a.flat[0]) if a.size else a,
        lambda a: np.concatenate([a, a]) if a.ndim else a,
        lambda a: a[::-1],
        lambda a: np.zeros((0, 3)),
        lambda a: np.zeros(a.shape, [("x", float), ("y", int)]),
        lambda a: np.zeros(a.shape, "M8[s]"),
        lambda a: np.zeros(a.shape, bool),
        lambda a: np.repeat(a, 50, 0),
    ]
    if plain:
        changes += [
            lambda a: a.astype(complex),
            lambda a: a.astype(np.float16),
            lambda a: a.astype(np.longdouble),
            lambda a: a.astype(np.int8),
            lambda a: a.astype(">f8"),
            lambda a: np.asfortranarray(a),
            lambda a: a * 1e300,
            lambda a: a * 1e-300,
            lambda a: a * 0,
            lambda a: -a,
            lambda a: a * 1000,
            lambda a: a + 1e6,
            *(lambda a, v=v: _planted(rng, a, v) for v in (np.nan, np.inf, -np.inf, 1e300, -1e300, 1e10, 1e5)),
        ]
    with np.errstate(all="ignore"):
        try:
            return np.asarray(changes[int(rng.integers(len(changes)))](like))
        except (TypeError, ValueError, IndexError):
            return np.zeros(3)


def _planted(rng: np.random.Generator, values: np.ndarray, odd: float) -> np.ndarray:
    """The values with an odd one at one place, in one frame, or everywhere."""
    out = np.array(values, float)
    where = int(rng.integers(3))
    if where == 2 or not out.ndim or not out.size:
        return np.full(out.shape, odd)
    at = int(rng.integers(len(out)))
    if where == 1 or out.ndim == 1:
        out[at] = odd
    else:
        out[at].flat[int(rng.integers(out[at].size))] = odd
    return out
