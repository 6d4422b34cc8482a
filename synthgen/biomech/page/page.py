"""The report of one fit as a page of its own: verdict, errors, angles, pictures. No script, no network."""

from __future__ import annotations

from synthgen.biomech.clinical import ClinicalMeasures
from synthgen.biomech.page.courses import clinical_figure, error_figure, limits_figure, region_figure
from synthgen.biomech.page.drawing import encoded
from synthgen.biomech.page.marker_tables import (
    conditioning_table,
    guidance_table,
    markers_table,
    soft_markers,
    spikes_table,
)
from synthgen.biomech.page.motion_tables import checks_table, travel_table
from synthgen.biomech.page.opensim_table import opensim_table
from synthgen.biomech.page.skeleton import moments_figure
from synthgen.biomech.page.spine_tables import clinical_table, facts_table, limits_table, observability_table
from synthgen.biomech.postures.marks import asked_words, spine_words
from synthgen.biomech.report.fit_report import GateDecision
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import subject_body
from synthgen.core.acceptance import Verdict
from synthgen.core.pages import render_page


def fit_page(motion: SpineMotion, measures: ClinicalMeasures) -> str:
    """The page as text.

    Args:
        motion: the fitted motion; without the gate's decision in its report the page shows none.
        measures: its clinical measures.
    """
    report, body = motion.report, subject_body(motion)
    return render_page(
        "synthgen.biomech.page",
        "fit.html",
        name=motion.name,
        origin=f"{motion.source} · {motion.licence}",
        gate=report.gate,
        refusals=Verdict(report.gate.checks).refusals if report.gate else (),
        evidence=_sentences(report.gate),
        warnings=report.reasons,
        posture=asked_words(report.posture.asked) if report.posture else "",
        spine=spine_words(report),
        counts=_counts(motion),
        checks=checks_table(report.gate) if report.gate else None,
        guidance=guidance_table(report),
        markers=markers_table(motion),
        soft=soft_markers(report),
        spikes=spikes_table(report.conditioning.spikes),
        conditioning=conditioning_table(report.conditioning),
        facts=facts_table(report),
        opensim=opensim_table(report.opensim),
        travel=travel_table(report.travel),
        observability=observability_table(report.observability),
        limits=limits_table(report),
        clinical=clinical_table(measures),
        notes=report.notes,
        pictures={
            "moments": encoded(moments_figure(motion, body)),
            "errors": encoded(error_figure(motion)),
            "regions": encoded(region_figure(motion)),
            "limits": encoded(limits_figure(motion, body)),
            "clinical": encoded(clinical_figure(measures, motion.fps)),
        },
    )


def _counts(motion: SpineMotion) -> list[tuple[str, str]]:
    """The numbers at the top, each with what it is."""
    markers, rhythm = motion.report.markers, motion.report.rhythm_distance_degrees
    return [
        (f"{motion.frames}", f"frames at {motion.fps:g} per second"),
        (f"{motion.stature:.2f} m", "estimated stature"),
        (f"{markers.rms_mean_mm:.1f} mm", "mean marker RMS"),
        (f"{markers.max_mm:.1f} mm", f"largest error, {markers.worst_marker}"),
        (f"{rhythm.rms:.2f}°", "RMS distance from the rhythm"),
    ]


def _sentences(gate: GateDecision | None) -> list[str]:
    """What stands behind the verdict on the spine, each with a capital and a full stop."""
    return [f"{s[:1].upper()}{s[1:]}." for s in gate.evidence] if gate else []
