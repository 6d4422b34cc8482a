"""What ``synthgen fit`` says of each clip, good, odd or broken, and the code that it exits with."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.motion.clip import Clip
from synthgen.pipeline.fit_outcome import FitOutcome, exit_code, summary_lines
from synthgen.pipeline.fitting import fit_files
from tests.biomech.short_clips import part
from tests.cli.running import run


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


def test_warnings_of_an_accepted_fit_are_shown_everywhere(folder, tmp_path, capsys):
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


def test_many_warnings_are_shown_in_part():
    many = FitOutcome("a", "accepted", warnings=tuple(f"w{i}" for i in range(9)))
    few = FitOutcome("b", "accepted", warnings=tuple(f"v{i}" for i in range(5)))
    lines = summary_lines([many, few])
    told = [line.removeprefix("a: warning: ") for line in lines if line.startswith("a: ")]
    assert told == ["w0", "w1", "w2", "w3", "w4", "and 4 more: see the report"]
    assert sum(line.startswith("b: warning: v") for line in lines) == 5 and "more" not in lines[-1]


def test_refused_alone_exits_with_1_and_says_why(folder, tmp_path, capsys):
    assert run("fit", folder / "bad.npz", "--out", tmp_path) == 1
    out = capsys.readouterr().out
    assert re.search(r"bad\.npz +refused", out)
    assert "limit 40 mm" in out


def test_a_fit_that_breaks_is_reported_not_raised(folder, tmp_path, monkeypatch, capsys):
    def broken(*_, **__):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("synthgen.pipeline.fitting.fit_clip", broken)
    assert run("fit", folder / "good.npz", "--out", tmp_path / "out") == 1
    assert "ZeroDivisionError: by zero" in capsys.readouterr().out


def test_exit_codes():
    accepted, refused, unreadable = (
        FitOutcome("a", "accepted"),
        FitOutcome("b", "refused"),
        FitOutcome("c", "failed", bad_input=True),
    )
    assert exit_code([accepted, accepted]) == 0
    assert exit_code([accepted, refused]) == 1
    assert exit_code([refused, unreadable, accepted]) == 2


def test_gaps_are_left_out_and_reported(tmp_path):
    clip = part("builtin:squat", slice(0, 40), "gappy")
    ankle = clip.points["left_ankle"].copy()
    ankle[10:30] = np.nan
    replace(clip, points={**clip.points, "left_ankle": ankle}).save(tmp_path / "gappy.npz")
    assert run("fit", tmp_path / "gappy.npz", "--out", tmp_path / "out") == 0
    assert "left_ankle missing in 20 of 40 frames" in (tmp_path / "out" / "gappy.html").read_text()


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
}


def test_odd_clips_are_fitted_with_a_word_or_refused_with_a_reason(tmp_path):
    for name, (clip, _, _) in ODD.items():
        clip.save(tmp_path / f"{name}.npz")
    outcomes = fit_files([str(tmp_path / f"{n}.npz") for n in ODD], tmp_path / "out", workers=1, progress=False)
    for (name, (_, status, word)), outcome in zip(ODD.items(), outcomes, strict=True):
        assert outcome.status == status, (name, outcome.reasons)
        told = [*outcome.reasons, *(outcome.report.notes if outcome.report else ())]
        assert word in " ".join(told) and "the fit broke" not in " ".join(told), (name, told)
        assert (status == "failed") == (not outcome.files) == outcome.bad_input
