"""Which source files decide what a module does: found by reading its imports, so that no list can fall behind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from synthgen.core.resources import PACKAGE


def imported_files(module: str) -> tuple[Path, ...]:
    """Source files of a module of this package and of every module of the package that it leads to.

    Imports inside functions and for type checkers count too: better one file too many than a stale result. A
    package's ``__init__`` counts where something is imported from it, not where it is only passed through.

    Args:
        module: such as ``synthgen.biomech.fit``.

    Returns:
        paths in the order of the modules' names.
    """
    found: dict[str, Path] = {}
    todo = [module]
    while todo:
        name = todo.pop()
        path = _path(name)
        if path is None or name in found:
            continue
        found[name] = path
        todo += _imports(path)
    return tuple(found[n] for n in sorted(found))


def _path(module: str) -> Path | None:
    """Where a module of this package lies; None for other names."""
    first, *rest = module.split(".")
    if first != PACKAGE.name:
        return None
    base = PACKAGE.joinpath(*rest)
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def _imports(path: Path) -> Iterator[str]:
    """Names that a file imports; of ``from a import b`` both ``a`` and ``a.b``, which may be a module."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
