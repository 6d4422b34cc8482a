"""Known motions put into the model come back."""

from dataclasses import replace

import numpy as np
import pytest

from synthgen.biomech.fit import fit_clip
from synthgen.biomech.observations import observe
from synthgen.biomech.options import FitOptions
from synthgen.biomech.solving.assembly import Assembly
from synthgen.biomech.solving.reduction import PELVIS
from synthgen.biomech.solving.solution import CHUNK
from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError

from .synthetic import TWO_PART_TRUNK, clip_of, lively, off_rhythm, region_degrees, vertebra_errors

BODY = reference_body()
PALPATED = TWO_PART_TRUNK - {"lumbar_joint", "neck_base"} | {"C7", "T8", "sacrum"}


def rms(x: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(x))))


def bent(region: str, plane: str, degrees: float, frames: int = 12) -> np.ndarray:
    """From neutral to a bend of one region, standing on the floor."""
    q = BODY.spine_coordinates({f"{region}_{plane}": np.radians(np.linspace(0, degrees, frames))})
    q[:, 2] = 0.93
    return q


@pytest.mark.parametrize("points", [None, PALPATED], ids=["all points", "palpated points"])
@pytest.mark.parametrize(
    ("region", "plane", "degrees"),
    [("lumbar", "flexion", 30), ("lumbar", "lateral", 20), ("lumbar", "lateral", -20), ("thoracic", "rotation", 15)],
)
def test_a_known_bend_comes_back(region, plane, degrees, points):
    motion = fit_clip(clip_of(BODY, bent(region, plane, degrees), points))
    found = region_degrees(motion, region, plane, BODY)
    assert found[-1] == pytest.approx(degrees, abs=2)
    assert found[0] == pytest.approx(0, abs=2)


def test_a_crushing_coordinate_weight_would_be_noticed():
    """The published mistake: weight 1 on coordinates that are asked to be 0 leaves nothing of a 30° bend."""
    seen, _ = observe(clip_of(BODY, bent("lumbar", "flexion", 30)), BODY)
    upright = bent("lumbar", "flexion", 0)
    straight, markers = np.zeros((12, len(BODY.tree.coordinates) - PELVIS)), len(seen.point_names)
    column = BODY.rhythm[:, BODY.rhythm_names.index("lumbar_flexion")] != 0
    found = []
    for tie in (1.0, 1e-5):
        weights = np.full(straight.shape[1], tie * markers)
        q = Assembly(BODY, seen).solved(upright, np.arange(12), straight, weights)
        found.append(np.degrees(q[-1, column].sum()))
    assert found[0] < 10
    assert found[1] == pytest.approx(30, abs=4)


@pytest.mark.parametrize("size", [0.9, 1.0, 1.1])
def test_vertebrae_of_noise_free_clips_come_back(size):
    body = BODY.scaled(np.full((len(BODY.tree.segments), 3), size))
    q = lively(body, 24)
    motion = fit_clip(clip_of(body, q))
    assert rms(vertebra_errors(body, q, motion)) < 1.0
    assert motion.stature == pytest.approx(body.stature, abs=0.005)
    assert motion.report.verdict == "accept"


@pytest.mark.parametrize("seed", [0, 1])
def test_vertebrae_come_back_when_the_truth_has_another_rhythm(seed):
    q = off_rhythm(BODY, lively(BODY, 24, seed), 0.3, seed)
    motion = fit_clip(clip_of(BODY, q))
    assert rms(vertebra_errors(BODY, q, motion)) < 6.0


def test_vertebrae_come_back_from_c7_t8_and_joints_alone():
    """A moderate exercise: half of what the trunk can do."""
    q = off_rhythm(BODY, lively(BODY, 24, 2), 0.3, 2)
    q[:, 6:] *= 0.5
    motion = fit_clip(clip_of(BODY, q, PALPATED))
    assert rms(vertebra_errors(BODY, q, motion)) < 6.0


def test_a_two_part_trunk_fits_sensibly():
    """No point on the back at all; published for such data: 12–14 mm RMS."""
    q = lively(BODY, 24, 3)
    q[:, 6:] *= 0.5
    motion = fit_clip(clip_of(BODY, q, TWO_PART_TRUNK))
    assert rms(vertebra_errors(BODY, q, motion)) < 14.0
    assert motion.report.verdict == "accept"


def test_parts_of_other_proportions():
    factors = np.ones((len(BODY.tree.segments), 3))
    for name, factor in (("left_thigh", 1.1), ("right_thigh", 1.1), ("left_forearm", 0.92), ("right_forearm", 0.92)):
        factors[BODY.tree.segment_index[name]] = factor
    body = BODY.scaled(factors)
    q = lively(body, 16)
    motion = fit_clip(clip_of(body, q))
    assert motion.scale[BODY.tree.segment_index["left_thigh"], 2] == pytest.approx(1.1, abs=0.01)
    assert motion.scale[BODY.tree.segment_index["right_forearm"], 2] == pytest.approx(0.92, abs=0.01)
    assert rms(vertebra_errors(body, q, motion)) < 1.5


def test_left_is_left():
    q = BODY.neutral(4)
    q[:, 2] = 0.93
    q[:, BODY.tree.coordinate_index["left_shoulder_abduction"]] = 1.2
    motion = fit_clip(clip_of(BODY, q))
    assert motion.segment("left_forearm")[0, 1, 3] > 0.4
    assert abs(motion.segment("right_forearm")[0, 1, 3] + 0.18) < 0.02


def test_missing_points_and_frames_are_left_out_and_reported():
    q = lively(BODY, 20)
    clip = clip_of(BODY, q)
    for values in clip.points.values():
        values[7] = np.nan
    for values in clip.orientations.values():
        values[7] = np.nan
    clip.points["C7"][:5] = np.nan
    clip.points["left_knee"][12:15] = np.nan
    motion = fit_clip(clip, FitOptions(max_gap=0))
    assert np.isfinite(motion.transforms).all() and np.isfinite(motion.q).all()
    assert motion.report.frames_interpolated == (7,)
    assert motion.report.verdict == "warn"
    assert any(note.startswith("C7 missing in 6 of 20") for note in motion.report.notes)
    assert np.isnan(motion.marker_error[7]).all()
    measured = np.arange(20) != 7
    assert rms(vertebra_errors(BODY, q, motion)[measured]) < 2.0
    assert rms(vertebra_errors(BODY, q, motion)[7]) < 60.0


def test_a_clip_without_a_usable_frame_is_refused():
    clip = clip_of(BODY, lively(BODY, 3))
    empty = replace(clip, points={n: np.full_like(p, np.nan) for n, p in clip.points.items()})
    with pytest.raises(InputError, match="no frame"):
        fit_clip(empty)
    with pytest.raises(InputError, match="too few points"):
        fit_clip(replace(clip, points={"nose": clip.points["C7"]}))


def test_one_frame():
    q = lively(BODY, 5)[2:3]
    motion = fit_clip(clip_of(BODY, q))
    assert motion.transforms.shape == (1, len(BODY.tree.segments), 4, 4)
    assert rms(vertebra_errors(BODY, q, motion)) < 10.0


def test_points_off_by_decimetres_are_named_in_the_verdict():
    clip = clip_of(BODY, lively(BODY, 8))
    clip.points["T8"][3] += (0.0, 0.2, 0.0)
    report = fit_clip(clip).report
    assert report.verdict == "warn"
    assert (report.markers.worst_marker, report.markers.worst_frame) == ("T8", 3)


def test_angles_stay_within_their_ranges():
    q = lively(BODY, 12)
    q[:, BODY.tree.coordinate_index["L3_flexion"]] += 0.6  # more than a joint can do
    motion = fit_clip(clip_of(BODY, q))
    low, high = (np.array([getattr(c, s) for c in BODY.tree.coordinates]) for s in ("lower", "upper"))
    assert (motion.q >= low).all() and (motion.q <= high).all()
    assert motion.report.limits.violations == 0
    assert motion.report.limits.share_of_frames_with_a_level_at_its_limit > 0


def test_the_same_clip_gives_the_same_bytes_and_no_log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    clip = clip_of(BODY, lively(BODY, 6))
    for name in ("a.npz", "b.npz"):
        fit_clip(clip).save(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.npz", "b.npz"]


def test_the_number_of_processes_changes_nothing():
    """A stretch and a bit: the second process gets the bit."""
    clip = clip_of(BODY, lively(BODY, CHUNK + 40), PALPATED)
    one, two = fit_clip(clip), fit_clip(clip, workers=2)
    assert np.array_equal(one.q, two.q)
    assert one.report == two.report
    assert np.array_equal(one.vertebra_sigma, two.vertebra_sigma)


def test_joints_of_chunks_do_not_show():
    """A slow motion over the border of two chunks that are fitted apart: no step there."""
    clip = clip_of(BODY, lively(BODY, CHUNK + 40), PALPATED)
    steps = np.linalg.norm(np.diff(fit_clip(clip).segment("T8")[CHUNK - 30 :, :3, 3], axis=0), axis=-1)
    assert steps[29] < 2 * np.median(steps) + 1e-3


def test_the_rhythm_can_be_chosen():
    """Lower levels bend most by body.yaml, upper ones by Christophy 2012; the region's angle is the same."""
    clip = clip_of(BODY, bent("lumbar", "flexion", 20), PALPATED)
    levels = [f"{v}_flexion" for v in ("L4", "L3", "L2", "L1")]
    for rhythm, most in (("body", "L4_flexion"), ("christophy2012", "L1_flexion")):
        motion = fit_clip(clip, FitOptions(rhythm=rhythm))
        assert motion.report.rhythm == rhythm
        found = {n: motion.q[-1, motion.coordinate_names.index(n)] for n in levels}
        assert max(found, key=lambda n: found[n]) == most
        published = reference_body(rhythm).rhythm[[motion.coordinate_names.index(n) for n in levels]].max(1)
        assert np.allclose(list(found.values()) / sum(found.values()), published / published.sum(), atol=0.03)
        assert region_degrees(motion, "lumbar", "flexion", BODY)[-1] == pytest.approx(20, abs=2)


def test_an_unknown_rhythm_is_refused():
    with pytest.raises(InputError, match="unknown rhythm") as error:
        fit_clip(clip_of(BODY, lively(BODY, 3)), FitOptions(rhythm="swing"))
    assert "christophy2012" in str(error.value)


def test_points_that_flicker_and_frames_without_any():
    """Every second value missing at random: too long for gaps to be closed here, and nothing may fall over."""
    rng = np.random.default_rng(0)
    clip = clip_of(BODY, lively(BODY, 60))
    for values in (*clip.points.values(), *clip.orientations.values()):
        values[rng.random(60) < 0.5] = np.nan
    for values in (*clip.points.values(), *clip.orientations.values()):
        values[20:25] = np.nan
    motion = fit_clip(clip, FitOptions(max_gap=0))
    assert np.isfinite(motion.q).all()
    assert motion.report.frames_interpolated[:5] == (20, 21, 22, 23, 24)
    assert np.isnan(motion.vertebra_sigma[20:25]).all()
    assert np.isfinite(np.delete(motion.vertebra_sigma, motion.report.frames_interpolated, 0)).all()
