"""Which files decide what a module does: found by reading its source, so that no list can fall behind.

Found are the modules of the package that it imports, also inside functions, and what it names by a string literal:

- a data file, by its path below the package or the data folders (``characters/data/hair.yaml``, ``rigs/*.yaml``);
- a module that is imported by name (``synthgen.motion.exercises.{name}``, ``synthgen.core.frames:invert``).

A hole of an f-string counts as a star: what might be read counts as read. Better one file too many than a stale result.
Sources are searched with regular expressions, which takes a fiftieth of the time of parsing them; a test holds what
they find against the syntax trees of the whole package.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from synthgen.core.resources import PACKAGE

NAME = "synthgen"
DATA_FOLDERS = ("opensim_models", "rigs")
"""Data folders that stand beside the package in a checkout and below ``_data`` in an installed one."""

_IMPORT = re.compile(
    rb"(?:^|[;:])[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import(?:[ \t]*(\((?:[^)#]|#[^\n]*)*\))|[ \t]+((?:[^\n#(;\\]|\\\n)+))"
    rb"|import[ \t]+((?:[^\n#;\\]|\\\n)+))",
    re.MULTILINE,
)
_HOLE = rb"""\{[^{}"'\n]*\}"""
_LITERAL = re.compile(
    rb"""(["'])(%(name)s(?:\.(?:[\w*]|%(hole)s)+)+(?::\w+)?|[\w-]+(?:/(?:[\w.*-]|%(hole)s)+)+\.\w+)\1"""
    % {b"name": NAME.encode(), b"hole": _HOLE}
)
_COMMENT = re.compile(rb"#[^\n]*")
_WORD = re.compile(rb"([\w.]+)(?:\s+as\s+\w+)?")


@dataclass(frozen=True)
class SourceTree:
    """Where the sources and data files of the package lie."""

    package: Path

    def module(self, name: str) -> Path | None:
        """The file of a module of the package; None for other names.

        The package's own ``__init__`` is a front door for users, which no room goes through: it counts for none.
        """
        first, *rest = name.split(".")
        if first != NAME or not rest:
            return None
        base = self.package.joinpath(*rest)
        return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)

    def modules(self, pattern: str) -> Iterator[str]:
        """Names of the modules that a dotted pattern means, such as ``synthgen.motion.exercises.*``."""
        if "*" not in pattern:
            yield pattern
            return
        path = "/".join(pattern.split(".")[1:])
        for file in (*self.package.glob(f"{path}.py"), *self.package.glob(f"{path}/__init__.py")):
            parts = file.relative_to(self.package).with_suffix("").parts
            yield ".".join((NAME, *(p for p in parts if p != "__init__")))

    def data(self, pattern: str) -> Iterator[Path]:
        """Files below the package or the data folders that a path means, such as ``rigs/*.yaml``."""
        bases = [self.package]
        if pattern.split("/")[0] in DATA_FOLDERS:
            bases += [self.package / "_data", self.package.parent]
        for base in bases:
            found = base.glob(pattern) if "*" in pattern else [base / pattern]
            yield from (p for p in found if p.is_file())

    def name(self, path: Path) -> str:
        """A file's path within the tree, the same wherever that stands."""
        inside = path.is_relative_to(self.package)
        return path.relative_to(self.package if inside else self.package.parent).as_posix()


INSTALLED = SourceTree(PACKAGE)
"""The package that runs."""


@dataclass(frozen=True)
class Sources:
    """What a module's results are decided by.

    Attributes:
        files: source and data files, in the order of their names within the tree.
        imports: top-level names of the libraries that the sources import, in order.
    """

    files: tuple[Path, ...]
    imports: tuple[str, ...]


def sources_of(*modules: str, tree: SourceTree = INSTALLED) -> Sources:
    """Everything that modules of the package lead to, themselves included.

    A package's ``__init__`` counts where something is imported from it, not where it is only passed through.

    Args:
        modules: such as ``synthgen.biomech.fit``.
        tree: where they are looked for.

    Raises:
        LookupError: there is no such module.
    """
    for module in modules:
        if tree.module(module) is None:
            raise LookupError(f"there is no module {module} in {tree.package}")
    seen: set[str] = set()
    files: set[Path] = set()
    foreign: set[str] = set()
    todo = list(modules)
    found = _installed if tree is INSTALLED else partial(_found, tree=tree)
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        path, led, data = found(name)
        if path is None:
            foreign.add(name.split(".")[0])
        elif path not in files:
            files.update((path, *data))
            todo += led
    return Sources(tuple(sorted(files, key=tree.name)), tuple(sorted(foreign - {NAME})))


def _found(name: str, tree: SourceTree) -> tuple[Path | None, tuple[str, ...], tuple[Path, ...]]:
    """A module's file, the names that it leads to and the data files that it names; no file for other names."""
    path = tree.module(name)
    if path is None:
        return None, (), ()
    imported, literals = leads(path.read_bytes())
    by_name = [m for text in literals if "/" not in text for m in tree.modules(text)]
    return path, (*imported, *by_name), tuple(_data(literals, tree))


@lru_cache(maxsize=4096)
def _installed(name: str) -> tuple[Path | None, tuple[str, ...], tuple[Path, ...]]:
    """As :func:`_found` in the package that runs, whose sources are read once per process."""
    return _found(name, INSTALLED)


def _data(literals: Iterable[str], tree: SourceTree) -> Iterator[Path]:
    """Data files that literals name; sources among them are modules' business."""
    for text in literals:
        if "/" in text and not text.endswith(".py"):
            yield from tree.data(text)


@lru_cache(maxsize=2048)
def leads(source: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a source leads to.

    Returns:
        names that it imports, of ``from a import b`` both ``a`` and ``a.b``, which may be a module; and literals that
        may name modules or data files, with stars for holes.
    """
    imported = []
    for origin, many, few, plain in _IMPORT.findall(source):
        found = [n.decode() for n in _WORD.findall(_COMMENT.sub(b"", many or few or plain))]
        if origin:
            found = [origin.decode(), *(f"{origin.decode()}.{n}" for n in found)]
        imported += found
    literals = {re.sub(_HOLE, b"*", text).decode().partition(":")[0] for _, text in _LITERAL.findall(source)}
    return tuple(dict.fromkeys(imported)), tuple(sorted(literals))
