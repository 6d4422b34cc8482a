"""The OpenSim model against the numpy tree and the committed file."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from synthgen.biomech.osim.model import build_osim, osim_text
from synthgen.biomech.osim.quick_model import quick_osim
from synthgen.core.bodymodel import reference_body
from synthgen.core.frames import opensim_to_world
from synthgen.core.opensim_api import opensim_module
from synthgen.core.resources import resource

BODY = reference_body()
SHIPPED = pytest.mark.parametrize(
    ("sex", "name"), [("male", "synthgen_body.osim"), ("female", "synthgen_body_female.osim")]
)


def opensim_positions(model, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(S, 3) origins of bodies and (M, 3) markers in the world at q (C,)."""
    state = model.initSystem()
    for name, i in BODY.tree.coordinate_index.items():
        model.getCoordinateSet().get(name).setValue(state, float(q[i]), False)
    model.realizePosition(state)
    place = lambda v: [v.get(i) for i in range(3)]  # noqa: E731
    bodies = [place(model.getBodySet().get(n).getTransformInGround(state).p()) for n in BODY.tree.segment_index]
    markers = [place(model.getMarkerSet().get(n).getLocationInGround(state)) for n in BODY.landmarks]
    return opensim_to_world(np.array(bodies)), opensim_to_world(np.array(markers))


@pytest.mark.parametrize("seed", range(3))
def test_opensim_and_numpy_agree(seed):
    rng = np.random.default_rng(seed)
    low, high = (np.array([getattr(c, s) for c in BODY.tree.coordinates]) for s in ("lower", "upper"))
    q = rng.uniform(np.maximum(low, -3), np.minimum(high, 3))
    body = BODY.scaled(rng.uniform(0.9, 1.1, (len(BODY.tree.segments), 3)))
    origins, markers = opensim_positions(build_osim(body, shapes=False), q)
    world = body.tree.forward(q)
    assert np.abs(origins - world[:, :3, 3]).max() < 1e-6
    points = body.points(world)
    assert np.abs(markers - np.stack([points[n] for n in body.landmarks])).max() < 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_the_quick_model_moves_as_the_written_one(seed):
    """Origins and markers at any angles, and the same ranges; mirrored coordinates have the other sign."""
    rng = np.random.default_rng(seed)
    model, signs = quick_osim(BODY, BODY.landmarks)
    assert (signs < 0).sum() >= 25  # every spinal joint's axes are left-handed
    q = rng.uniform(-1.5, 1.5, len(signs))
    origins, markers = opensim_positions(model, signs * q)
    true_origins, true_markers = opensim_positions(build_osim(BODY, shapes=False), q)
    assert np.abs(origins - true_origins).max() < 1e-9
    assert np.abs(markers - true_markers).max() < 1e-9
    for c, sign in zip(BODY.tree.coordinates, signs, strict=True):
        mine = model.getCoordinateSet().get(c.name)
        assert mine.getDefaultClamped() is (not c.name.startswith("pelvis"))
        assert sorted([sign * mine.getRangeMin(), sign * mine.getRangeMax()]) == [c.lower, c.upper]


def test_ranges_are_clamped_but_the_pelvis_is_free():
    model = build_osim(BODY, shapes=False)
    for c in BODY.tree.coordinates:
        mine = model.getCoordinateSet().get(c.name)
        assert mine.getDefaultClamped() is (not c.name.startswith("pelvis"))
        assert (mine.getRangeMin(), mine.getRangeMax()) == (c.lower, c.upper)


def _told(text: str) -> tuple[str, np.ndarray]:
    """A text with its decimal numbers left out, and those numbers."""
    number = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")
    return number.sub("#", text), np.array([float(n) for n in number.findall(text)])


@SHIPPED
def test_committed_file_is_a_fresh_build(sex, name):
    """Processors without fused multiply-add give other last digits (1e-12 m); all else is the same text."""
    committed = resource(f"opensim_models/{name}").read_text(encoding="utf-8")
    fresh = osim_text(build_osim(reference_body(sex=sex)))
    (words, numbers), (mine, ours) = (_told(text) for text in (committed, fresh))
    assert words == mine, "run scripts/build_osim.py"
    np.testing.assert_allclose(numbers, ours, rtol=1e-10, atol=1e-11, err_msg="run scripts/build_osim.py")


@SHIPPED
def test_committed_file_opens_and_leaves_no_log(sex, name, tmp_path, monkeypatch):
    path = resource(f"opensim_models/{name}")
    monkeypatch.chdir(tmp_path)
    model = opensim_module().Model(str(path))
    model.initSystem()
    assert model.getBodySet().getSize() == len(BODY.tree.segments)
    assert model.getMarkerSet().getSize() == len(BODY.landmarks)
    assert not list(Path(tmp_path).iterdir())


def test_the_script_builds_a_model_of_any_sex_and_stature(tmp_path):
    out = tmp_path / "x.osim"
    script = Path(__file__).resolve().parents[2] / "scripts" / "build_osim.py"
    asked = ["--sex", "female", "--stature", "1.65", "--out", str(out)]
    subprocess.run([sys.executable, str(script), *asked], check=True, capture_output=True)
    assert out.read_text(encoding="utf-8") == osim_text(build_osim(reference_body(sex="female", stature=1.65)))
    alone = subprocess.run([sys.executable, str(script), "--sex", "female"], capture_output=True, text=True)
    assert alone.returncode == 2
    assert "--out" in alone.stderr
