"""A contact sheet of a scene before it is rendered: pictures that the run would make, and nothing else left behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import synthgen
from synthgen.core.cache import Cache

pytestmark = pytest.mark.long

SCENE = """
name: few
seed: 5
images: 4000
size: [160, 120]
clips: [builtin:squat, builtin:side_bend]
people: {min: 1, max: 1}
"""


def test_a_scene_is_shown_before_it_is_rendered(tmp_path: Path, shared_cache: Cache) -> None:
    scene = tmp_path / "few.yaml"
    scene.write_text(SCENE)
    first, again = (
        synthgen.preview_scene(scene, tmp_path / name, images=3, workers=1, cache=shared_cache.root)
        for name in ("first.png", "again.png")
    )
    assert first.read_bytes() == again.read_bytes()
    assert np.asarray(Image.open(first)).std() > 20
    assert sorted(p.name for p in tmp_path.iterdir()) == ["again.png", "few.yaml", "first.png"]
