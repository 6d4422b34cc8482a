"""The gate between a fit and a dataset: what it refuses and why, and that ``render`` asks it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from synthgen.biomech.cache import cached_fit
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.cache import Cache
from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.pipeline.gate import Gate, failed, judge, judge_motion
from synthgen.pipeline.motions import refuse
from synthgen.scene import load_scene
from tests.cli.running import run


def test_a_posture_may_leave_the_ranges_and_says_so(folder, tmp_path):
    """A hump of 95° in T1 to T12: ranges hold healthy people, so it is told and not refused."""
    asked = tmp_path / "bent.yaml"
    asked.write_text("name: bent\nthoracic_kyphosis: 95\n")
    assert run("fit", folder / "good.npz", "--out", tmp_path / "out", "--posture", asked) == 0
    report = SpineMotion.load(tmp_path / "out" / "good.npz").report
    assert report["limits"]["violations"] > 0
    row = next(c for c in report["gate"]["checks"] if c["name"] == "coordinates beyond their range")
    assert row["passed"] and "not judged" in row["where"] and row["measured"] == str(report["limits"]["violations"])


def test_a_motion_from_elsewhere_is_judged_by_its_angles(fitted):
    """Whatever its report says: five frames with a lumbar spine bent further than it goes."""
    motion = SpineMotion.load(fitted / "good.npz")
    assert failed(judge_motion(motion, Gate())) == []
    q = motion.q.copy()
    q[:5, motion.coordinate_names.index("L3_flexion")] += 0.6
    (reason,) = failed(judge_motion(replace(motion, q=q), Gate()))
    assert reason.startswith("coordinates beyond their range 5 (L3_flexion by")


REPORT: dict[str, Any] = {
    "frames": 300,
    "frames_interpolated": [],
    "markers": {
        "rms_worst_mm": 5.0,
        "rms_worst_frame": 3,
        "max_mm": 12.0,
        "worst_marker": "left_knee",
        "worst_frame": 3,
    },
    "conditioned_markers": {"rms_worst_mm": 5.0, "max_mm": 12.0},
    "placement": {"trunk": {"marker": "C7", "mm": 12.0}, "limbs": {"marker": "LANK", "mm": 31.0}},
    "conditioning": {"spikes": {}, "filter": {"cutoff_hz": None}},
    "limits": {"violations": 0, "largest_violation": None, "regions": {}},
    "beyond_range": {"frames": 0, "degrees": 0.0, "region": "", "frame": 0},
    "vertebra_sigma_mm": {"rms": 12.7, "worst": 17.3, "vertebra": "T12"},
    "jumps": {"count": 0, "largest_degrees": 2.0, "segment": "C2", "frame": 7},
    "travel": {
        "fastest_m_s": 1.3,
        "fastest_frame": 40,
        "floor_m": 0.01,
        "lifted_m": 0.0,
        "slide_m_s": 0.1,
        "perched": 0.0,
        "afloat": {"frames": 0, "high_m": 0.0, "frame": 0},
    },
}


VIOLATED = {
    "violations": 2,
    "regions": {},
    "largest_violation": {"degrees": 3.0, "coordinate": "L3_flexion", "frame": 8},
}


BENT = {"degrees": 27.5, "region": "lumbar_flexion", "frame": 29}


def conditioning(cutoff: float | None = None, **spikes: int) -> dict[str, Any]:
    """So many rejected samples per marker."""
    return {
        "conditioning": {
            "spikes": {n: {"frames": list(range(k)), "mm": [90.0] * k} for n, k in spikes.items()},
            "filter": {"cutoff_hz": cutoff},
        }
    }


def placed(trunk: float = 12.0, limbs: float = 31.0) -> dict[str, Any]:
    """Markers so many millimetres off their places."""
    return {"placement": {"trunk": {"marker": "C7", "mm": trunk}, "limbs": {"marker": "LANK", "mm": limbs}}}


def travels(**change: Any) -> dict[str, Any]:
    """Another travel."""
    return {"travel": {**REPORT["travel"], **change}}


def pressed(share: float) -> dict[str, Any]:
    """A region that stands at its limit for that share of the frames."""
    regions = {"lumbar_flexion": {"pressed": 0.1, "most": 1.0}, "cervical_flexion": {"pressed": share, "most": 1.0}}
    return {"limits": {**REPORT["limits"], "regions": regions}}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"markers": {**REPORT["markers"], "rms_worst_mm": 20.1}}, "marker RMS of the worst frame 20.1 mm (frame 3)"),
        ({"markers": {**REPORT["markers"], "max_mm": 41.0}}, "largest marker error 41.0 mm (left_knee, frame 3)"),
        (
            {"markers": {**REPORT["markers"], "max_mm": 41.0}, **conditioning(6.0)},
            "largest marker error 41.0 mm (left_knee, frame 3; 12.0 mm after the filter of 6 Hz: too low for",
        ),
        (placed(trunk=41.4), "marker of the trunk off its place throughout 41 mm (C7), limit 40 mm"),
        (placed(limbs=81.0), "marker of the limbs off its place throughout 81 mm (LANK), limit 80 mm"),
        (placed(trunk=39.0, limbs=79.0), None),
        ({"limits": VIOLATED}, "coordinates beyond their range 2 (L3_flexion by 3.0° in frame 8)"),
        ({"limits": VIOLATED, "posture": {"simulated": True}}, None),
        (
            {"beyond_range": {"frames": 4, **BENT}},
            "frames that ask a region for 10° beyond its range 4 of 300 (lumbar flexion by 27.5° in frame 29), limit 3",
        ),
        ({"beyond_range": {"frames": 3, **BENT}}, None),
        ({"frames": 20, "beyond_range": {"frames": 1, **BENT}}, None),
        ({"frames": 20, "beyond_range": {"frames": 2, **BENT}}, "frames that ask a region"),
        (pressed(0.81), "frames with a region at its limit 81% (cervical flexion), limit 80%"),
        (pressed(0.79), None),
        (
            {"vertebra_sigma_mm": {"rms": 73.0, "worst": 123.8, "vertebra": "C1"}},
            "uncertainty of the vertebrae, σ per axis 73.0 mm (C1 123.8 mm), limit 20 mm",
        ),
        ({"vertebra_sigma_mm": {"rms": None, "worst": None, "vertebra": ""}}, None),
        ({**pressed(0.81), "posture": {"simulated": True}}, None),
        (conditioning(C7=2, T8=7), "samples of one marker rejected as spikes 7 (T8), limit 6 in 300 frames"),
        (conditioning(C7=6, T8=6), None),
        ({"frames": 20, **conditioning(C7=2)}, None),
        ({"frames_interpolated": list(range(31))}, "frames filled in 31 of 300"),
        ({"frames_interpolated": list(range(30))}, None),
        ({"jumps": {**REPORT["jumps"], "count": 4}}, "jumps 4 (C2 turns 2.0° into frame 7)"),
        ({"jumps": {**REPORT["jumps"], "count": 3}}, None),
        ({"frames": 20, "jumps": {**REPORT["jumps"], "count": 1}}, None),
        ({"frames": 20, "jumps": {**REPORT["jumps"], "count": 2}}, "jumps 2"),
        (travels(fastest_m_s=12.4), None),
        (travels(fastest_m_s=12.6), "travel of the pelvis, fastest half second 12.6 m/s (up to frame 40; a wrong unit"),
        (travels(floor_m=-0.14), None),
        (travels(floor_m=3.0), "lowest part of the body off the floor, throughout 3.000 m (above it), limit 0.15 m"),
        (travels(floor_m=-0.3), "lowest part of the body off the floor, throughout 0.300 m (below it), limit 0.15 m"),
        (travels(floor_m=None, afloat=None, slide_m_s=None), None),
        (travels(afloat={"frames": 30, "high_m": 1.6, "frame": 55}), None),
        (
            travels(afloat={"frames": 31, "high_m": 1.6, "frame": 55}),
            "frames afloat: nothing holds the body, and it does not fall 31 of 300 (1.60 m high in frame 55",
        ),
    ],
)
def test_the_gate_refuses_for_a_reason(change, reason):
    reasons = failed(judge({**REPORT, **change}, Gate()))
    assert len(reasons) == (reason is not None)
    if reason:
        assert reasons[0].startswith(reason)


def scene_with(tmp_path: Path, folder: Path, accept: str = ""):
    path = tmp_path / "scene.yaml"
    path.write_text(f"name: s\nimages: 2\nclips: ['{folder}/good.npz', '{folder}/bad.npz']\n{accept}\n")
    return load_scene(path)


def test_render_refuses_what_the_gate_refuses_unless_the_scene_accepts_it(folder, tmp_path):
    scene = scene_with(tmp_path, folder)
    fits = {c.source: cached_fit(Clip.load(Path(c.source)), Cache(tmp_path / "cache")) for c in scene.clips}
    with pytest.raises(InputError) as caught:
        refuse(scene, fits)
    assert caught.value.where == f"clip {folder}/bad.npz"
    assert "largest marker error" in str(caught.value)
    assert "accept.clips" in str(caught.value)
    refuse(scene_with(tmp_path, folder, f"accept: {{clips: ['{folder}/bad.npz']}}"), fits)
    every = "fit_rms_mm: 500, fit_max_mm: 500, offset_mm: 900, sigma_mm: 900, jumps: 1, spikes: 1, beyond_range: 1"
    refuse(scene_with(tmp_path, folder, f"accept: {{{every}, pressed: 1}}"), fits)


def test_a_scene_accepts_only_clips_it_has(folder, tmp_path):
    with pytest.raises(InputError, match="no clip of this scene"):
        scene_with(tmp_path, folder, "accept: {clips: [builtin:walking]}")
