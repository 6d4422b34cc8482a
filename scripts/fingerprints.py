"""Fingerprints of output folders: to see whether two runs gave the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

ABOUT_THE_RUN = frozenset({".lock", "run.log"})
"""Files that are about a run; all others must have the same bytes whatever happened to it."""


def fingerprint(out: Path, ignored: Collection[str] = ABOUT_THE_RUN) -> dict[str, str]:
    """Every file of a dataset but those with ignored names, hidden ones too: its path in the folder → its SHA-256."""
    files = (p for p in out.rglob("*") if p.is_file() and p.name not in ignored)
    return {p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
