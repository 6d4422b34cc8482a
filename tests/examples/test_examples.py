"""Every example runs as a reader would run it, and says what it found."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import synthgen

ROOT = Path(synthgen.__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
LINES = 60


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """The folder that the examples write into."""
    return tmp_path_factory.mktemp("examples")


@pytest.fixture(scope="module")
def say(place, shared_cache):
    """Runs an example in a process of its own; what it prints."""

    def run(name: str, folder: str) -> str:
        done = subprocess.run(
            [sys.executable, str(ROOT / "examples" / f"{name}.py"), folder],
            capture_output=True,
            text=True,
            timeout=300,
            cwd=place,
            env={**os.environ, "PYTHONPATH": str(ROOT), "SYNTHGEN_CACHE": str(shared_cache)},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="module")
def hello(say) -> str:
    """What ``hello.py`` prints; its dataset is in ``hello/``."""
    return say("hello", "hello")


@pytest.mark.long
def test_hello(hello, say, place):
    assert "4 images in hello, 4 of them rendered now" in hello
    assert int(re.search(r"(\d+) visible keypoints", hello)[1]) > 40
    assert "the dataset keeps its promises" in hello
    assert (place / "hello" / "preview" / "000000000000.png").exists()
    assert "4 images in hello, 0 of them rendered now" in say("hello", "hello")


@pytest.mark.long
def test_read_labels(hello, say):
    text = say("read_labels", "hello")
    assert "4 people in 4 images, 37 keypoints each" in text
    assert text.count("pictures (2, 3, 240, 320), spine keypoints (2, 9, 3)") == 2
    assert int(re.search(r"the first covers (\d+) pixels", text)[1]) > 1000


def test_own_motion(say, place):
    text = say("own_motion", "motion")
    assert "36 frames" in text and "unit mm" in text and "up axis +y" in text
    assert "a person of 1.76 m" in text and "accepted" in text
    assert {p.name for p in (place / "motion").iterdir()} == {
        f"squat.{kind}" for kind in ("trc", "osim", "mot", "npz", "csv", "html")
    }


def test_custom_reader(say, place):
    text = say("custom_reader", "reader")
    assert "before: the motion source 'reader/bend.csv' is not known" in text
    assert "after: 138 frames of 37 points at 30 Hz" in text
    assert "unit m found" in text and "up axis +z" in text
    assert "a scene may name it too: ./bend.csv" in text


@pytest.mark.long
def test_own_scene(say, place):
    text = say("own_scene", "scene")
    assert "did you mean 'builtin:squat'?" in text and "people.max" in text
    assert "2 images in scene/dataset" in text
    assert synthgen.validate(place / "scene" / "dataset") == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda p: p.stem)
def test_every_example_is_short_explained_and_run(file):
    text = file.read_text()
    assert len(text.splitlines()) <= LINES
    doc = ast.get_docstring(ast.parse(text)) or ""
    assert len(doc.splitlines()[0]) > 40 and f"python examples/{file.name}" in doc
    assert f"test_{file.stem}" in globals(), "no test runs it"
    assert f"`{file.name}`" in (ROOT / "examples" / "README.md").read_text()
