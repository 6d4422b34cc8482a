"""``import synthgen``: what it offers, that it costs nothing, and that type checkers see all of it."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import synthgen

ROOT = Path(synthgen.__file__).parents[1]
FUNCTIONS = [n for n in synthgen.__all__ if inspect.isfunction(getattr(synthgen, n))]


def in_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, timeout=300)


@pytest.mark.parametrize("name", synthgen.__all__)
def test_every_name_is_there_and_explained(name):
    offered = getattr(synthgen, name)
    assert name in dir(synthgen)
    if name != "__version__":
        assert len(inspect.getdoc(offered) or "") > 20
        assert offered.__name__ == name


def test_the_front_door_has_what_it_promises():
    assert {"load_scene", "load_clip", "fit_clip", "render", "validate", "preview"} <= set(FUNCTIONS)
    assert synthgen.__all__ == sorted(synthgen.__all__)
    assert (ROOT / "synthgen" / "py.typed").exists()
    with pytest.raises(AttributeError, match="no attribute 'rendr'"):
        _ = synthgen.rendr


def test_type_checkers_are_told_the_same_homes():
    block = next(n for n in ast.parse(Path(synthgen.__file__).read_text()).body if isinstance(n, ast.If))
    told = {n.module: tuple(a.name for a in n.names) for n in block.body if isinstance(n, ast.ImportFrom)}
    assert told == synthgen._HOMES
    assert sorted([*(n for names in told.values() for n in names), "__version__"]) == synthgen.__all__


def test_importing_it_imports_nothing_else():
    code = "import sys; before = set(sys.modules); import synthgen; print(*sorted(set(sys.modules) - before))"
    new = {name.partition(".")[0] for name in in_process("-c", code).stdout.split()}
    assert new - set(sys.stdlib_module_names) == {"synthgen"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_names_its_arguments_errors_and_an_example(name):
    function = getattr(synthgen, name)
    doc = inspect.getdoc(function) or ""
    for argument in inspect.signature(function).parameters:
        assert re.search(rf"\b{argument}(, \w+)*:", doc), f"{name} does not explain {argument}"
    assert "Raises:" in doc and f"synthgen.{name}(" in doc


def test_mypy_sees_every_type(tmp_path):
    """Used rightly it is silent, no name is ``Any``, and a wrong use is found."""
    shown = "\n".join(f"reveal_type(synthgen.{n})" for n in synthgen.__all__)
    file = tmp_path / "use.py"
    file.write_text(f"""\
import synthgen
from pathlib import Path

scene: synthgen.Scene = synthgen.load_scene("a.yaml")
motion: synthgen.SpineMotion = synthgen.fit_clip(synthgen.load_clip(Path("a.bvh")), synthgen.FitOptions(sex="male"))
report: synthgen.RenderReport = synthgen.render(scene, out="out/a", images=4)
issues: list[synthgen.Issue] = synthgen.validate(report.out)
sheet: Path = synthgen.preview("out/a", image=3)
synthgen.preview("out/a", image="three")
synthgen.rendr("a.yaml")
{shown}
""")
    out = in_process("-m", "mypy", "--strict", str(file)).stdout
    errors = [line for line in out.splitlines() if ": error:" in line]
    assert len(errors) == 2, out
    assert 'incompatible type "str"; expected "int | None"' in errors[0]
    assert 'Module has no attribute "rendr"' in errors[1]
    types = re.findall(r'Revealed type is "(.*)"', out)
    assert len(types) == len(synthgen.__all__)
    assert "Any" not in types


@pytest.mark.parametrize("name", ["load_scene", "load_clip", "fit_clip"])
def test_the_examples_in_docstrings_are_true(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    (test,) = doctest.DocTestFinder(recurse=False).find(getattr(synthgen, name), name, globs={"synthgen": synthgen})
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0
