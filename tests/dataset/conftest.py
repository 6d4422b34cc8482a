from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from synthgen.dataset.coco import export_coco
from synthgen.dataset.pictures import OutputFormat
from tests.cluster.faulty_renderer import FaultyRenderer, make_plan, render


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sound dataset, rendered once: 6 shots of 2 people and 1 camera in 2 shards, with depth."""
    folder = tmp_path_factory.mktemp("rendered")
    plan = make_plan(shots=6, cameras=1, shard_size=4, output=OutputFormat(depth=True))
    render(folder / "out", FaultyRenderer(folder / "state"), plan, workers=0).check()
    export_coco(folder / "out")
    return folder / "out"


@pytest.fixture
def dataset(rendered: Path, tmp_path: Path) -> Path:
    """A copy of that dataset to be damaged."""
    return Path(shutil.copytree(rendered, tmp_path / "out"))


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here cuts the power: waiting for the disk proves nothing."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
