from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.cluster.faulty_renderer import FaultyRenderer, render
from tests.cluster.undisturbed import exported, finish


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here cuts the power: waiting for the disk proves nothing. (Worker processes do wait.)"""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of the dataset as one undisturbed process makes it."""
    folder = tmp_path_factory.mktemp("reference")
    render(folder / "out", FaultyRenderer(folder / "state"), workers=0).check()
    return exported(folder / "out")


@pytest.fixture(scope="session")
def peace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset that nobody disturbed, rendered once: 4 shots in 2 shards, with depth."""
    folder = tmp_path_factory.mktemp("peace")
    finish(folder / "out", folder / "state")
    return folder / "out"


@pytest.fixture
def out(peace: Path, tmp_path: Path) -> Path:
    """A copy of that dataset to be damaged."""
    return Path(shutil.copytree(peace, tmp_path / "out"))
