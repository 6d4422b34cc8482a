from pathlib import Path

import pytest

from synthgen.dataset.coco import export_coco
from synthgen.dataset.pictures import OutputFormat
from tests.cluster.faulty_renderer import FaultyRenderer, make_plan, render


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A small sound dataset: 6 shots of 2 people and 1 camera in 2 shards, with depth."""
    plan = make_plan(shots=6, cameras=1, shard_size=4, output=OutputFormat(depth=True))
    render(tmp_path / "out", FaultyRenderer(tmp_path / "state"), plan, workers=0).check()
    export_coco(tmp_path / "out")
    return tmp_path / "out"
