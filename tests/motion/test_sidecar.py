"""What is said beside a motion and cannot be meant."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from synthgen.core.errors import MESSAGE, InputError
from synthgen.motion.readers import trc
from synthgen.motion.sidecar import sidecar

KEYS = trc.READER.keys

ALIASES = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 20))


def said(folder: Path, text: str, name: str = "take.trc") -> Path:
    (folder / f"{name}.yaml").write_text(text)
    return folder / name


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("unit: mm\nup: 2024-01-01x: y\n", 2, "not YAML"),
        ("a0: &a0 [x]\n" + ALIASES, 0, "values"),
        ("unit: &a [*a]\n", 1, "stands inside itself"),
        ("unit: " + 5000 * "[", 1, "nested too deeply"),
        ("unit: " + 5000 * "9", 1, "at most 400 digits"),
        ("unit: .nan\n", 1, "unit (name or metres)"),
        ("unit: .inf\n", 1, "unit (name or metres)"),
        ("unit: 1.0e+300\n", 1, "unit (name or metres)"),
        ("unit: yes\n", 1, "unit (name or metres)"),
        ("unit: ''\n", 1, "unit (name or metres)"),
        ("unit:\n", 1, "unit (name or metres)"),
        ("up: [+z]\n", 1, "up (such as +y)"),
        ("unit: mm\nupp: +z\n", 2, "did you mean up?"),
        ("unit: mm\nunit: m\n", 2, "this key is there twice"),
        ("markers: !!python/name:os.system\n", 1, "tags have no meaning"),
        ("- unit\n", 1, "keys and values"),
        ("", 1, "an empty file"),
        ("unit: a\0b\n", 1, "no control characters"),
    ],
)
def test_each_fault_is_named_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    began = time.process_time()
    with pytest.raises(InputError) as caught:
        sidecar(said(tmp_path, text), KEYS)
    assert time.process_time() - began < 1.0
    told = str(caught.value)
    assert words in told and "take.trc.yaml" in told and len(told.encode()) <= MESSAGE
    assert not line or f"take.trc.yaml:{line}" in told


def test_a_date_is_a_word(tmp_path: Path) -> None:
    assert sidecar(said(tmp_path, "markers: 2024-01-01\n"), KEYS) == {"markers": "2024-01-01"}


def test_following_the_remedy_mends_the_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        sidecar(said(tmp_path, "unit: [mm]\n"), KEYS)
    remedy = (caught.value.remedy or "").partition("'")[2].rstrip("'")
    assert sidecar(said(tmp_path, remedy), KEYS) == {"unit": "mm"}


@pytest.mark.parametrize("key", ["markers: /dev/zero", "markers: ../folder", "markers: no.yaml"])
def test_a_marker_set_that_is_no_file_is_refused_at_once(tmp_path: Path, key: str) -> None:
    from synthgen.motion.marker_sets import marker_set

    (tmp_path / "folder").mkdir()
    (tmp_path / "in").mkdir()
    given = sidecar(said(tmp_path / "in", key), KEYS)["markers"]
    with pytest.raises(InputError, match=r"cannot be read[\s\S]*remedy|no such marker set[\s\S]*remedy"):
        marker_set(given, tmp_path / "in", [], "take.trc")
