"""JSON and YAML gone wrong: nodes replaced, removed, doubled, wrapped; what YAML parsers stumble over."""

from __future__ import annotations

import copy
import json
from typing import Any

import yaml

from scripts.fuzzing import odd
from scripts.fuzzing.chance import Chance, pick
from scripts.fuzzing.texts import changed_text

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


def changed_json(content: bytes, rng: Chance) -> bytes:
    """The document with one node changed; what is no JSON any more is changed as text."""
    try:
        return json.dumps(changed_tree(json.loads(content), rng)).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return changed_text(content, rng)


def changed_yaml(content: bytes, rng: Chance) -> bytes:
    """The document with one node changed, or with something at its end that YAML parsers stumble over."""
    if rng.random() < 0.15:
        return content + pick(rng, _TRICKS)
    if b"&" in content or len(content) > 50_000:  # a bomb by now, which is not to go off here
        return changed_text(content, rng)
    try:
        told = changed_tree(yaml.safe_load(content), rng)
        return yaml.safe_dump(told, sort_keys=False, allow_unicode=True).encode("utf-8", "replace")
    except (yaml.YAMLError, ValueError, RecursionError, AttributeError, TypeError):
        return changed_text(content, rng)


def changed_tree(data: Any, rng: Chance) -> Any:
    """The data with one node replaced, removed, doubled or wrapped."""
    data = copy.deepcopy(data)
    places = list(_places(data))
    if not places or rng.random() < 0.03:
        return odd.value(rng)
    holder, key = pick(rng, places[:30] if rng.random() < 0.5 else places)
    kind = int(rng.integers(6))
    if kind <= 2:
        holder[key] = odd.value(rng)
    elif kind == 3:
        del holder[key]
    elif kind == 4:
        holder[key] = pick(rng, ([holder[key]], {"a": holder[key]}, [holder[key]] * 3, str(holder[key])))
    elif isinstance(holder, list):
        holder[key:key] = holder[key : key + 1] * int(pick(rng, (1, 3, 1000)))
    else:
        holder[pick(rng, (key.upper(), key + "s", odd.WORDS[int(rng.integers(len(odd.WORDS)))]))] = holder.pop(key)
    return data


def _places(data: Any) -> Any:
    keys: Any = list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        yield data, key
        yield from _places(data[key])
