"""Motion clips of every fate, and a fit of one: made once for all tests of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.biomech import short_clips
from tests.cli.running import run


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """``good.npz``; ``bad.npz`` with a knee 42 cm off from frame 4 on; ``broken.npz``."""
    path = tmp_path_factory.mktemp("clips")
    short_clips.good().save(path / "good.npz")
    short_clips.bad().save(path / "bad.npz")
    (path / "broken.npz").write_bytes(b"not a clip")
    return path


@pytest.fixture(scope="session")
def fitted(folder, tmp_path_factory) -> Path:
    """The folder of a good fit."""
    out = tmp_path_factory.mktemp("fit")
    assert run("fit", folder / "good.npz", "--out", out) == 0
    return out
