"""The key of a result: the code, data files and libraries that its makers lead to, and its inputs."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from synthgen.core import digests
from synthgen.core.cache.libraries import installed
from synthgen.core.cache.sources import INSTALLED, SourceTree, sources_of

CODE_DIGITS = 12
"""Hex digits of a key that stand for code, data files and libraries."""


def code_digest(*makers: str, tree: SourceTree = INSTALLED) -> str:
    """64 hex digits over the sources, data files and library versions that modules lead to.

    Args:
        makers: modules such as ``synthgen.biomech.fit``.
        tree: where the package lies.

    Raises:
        LookupError: there is no such module.
    """
    sources = sources_of(*makers, tree=tree)
    state = hashlib.sha256()
    for path in sources.files:
        state.update(f"{tree.name(path)}\0".encode() + (_installed if tree is INSTALLED else _content)(path))
    state.update(str(installed(sources.imports)).encode())
    return state.hexdigest()


def _content(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


@lru_cache(maxsize=4096)
def _installed(path: Path) -> bytes:
    """Digest of a file of the package that runs, which is read once per process."""
    return _content(path)


@lru_cache(maxsize=64)
def code_key(*makers: str) -> str:
    """The part of a key that stands for the code that runs; the sources are read once per process."""
    return code_digest(*makers)[:CODE_DIGITS]


def key(makers: tuple[str, ...], *inputs: Any) -> str:
    """The key of what modules make of inputs: ``<code>-<inputs>``.

    Args:
        makers: modules whose code makes the thing.
        inputs: JSON-able values and arrays.
    """
    return f"{code_key(*makers)}-{digests.digest(*inputs)}"
