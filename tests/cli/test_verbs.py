"""Each verb as a user meets it: its words, and nothing written when the input does not fit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from synthgen.cli.app import app
from synthgen.core.resources import resource
from synthgen.pipeline import RenderReport
from synthgen.scene import load_scene
from tests.cli.running import run

HELLO = resource("scenes/hello.yaml")


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.yaml"
    path.write_text("name: bad\nimagse: 3\nclips: [builtin:nope]\n")
    return path


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
    told = {}

    report = RenderReport(
        out=Path("o"),
        annotations=Path("a.json"),
        preview=Path("p.jpg"),
        images=2,
        rendered=1,
        seconds=3.0,
        render_seconds=2.0,
        images_per_s=0.5,
        stage_seconds={"fit": 1.0},
        peak_rss_mb={"worker": 9.0},
        cores=2,
        workers=2,
        retries=0,
    )

    def render(scene, out, **options):
        told.update(options, scene=scene, out=out)
        return report

    monkeypatch.setattr("synthgen.pipeline.render", render)
    monkeypatch.chdir(tmp_path)
    app(["render", str(HELLO), "--images", "4", "--seed", "0", "--workers", "2"], standalone_mode=False)
    assert told == {
        "scene": load_scene(HELLO),
        "out": Path("out/hello"),
        "images": 4,
        "seed": 0,
        "workers": 2,
        "progress": True,
        "cache_dir": None,
        "thorough": False,
    }
    text = capsys.readouterr().out
    for word in ("0.50 images/s", "fit 1.0 s", "worker 9 MB", "p.jpg", "2 cores"):
        assert word in text
    assert "warning" not in text
    report = replace(report, warnings={"walk.c3d": ("LELB is off", "b", "c", "d")})
    app(["render", str(HELLO)], standalone_mode=False)
    assert "warning  clip walk.c3d: LELB is off; b; and 2 more: see 'synthgen fit'" in capsys.readouterr().out
    app(["render", str(HELLO), "--json"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["images"] == 2


def test_a_folder_that_is_no_dataset(tmp_path):
    assert run("validate", tmp_path) == 2
    assert run("preview", tmp_path) == 2


@pytest.mark.parametrize(
    "arguments", [("--image", "3"), ("--out", "sheet.jpg"), ("--out", "."), ("--out", "/proc/sheet.png")]
)
def test_a_preview_of_a_scene_that_does_not_fit(capsys, arguments):
    assert run("preview", HELLO, *arguments) == 2
    assert "remedy" in capsys.readouterr().err


def test_a_preview_of_a_dataset_takes_no_options_of_scenes(tmp_path, capsys):
    assert run("preview", tmp_path, "--seed", "3") == 2
    assert "--seed" in capsys.readouterr().err


def test_the_list_of_checks_needs_no_dataset(capsys):
    assert run("validate", "--checks") == 0
    printed = capsys.readouterr().out
    assert "Every file has the size and the SHA-256 that its manifest says" in printed
    assert "[file-missing, file-changed, file-unknown]" in printed
    assert run("validate", "--checks", "--json") == run("validate", "--json", "--checks") == 0
    first, _, second = capsys.readouterr().out.partition("\n]\n")
    assert first + "\n]\n" == second
    assert {"files", "coco", "cameras"} <= {row["name"] for row in json.loads(second)}


def test_validate_needs_a_dataset(capsys):
    assert run("validate") == 2
    assert "synthgen validate out/gym" in capsys.readouterr().err
