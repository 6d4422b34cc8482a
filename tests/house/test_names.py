"""One class per name, and every exported name there is."""

from __future__ import annotations

import ast
import importlib
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "synthgen"
SOURCES = sorted(PACKAGE.rglob("*.py"))


def classes(source: str) -> list[str]:
    """Names of the classes that a file defines at its top."""
    return [n.name for n in ast.parse(source).body if isinstance(n, ast.ClassDef)]


def exported(source: str) -> list[str]:
    """What a file lists in ``__all__``."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and [getattr(t, "id", "") for t in node.targets] == ["__all__"]:
            return list(ast.literal_eval(node.value))
    return []


EXPORTING = [p for p in SOURCES if exported(p.read_text())]


def test_no_name_stands_for_two_classes():
    counts = Counter(name for path in SOURCES for name in classes(path.read_text()))
    assert {name: count for name, count in counts.items() if count > 1} == {}


@pytest.mark.parametrize("path", EXPORTING, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_exported_name_is_there(path: Path):
    module = importlib.import_module(
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    )
    names = exported(path.read_text())
    assert [n for n in names if not hasattr(module, n)] == []
    assert len(set(names)) == len(names)


def test_only_packages_hand_names_on():
    """A module's names are imported from where they are made; ``__all__`` is for the fronts of packages."""
    assert [str(p.relative_to(PACKAGE)) for p in EXPORTING if p.name != "__init__.py"] == []
