"""``synthgen fit``: files, words and exit codes; and the gate that ``render`` asks."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.main import get_command

from synthgen import cli
from synthgen.biomech.cache import cached_fit
from synthgen.biomech.postures.kinds import names
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.errors import InputError
from synthgen.motion import load
from synthgen.motion.clip import Clip
from synthgen.pipeline.fitting import FitOutcome, exit_code, fit_files, summary_lines
from synthgen.pipeline.gate import Gate, failed, judge, judge_motion
from synthgen.pipeline.motions import refuse
from synthgen.scene import load_scene


def run(*arguments: object) -> int:
    """Runs the command line in this process; the exit code."""
    with pytest.raises(SystemExit) as caught:
        cli.main([str(a) for a in arguments])
    code = caught.value.code
    return code if isinstance(code, int) else 0


def part(source: str, frames: slice, name: str) -> Clip:
    """Some frames of a clip, under another name."""
    clip = load(source)
    return replace(
        clip,
        name=name,
        loop=False,
        points={n: p[frames] for n, p in clip.points.items()},
        orientations={n: o[frames] for n, o in clip.orientations.items()},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """``good.npz``; ``bad.npz`` with a knee 42 cm off from frame 4 on; ``broken.npz``."""
    path = tmp_path_factory.mktemp("clips")
    good = part("builtin:squat", slice(0, 40, 4), "good")
    good.save(path / "good.npz")
    knee = good.points["left_knee"].copy()
    knee[4:] += (0.3, 0.3, 0.0)
    replace(good, name="bad", points={**good.points, "left_knee": knee}).save(path / "bad.npz")
    (path / "broken.npz").write_bytes(b"not a clip")
    return path


@pytest.fixture(scope="module")
def fitted(folder, tmp_path_factory) -> Path:
    """The folder of a good fit."""
    out = tmp_path_factory.mktemp("fit")
    assert run("fit", folder / "good.npz", "--out", out) == 0
    return out


def test_a_fit_is_five_files(fitted):
    assert sorted(p.name for p in fitted.iterdir()) == [f"good.{k}" for k in ("csv", "html", "mot", "npz", "osim")]


def test_the_fit_file_holds_clinical_summary_and_verdict(fitted):
    motion = SpineMotion.load(fitted / "good.npz")
    assert motion.report["gate"]["accepted"] is True
    assert motion.report["clinical"]["thoracic_kyphosis"]["frames"] == 10
    rows = list(csv.DictReader((fitted / "good.csv").open()))
    assert len(rows) == 10
    kyphosis = [float(r["thoracic_kyphosis_deg"]) for r in rows]
    assert motion.report["clinical"]["thoracic_kyphosis"]["max"] == pytest.approx(max(kyphosis), abs=0.06)


def test_the_page_stands_alone(fitted):
    text = (fitted / "good.html").read_text()
    assert "Accepted." in text
    assert text.count("data:image/png;base64,") == 5
    assert not re.search(r"(src|href)=\"(?!data:)", text)
    assert "<script" not in text
    assert "Simulated" not in text and "warning" not in text


def test_one_bad_clip_does_not_lose_the_others(folder, tmp_path, capsys):
    sources = [folder / n for n in ("broken.npz", "good.npz", "bad.npz", "no.bvh")]
    assert run("fit", *sources, "--out", tmp_path, "--json") == 2
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    told = answer["clips"]
    assert [o["status"] for o in told] == ["failed", "accepted", "refused", "failed"]
    assert "there is no such motion file" in told[3]["reasons"][0]
    assert any("left_knee" in reason and "largest marker error" in reason for reason in told[2]["reasons"])
    assert Path(told[2]["files"]["html"]).read_text().count("Refused.") == 1
    assert not list(tmp_path.glob("broken*"))


def test_warnings_of_an_accepted_fit_are_told_everywhere(folder, tmp_path, capsys):
    """An ankle that stands 5 cm off throughout: the gate lets it pass, and nobody may overlook it."""
    clip = Clip.load(folder / "good.npz")
    turn = clip.orientations["left_shank"][:, :, 0]
    replace(clip, name="off", points={**clip.points, "left_ankle": clip.points["left_ankle"] + 0.05 * turn}).save(
        tmp_path / "off.npz"
    )
    assert run("fit", tmp_path / "off.npz", "--out", tmp_path / "out") == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "left_ankle stands" in line]
    assert line.startswith(f"{tmp_path / 'off.npz'}: warning: left_ankle stands")
    page = (tmp_path / "out" / "off.html").read_text()
    assert page.index("Accepted.") < page.index("<b>One warning of the fit.</b>") < page.index("<li>left_ankle stands")
    assert run("fit", tmp_path / "off.npz", "--out", tmp_path / "out", "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)["clips"]
    assert told["status"] == "accepted" and told["reasons"] == []
    assert len(told["warnings"]) == 1 and told["warnings"][0].startswith("left_ankle stands")


def test_many_warnings_are_told_in_part():
    many = FitOutcome("a", "accepted", warnings=tuple(f"w{i}" for i in range(9)))
    few = FitOutcome("b", "accepted", warnings=tuple(f"v{i}" for i in range(5)))
    lines = summary_lines([many, few])
    told = [line.removeprefix("a: warning: ") for line in lines if line.startswith("a: ")]
    assert told == ["w0", "w1", "w2", "w3", "w4", "and 4 more: see the report"]
    assert sum(line.startswith("b: warning: v") for line in lines) == 5 and "more" not in lines[-1]


def test_refused_alone_leaves_with_1_and_says_why(folder, tmp_path, capsys):
    assert run("fit", folder / "bad.npz", "--out", tmp_path) == 1
    out = capsys.readouterr().out
    assert re.search(r"bad\.npz +refused", out)
    assert "limit 40 mm" in out


def test_clips_of_one_name_do_not_overwrite_each_other(folder, tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "good.npz").write_bytes((folder / "good.npz").read_bytes())
    assert run("fit", folder / "good.npz", tmp_path / "b" / "good.npz", "--out", tmp_path / "out") == 0
    assert {p.stem for p in (tmp_path / "out").iterdir()} == {"good", "good-2"}


def test_a_posture_may_leave_the_ranges_and_says_so(folder, tmp_path):
    """A hump of 95° in T1 to T12: ranges hold healthy people, so it is told and not refused."""
    asked = tmp_path / "bent.yaml"
    asked.write_text("name: bent\nthoracic_kyphosis: 95\n")
    assert run("fit", folder / "good.npz", "--out", tmp_path / "out", "--posture", asked) == 0
    report = SpineMotion.load(tmp_path / "out" / "good.npz").report
    assert report["limits"]["violations"] > 0
    row = next(c for c in report["gate"]["checks"] if c["name"] == "coordinates beyond their range")
    assert row["passed"] and "not judged" in row["where"] and row["measured"] == str(report["limits"]["violations"])


def test_a_motion_from_elsewhere_is_judged_by_its_angles(fitted):
    """Whatever its report says: five frames with a lumbar spine bent further than it goes."""
    motion = SpineMotion.load(fitted / "good.npz")
    assert failed(judge_motion(motion, Gate())) == []
    q = motion.q.copy()
    q[:5, motion.coordinate_names.index("L3_flexion")] += 0.6
    (reason,) = failed(judge_motion(replace(motion, q=q), Gate()))
    assert reason.startswith("coordinates beyond their range 5 (L3_flexion by")


def test_a_posture_is_written_and_marked(folder, tmp_path):
    asked = tmp_path / "bent.yaml"
    asked.write_text("name: bent\nthoracic_kyphosis: 65\n")
    assert run("fit", folder / "good.npz", "--out", tmp_path / "out", "--posture", asked) == 0
    motion = SpineMotion.load(tmp_path / "out" / "good.npz")
    assert motion.report["posture"]["simulated"] is True
    assert motion.report["clinical"]["thoracic_kyphosis"]["max"] == pytest.approx(65, abs=1)
    assert "Simulated posture." in (tmp_path / "out" / "good.html").read_text()
    with (tmp_path / "out" / "good.csv").open() as file:
        assert {r["simulated_posture"] for r in csv.DictReader(file)} == {"bent"}
    for kind in ("osim", "mot"):
        assert "bent (simulated, not measured): thoracic kyphosis 65" in (tmp_path / "out" / f"good.{kind}").read_text()


def test_another_rhythm_shares_a_bend_otherwise(folder, fitted, tmp_path):
    assert run("fit", folder / "good.npz", "--out", tmp_path, "--rhythm", "christophy2012") == 0
    motion, standard = SpineMotion.load(tmp_path / "good.npz"), SpineMotion.load(fitted / "good.npz")
    assert motion.report["rhythm"] == "christophy2012"
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
def test_wrong_options_leave_with_2_and_write_nothing(folder, tmp_path, capsys, arguments):
    out = tmp_path / "out"
    assert run("fit", folder / "good.npz", "--out", out, *arguments) == 2
    assert not out.exists()
    assert "Traceback" not in capsys.readouterr().err


def test_a_file_is_no_folder(folder, tmp_path, capsys):
    (tmp_path / "out").write_text("mine")
    assert run("fit", folder / "good.npz", "--out", tmp_path / "out") == 2
    assert "not a folder" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"


def test_a_single_frame(tmp_path):
    part("builtin:squat", slice(20, 21), "still").save(tmp_path / "still.npz")
    assert run("fit", tmp_path / "still.npz", "--out", tmp_path / "out") == 0
    assert "Accepted." in (tmp_path / "out" / "still.html").read_text()
    assert len((tmp_path / "out" / "still.csv").read_text().splitlines()) == 2


def test_gaps_are_left_out_and_told(tmp_path):
    clip = part("builtin:squat", slice(0, 40), "gappy")
    ankle = clip.points["left_ankle"].copy()
    ankle[10:30] = np.nan
    replace(clip, points={**clip.points, "left_ankle": ankle}).save(tmp_path / "gappy.npz")
    assert run("fit", tmp_path / "gappy.npz", "--out", tmp_path / "out") == 0
    assert "left_ankle missing in 20 of 40 frames" in (tmp_path / "out" / "gappy.html").read_text()


def test_options_reach_the_fit_and_its_report(folder, tmp_path, capsys):
    """Two fits of one clip: whatever decides a result is told, and processes decide none."""
    clip = part("builtin:squat", slice(0, 40), "noisy")
    noise = 0.003 * np.random.default_rng(0).standard_normal((40, 3))
    points = {n: p + noise for n, p in clip.points.items()}
    points["left_ankle"][10:18] = np.nan  # 0.27 s
    replace(clip, points=points).save(tmp_path / "noisy.npz")
    told = []
    for arguments in (
        ["--cutoff", "5", "--max-gap", "0.3", "--sex", "female", "--workers", "1"],
        ["--cutoff", "none"],
    ):
        assert run("fit", tmp_path / "noisy.npz", "--out", tmp_path / "out", "--json", *arguments) == 0
        told.append(json.loads(capsys.readouterr().out))
    first, second = (t["clips"][0]["report"] for t in told)
    assert told[0]["options"] == {
        "rhythm": "body", "sex": "female", "cutoff_hz": 5.0, "max_gap": 0.3, "posture": None,
    }  # fmt: skip
    assert first["options"] == {"rhythm": "body", "sex": "female", "cutoff_hz": 5.0, "max_gap": 0.3}
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
    command = get_command(cli.app).commands["fit"]  # type: ignore[attr-defined]
    options = {o for p in command.params for o in p.opts if o.startswith("--")}
    examples = [shlex.split(line) for line in told.splitlines() if line.startswith("    synthgen fit ")]
    assert len(options) >= 10 and all(re.search(rf"^ +(-\w, )?{o}\b", told, re.MULTILINE) for o in options)
    assert len(examples) >= 4 and {w for e in examples for w in e if w.startswith("--")} <= options
    assert set(re.sub(r"\s+", " ", told).replace(",", "").replace(".", "").split()) >= set(names())


def test_the_docs_name_options_that_there_are():
    root = Path(cli.__file__).parents[2]
    known = {o for p in get_command(cli.app).commands["fit"].params for o in p.opts}  # type: ignore[attr-defined]
    for page in ("README.md", "docs/motion.md", "docs/biomechanics.md"):
        for line in re.findall(r"^synthgen fit .*$", (root / page).read_text(), re.MULTILINE):
            assert {w for w in line.split() if w.startswith("-")} <= known, (page, line)


def test_a_fit_that_breaks_is_told_not_thrown(folder, tmp_path, monkeypatch, capsys):
    def broken(*_, **__):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("synthgen.biomech.fit.fit_clip", broken)
    assert run("fit", folder / "good.npz", "--out", tmp_path / "out") == 1
    assert "ZeroDivisionError: by zero" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("what", "fault", "word"),
    [
        ("synthgen.biomech.spine_motion.SpineMotion.save", OSError(28, "No space left on device"), "No space left"),
        ("synthgen.biomech.osim.files.coordinates_text", OSError(28, "No space left on device"), "No space left"),
        ("synthgen.biomech.page.page.fit_page", ZeroDivisionError("by zero"), "by zero"),
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


def odd(name: str, change: Any, frames: int = 24, fps: float = 100.0) -> Clip:
    """An exercise of which something is odd."""
    clip = replace(part("builtin:squat", slice(20, 20 + frames), name), fps=fps)
    points, turns = ({n: x.copy() for n, x in kind.items()} for kind in (clip.points, clip.orientations))
    return replace(clip, **(change(points, turns) or {"points": points, "orientations": turns}))


def only(*names: str) -> Any:
    return lambda points, _: {"points": {n: points[n] for n in names}, "orientations": {}}


def put(name: str, frames: Any, value: float) -> Any:
    def change(points: dict[str, np.ndarray], _: Any) -> None:
        points[name][frames] = value

    return change


def still(points: dict[str, np.ndarray], turns: dict[str, np.ndarray]) -> dict[str, Any]:
    kinds = {"points": points, "orientations": turns}
    return {k: {n: np.repeat(x[:1], len(x), 0) for n, x in v.items()} for k, v in kinds.items()}


def empty_turns(points: dict[str, np.ndarray], turns: dict[str, np.ndarray]) -> None:
    turns["T6"][:] = np.nan


ODD = {
    "one": (odd("one", put("C7", 0, np.nan), frames=1), "accepted", "without any value, left out: C7"),
    "once": (odd("once", put("T8", slice(1, None), np.nan)), "accepted", "T8 missing in 23 of 24 frames"),
    "far": (odd("far", put("T8", [0, 5], 9e4)), "accepted", "T8 missing in 1 of 24 frames"),
    "still": (odd("still", still), "accepted", ""),
    "turnless": (odd("turnless", empty_turns), "accepted", "T6 missing in 24 of 24 frames"),
    "half": (odd("half", only("left_hip", "right_hip", "sacrum")), "refused", "uncertainty of the vertebrae"),
    "spot": (odd("spot", lambda p, _: {"points": {n: 0 * x for n, x in p.items()}, "orientations": {}}), "failed", ""),
    "blank": (odd("blank", lambda p, _: {"points": {n: x * np.nan for n, x in p.items()}}), "failed", "no frame"),
}  # fmt: skip


def test_odd_clips_are_fitted_with_a_word_or_refused_with_a_reason(tmp_path):
    for name, (clip, _, _) in ODD.items():
        clip.save(tmp_path / f"{name}.npz")
    outcomes = fit_files([str(tmp_path / f"{n}.npz") for n in ODD], tmp_path / "out", workers=1, progress=False)
    for (name, (_, status, word)), outcome in zip(ODD.items(), outcomes, strict=True):
        assert outcome.status == status, (name, outcome.reasons)
        told = [*outcome.reasons, *outcome.report.get("notes", [])]
        assert word in " ".join(told) and "the fit broke" not in " ".join(told), (name, told)
        assert (status == "failed") == (not outcome.files) == outcome.bad_input


def test_exit_codes():
    accepted, refused, unreadable = (
        FitOutcome("a", "accepted"), FitOutcome("b", "refused"), FitOutcome("c", "failed", bad_input=True)
    )  # fmt: skip
    assert exit_code([accepted, accepted]) == 0
    assert exit_code([accepted, refused]) == 1
    assert exit_code([refused, unreadable, accepted]) == 2


REPORT: dict[str, Any] = {
    "frames": 300,
    "frames_interpolated": [],
    "markers": {
        "rms_worst_mm": 5.0, "rms_worst_frame": 3, "max_mm": 12.0, "worst_marker": "left_knee", "worst_frame": 3,
    },
    "conditioned_markers": {"rms_worst_mm": 5.0, "max_mm": 12.0},
    "placement": {"trunk": {"marker": "C7", "mm": 12.0}, "limbs": {"marker": "LANK", "mm": 31.0}},
    "conditioning": {"spikes": {}, "filter": {"cutoff_hz": None}},
    "limits": {"violations": 0, "largest_violation": None, "regions": {}},
    "beyond_range": {"frames": 0, "degrees": 0.0, "region": "", "frame": 0},
    "vertebra_sigma_mm": {"rms": 12.7, "worst": 17.3, "vertebra": "T12"},
    "jumps": {"count": 0, "largest_degrees": 2.0, "segment": "C2", "frame": 7},
    "travel": {
        "fastest_m_s": 1.3, "fastest_frame": 40, "floor_m": 0.01, "lifted_m": 0.0, "slide_m_s": 0.1,
        "perched": 0.0, "afloat": {"frames": 0, "high_m": 0.0, "frame": 0},
    },
}  # fmt: skip


VIOLATED = {
    "violations": 2,
    "regions": {},
    "largest_violation": {"degrees": 3.0, "coordinate": "L3_flexion", "frame": 8},
}
BENT = {"degrees": 27.5, "region": "lumbar_flexion", "frame": 29}


def conditioning(cutoff: float | None = None, **spikes: int) -> dict[str, Any]:
    """So many rejected samples per marker."""
    return {
        "conditioning": {
            "spikes": {n: {"frames": list(range(k)), "mm": [90.0] * k} for n, k in spikes.items()},
            "filter": {"cutoff_hz": cutoff},
        }
    }


def placed(trunk: float = 12.0, limbs: float = 31.0) -> dict[str, Any]:
    """Markers so many millimetres off their places."""
    return {"placement": {"trunk": {"marker": "C7", "mm": trunk}, "limbs": {"marker": "LANK", "mm": limbs}}}


def travels(**change: Any) -> dict[str, Any]:
    """Another travel."""
    return {"travel": {**REPORT["travel"], **change}}


def pressed(share: float) -> dict[str, Any]:
    """A region that stands at its limit for that share of the frames."""
    regions = {"lumbar_flexion": {"pressed": 0.1, "most": 1.0}, "cervical_flexion": {"pressed": share, "most": 1.0}}
    return {"limits": {**REPORT["limits"], "regions": regions}}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"markers": {**REPORT["markers"], "rms_worst_mm": 20.1}}, "marker RMS of the worst frame 20.1 mm (frame 3)"),
        ({"markers": {**REPORT["markers"], "max_mm": 41.0}}, "largest marker error 41.0 mm (left_knee, frame 3)"),
        (
            {"markers": {**REPORT["markers"], "max_mm": 41.0}, **conditioning(6.0)},
            "largest marker error 41.0 mm (left_knee, frame 3; 12.0 mm after the filter of 6 Hz: too low for",
        ),
        (placed(trunk=41.4), "marker of the trunk off its place throughout 41 mm (C7), limit 40 mm"),
        (placed(limbs=81.0), "marker of the limbs off its place throughout 81 mm (LANK), limit 80 mm"),
        (placed(trunk=39.0, limbs=79.0), None),
        ({"limits": VIOLATED}, "coordinates beyond their range 2 (L3_flexion by 3.0° in frame 8)"),
        ({"limits": VIOLATED, "posture": {"simulated": True}}, None),
        (
            {"beyond_range": {"frames": 4, **BENT}},
            "frames that ask a region for 10° beyond its range 4 of 300 (lumbar flexion by 27.5° in frame 29), limit 3",
        ),
        ({"beyond_range": {"frames": 3, **BENT}}, None),
        ({"frames": 20, "beyond_range": {"frames": 1, **BENT}}, None),
        ({"frames": 20, "beyond_range": {"frames": 2, **BENT}}, "frames that ask a region"),
        (pressed(0.81), "frames with a region at its limit 81% (cervical flexion), limit 80%"),
        (pressed(0.79), None),
        (
            {"vertebra_sigma_mm": {"rms": 73.0, "worst": 123.8, "vertebra": "C1"}},
            "uncertainty of the vertebrae, σ per axis 73.0 mm (C1 123.8 mm), limit 20 mm",
        ),
        ({"vertebra_sigma_mm": {"rms": None, "worst": None, "vertebra": ""}}, None),
        ({**pressed(0.81), "posture": {"simulated": True}}, None),
        (conditioning(C7=2, T8=7), "samples of one marker rejected as spikes 7 (T8), limit 6 in 300 frames"),
        (conditioning(C7=6, T8=6), None),
        ({"frames": 20, **conditioning(C7=2)}, None),
        ({"frames_interpolated": list(range(31))}, "frames filled in 31 of 300"),
        ({"frames_interpolated": list(range(30))}, None),
        ({"jumps": {**REPORT["jumps"], "count": 4}}, "jumps 4 (C2 turns 2.0° into frame 7)"),
        ({"jumps": {**REPORT["jumps"], "count": 3}}, None),
        ({"frames": 20, "jumps": {**REPORT["jumps"], "count": 1}}, None),
        ({"frames": 20, "jumps": {**REPORT["jumps"], "count": 2}}, "jumps 2"),
        (travels(fastest_m_s=12.4), None),
        (travels(fastest_m_s=12.6), "travel of the pelvis, fastest half second 12.6 m/s (up to frame 40; a wrong unit"),
        (travels(floor_m=-0.14), None),
        (travels(floor_m=3.0), "lowest part of the body off the floor, throughout 3.000 m (above it), limit 0.15 m"),
        (travels(floor_m=-0.3), "lowest part of the body off the floor, throughout 0.300 m (below it), limit 0.15 m"),
        (travels(floor_m=None, afloat=None, slide_m_s=None), None),
        (travels(afloat={"frames": 30, "high_m": 1.6, "frame": 55}), None),
        (
            travels(afloat={"frames": 31, "high_m": 1.6, "frame": 55}),
            "frames afloat: nothing holds the body, and it does not fall 31 of 300 (1.60 m high in frame 55",
        ),
    ],
)
def test_the_gate_refuses_for_a_reason(change, reason):
    reasons = failed(judge({**REPORT, **change}, Gate()))
    assert len(reasons) == (reason is not None)
    if reason:
        assert reasons[0].startswith(reason)


def scene_with(tmp_path: Path, folder: Path, accept: str = ""):
    path = tmp_path / "scene.yaml"
    path.write_text(f"name: s\nimages: 2\nclips: ['{folder}/good.npz', '{folder}/bad.npz']\n{accept}\n")
    return load_scene(path)


def test_render_refuses_what_the_gate_refuses_unless_the_scene_accepts_it(folder, tmp_path):
    scene = scene_with(tmp_path, folder)
    fits = {c.source: cached_fit(Clip.load(Path(c.source)), tmp_path / "cache") for c in scene.clips}
    with pytest.raises(InputError) as caught:
        refuse(scene, fits)
    assert caught.value.where == f"clip {folder}/bad.npz"
    assert "largest marker error" in str(caught.value)
    assert "accept.clips" in str(caught.value)
    refuse(scene_with(tmp_path, folder, f"accept: {{clips: ['{folder}/bad.npz']}}"), fits)
    every = "fit_rms_mm: 500, fit_max_mm: 500, offset_mm: 900, sigma_mm: 900, jumps: 1, spikes: 1, beyond_range: 1"
    refuse(scene_with(tmp_path, folder, f"accept: {{{every}, pressed: 1}}"), fits)


def test_a_scene_accepts_only_clips_it_has(folder, tmp_path):
    with pytest.raises(InputError, match="no clip of this scene"):
        scene_with(tmp_path, folder, "accept: {clips: [builtin:walking]}")
