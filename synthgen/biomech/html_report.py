"""The report of one fit as a page of its own: verdict, errors, angles, pictures. No script, no network."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any, Protocol

from synthgen.biomech.clinical import ClinicalMeasures, constants
from synthgen.biomech.html_report_figures import (
    clinical_figure,
    embedded,
    error_figure,
    moments_figure,
    region_figure,
)
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import subject_body

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#1c1f26;background:#fff;max-width:1060px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .4rem}
p.lead{color:#69707d;margin:.2rem 0 1rem}img{width:100%;height:auto}
.verdict{padding:.6rem 1rem;border-radius:6px;margin:1rem 0}.yes{background:#e3f4eb}.no{background:#fbe6e4}
.simulated{background:#fdf1da;padding:.6rem 1rem;border-radius:6px;margin:1rem 0}
.numbers{display:flex;flex-wrap:wrap;gap:1.6rem}.numbers b{display:block;font-size:1.5rem;font-weight:600}
.numbers span,p.small{color:#69707d;font-size:.9rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.15rem .8rem .15rem 0;vertical-align:top;
font-weight:400}th{color:#69707d;border-bottom:1px solid #d9dde4}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.bad{color:#b3312b}.good{color:#1f7a4c}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(22rem,1fr));gap:0 2.5rem}
.bar{display:block;height:.7rem;background:#3a7bd5;border-radius:2px;margin-top:.35rem}
"""


class Verdict(Protocol):
    """One check of the gate."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def measured(self) -> str: ...  # noqa: D102
    @property
    def limit(self) -> str: ...  # noqa: D102
    @property
    def passed(self) -> bool: ...  # noqa: D102
    @property
    def where(self) -> str: ...  # noqa: D102


def fit_page(motion: SpineMotion, measures: ClinicalMeasures, checks: Sequence[Verdict]) -> str:
    """The page as text.

    Args:
        motion: the fitted motion; what its report does not hold is left out.
        measures: its clinical measures.
        checks: the gate's checks on it.
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
        _simulated(report.get("posture")),
        '<div class="numbers">' + "".join(f"<div><b>{a}</b><span>{html.escape(b)}</span></div>" for a, b in numbers),
        "</div>",
        embedded(moments_figure(motion, body), "the skeleton at some moments, from the side and from behind"),
        "<h2>Against OpenSim's guidance and the gate</h2>",
        _checks(checks),
        embedded(error_figure(motion), "marker errors over time"),
        '<div class="two"><section><h2>Markers</h2>',
        _markers(report),
        "</section><section><h2>Limits, rhythm, noise and jumps</h2>",
        _facts(report),
        "</section></div>",
        _observability(report.get("observability")),
        "<h2>Regions of the spine</h2>",
        embedded(region_figure(motion), "angles of the spine's regions over time"),
        '<p class="small">Degrees from neutral standing. The vertebrae are model-derived: points do not stand on '
        "every vertebra, and what they leave open the model's rhythm decides.</p>",
        "<h2>Clinical measures</h2>",
        _clinical(measures),
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


def _simulated(posture: dict[str, Any] | None) -> str:
    if not posture:
        return ""
    asked = ", ".join(f"{k.replace('_', ' ')} {_said(v)}" for k, v in posture["asked"].items())
    return (
        '<p class="simulated"><b>Simulated posture.</b> '
        f"{html.escape(asked)}. It was added to the fitted motion and was not measured.</p>"
    )


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return "(" + ", ".join(f"{k} {_said(v)}" for k, v in value.items()) + ")"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int] = ()) -> str:
    """A table; cells are HTML, columns of ``numeric`` stand at the right."""

    def row(cells: Sequence[str], tag: str) -> str:
        kinds = [f'{tag} class="n"' if i in numeric else tag for i in range(len(cells))]
        return "<tr>" + "".join(f"<{k}>{c}</{tag}>" for k, c in zip(kinds, cells, strict=True)) + "</tr>"

    return f"<table>{row(head, 'th')}{''.join(row(r, 'td') for r in rows)}</table>"


def _checks(checks: Sequence[Verdict]) -> str:
    rows = [
        [
            html.escape(c.name),
            html.escape(c.measured),
            html.escape(c.limit),
            html.escape(c.where),
            '<span class="good">good</span>' if c.passed else '<b class="bad">refused</b>',
        ]
        for c in checks
    ]
    return _table(("check", "measured", "limit", "where", ""), rows)


def _markers(report: dict[str, Any]) -> str:
    rms = report["markers"]["per_marker_rms_mm"]
    most = max(rms.values(), default=0) or 1
    rows = [
        [html.escape(n), f'<i class="bar" style="width:{12 * v / most:.2f}rem"></i>', f"{v:.1f}"]
        for n, v in sorted(rms.items(), key=lambda item: -item[1])
    ]
    out = _table(("marker", "", "RMS, mm"), rows, (2,))
    soft = report.get("soft_markers")
    if soft:
        told = ", ".join(f"{html.escape(n)} {v:.1f} mm" for n, v in soft["per_marker_rms_mm"].items())
        out += f'<p class="small">No anatomical points, so fitted with little weight and not judged: {told} RMS.</p>'
    return out


def _facts(report: dict[str, Any]) -> str:
    limits, rhythm, jumps = report["limits"], report["rhythm_distance_degrees"], report["jumps"]
    turn = f"{jumps['largest_degrees']:.1f}°"
    if jumps["segment"]:
        turn += f" ({jumps['segment']}, frame {jumps['frame']})"
    rows = [
        ["coordinates beyond their range", str(limits["violations"])],
        ["frames with a spinal level at its limit", f"{limits['share_of_frames_with_a_level_at_its_limit']:.1%}"],
        ["distance of single levels from the rhythm", f"{rhythm['rms']:.2f}° RMS, {rhythm['max']:.2f}° at most"],
        ["largest turn of a vertebra in one frame", turn],
    ]
    rows += _conditioning(report.get("conditioning"))
    if report.get("rhythm"):
        rows.append(["rhythm", html.escape(str(report["rhythm"]))])
    at = limits["share_of_frames_at_limit"]
    rows += [[f"{html.escape(name)} at its limit", f"{share:.1%} of frames"] for name, share in at.items()]
    return _table(("", ""), rows)


def _observability(seen: dict[str, dict[str, Any]] | None) -> str:
    """What the clip determines: the angles of the regions, and how a region shares them out to its levels."""
    if not seen:
        return ""
    rows = []
    for name, row in seen.items():
        rows.append(
            [
                html.escape(name.replace("_", " ")),
                f"{row['measured_share']:.0%}",
                f"± {row['sigma_degrees']:.1f}°",
                _judged(row["verdict"]),
                f"{row['levels_measured_share']:.0%}",
                _judged(row["levels"]),
            ]
        )
    head = ("angle", "measured", "σ", "the region's total", "measured", "its levels' shares")
    return (
        "<h2>What the clip determines</h2>"
        + _table(head, rows, (1, 2, 4))
        + '<p class="small">Share of an angle\'s usual variance that the measurements remove; the prior and the rhythm '
        "set the rest.</p>"
    )


def _judged(verdict: str) -> str:
    return f'<span class="good">{html.escape(verdict)}</span>' if verdict == "observed" else html.escape(verdict)


def _conditioning(done: dict[str, Any] | None) -> list[list[str]]:
    """Rows on gaps and filter."""
    if not done:
        return []
    kind, cutoff = done["filter"]["kind"], done["filter"].get("cutoff_hz")
    gaps = done["gaps"]
    closed, left = (sum(g[k] for g in gaps.values()) for k in ("closed", "left_open"))
    noise = "unknown" if done["noise_mm"] is None else f"{done['noise_mm']:.2f} mm"
    return [
        ["noise of the clip's points", noise],
        ["filter", html.escape(kind + (f", {cutoff:g} Hz" if cutoff else ""))],
        ["gaps", f"{closed} values closed, {left} left open" if gaps else "none"],
    ]


def _clinical(measures: ClinicalMeasures) -> str:
    facts, rows = constants()["measures"], []
    for name, row in measures.summary().items():
        fact = facts[name]
        unit = "°" if fact["unit"] == "deg" else " mm"
        numbers = ["–" if row[k] is None else f"{row[k]:.1f}{unit}".replace("-", "−") for k in ("median", "min", "max")]
        low, high = fact["usual"]
        where = f", largest {row['upper']} to {row['lower']}" if name == "cobb" else ""
        rows.append(
            [
                html.escape(fact["title"]),
                *numbers,
                f"{low} to {high}{unit}".replace("-", "−"),
                html.escape(fact["definition"] + where),
            ]
        )
    return _table(("measure", "median", "least", "most", "usual standing", "definition"), rows, (1, 2, 3))


def _notes(notes: Sequence[str]) -> str:
    if not notes:
        return ""
    return "<h2>Notes</h2><ul>" + "".join(f"<li>{html.escape(str(n))}</li>" for n in notes) + "</ul>"
