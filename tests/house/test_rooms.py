"""The order of the rooms, as the contracts in ``pyproject.toml`` say it, and that they can fail."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
ROOMS = next(c for c in CONTRACTS if c["id"] == "rooms")["layers"]


def linted(folder: Path, config: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(sys.argv[1], no_cache=True))"
    command = [sys.executable, "-c", code, config]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )


def test_every_contract_holds():
    done = linted(ROOT, "pyproject.toml")
    assert done.returncode == 0, done.stdout


def test_no_contract_has_an_exception():
    assert not [c["id"] for c in CONTRACTS for key in c if "ignore" in key or key == "skip_descendants"]


def test_every_room_has_its_place():
    rooms = {name.strip() for layer in ROOMS for name in layer.split("|")}
    there = {p.stem for p in (ROOT / "synthgen").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert rooms == there - {"__init__"}


@pytest.fixture
def small_house(tmp_path: Path) -> Path:
    """A house of two rooms under the contracts of this one."""
    for room in ("lower", "upper"):
        (tmp_path / "house" / room).mkdir(parents=True)
        for name in ("__init__", "first", "second"):
            (tmp_path / "house" / room / f"{name}.py").touch()
    (tmp_path / "house" / "__init__.py").touch()
    keys = {
        "rooms": "layers =\n  upper\n  lower\ncontainers =\n  house\nexhaustive = True",
        "circles": "ancestors =\n  house\n  house.**",
    }
    types = {c["id"]: c["type"] for c in CONTRACTS}
    contracts = [f"[importlinter:contract:{n}]\nname = {n}\ntype = {types[n]}\n{k}\n" for n, k in keys.items()]
    (tmp_path / ".importlinter").write_text("[importlinter]\nroot_package = house\n\n" + "\n".join(contracts))
    return tmp_path


@pytest.mark.parametrize(
    ("imports", "broken"),
    [
        ({"upper/first": "from house.lower import first"}, ""),
        ({"lower/first": "from house.upper import first"}, "house.lower is not allowed to import house.upper"),
        (
            {"lower/first": "def f():\n    import house.upper.second"},
            "house.lower is not allowed to import house.upper",
        ),
        (
            {"lower/first": "from house.lower import second", "lower/second": "from house.lower import first"},
            "No cycles are allowed in house.lower",
        ),
    ],
)
def test_a_planted_import_is_found(small_house: Path, imports: dict[str, str], broken: str):
    for module, line in imports.items():
        (small_house / "house" / f"{module}.py").write_text(line)
    done = linted(small_house, ".importlinter")
    assert (done.returncode == 0) == (not broken), done.stdout
    assert broken in " ".join(done.stdout.split())


def test_a_room_without_a_place_is_found(small_house: Path):
    (small_house / "house" / "annexe").mkdir()
    (small_house / "house" / "annexe" / "__init__.py").touch()
    assert linted(small_house, ".importlinter").returncode == 1
