"""The report page: what it must say, whatever a fit holds."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from synthgen.biomech.clinical_angles import clinical_measures
from synthgen.biomech.fit import fit_clip
from synthgen.biomech.options import FitOptions
from synthgen.biomech.page.courses import error_figure
from synthgen.biomech.page.drawing import MOST_POINTS, envelope, png
from synthgen.biomech.page.page import fit_page
from synthgen.biomech.page.skeleton import facing_forward
from synthgen.biomech.report.fit_report import GateDecision
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.acceptance import Criterion
from synthgen.core.bodymodel import reference_body

from .synthetic import clip_of, lively

VOID = {"meta", "img", "br"}


GOOD = Criterion("marker RMS", "3 mm", "20 mm", True)
BAD = Criterion("jumps", "7", "1", False, "C2 at frame 81")


class Balanced(HTMLParser):
    """Every element that is opened is closed in its place."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def motion() -> SpineMotion:
    return fit_clip(clip_of(reference_body(), lively(reference_body(), 4)))


def page(motion: SpineMotion, *checks: Criterion, evidence: tuple[str, ...] = ()) -> str:
    gate = GateDecision(all(c.passed for c in checks), checks or (GOOD,), evidence)
    text = fit_page(replace(motion, report=replace(motion.report, gate=gate)), clinical_measures(motion))
    parser = Balanced()
    parser.feed(text)
    assert parser.open == []
    return text


def test_it_says_accepted_or_refused_and_why(motion):
    assert "Accepted." in page(motion)
    text = page(motion, GOOD, BAD)
    assert "Refused." in text
    assert "Accepted." not in text
    assert text.count("C2 at frame 81") == 2
    assert "<li>jumps 7 (C2 at frame 81), limit 1</li>" in text


def test_without_a_decision_it_shows_none(motion):
    text = fit_page(motion, clinical_measures(motion))
    assert "The gate" not in text and "Accepted." not in text and "Refused." not in text


def test_it_says_what_is_the_models_word(motion):
    assert "the model&#39;s word" not in page(motion) and "model's word.</b>" not in page(motion)
    assert "model's word.</b><ul><li>Set by the prior: a &lt; b.</li></ul>" in page(
        motion, evidence=("set by the prior: a < b",)
    )


def test_it_lists_every_warning_under_the_verdict(motion):
    quiet = page(replace(motion, report=replace(motion.report, reasons=())))
    assert "of the fit.</b>" not in quiet and 'class="warned"' not in quiet
    many = tuple(f"M{i} stands <b> {i} mm from its place" for i in range(20))
    for checks in ((), (GOOD, BAD)):
        text = page(replace(motion, report=replace(motion.report, reasons=many)), *checks)
        assert text.index('class="verdict') < text.index("20 warnings of the fit") < text.index("The gate")
        assert text.count("<li>M") == 20 and "stands &lt;b&gt;" in text


def test_names_from_files_are_no_markup(motion):
    text = page(replace(motion, name="<b>x", source="a<script>", licence="<i>"))
    assert "<script" not in text
    assert "&lt;b&gt;x" in text


def test_it_shows_what_the_clip_determines(motion):
    text = page(motion)
    assert "What the clip determines" in text
    assert text.count("set by the prior") + text.count(">observed<") == 24


def test_markers_that_were_never_seen_do_not_break_the_plots(motion):
    blind = replace(motion, marker_error=np.full_like(motion.marker_error, np.nan))
    with Image.open(BytesIO(png(error_figure(blind)))) as picture:
        assert picture.width > 800


def test_the_same_fit_gives_the_same_page(motion):
    assert page(motion) == page(motion)


def test_people_are_turned_to_face_right():
    body = reference_body()
    q = body.neutral()[0]
    q[body.tree.coordinate_index["pelvis_rotation"]] = 2.0
    q[:2] = 5.0, -3.0
    turned = facing_forward(body.tree.forward(q))
    assert np.allclose(turned, body.tree.forward(body.neutral()[0]), atol=1e-9)


def test_it_shows_spikes_gaps_filter_and_raw_errors():
    """A clip at 100 fps with a spike, a short and a long gap, and a filter."""
    body = reference_body()
    clip = clip_of(body, lively(body, 60), fps=100.0)
    clip.points["T8"][30] += (0.0, 0.15, 0.0)
    clip.points["left_knee"][10:14] = np.nan
    clip.points["left_ankle"][20:45] = np.nan
    motion = fit_clip(clip, FitOptions(cutoff_hz=8.0))
    text = page(motion)
    assert "Rejected spikes" in text and re.search(r"T8</td><td class=\"n\">1</td><td class=\"n\">1\d\d mm", text)
    assert "Butterworth, zero lag, order 4, 8 Hz: as asked" in text
    rows = {m[1]: m[2] for m in re.finditer(r"<tr><td>(\w+)</td><td><i.*?</td>(.*?)</tr>", text)}
    cells = {n: re.findall(r"<td class=\"n\">(.*?)</td>", r) for n, r in rows.items()}
    assert cells["left_knee"][-4:] == ["93.3%", "", "4", ""]
    assert cells["left_ankle"][-4:] == ["58.3%", "", "", "25"]
    assert cells["T8"][-4:] == ["98.3%", "1", "1", ""]
    assert "Rejected spikes" not in page(fit_clip(clip_of(body, lively(body, 3))))


def test_a_thinned_out_course_keeps_its_peaks_and_gaps():
    values = np.sin(np.arange(50_000) / 900)
    values[31_234] = 40.0
    values[10_000:20_000] = np.nan
    time, kept = envelope(np.arange(50_000) / 100, values)
    assert len(kept) <= MOST_POINTS and (np.diff(time) >= 0).all()
    assert np.nanmax(kept) == 40.0 and time[np.nanargmax(kept)] == 312.34
    assert np.isnan(kept[(time > 101) & (time < 199)]).all()
    few = np.arange(5.0)
    assert envelope(few, few)[1] is few


def test_a_long_recording_makes_no_larger_a_page(motion):
    """2,400 and 6,000 frames: a fit of four repeated, without the fitting."""

    def often(values: np.ndarray, times: int) -> np.ndarray:
        return np.concatenate([values] * times)

    sizes = []
    for times in (600, 1500):
        names = ("q", "transforms", "marker_error")
        sizes.append(len(page(replace(motion, **{n: often(getattr(motion, n), times) for n in names}))))
    assert max(sizes) < 1.1 * min(sizes) < 1_500_000
