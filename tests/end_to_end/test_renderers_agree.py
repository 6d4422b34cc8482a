"""Both renderers give the same labels and nearly the same pictures of every kind of scene."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from synthgen.core.errors import EngineError
from synthgen.engine.gpu.device import open_device

ROOT = Path(__file__).parents[2]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_few_shots_of_three_scenes(tmp_path: Path) -> None:
    try:
        open_device()
    except EngineError as error:
        pytest.skip(str(error).splitlines()[0])
    command = [sys.executable, "scripts/compare_renderers.py", "--shots", "9", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=880)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["images"] == 12 and told["flags"] > 1000 and told["holds"]
    assert sorted(p.stem for p in tmp_path.glob("*.png")) == ["clinic", "gym", "studio"]
