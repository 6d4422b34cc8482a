"""What the pages name exists: modules, functions, files and scripts."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PACKAGE = {p.stem for p in (ROOT / "synthgen").iterdir() if not p.name.startswith(("_", "."))}
FOLDERS = {p.name for p in ROOT.iterdir() if p.is_dir()}

DOTTED = re.compile(r"`(?:synthgen\.)?([a-z_]+(?:\.[A-Za-z_]+)+)(?:\([^`]*\))?`")
FILES = re.compile(r"`([A-Za-z_]+(?:/[A-Za-z0-9_.-]+)+/?)(?:::[A-Za-z_]+)?`")


def exists(name: str) -> bool:
    """Whether ``room.module.Thing.attribute`` can be reached inside synthgen."""
    words = name.split(".")
    for k in range(len(words), 0, -1):
        try:
            thing = importlib.import_module(".".join(["synthgen", *words[:k]]))
        except ModuleNotFoundError:
            continue
        for word in words[k:]:
            if not hasattr(thing, word) and word not in getattr(thing, "__annotations__", {}):
                return False
            thing = getattr(thing, word, None)
        return True
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_name_of_the_package_exists(page):
    """Names that begin with a room; ``clips.source`` and such, of scenes and records, begin otherwise."""
    suffixes = ("py", "yaml", "md", "json", "jsonl", "npz")
    names = {n for n in DOTTED.findall(page.read_text()) if n.split(".")[0] in PACKAGE - {"scene"}}
    assert [n for n in sorted(names) if n.split(".")[-1] not in suffixes and not exists(n)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_everything_that_examples_import_exists(page):
    imports = re.findall(r"^ *from synthgen\.?([a-z_.]*) import ([A-Za-z_, ]+)", page.read_text(), re.MULTILINE)
    names = [f"{module}.{name.strip()}".strip(".") for module, several in imports for name in several.split(",")]
    assert [n for n in names if not exists(n)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_file_of_the_project_exists(page):
    """Paths that begin with a folder of the project or a room of the package."""
    paths = {p for p in FILES.findall(page.read_text()) if p.split("/")[0] in (FOLDERS | PACKAGE) - {"out"}}
    missing = [p for p in sorted(paths) if not any((base / p).exists() for base in (ROOT, ROOT / "synthgen"))]
    assert missing == []


def test_a_name_that_does_not_exist_is_found():
    assert exists("frames.Camera") and exists("capture.frame") and exists("frames.Camera.hfov")
    assert not exists("retarget.place_sites") and not exists("frames.Camera.nothing") and not exists("nowhere.at_all")
