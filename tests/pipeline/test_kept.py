"""Keys cover all that decides a thing, and a foreign entry under a right name is not used."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthgen.core.cache import Cache
from synthgen.core.cache.keys import code_digest
from synthgen.core.cache.sources import DATA_FOLDERS, INSTALLED, SourceTree, sources_of
from synthgen.core.resources import PACKAGE
from synthgen.pipeline.kept import KINDS
from synthgen.pipeline.versions import DECIDING
from tests.pipeline.things import PAIRS
from tests.pipeline.watching import watched

MAKERS = {kind.name: kind.makers for kind in KINDS} | {"runs": DECIDING}
COVERED = {name: {INSTALLED.name(path) for path in sources_of(*makers).files} for name, makers in MAKERS.items()}
FILES = sorted(set().union(*COVERED.values()))


_KEEPERS = (
    "biomech/cache.py",
    "pipeline/clips.py",
    "characters/sites/kept.py",
)
WRAPPERS = {PACKAGE / name for name in _KEEPERS}
WRAPPERS |= {PACKAGE / "core" / "digests.py", *(PACKAGE / "core" / "cache").glob("*.py")}
"""Modules that keep things, or make their keys, and make no things."""


def file_of(tree: SourceTree, name: str) -> Path:
    """The file of a name within a tree."""
    return next(p for p in (tree.package / name, tree.package.parent / name) if p.exists())


def same(a: Any, b: Any) -> bool:
    """Whether two results hold the same, bit by bit."""
    if is_dataclass(a):
        return type(a) is type(b) and all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


@pytest.mark.parametrize("kind", PAIRS)
def test_two_swapped_files_change_no_result(kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache, pair = Cache(tmp_path), PAIRS[kind]()
    made = [pair.get(cache, i) for i in (0, 1)]
    first, second = (entry.path for entry in pair.entries(cache))
    assert first.is_file() and second.is_file()
    kept = [pair.get(cache, i) for i in (0, 1)]
    assert all(map(same, kept, made)) and not same(*kept)
    assert not caplog.records
    first.rename(tmp_path / "x")
    second.rename(first)
    (tmp_path / "x").rename(second)
    assert all(same(pair.get(cache, i), kept[i]) for i in (0, 1))
    words = [r.getMessage() for r in caplog.records]
    assert len(words) == 2
    assert all("is of other inputs" in text and "\n" not in text for text in words)
    assert all(same(pair.get(cache, i), kept[i]) for i in (0, 1))
    assert len(caplog.records) == 2, "the right ones stand there again"


@pytest.mark.parametrize("kind", PAIRS)
def test_all_code_that_runs_and_all_data_that_is_read_are_in_the_key(kind: str, tmp_path: Path) -> None:
    """Watched at work: a thing is made from nothing while every function and every opened file is noted."""
    cache, pair = Cache(tmp_path), PAIRS[kind]()
    pair.entries(cache)  # keys read all sources
    with watched() as seen:
        pair.get(cache, 0)
    covered = {file_of(INSTALLED, name) for name in COVERED[kind]}
    assert len(seen.ran - WRAPPERS) > 3
    assert seen.ran - WRAPPERS <= covered
    assert seen.read <= covered
    assert seen.read, "tables are read anew for this test"


@pytest.mark.parametrize("kind", MAKERS)
def test_the_makers_can_be_imported_where_only_the_files_of_the_key_lie(kind: str, tmp_path: Path) -> None:
    """So modules of which only constants are used are in it too."""
    for name in COVERED[kind]:
        target = tmp_path / file_of(INSTALLED, name).relative_to(PACKAGE.parent)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file_of(INSTALLED, name), target)
    (tmp_path / "synthgen" / "__init__.py").touch()
    code = f"import importlib\nfor name in {MAKERS[kind]!r}:\n    print(importlib.import_module(name).__file__)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert all(Path(line).is_relative_to(tmp_path) for line in done.stdout.split())


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> SourceTree:
    """A copy of all sources and data files, which tests may change."""
    root = tmp_path_factory.mktemp("tree")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, root / "synthgen", ignore=ignored)
    for name in DATA_FOLDERS:
        shutil.copytree(PACKAGE.parent / name, root / name, ignore=ignored)
    return SourceTree(root / "synthgen")


@pytest.fixture(scope="module")
def before(copy: SourceTree) -> dict[str, str]:
    return digests(copy)


def digests(tree: SourceTree) -> dict[str, str]:
    return {name: code_digest(*makers, tree=tree) for name, makers in MAKERS.items()}


def changed_by(copy: SourceTree, before: dict[str, str], name: str, pick: int) -> set[str]:
    """Kinds whose keys change with one number of one file, or with a word at its end where it holds none."""
    path = file_of(copy, name)
    # Latin 1 takes the bytes of data files as they are; in source files it garbles words, and puts them back.
    text = path.read_bytes().decode("latin-1")
    numbers = list(re.finditer(r"(?<![\w.])\d+(?:\.\d+)?", text))
    if numbers:
        number = numbers[pick % len(numbers)]
        changed = f"{text[: number.start()]}{number[0]}1{text[number.end() :]}"
    else:
        changed = f"{text}\n# changed\n"
    try:
        path.write_bytes(changed.encode("latin-1"))
        return {kind for kind, digest in digests(copy).items() if digest != before[kind]}
    finally:
        path.write_bytes(text.encode("latin-1"))


def test_a_copy_has_the_same_keys(copy: SourceTree, before: dict[str, str]) -> None:
    assert before == {name: code_digest(*makers) for name, makers in MAKERS.items()}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(FILES), pick=st.integers(0, 10_000))
def test_a_change_of_any_file_changes_the_keys_that_depend_on_it(
    copy: SourceTree, before: dict[str, str], name: str, pick: int
) -> None:
    assert changed_by(copy, before, name, pick) == {kind for kind, files in COVERED.items() if name in files}


@pytest.mark.long
@pytest.mark.parametrize("name", FILES)
def test_every_file_changes_the_keys_that_depend_on_it(copy: SourceTree, before: dict[str, str], name: str) -> None:
    assert changed_by(copy, before, name, 0) == {kind for kind, files in COVERED.items() if name in files}


PEOPLE = {"bodies", "sites", "characters", "runs"}


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("core/skeleton.py", '"trunk"', '"torso"', PEOPLE | {"fits", "clips"}),
        ("characters/rigs.py", "REGIONS.index(region)", "0 * REGIONS.index(region)", PEOPLE),
        ("rigs/anny.yaml", "trunk", "neck", PEOPLE),
        ("characters/data/hair.yaml", "short", "brief", {"characters", "runs"}),
        ("opensim_models/body.yaml", "0.", "1.", {"fits", "sites", "clips", "runs"}),
        ("world/clipinfo.py", "_SKIN_POINTS = 1500", "_SKIN_POINTS = 1000", {"runs"}),
        ("capture/visibility.py", "import", " import", {"runs"}),
        ("motion/readers/trc/recording.py", "import", " import", {"clips", "runs"}),
        ("biomech/page/page.py", "import", " import", set()),
        ("cli/cache.py", "import", " import", set()),
        ("core/cache/pruning.py", "import", " import", set()),
        ("dataset/report/page.py", "import", " import", set()),
    ],
)
def test_known_dependences(
    copy: SourceTree, before: dict[str, str], file: str, old: str, new: str, changed: set[str]
) -> None:
    """Known by hand: what once left old bodies in use, and what decides nothing."""
    path = file_of(copy, file)
    text = path.read_text(encoding="utf-8")
    assert old in text
    try:
        path.write_text(text.replace(old, new), encoding="utf-8")
        assert {kind for kind, digest in digests(copy).items() if digest != before[kind]} == changed
    finally:
        path.write_text(text, encoding="utf-8")
