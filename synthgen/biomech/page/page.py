"""The report of one fit as a page of its own: verdict, errors, angles, pictures. No script, no network."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from synthgen.biomech.clinical import ClinicalMeasures
from synthgen.biomech.page.figures import (
    clinical_figure,
    embedded,
    error_figure,
    limits_figure,
    moments_figure,
    region_figure,
)
from synthgen.biomech.page.tables import (
    Verdict,
    checks_table,
    clinical_table,
    conditioning_table,
    facts_table,
    guidance_table,
    limits_table,
    markers_table,
    observability_table,
    spikes_table,
    travel_table,
)
from synthgen.biomech.postures.marks import asked_words
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import subject_body

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#1c1f26;background:#fff;max-width:1060px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .4rem}
p.lead{color:#69707d;margin:.2rem 0 1rem}img{width:100%;height:auto;margin-top:.7rem}
.verdict{padding:.6rem 1rem;border-radius:6px;margin:1rem 0}.yes{background:#e3f4eb}.no{background:#fbe6e4}
.verdict ul,.warned ul{margin:.2rem 0 0;padding-left:1.2rem}
.simulated,.warned{background:#fdf1da;padding:.6rem 1rem;border-radius:6px;margin:1rem 0}
.numbers{display:flex;flex-wrap:wrap;gap:1.6rem}.numbers b{display:block;font-size:1.5rem;font-weight:600}
.numbers span,p.small{color:#69707d;font-size:.9rem}
div.wide{overflow-x:auto}td:first-child{min-width:7rem}h1,p,li{overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.15rem .8rem .15rem 0;vertical-align:top;
font-weight:400}th{color:#69707d;border-bottom:1px solid #d9dde4}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.bad{color:#b3312b}.good{color:#1f7a4c}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(22rem,1fr));gap:0 2.5rem}
.bar{display:block;height:.7rem;background:#3a7bd5;border-radius:2px;margin-top:.35rem}
"""


def fit_page(
    motion: SpineMotion, measures: ClinicalMeasures, checks: Sequence[Verdict], evidence: Sequence[str] = ()
) -> str:
    """The page as text.

    Args:
        motion: the fitted motion; what its report does not hold is left out.
        measures: its clinical measures.
        checks: the gate's checks on it.
        evidence: what is observed of the spine and what is the prior's, sentences.
    """
    report, body = motion.report, subject_body(motion)
    markers = report["markers"]
    numbers = [
        (f"{motion.frames}", f"frames at {motion.fps:g} per second"),
        (f"{motion.stature:.2f} m", "estimated stature"),
        (f"{markers['rms_mean_mm']:.1f} mm", "mean marker RMS"),
        (f"{markers['max_mm']:.1f} mm", f"largest error, {markers['worst_marker']}"),
        (f"{report['rhythm_distance_degrees']['rms']:.2f}°", "RMS distance from the rhythm"),
    ]
    parts = [
        f"<h1>{html.escape(motion.name)}</h1>",
        f'<p class="lead">{html.escape(motion.source)} · {html.escape(motion.licence)}</p>',
        _verdict(checks),
        _evidence(evidence),
        _warnings(report.get("reasons", ())),
        _simulated(report.get("posture")),
        '<div class="numbers">' + "".join(f"<div><b>{a}</b><span>{html.escape(b)}</span></div>" for a, b in numbers),
        "</div>",
        embedded(moments_figure(motion, body), "the skeleton at some moments, from the side and from behind"),
        "<h2>The gate</h2>",
        checks_table(checks),
        "<h2>Against OpenSim's guidance</h2>",
        guidance_table(report),
        embedded(error_figure(motion), "marker errors over time"),
        '<p class="small">Distances from the points as they were measured; nothing counts where nothing was measured '
        "or a sample was rejected.</p>",
        "<h2>Markers</h2>",
        markers_table(motion),
        spikes_table(report["conditioning"]["spikes"]),
        '<div class="two"><section><h2>Conditioning</h2>',
        conditioning_table(report["conditioning"]),
        "</section><section><h2>Rhythm, jumps and options</h2>",
        facts_table(report),
        "</section></div>",
        travel_table(report.get("travel")),
        observability_table(report.get("observability")),
        "<h2>Regions of the spine</h2>",
        embedded(region_figure(motion), "angles of the spine's regions over time"),
        '<p class="small">Degrees from neutral standing. The vertebrae are model-derived: points do not stand on '
        "every vertebra, and what they leave open the model's rhythm decides.</p>",
        "<h2>Ranges of motion</h2>",
        limits_table(report),
        embedded(limits_figure(motion, body), "share of each region's range that stands at its limit, over time"),
        "<h2>Clinical measures</h2>",
        clinical_table(measures),
        embedded(clinical_figure(measures, motion.fps), "clinical measures over time"),
        '<p class="small">The green bands are usual values of standing adults. In motion a measure holds the movement '
        "as well as the posture: a side bend has a Cobb angle.</p>",
        _notes(report.get("notes", [])),
    ]
    head = f'<meta charset="utf-8"><title>{html.escape(motion.name)}: spine fit</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def _verdict(checks: Sequence[Verdict]) -> str:
    bad = [c for c in checks if not c.passed]
    if not bad:
        return '<p class="verdict yes"><b>Accepted.</b> Every check of the gate passed.</p>'
    reasons = "".join(f"<li>{html.escape(str(c))}</li>" for c in bad)
    return f'<div class="verdict no"><b>Refused.</b><ul>{reasons}</ul></div>'


def _evidence(sentences: Sequence[str]) -> str:
    """What stands behind the verdict on the spine."""
    if not sentences:
        return ""
    items = "".join(f"<li>{html.escape(s[:1].upper() + s[1:])}.</li>" for s in sentences)
    return f'<div class="warned"><b>Much of this spine is the model\'s word.</b><ul>{items}</ul></div>'


def _warnings(warnings: Sequence[str]) -> str:
    """What the fit itself warns of, whether the gate lets it pass or not."""
    if not warnings:
        return ""
    head = "One warning" if len(warnings) == 1 else f"{len(warnings)} warnings"
    items = "".join(f"<li>{html.escape(str(w))}</li>" for w in warnings)
    return f'<div class="warned"><b>{head} of the fit.</b><ul>{items}</ul></div>'


def _simulated(posture: dict[str, Any] | None) -> str:
    if not posture:
        return ""
    return (
        '<p class="simulated"><b>Simulated posture.</b> '
        f"{html.escape(asked_words(posture['asked']))}. It was added to the fitted motion and was not measured.</p>"
    )


def _notes(notes: Sequence[str]) -> str:
    if not notes:
        return ""
    return "<h2>Notes</h2><ul>" + "".join(f"<li>{html.escape(str(n))}</li>" for n in notes) + "</ul>"
