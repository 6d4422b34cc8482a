"""The fuzz script: a short run of it finds nothing, and it would see what must not be."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scripts.fuzzing import trial
from scripts.fuzzing.isolated import case_of, written
from scripts.fuzzing.sound import Sound
from synthgen.core.errors import InputError
from synthgen.motion import load

ROOT = Path(__file__).resolve().parents[2]
TEXT = Sound("trc", {"take.trc": b"a\t1\nb\t2\n"}, "take.trc", "take.trc", "text")


@pytest.mark.timeout(300)
def test_a_short_run_finds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "scripts/fuzz.py", "--count", "154", "--json", "--keep", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    told = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0, told
    assert told["inputs"] == 154 == told["accepted"] + told["refused"]
    assert len(told["kinds"]) == 14 and all(sum(k.values()) == 11 for k in told["kinds"].values())
    assert told["accepted"] > 10, "what is always refused at the door tests nothing behind it"
    assert not list(tmp_path.iterdir())


def test_the_same_seed_gives_the_same_cases() -> None:
    cases = [case_of([TEXT], 5, i).files for i in range(20)]
    assert cases == [case_of([TEXT], 5, i).files for i in range(20)]
    assert len({c["take.trc"] for c in cases}) > 10
    assert cases != [case_of([TEXT], 6, i).files for i in range(20)]


def outcome(monkeypatch: pytest.MonkeyPatch, folder: Path, read) -> str:
    monkeypatch.setattr(trial, "load", read)
    return trial.tried(written(TEXT, folder), folder).verdict


def test_what_must_not_be_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = load("builtin:squat")
    holes = {n: np.where(np.arange(len(p))[:, None] == 3, np.nan, p) for n, p in clip.points.items()}

    def refuse(error: Exception):
        def read(path: str):
            raise error

        return read

    def warn(path: str):
        np.float64(1e300) * np.float64(1e300)
        return clip

    def long(path: str):
        error = InputError("x")
        error.args = (3000 * "x",)
        raise error

    for read, verdict in (
        (lambda path: clip, "accepted"),
        (refuse(InputError("no")), "refused"),
        (refuse(KeyError("x")), "traceback"),
        (refuse(MemoryError()), "traceback"),
        (refuse(InputError("no", got="std::bad_alloc")), "foreign_words"),
        (long, "long_message"),
        (warn, "warning"),
        (lambda path: replace(clip, points=holes), "silent_nan"),
    ):
        assert outcome(monkeypatch, tmp_path, read) == verdict
