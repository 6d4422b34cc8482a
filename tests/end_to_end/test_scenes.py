"""Every shipped scene renders two images that keep their promises."""

from __future__ import annotations

import pytest

from synthgen.core.resources import resource
from synthgen.dataset.checks.validate import validate
from synthgen.pipeline import render

SCENES = sorted(resource("scenes").glob("*.yaml"))


def case(scene):
    return pytest.param(scene, id=scene.stem, marks=[pytest.mark.long] if scene.stem != "hello" else [])


@pytest.mark.parametrize("scene", map(case, SCENES))
def test_two_images_of_every_scene(scene, tmp_path, shared_cache):
    report = render(scene, tmp_path / "out", images=2, workers=1, cache_dir=shared_cache.root, progress=False)
    assert report.images == report.rendered == 2
    assert [str(i) for i in validate(tmp_path / "out")] == []
    assert report.preview.exists()
