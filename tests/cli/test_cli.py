"""The command line as a user meets it: words, exit codes, nothing written when the input does not fit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from synthgen import __version__, cli
from synthgen.core.errors import MESSAGE, EngineError, InputError, RunError
from synthgen.core.limits import IMAGES, SEED, WORKERS
from synthgen.core.resources import resource
from synthgen.scene import Scene

ROOT = Path(cli.__file__).parents[2]
HELLO = resource("scenes/hello.yaml")


def run(*arguments: object) -> int:
    """Runs the command line in this process; the exit code."""
    with pytest.raises(SystemExit) as caught:
        cli.main([str(a) for a in arguments])
    code = caught.value.code
    return code if isinstance(code, int) else 0


def synthgen(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs it in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "synthgen.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
        cwd=ROOT,
    )


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.yaml"
    path.write_text("name: bad\nimagse: 3\nclips: [builtin:nope]\n")
    return path


def test_help_names_every_verb(capsys):
    assert run("--help") == 0
    text = capsys.readouterr().out
    for verb in ("render", "scene", "serve", "preview", "validate", "doctor", "clips"):
        assert f"\n  {verb} " in text


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
def test_wrong_usage_leaves_with_2(arguments):
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


def test_a_good_scene(capsys):
    assert run("scene", "check", HELLO) == 0
    assert "good. 2 images" in capsys.readouterr().out
    assert run("scene", "check", HELLO, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is True
    assert answer["scene"]["name"] == "hello"
    assert len(answer["hash"]) == 16


def test_a_bad_scene(capsys, bad):
    assert run("scene", "check", bad) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{bad}:2 imagse: unknown key" in told.err
    assert "did you mean 'images'?" in told.err
    assert "Traceback" not in told.err
    assert run("scene", "check", bad, "--json") == 2
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert {p["what"] for p in answer["problems"]} == {"unknown key", "a key is missing", "there is no such clip"}


def test_schema_is_json(capsys):
    assert run("scene", "schema") == 0
    assert "people" in json.loads(capsys.readouterr().out)["properties"]


def test_clips(capsys):
    assert run("clips") == 0
    told = capsys.readouterr()
    assert "builtin:squat" in told.out.splitlines()
    assert "  .bvh  BVH: joints and orientations" in told.err.splitlines()
    assert run("clips", "--json") == 0
    assert "builtin:squat" in json.loads(capsys.readouterr().out)


def test_rendering_a_bad_scene_writes_nothing(tmp_path, bad):
    out = tmp_path / "out"
    assert run("render", bad, "--out", out) == 2
    assert not out.exists()


def test_render_hands_on_what_it_was_told(monkeypatch, capsys, tmp_path):
    pipeline = pytest.importorskip("synthgen.pipeline")
    told = {}

    report = pipeline.RenderReport(
        out=Path("o"), annotations=Path("a.json"), preview=Path("p.jpg"), images=2, rendered=1, seconds=3.0,
        render_seconds=2.0, images_per_s=0.5, stage_seconds={"fit": 1.0}, peak_rss_mb={"worker": 9.0},
        cores=2, workers=2, retries=0,
    )  # fmt: skip

    def render(scene, out, **options):
        told.update(options, scene=scene, out=out)
        return report

    monkeypatch.setattr(pipeline, "render", render)
    monkeypatch.chdir(tmp_path)
    cli.app(["render", str(HELLO), "--images", "4", "--seed", "0", "--workers", "2"], standalone_mode=False)
    assert told == {
        "scene": HELLO, "out": Path("out/hello"), "images": 4, "seed": 0, "workers": 2, "progress": True,
            "thorough": False,
    }  # fmt: skip
    text = capsys.readouterr().out
    for word in ("0.50 images/s", "fit 1.0 s", "worker 9 MB", "p.jpg", "2 cores"):
        assert word in text
    assert "warning" not in text
    report = replace(report, warnings={"walk.c3d": ("LELB is off", "b", "c", "d")})
    cli.app(["render", str(HELLO)], standalone_mode=False)
    assert "warning  clip walk.c3d: LELB is off; b; and 2 more: see 'synthgen fit'" in capsys.readouterr().out
    cli.app(["render", str(HELLO), "--json"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["images"] == 2


@pytest.mark.parametrize(
    ("error", "code"), [(InputError("no", where="x"), 2), (EngineError("died"), 1), (RunError("3 shots"), 1)]
)
def test_errors_leave_with_their_code(monkeypatch, capsys, error, code):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("synthgen.motion.available", fail)
    assert run("clips") == code
    assert str(error) in capsys.readouterr().err


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
        (["fit", "a", "--cache"],
         "interrupted; the files of finished clips are whole, the same command takes their fits from the cache"),
    ],
)  # fmt: skip
def test_interrupted_is_130_and_tells_what_it_leaves(monkeypatch, capsys, arguments, told):
    def fail(*_, **__):
        raise KeyboardInterrupt

    for what in ("motion.available", "pipeline.render", "pipeline.fitting.fit_files"):
        monkeypatch.setattr(f"synthgen.{what}", fail)
    assert run(*arguments) == 130
    assert [line for line in capsys.readouterr().err.splitlines() if line] == [told]


def test_a_closed_pipe_is_no_traceback():
    command = f"'{sys.executable}' -m synthgen.cli scene schema | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_no_dataset(tmp_path):
    pytest.importorskip("synthgen.dataset.checks.validate")
    assert run("validate", tmp_path) == 2
    assert run("preview", tmp_path) == 2


def test_as_a_process():
    assert synthgen("--version").stdout == f"synthgen {__version__}\n"
    missing = synthgen("scene", "check", "no.yaml")
    assert missing.returncode == 2
    assert missing.stderr.startswith("error: no.yaml: there is no such scene file")
