"""``render`` asks the gate before it renders: what it refuses and why, and that a scene may accept it all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthgen.biomech.cache import cached_fit
from synthgen.core.cache import Cache
from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.pipeline.acceptance import refuse_fits
from synthgen.scene import Scene, load_scene
from tests.biomech import short_clips


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """``good.npz`` and ``bad.npz``, whose knee is 42 cm off from frame 4 on."""
    short_clips.good().save(tmp_path / "good.npz")
    short_clips.bad().save(tmp_path / "bad.npz")
    return tmp_path


def scene_with(folder: Path, accept: str = "") -> Scene:
    path = folder / "scene.yaml"
    path.write_text(f"name: s\nimages: 2\nclips: ['{folder}/good.npz', '{folder}/bad.npz']\n{accept}\n")
    return load_scene(path)


def test_render_refuses_what_the_gate_refuses_unless_the_scene_accepts_it(folder: Path, shared_cache: Cache) -> None:
    scene = scene_with(folder)
    fits = {c.source: cached_fit(Clip.load(Path(c.source)), shared_cache) for c in scene.clips}
    with pytest.raises(InputError) as caught:
        refuse_fits(scene, fits)
    assert caught.value.where == f"clip {folder}/bad.npz"
    assert "largest marker error" in str(caught.value)
    assert "accept.clips" in str(caught.value)
    refuse_fits(scene_with(folder, f"accept: {{clips: ['{folder}/bad.npz']}}"), fits)
    every = "fit_rms_mm: 500, fit_max_mm: 500, offset_mm: 900, sigma_mm: 900, jumps: 1, spikes: 1, beyond_range: 1"
    refuse_fits(scene_with(folder, f"accept: {{{every}, pressed: 1}}"), fits)


def test_a_scene_accepts_only_clips_it_has(folder: Path) -> None:
    with pytest.raises(InputError, match="no clip of this scene"):
        scene_with(folder, "accept: {clips: [builtin:walking]}")
