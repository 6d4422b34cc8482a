"""The gate between a fit and a dataset: what it refuses and why, and that ``render`` asks it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from synthgen.biomech.cache import cached_fit
from synthgen.biomech.gate.judge import judge_motion
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.cache import Cache
from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.pipeline.acceptance import refuse_fits
from synthgen.scene import load_scene
from tests.cli.running import run


def test_a_posture_may_leave_the_ranges_and_says_so(folder, tmp_path):
    """A hump of 95° in T1 to T12: ranges hold healthy people, so it is reported and not refused."""
    asked = tmp_path / "bent.yaml"
    asked.write_text("name: bent\nthoracic_kyphosis: 95\n")
    assert run("fit", folder / "good.npz", "--out", tmp_path / "out", "--posture", asked) == 0
    report = SpineMotion.load(tmp_path / "out" / "good.npz").report
    assert report.limits.violations > 0
    row = next(c for c in report.gate.checks if c.name == "coordinates beyond their range")
    assert row.passed and "not judged" in row.where and row.measured == str(report.limits.violations)


def test_a_motion_from_elsewhere_is_judged_by_its_angles(fitted):
    """Whatever its report says: five frames with a lumbar spine bent further than it goes."""
    motion = SpineMotion.load(fitted / "good.npz")
    assert judge_motion(motion).refusals == ()
    q = motion.q.copy()
    q[:5, motion.coordinate_names.index("L3_flexion")] += 0.6
    (reason,) = judge_motion(replace(motion, q=q)).refusals
    assert reason.startswith("coordinates beyond their range 5 (L3_flexion by")


def scene_with(tmp_path: Path, folder: Path, accept: str = ""):
    path = tmp_path / "scene.yaml"
    path.write_text(f"name: s\nimages: 2\nclips: ['{folder}/good.npz', '{folder}/bad.npz']\n{accept}\n")
    return load_scene(path)


def test_render_refuses_what_the_gate_refuses_unless_the_scene_accepts_it(folder, tmp_path):
    scene = scene_with(tmp_path, folder)
    fits = {c.source: cached_fit(Clip.load(Path(c.source)), Cache(tmp_path / "cache")) for c in scene.clips}
    with pytest.raises(InputError) as caught:
        refuse_fits(scene, fits)
    assert caught.value.where == f"clip {folder}/bad.npz"
    assert "largest marker error" in str(caught.value)
    assert "accept.clips" in str(caught.value)
    refuse_fits(scene_with(tmp_path, folder, f"accept: {{clips: ['{folder}/bad.npz']}}"), fits)
    every = "fit_rms_mm: 500, fit_max_mm: 500, offset_mm: 900, sigma_mm: 900, jumps: 1, spikes: 1, beyond_range: 1"
    refuse_fits(scene_with(tmp_path, folder, f"accept: {{{every}, pressed: 1}}"), fits)


def test_a_scene_accepts_only_clips_it_has(folder, tmp_path):
    with pytest.raises(InputError, match="no clip of this scene"):
        scene_with(tmp_path, folder, "accept: {clips: [builtin:walking]}")
