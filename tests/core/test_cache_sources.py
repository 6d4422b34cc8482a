"""What a key covers: found by a quick search of sources, which is held against their syntax trees here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from synthgen.core.cache.keys import code_digest
from synthgen.core.cache.sources import INSTALLED, SourceTree, leads, sources_of
from synthgen.core.resources import PACKAGE
from synthgen.pipeline.kept import KINDS
from synthgen.pipeline.versions import DECIDING

NAMES = re.compile(r"synthgen(\.[\w*]+)+(:\w+)?|[\w-]+(/[\w.*-]+)+\.\w+")
"""Strings that can name a module or a data file."""

READERS = {
    "importlib.import_module",
    "synthgen.core.resources.resource",
    "synthgen.core.tables.table",
    "synthgen.core.tables.tables",
}
"""Functions that take such a name first."""

FREE = {
    "core/tables.py": "hands on what its callers name",
    "core/processes/maps.py": "its callers name modules",
    "motion/parsing/native_child.py": "its callers name module:function",
}
"""Files that may hand names on to these functions."""


def text_of(node: ast.AST) -> str | None:
    """A literal's text, with stars for the holes of an f-string; None for other expressions."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def parsed(source: bytes) -> tuple[set[str], set[str]]:
    """What :func:`leads` should find, from the syntax tree."""
    imported, literals = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "a relative import, which the search does not follow"
            imported |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif (text := text_of(node)) and NAMES.fullmatch(text):
            literals.add(text.partition(":")[0])
    return imported, literals


def test_the_search_finds_what_the_syntax_trees_of_the_whole_package_hold() -> None:
    files = sorted(PACKAGE.rglob("*.py"))
    assert len(files) > 300
    for path in files:
        imported, literals = parsed(path.read_bytes())
        found = leads(path.read_bytes())
        assert imported <= set(found[0]), path
        assert literals <= set(found[1]), path


@pytest.mark.parametrize(
    "source",
    [
        b"from synthgen.a import (\n    b,  # why (at all)\n    c,\n)",
        b"from synthgen.a import b, \\\n    c",
        b"from synthgen.a import(b, c)",
        b"try: from synthgen.a import b; from synthgen.a import c\nfinally: pass",
        b"x = 1; import synthgen.a, synthgen.a.b, synthgen.a.c as c",
        b"\tfrom\tsynthgen.a\timport\tb as d,c as e # why",
    ],
)
def test_the_search_finds_imports_however_they_are_written(source: bytes) -> None:
    found = leads(source)[0]
    assert {"synthgen.a", "synthgen.a.b", "synthgen.a.c"} <= set(found)
    assert "synthgen.a.why" not in found and "synthgen.a.at" not in found


def test_the_search_finds_little_else() -> None:
    """Words of documentation that look like imports may be found too, but no more than a few."""
    more = [
        (path.name, name)
        for path in PACKAGE.rglob("*.py")
        for name in set(leads(path.read_bytes())[0]) - parsed(path.read_bytes())[0]
        if INSTALLED.module(name)
    ]
    assert len(more) < 10, more


def calls(path: Path) -> Iterator[tuple[int, str | None]]:
    """Line and literal argument of every call that reads a module or a data file by name."""
    imported = set(leads(path.read_bytes())[0])
    own = {name.rpartition(".")[2] for name in READERS & imported}
    own |= {".".join(name.split(".")[-2:]) for name in READERS if name.rpartition(".")[0] in imported}
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in own:
            yield node.lineno, text_of(node.args[0])


def test_calls_are_seen_however_the_reader_was_imported(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    for text in (
        "import importlib\nimportlib.import_module('synthgen.a')",
        "from importlib import import_module\nimport_module('synthgen.a')",
        "from synthgen.core import tables\ntables.table('synthgen.a')",
    ):
        path.write_text(text)
        assert list(calls(path)) == [(2, "synthgen.a")], text


def test_what_is_read_by_name_stands_there_as_a_literal_that_leads_somewhere() -> None:
    seen = 0
    for path in sources_of(*DECIDING).files:
        if path.suffix != ".py" or INSTALLED.name(path) in FREE:
            continue
        for line, text in calls(path):
            where = f"{INSTALLED.name(path)}:{line}"
            assert text and NAMES.fullmatch(text), where
            assert any(INSTALLED.data(text) if "/" in text else map(INSTALLED.module, INSTALLED.modules(text))), where
            seen += 1
    assert seen > 20


@pytest.fixture
def tree(tmp_path: Path) -> SourceTree:
    """A small package: ``a`` leads to everything but ``far`` and the front door."""
    files = {
        "synthgen/__init__.py": "from synthgen import far",
        "synthgen/a.py": "import numpy as np, os\nimport synthgen\nfrom synthgen import b\nX = 1\n",
        "synthgen/b.py": "def f():\n    from synthgen.room.c import (  # why\n        one as x,\n        two,\n    )\n",
        "synthgen/room/__init__.py": "from synthgen import far",
        "synthgen/room/c.py": "if TYPE_CHECKING:\n    from synthgen.room import d\n",
        "synthgen/room/d.py": "import scipy.spatial\nt = table('room/data/t.yaml')\nr = tables(\"rigs/*.yaml\")",
        "synthgen/room/e.py": "from synthgen.room import many\nimport_module(f'synthgen.room.many.{name}')\n",
        "synthgen/room/many/__init__.py": "",
        "synthgen/room/many/one.py": "",
        "synthgen/room/many/two/__init__.py": "run('synthgen.room.far:main')",
        "synthgen/room/far.py": "",
        "synthgen/far.py": "import torch",
        "synthgen/room/data/t.yaml": "t: 1",
        "rigs/x.yaml": "x: 1",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return SourceTree(tmp_path / "synthgen")


def names(tree: SourceTree, *modules: str) -> list[str]:
    return [tree.name(path) for path in sources_of(*modules, tree=tree).files]


def test_imports_are_followed_wherever_they_stand(tree: SourceTree) -> None:
    found = ["a.py", "b.py", "rigs/x.yaml", "room/__init__.py", "room/c.py", "room/d.py", "room/data/t.yaml", "far.py"]
    assert names(tree, "synthgen.a") == sorted(found), "room/__init__ is imported from, and leads to far"
    assert sources_of("synthgen.a", tree=tree).imports == ("numpy", "os", "scipy", "torch")
    (tree.package / "room" / "c.py").write_text("from synthgen.room.d import t\n")
    assert "far.py" not in names(tree, "synthgen.a"), "a package that is only passed through counts for nothing"


def test_modules_that_are_imported_by_name_are_followed(tree: SourceTree) -> None:
    many = ["room/many/__init__.py", "room/many/one.py", "room/many/two/__init__.py"]
    assert set(many) | {"room/far.py"} <= set(names(tree, "synthgen.room.e"))


def test_a_module_that_is_not_there_is_no_key(tree: SourceTree) -> None:
    with pytest.raises(LookupError, match=r"no module synthgen\.nowhere"):
        code_digest("synthgen.nowhere", tree=tree)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: (p / "a.py").write_text((p / "a.py").read_text().replace("X = 1", "X = 2")),
        lambda p: (p / "room" / "data" / "t.yaml").write_text("t: 2"),
        lambda p: (p.parent / "rigs" / "x.yaml").write_text("x: 2"),
        lambda p: (p.parent / "rigs" / "new.yaml").write_text("x: 1"),
        lambda p: (p.parent / "rigs" / "x.yaml").rename(p.parent / "rigs" / "y.yaml"),
        lambda p: (p / "room" / "c.py").unlink(),
    ],
    ids=["a constant", "a table", "a table of a pattern", "one more", "another name", "one less"],
)
def test_any_change_of_what_is_led_to_is_another_key(tree: SourceTree, change) -> None:
    before = code_digest("synthgen.a", tree=tree)
    assert code_digest("synthgen.a", tree=tree) == before
    change(tree.package)
    assert code_digest("synthgen.a", tree=tree) != before


def test_what_is_not_led_to_changes_no_key(tree: SourceTree) -> None:
    before = code_digest("synthgen.a", tree=tree)
    (tree.package / "room" / "e.py").write_text("")
    (tree.package / "room" / "data" / "other.yaml").write_text("")
    (tree.package / "__init__.py").write_text("X = 3")
    assert code_digest("synthgen.a", tree=tree) == before


def test_a_copy_elsewhere_has_the_same_keys(tree: SourceTree, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(tree.package.parent, tmp_path / "copy" / "here")
    copy = SourceTree(tmp_path / "copy" / "here" / "synthgen")
    assert code_digest("synthgen.a", tree=copy) == code_digest("synthgen.a", tree=tree)


def test_data_of_an_installed_package_is_found(tree: SourceTree) -> None:
    (tree.package / "_data").mkdir()
    (tree.package.parent / "rigs").rename(tree.package / "_data" / "rigs")
    assert "_data/rigs/x.yaml" in names(tree, "synthgen.a")


def test_every_kind_has_makers_that_are_there() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) == 8
    for kind in KINDS:
        assert sources_of(*kind.makers).files
