"""The report's numbers against motions whose faults are known."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from synthgen.biomech.clinical_angles import clinical_measures
from synthgen.biomech.fit import fit_clip
from synthgen.biomech.gate.judge import decision, judge
from synthgen.biomech.options import FitOptions
from synthgen.biomech.postures.kinds import Posture
from synthgen.biomech.postures.simulated import apply_posture
from synthgen.biomech.report.fit_report import FitReport
from synthgen.biomech.report.spine import FurtherMarkers, RhythmDistance
from synthgen.biomech.report.summary import fit_summary
from synthgen.biomech.reporting.build import rhythm_distance
from synthgen.core.bodydata import rhythm_tables
from synthgen.core.bodymodel import reference_body
from synthgen.core.bodyparts import spine_coordinate
from synthgen.core.errors import InputError
from synthgen.core.skeleton import SPINE_SEGMENTS

from .synthetic import TWO_PART_TRUNK, clip_of, lively


def distance(rhythm: str, off: dict[str, float]) -> RhythmDistance:
    """Of a frame that follows the rhythm but for some coordinates that are off by so many degrees."""
    body = reference_body(rhythm)
    q = np.atleast_2d(body.spine_coordinates({"lumbar_flexion": 0.5, "thoracic_lateral": -0.3}))
    for name, degrees in off.items():
        q[0, body.tree.coordinate_index[name]] += np.radians(degrees)
    return rhythm_distance(body, q)


@pytest.mark.parametrize("rhythm", rhythm_tables())
@pytest.mark.parametrize("level", SPINE_SEGMENTS[1:])
def test_every_level_that_leaves_the_rhythm_is_seen(rhythm, level):
    """T12 has no share of Christophy's lumbar table; one that bends all the same is 6 degrees off."""
    assert distance(rhythm, {}) == RhythmDistance(rms=0.0, max=0.0)
    for plane in ("flexion", "lateral", "rotation"):
        assert distance(rhythm, {spine_coordinate(level, plane): 6.0}).max > 0.5


@pytest.fixture(scope="module")
def report() -> FitReport:
    """Of a fit that has something of everything."""
    body = reference_body()
    clip = clip_of(body, lively(body, 60), set(TWO_PART_TRUNK) | {"C7"}, fps=100.0)
    clip.points["C7"][30] += (0.0, 0.15, 0.0)
    clip.points["left_knee"][10:14] = np.nan
    motion = apply_posture(fit_clip(clip, FitOptions(cutoff_hz=8.0)), Posture("mine", thoracic_kyphosis=60.0))
    judged = decision(motion.report, judge(motion.report))
    more = FurtherMarkers(("T8",), 5.7, {}, {"lumbar_flexion": 6.0})
    return replace(motion.report, clinical=clinical_measures(motion).summary(), gate=judged, further_markers=more)


def test_a_report_comes_back_from_json_as_it_was(report):
    assert report.posture and report.gate and report.clinical and report.further_markers and report.soft_markers
    assert report.conditioning.spikes and report.conditioning.gaps
    text = json.dumps(report.to_dict())
    again = FitReport.from_dict(json.loads(text))
    assert again == report
    assert json.dumps(again.to_dict()) == text


def test_json_has_no_key_of_what_is_not_there(report):
    bare = replace(report, posture=None, clinical=None, gate=None, further_markers=None).to_dict()
    assert not {"posture", "clinical", "gate"} & set(bare)
    assert bare["further_markers"] is None  # looked for, and not needed
    assert set(report.to_dict()["conditioning"]["spikes"]["C7"]) == {"frames", "mm"}


@pytest.mark.parametrize(
    ("fault", "got"),
    [
        (lambda d: d.pop("markers"), "markers: Field required"),
        (lambda d: d.update(more=1), "more: Unexpected"),
        (lambda d: d["markers"].update(max_mm="much"), "markers.max_mm: Input should be a valid number"),
        (lambda d: d["placement"].update(limbs=3), "placement.limbs: Input should be"),
    ],
)
def test_a_report_that_does_not_fit_is_refused_by_name(report, fault, got):
    data = report.to_dict()
    fault(data)
    with pytest.raises(InputError, match="this is no FitReport") as caught:
        FitReport.from_dict(data, where="a.npz")
    assert caught.value.where == "a.npz" and caught.value.got is not None and caught.value.got.startswith(got)


def test_the_short_report_has_the_numbers_of_the_whole(report):
    """Whatever both hold is the same; what grows with the clip is counted."""
    whole, short = report.to_dict(), fit_summary(report).to_dict()
    same = set(short) - {"markers", "conditioning", "limits", "frames_interpolated"}
    assert {k: short[k] for k in same} == {k: whole[k] for k in same}
    for part in ("markers", "limits"):
        assert short[part].items() <= whole[part].items()
    assert short["conditioning"]["spikes"] == {"C7": 1}
    assert short["conditioning"]["samples_closed"] == report.conditioning.samples_closed == 5
    assert short["frames_interpolated"] == 0
