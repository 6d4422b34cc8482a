"""The files that ``synthgen fit`` writes: what is in them, and that they are a set."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys

import pytest

from synthgen.biomech.spine_motion import SpineMotion
from tests.biomech.short_clips import part
from tests.cli.running import run


def test_a_fit_is_five_files(fitted):
    assert sorted(p.name for p in fitted.iterdir()) == [f"good.{k}" for k in ("csv", "html", "mot", "npz", "osim")]


def test_the_fit_file_holds_clinical_summary_and_verdict(fitted):
    motion = SpineMotion.load(fitted / "good.npz")
    assert motion.report.gate.accepted is True
    assert motion.report.clinical["thoracic_kyphosis"].frames == 10
    rows = list(csv.DictReader((fitted / "good.csv").open()))
    assert len(rows) == 10
    kyphosis = [float(r["thoracic_kyphosis_deg"]) for r in rows]
    assert motion.report.clinical["thoracic_kyphosis"].max == pytest.approx(max(kyphosis), abs=0.06)


def test_the_page_stands_alone(fitted):
    text = (fitted / "good.html").read_text()
    assert "Accepted." in text
    assert text.count("data:image/png;base64,") == 5
    assert not re.search(r"(src|href)=\"(?!data:)", text)
    assert "<script" not in text
    assert "Simulated" not in text and "warning" not in text


def test_clips_of_one_name_do_not_overwrite_each_other(folder, tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "good.npz").write_bytes((folder / "good.npz").read_bytes())
    assert run("fit", folder / "good.npz", tmp_path / "b" / "good.npz", "--out", tmp_path / "out") == 0
    assert {p.stem for p in (tmp_path / "out").iterdir()} == {"good", "good-2"}


def test_a_posture_is_written_and_marked(folder, tmp_path):
    asked = tmp_path / "bent.yaml"
    asked.write_text("name: bent\nthoracic_kyphosis: 65\n")
    assert run("fit", folder / "good.npz", "--out", tmp_path / "out", "--posture", asked) == 0
    motion = SpineMotion.load(tmp_path / "out" / "good.npz")
    assert motion.report.posture.simulated is True
    assert motion.report.clinical["thoracic_kyphosis"].max == pytest.approx(65, abs=1)
    assert "Simulated posture." in (tmp_path / "out" / "good.html").read_text()
    with (tmp_path / "out" / "good.csv").open() as file:
        assert {r["simulated_posture"] for r in csv.DictReader(file)} == {"bent"}
    for kind in ("osim", "mot"):
        assert "bent (simulated, not measured): thoracic kyphosis 65" in (tmp_path / "out" / f"good.{kind}").read_text()


def test_a_single_frame(tmp_path):
    part("builtin:squat", slice(20, 21), "still").save(tmp_path / "still.npz")
    assert run("fit", tmp_path / "still.npz", "--out", tmp_path / "out") == 0
    assert "Accepted." in (tmp_path / "out" / "still.html").read_text()
    assert len((tmp_path / "out" / "still.csv").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("what", "fault", "word"),
    [
        ("synthgen.biomech.spine_motion.SpineMotion.save", OSError(28, "No space left on device"), "No space left"),
        ("synthgen.biomech.osim.files.coordinates_text", OSError(28, "No space left on device"), "No space left"),
        ("synthgen.pipeline.fit_output.fit_page", ZeroDivisionError("by zero"), "by zero"),
    ],
)
def test_files_of_a_fit_are_a_set(folder, fitted, tmp_path, monkeypatch, capsys, what, fault, word):
    """Whatever breaks: nothing of a new fit, or the older fit as it was."""

    def broken(*_, **__):
        raise fault

    old, new = tmp_path / "old", tmp_path / "new"
    shutil.copytree(fitted, old)
    monkeypatch.setattr(what, broken)
    for out in (old, new):
        assert run("fit", folder / "good.npz", "--out", out, "--sex", "female") == 1
        told = capsys.readouterr().out
        assert word in told
        assert not isinstance(fault, OSError) or (f"{out}: " in told and "remedy: free room" in told)
    assert {p.name: p.read_bytes() for p in old.iterdir()} == {p.name: p.read_bytes() for p in fitted.iterdir()}
    assert not new.exists()


def test_a_truncated_motion_is_no_motion(fitted):
    """On a full disk for temporary files OpenSim writes half a file without a word; here one of at most 5,000 bytes."""
    code = """
import resource, sys
from synthgen.biomech.osim.files import coordinates_text, model_text
from synthgen.biomech.spine_motion import SpineMotion
motion = SpineMotion.load(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
for text in (model_text, coordinates_text):
    try:
        text(motion)
    except OSError as error:
        print(error.strerror)
"""
    command = [sys.executable, "-c", code, str(fitted / "good.npz")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=fitted)
    assert done.stdout.count("OpenSim cannot write its temporary files") == 2
