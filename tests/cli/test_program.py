"""The program as a whole: its help, its version, and the bounds of what may stand in a command line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from synthgen.core.errors import MESSAGE
from synthgen.core.limits import IMAGES, SEED, WORKERS
from synthgen.core.resources import resource
from synthgen.core.version import __version__
from synthgen.scene import Scene
from tests.cli.running import ROOT, run, run_process

HELLO = resource("scenes/hello.yaml")


def test_help_names_every_verb(capsys):
    assert run("--help") == 0
    text = capsys.readouterr().out
    for verb in ("render", "scene", "serve", "preview", "validate", "doctor", "clips", "cache"):
        assert f"\n  {verb} " in text


@pytest.mark.parametrize("group", [[], ["scene"], ["cache"]])
def test_the_list_of_verbs_cuts_no_sentence(capsys, monkeypatch, group):
    monkeypatch.setenv("COLUMNS", "80")
    assert run(*group, "--help") == 0
    assert "..." not in capsys.readouterr().out.partition("Commands:")[2]


@pytest.mark.parametrize("verb", ["render", "scene check", "serve", "preview", "validate", "doctor", "clips"])
def test_every_verb_has_an_example(capsys, verb):
    assert run(*verb.split(), "--help") == 0
    assert f"Example: synthgen {verb}" in capsys.readouterr().out


def test_help_imports_nothing_heavy():
    """What makes the answer quick: no numerics, no renderer, not even pydantic."""
    code = (
        "import sys\nfrom synthgen import cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'scipy', 'pydantic', 'torch', 'opensim', 'pygfx', 'wgpu', 'rich', 'yaml', 'unrealcv'}\n"
        "sys.stderr.write(','.join(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0
    assert done.stderr == ""


def test_version(capsys):
    assert run("--version") == 0
    assert capsys.readouterr().out == f"synthgen {__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["nope"], ["render"], ["render", "a.yaml", "--images", "0"], ["serve", "--port", "x"]]
)
def test_wrong_usage_exits_with_2(arguments):
    assert run(*arguments) == 2


@pytest.mark.parametrize(
    ("option", "value", "bound"),
    [
        ("--seed", 10**30, SEED),
        ("--seed", "9" * 900, SEED),
        ("--seed", "9" * 5000, "at most 1000 characters"),
        ("--images", 100_000_000, IMAGES),
        ("--workers", 10_000, WORKERS),
    ],
)
def test_options_have_the_limits_of_the_scene(capsys, tmp_path, option, value, bound):
    out = tmp_path / "out"
    assert run("render", HELLO, "--out", out, option, value) == 2
    told = capsys.readouterr().err
    assert str(bound) in told and len(told.encode()) <= MESSAGE
    assert not out.exists()
    fields = {"--seed": "seed", "--images": "images"}
    if isinstance(bound, int) and option in fields:
        assert any(getattr(m, "le", None) == bound for m in Scene.model_fields[fields[option]].metadata)


def test_a_word_that_fills_the_screen_does_not(capsys):
    assert run(50_000 * "x") == 2
    assert len(capsys.readouterr().err) <= MESSAGE


def test_as_a_process():
    assert run_process("--version").stdout == f"synthgen {__version__}\n"
    missing = run_process("scene", "check", "no.yaml")
    assert missing.returncode == 2
    assert missing.stderr.startswith("error: no.yaml: there is no such scene file")
