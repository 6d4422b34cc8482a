"""What the pages name exists: modules, functions, files, headings, verbs, options; and their cheap examples run."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
import yaml

import synthgen
from synthgen.cli import main
from tests.house.commands import shell_lines, wrong_commands
from tests.house.pages import PAGES, ROOT, blocks, exists, wrong_links, wrong_names, wrong_paths, wrong_python

CHECKS = (wrong_names, wrong_paths, wrong_links, wrong_commands, wrong_python)

CHEAP = ("clips", "scene check", "scene schema", "cache")
"""Verbs whose lines are run as the pages have them; ``--help`` is always cheap."""


def faults(page: Path, text: str) -> list[str]:
    """Everything that a page says otherwise than the code."""
    return [fault for check in CHECKS for fault in check(page, text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_page_is_true(page: Path) -> None:
    assert faults(page, page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("`synthgen.nowhere.at_all`", "no name nowhere.at_all"),
        ("`retarget.place_sites()`", "no name retarget.place_sites"),
        ("`synthgen.core.frames.Camera.nothing`", "no name core.frames.Camera.nothing"),
        ("`synthgen/assets/body.py`", "no path synthgen/assets/body.py"),
        ("`core/nothing.py`", "no path core/nothing.py"),
        ("```bash\nsynthgen render scenes/no_such.yaml --out out/x\n```", "no path scenes/no_such.yaml"),
        ("[there](nothing.md)", "no file for the link nothing.md"),
        ("[there](#no-such-heading)", "no heading for the link #no-such-heading"),
        ("[there](labels.md#no-such-heading)", "no heading for the link labels.md#no-such-heading"),
        ("![picture](images/none.png)", "no file for the link images/none.png"),
        ("`synthgen rendr scenes/gym.yaml`", "no verb rendr in: synthgen rendr scenes/gym.yaml"),
        ("```bash\nsynthgen scene chek x.yaml\n```", "no verb chek in: synthgen scene chek x.yaml"),
        ("`synthgen fit CLIP … --cutof 6`", "no option --cutof in: synthgen fit CLIP --cutof 6"),
        ("`render --thoroughly`", "no option --thoroughly in: synthgen render --thoroughly"),
        ("the option `--no-such-thing`", "no option --no-such-thing"),
        ("`python scripts/none.py`", "no script in: scripts/none.py"),
        ("`python scripts/draw_house.py --chek`", "no option --chek in: scripts/draw_house.py --chek"),
        ("```python\nfrom synthgen.motion import lode\n```", "no lode in synthgen.motion"),
        ("```python\nimport synthgen.assets\n```", "no module synthgen.assets"),
        ("```python\nimport synthgen\n\nsynthgen.load_nothing()\n```", "no synthgen.load_nothing"),
        ("```python\ndef f(:\n```", "no Python: invalid syntax: def f(:\n"),
    ],
)
def test_a_planted_fault_is_found(planted: str, found: str) -> None:
    """Each fault in a page that is sound otherwise, and nothing beside it."""
    page = ROOT / "docs" / "architecture.md"
    text = page.read_text(encoding="utf-8")
    new = [f for f in faults(page, f"{text}\n\n{planted}\n") if f not in faults(page, text)]
    assert found in new
    assert all(f == found or f.startswith("no path scripts/none.py") for f in new)


def test_names_that_exist_are_found() -> None:
    assert exists("core.frames.Camera") and exists("capture.frame") and exists("core.frames.Camera.hfov")


def cheap_lines() -> list[list[str]]:
    """The lines of all pages that take seconds at most."""
    lines = [
        words[1:] for page in PAGES for words in shell_lines(page.read_text(encoding="utf-8")) if words[0] == "synthgen"
    ]
    kept = [
        words
        for words in lines
        if " ".join(words).startswith(CHEAP) and words != ["scene", "check"] and not any(w.isupper() for w in words)
    ]
    return [list(line) for line in dict.fromkeys(tuple(w) for w in kept)]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the shipped scenes, and with the files that the pages show, under their names."""
    (tmp_path / "scenes").symlink_to(ROOT / "scenes")
    for page in PAGES:
        for text in blocks(page.read_text(encoding="utf-8"), "yaml"):
            if name := re.match(r"# *([a-z_]+\.yaml)", text):
                (tmp_path / name[1]).write_text(text, encoding="utf-8")
            for own in re.findall(r"- \./(\w+\.(?:bvh|c3d|trc|npz))", text):  # the reader's own motion
                (tmp_path / own).touch()
    monkeypatch.setenv("SYNTHGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("words", cheap_lines(), ids=" ".join)
def test_cheap_examples_run(words: list[str], checkout: Path, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words)
        raise SystemExit(0)
    assert stop.value.code in (0, None), capsys.readouterr().err


def test_the_python_page_lists_all_that_import_synthgen_offers() -> None:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(\w+)", text, re.MULTILINE)) | {"SynthgenError"}
    assert listed == set(synthgen.__all__) - {"__version__"}
    for name, words in re.findall(r"^\| `(\w+)\(([^`]*)\)`", text, re.MULTILINE):
        parameters = [w.split("=")[0].strip() for w in words.split(",") if w.strip() != "*"]
        assert parameters == list(inspect.signature(getattr(synthgen, name)).parameters), name


def test_yaml_of_the_pages_is_yaml() -> None:
    for page in PAGES:
        for text in blocks(page.read_text(encoding="utf-8"), "yaml"):
            assert yaml.safe_load(text), (page.name, text)
