import ast
import copy
import json
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import synthgen
from synthgen.core import resources
from synthgen.core.errors import InputError
from synthgen.core.resources import resource
from synthgen.core.tables import Tables, table, tables

ROOT = Path(synthgen.__file__).parent
READERS = {"table", "tables"}


def _calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call of a reader of tables: where it stands, which reader, and the call."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_bytes())
        imported = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "synthgen.core.tables"
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in imported & READERS:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.func.id, node


def test_tables_are_named_by_literals_and_are_there() -> None:
    calls = list(_calls())
    assert len(calls) > 15
    for where, reader, call in calls:
        assert len(call.args) == 1 and isinstance(call.args[0], ast.Constant), f"{where}: not a literal path"
        path = call.args[0].value
        assert table(path) if reader == "table" else tables(path), where


def test_nothing_else_reads_the_package_s_yaml() -> None:
    """Anny's own part map is no table of this package."""
    loads = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Attribute) and node.attr in ("safe_load", "load") and ast.unparse(node.value) == "yaml"
    }
    assert loads == {"core/tables.py", "characters/masks.py"}


@pytest.mark.parametrize("path", ["rigs/anny.yaml", "characters/data/garments.yaml", "opensim_models/body.yaml"])
def test_a_table_holds_what_its_file_says(path: str) -> None:
    assert table(path) == yaml.safe_load(resource(path).read_text(encoding="utf-8"))
    assert table(path) is table(path)
    assert json.loads(json.dumps(table(path))) == json.loads(json.dumps(copy.deepcopy(table(path))))


def test_a_table_cannot_be_changed_but_its_copy_can() -> None:
    data = table("rigs/anny.yaml")
    before = json.dumps(data)
    spine = data["roles"]["spine"]
    for change in (
        lambda: data.update(name="x"),
        lambda: data["roles"].pop("spine"),
        lambda: data.__setitem__("name", "x"),
        lambda: data.setdefault("new", 1),
        lambda: spine.append("x"),
        lambda: spine.__setitem__(0, "x"),
        lambda: spine.sort(),
    ):
        with pytest.raises(TypeError, match="read-only"):
            change()
    for free in (copy.deepcopy(data), pickle.loads(pickle.dumps(data))):
        assert free == data and type(free["roles"]["spine"]) is list
        free["roles"]["spine"].append("x")
        free["name"] = "x"
        yaml.safe_dump(free)
    assert json.dumps(data) == before


def test_tables_of_a_folder_are_read_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("{broken")
    (tmp_path / "a.yaml").write_text("x: [1, 2]")
    (tmp_path / "a.txt").write_text("")
    found = Tables(tmp_path, "*.yaml")
    assert list(found) == ["a", "b"] and len(found) == 2 and "c" not in found
    assert found["a"] == {"x": [1, 2]} and found.path("b") == tmp_path / "b.yaml"
    with pytest.raises(InputError, match="shipped table cannot be read") as caught:
        found["b"]
    assert caught.value.where == str(tmp_path / "b.yaml") and "install" in str(caught.value.remedy)


@pytest.mark.parametrize("content", [b"- a list", b"", b"\xff\xfe", b"a: [1"])
def test_a_broken_table_is_one_clear_error(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "_BASES", (tmp_path,))
    (tmp_path / "mine.yaml").write_bytes(content)
    with pytest.raises(InputError) as caught:
        table("mine.yaml")
    assert caught.value.what == "the shipped table cannot be read" and caught.value.expected == "a YAML mapping"


def test_a_missing_table_is_one_clear_error() -> None:
    with pytest.raises(InputError, match=r"'rigs/nobody.yaml' is missing"):
        table("rigs/nobody.yaml")
