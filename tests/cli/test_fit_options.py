"""The options of ``synthgen fit``: each stands in its help, reaches the fit, and is refused when it makes no sense."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace

import numpy as np
import pytest
from typer.main import get_command

from synthgen.biomech.postures.kinds import names
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.cli.app import app
from tests.biomech.short_clips import part
from tests.cli.running import ROOT, run


def test_another_rhythm_shares_a_bend_otherwise(folder, fitted, tmp_path):
    assert run("fit", folder / "good.npz", "--out", tmp_path, "--rhythm", "christophy2012") == 0
    motion, standard = SpineMotion.load(tmp_path / "good.npz"), SpineMotion.load(fitted / "good.npz")
    assert motion.report.rhythm == "christophy2012"
    columns = [motion.coordinate_names.index(f"L{i}_flexion") for i in (1, 4)]
    assert not np.allclose(motion.q[:, columns], standard.q[:, columns], atol=1e-3)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--rhythm", "waltz"],
        ["--posture", "hunchback"],
        ["--posture", "no.yaml"],
        ["--seed", "-1"],
        ["--sex", "x"],
        ["--cutoff", "much"],
        ["--cutoff", "-6"],
        ["--cutoff", "nan"],
        ["--max-gap", "-1"],
        ["--max-gap", "inf"],
        ["--workers", "0"],
    ],
)
def test_wrong_options_exit_with_2_and_write_nothing(folder, tmp_path, capsys, arguments):
    out = tmp_path / "out"
    assert run("fit", folder / "good.npz", "--out", out, *arguments) == 2
    assert not out.exists()
    assert "Traceback" not in capsys.readouterr().err


def test_a_file_is_no_folder(folder, tmp_path, capsys):
    (tmp_path / "out").write_text("mine")
    assert run("fit", folder / "good.npz", "--out", tmp_path / "out") == 2
    assert "not a folder" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"


def test_options_reach_the_fit_and_its_report(folder, tmp_path, capsys):
    """Two fits of one clip: whatever decides a result is reported, and processes decide none."""
    clip = part("builtin:squat", slice(0, 40), "noisy")
    noise = 0.003 * np.random.default_rng(0).standard_normal((40, 3))
    points = {n: p + noise for n, p in clip.points.items()}
    points["left_ankle"][10:18] = np.nan  # 0.27 s
    replace(clip, points=points).save(tmp_path / "noisy.npz")
    told = []
    for arguments in (
        ["--cutoff", "5", "--max-gap", "0.3", "--sex", "female", "--workers", "1"],
        ["--cutoff", "none", "--opensim-every", "1"],
    ):
        assert run("fit", tmp_path / "noisy.npz", "--out", tmp_path / "out", "--json", *arguments) == 0
        told.append(json.loads(capsys.readouterr().out))
    first, second = (t["clips"][0]["report"] for t in told)
    assert told[0]["options"] == {
        "rhythm": "body",
        "sex": "female",
        "cutoff_hz": 5.0,
        "max_gap": 0.3,
        "opensim_every": 20,
        "posture": None,
        "spine": None,
    }
    assert first["options"] == {k: v for k, v in told[0]["options"].items() if k not in ("posture", "spine")}
    assert first["opensim"]["evaluated"] == 40 and 3 <= first["opensim"]["solved"] < 40
    assert first["opensim"]["settled_moved_mm"] <= 0.05
    assert second["opensim"]["solved"] == second["opensim"]["evaluated"] == 40
    assert first["conditioning"]["filter"]["cutoff_hz"] == 5.0
    assert (first["conditioning"]["samples_closed"], first["conditioning"]["samples_left_open"]) == (8, 0)
    assert second["conditioning"]["filter"]["cutoff_hz"] is None
    assert (second["conditioning"]["samples_closed"], second["conditioning"]["samples_left_open"]) == (0, 8)
    for report in (first, second):
        assert report["gate"]["accepted"] is True
        assert len(report["observability"]) == 12 and "sigma_degrees" in report["observability"]["lumbar_flexion"]
        assert report["jumps"]["count"] == 0 and report["markers"]["max_mm"] < 40


@pytest.mark.parametrize(("columns", "most"), [(80, 80), (100, 100)])
def test_help_has_every_option_and_examples_that_work(capsys, monkeypatch, columns, most):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert run("fit", "--help") == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= most
    command = get_command(app).commands["fit"]  # type: ignore[attr-defined]
    options = {o for p in command.params for o in p.opts if o.startswith("--")}
    examples = [shlex.split(line) for line in told.splitlines() if line.startswith("    synthgen fit ")]
    assert len(options) >= 10 and all(re.search(rf"^ +(-\w, )?{o}\b", told, re.MULTILINE) for o in options)
    assert len(examples) >= 4 and {w for e in examples for w in e if w.startswith("--")} <= options
    assert set(re.sub(r"\s+", " ", told).replace(",", "").replace(".", "").split()) >= set(names())


def test_the_docs_name_options_that_there_are():
    root = ROOT
    known = {o for p in get_command(app).commands["fit"].params for o in p.opts}  # type: ignore[attr-defined]
    for page in ("README.md", "docs/motion.md", "docs/biomechanics.md"):
        for line in re.findall(r"^synthgen fit .*$", (root / page).read_text(), re.MULTILINE):
            assert {w for w in line.split() if w.startswith("-")} <= known, (page, line)
