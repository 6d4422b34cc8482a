"""What errors become: words without a traceback, and an exit code."""

from __future__ import annotations

import subprocess
import sys

import pytest

from synthgen import cli
from synthgen.core.errors import EngineError, InputError, RunError
from synthgen.core.resources import resource
from tests.cli.running import ROOT, run

HELLO = resource("scenes/hello.yaml")


@pytest.mark.parametrize(
    ("error", "code"), [(InputError("no", where="x"), 2), (EngineError("died"), 1), (RunError("3 shots"), 1)]
)
def test_errors_exit_with_their_code(monkeypatch, capsys, error, code):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("synthgen.motion.available", fail)
    assert run("clips") == code
    assert str(error) in capsys.readouterr().err


def test_debug_shows_where_and_keeps_the_code(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("SYNTHGEN_DEBUG", "1")
    assert run("scene", "check", str(tmp_path / "none.yaml")) == 2
    told = capsys.readouterr().err
    assert "Traceback" in told and "there is no such scene file" in told


def test_the_unexpected_is_one_line_unless_asked(monkeypatch, capsys):
    def fail(*_, **__):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("synthgen.motion.available", fail)
    assert run("clips") == 1
    told = capsys.readouterr().err
    assert "ZeroDivisionError: by zero" in told
    assert "--debug" in told
    monkeypatch.setenv("SYNTHGEN_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main(["clips"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["clips"], "interrupted"),
        (["render", HELLO], "interrupted; the same command goes on where this one stopped"),
        (["fit", "a"], "interrupted; the files of finished clips are whole, the same command fits them again"),
        (
            ["fit", "a", "--cache"],
            "interrupted; the files of finished clips are whole, the same command takes their fits from the cache",
        ),
    ],
)
def test_interrupted_exits_with_130_and_says_what_it_leaves(monkeypatch, capsys, arguments, told):
    def fail(*_, **__):
        raise KeyboardInterrupt

    for what in ("motion.available", "pipeline.render", "pipeline.fitting.fit_files"):
        monkeypatch.setattr(f"synthgen.{what}", fail)
    assert run(*arguments) == 130
    assert [line for line in capsys.readouterr().err.splitlines() if line] == [told]


def test_a_closed_pipe_is_no_traceback():
    command = f"'{sys.executable}' -m synthgen scene schema | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("sink", ["| true", "> /dev/full"])
def test_an_error_as_json_that_nobody_can_read_is_no_traceback(sink):
    command = f"'{sys.executable}' -m synthgen scene check missing.yaml --json {sink}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert ("the disk is full" in done.stderr) == ("full" in sink)
