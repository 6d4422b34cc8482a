"""Motion clips of every fate, and a fit of one: made once for all tests of the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.running import part, run


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def fitted(folder, tmp_path_factory) -> Path:
    """The folder of a good fit."""
    out = tmp_path_factory.mktemp("fit")
    assert run("fit", folder / "good.npz", "--out", out) == 0
    return out
