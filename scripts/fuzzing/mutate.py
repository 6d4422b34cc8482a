"""What is done to a sound input: bytes, lines and words, structures, arrays and encodings gone wrong."""

from __future__ import annotations

from collections.abc import Callable

from scripts.fuzzing.archives import changed_npz
from scripts.fuzzing.chance import Chance
from scripts.fuzzing.raw import changed_bytes, reencoded
from scripts.fuzzing.texts import changed_text
from scripts.fuzzing.trees import changed_json, changed_yaml

Change = Callable[[bytes, Chance], bytes]
_LARGEST = 2_000_000
"""Bytes of a mutated input; duplicates of duplicates would fill the disk."""
_CHANGES: dict[str, Change] = {
    "text": changed_text,
    "json": changed_json,
    "yaml": changed_yaml,
    "npz": changed_npz,
    "bytes": changed_bytes,
}
"""Form of the content → what changes it."""


def mutated(content: bytes, form: str, rng: Chance) -> bytes:
    """A content of some form (``sound.Sound.form``) after one to four changes."""
    for _ in range(min(4, int(rng.geometric(0.7)))):
        changed = _change(form, rng)(content, rng)
        if len(changed) <= _LARGEST:
            content = changed
    return content


def _change(form: str, rng: Chance) -> Change:
    """Mostly one that knows the form."""
    if rng.random() < 0.75:
        return _CHANGES[form]
    return reencoded if form != "npz" and rng.random() < 0.3 else changed_bytes
