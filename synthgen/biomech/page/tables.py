"""Tables of the report page, as HTML."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from synthgen.biomech.clinical import ClinicalMeasures, constants
from synthgen.biomech.report import MAX_LIMIT, RMS_LIMIT
from synthgen.biomech.spine_motion import SpineMotion

_LISTED = 12
"""Frames that are named of one marker's spikes."""


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


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int] = ()) -> str:
    """A table that scrolls where it is too wide; cells are HTML, columns of ``numeric`` stand at the right."""

    def row(cells: Sequence[str], tag: str) -> str:
        kinds = [f'{tag} class="n"' if i in numeric else tag for i in range(len(cells))]
        return "<tr>" + "".join(f"<{k}>{c}</{tag}>" for k, c in zip(kinds, cells, strict=True)) + "</tr>"

    return f'<div class="wide"><table>{row(head, "th")}{"".join(row(r, "td") for r in rows)}</table></div>'


def checks_table(checks: Sequence[Verdict]) -> str:
    """The gate's rows."""
    rows = [
        [*(html.escape(x) for x in (c.name, c.measured, c.limit, c.where)), _good(c.passed, "refused")] for c in checks
    ]
    return table(("check", "measured", "limit", "where", ""), rows)


def guidance_table(report: Mapping[str, Any]) -> str:
    """Marker errors against what OpenSim's guide asks of inverse kinematics."""
    raw, fitted = report["markers"], report["conditioned_markers"]
    frame = f"frame {raw['rms_worst_frame']}"
    marker = html.escape(f"{raw['worst_marker']}, frame {raw['worst_frame']}" if raw["worst_marker"] else "")
    rows = []
    for name, key, limit, where in (
        ("marker RMS, mean over frames", "rms_mean_mm", RMS_LIMIT, ""),
        ("marker RMS, worst frame", "rms_worst_mm", RMS_LIMIT, frame),
        ("largest marker error", "max_mm", MAX_LIMIT, marker),
    ):
        good = raw[key] <= 1e3 * limit
        values = [f"{r[key]:.1f} mm" for r in (raw, fitted)]
        rows.append([name, f"below {1e3 * limit:g} mm", *values, where, _good(good, "above")])
    return table(("", "guidance", "as measured", "after conditioning", "where", ""), rows, (1, 2, 3))


def markers_table(motion: SpineMotion) -> str:
    """Every marker's residuals against the points as measured, and what was measured of it."""
    report = motion.report
    rms, most = (report["markers"][f"per_marker_{k}_mm"] for k in ("rms", "max"))
    largest = max(rms.values(), default=0) or 1
    gaps, spikes, offsets = report["conditioning"]["gaps"], report["conditioning"]["spikes"], report["offsets_mm"]
    seen = dict(zip(motion.marker_names, np.isfinite(motion.marker_error).mean(0).tolist(), strict=True))
    rows = [
        [
            html.escape(name),
            f'<i class="bar" style="width:{9 * value / largest:.2f}rem"></i>',
            f"{value:.1f}",
            f"{most[name]:.1f}",
            f"{offsets[name]:.0f}" if name in offsets else "",
            f"{seen[name]:.1%}",
            str(len(spikes[name]["frames"])) if name in spikes else "",
            *(str(gaps[name][k]) if name in gaps and gaps[name][k] else "" for k in ("closed", "left_open")),
        ]
        for name, value in sorted(rms.items(), key=lambda item: -item[1])
    ]
    head = ("marker", "", "RMS, mm", "largest, mm", "always off by, mm", "measured", "spikes", "closed", "left open")
    out = table(head, rows, range(2, 9))
    soft = report.get("soft_markers")
    if soft:
        told = ", ".join(f"{html.escape(n)} {v:.1f} mm" for n, v in soft["per_marker_rms_mm"].items())
        out += f'<p class="small">No anatomical points, so fitted with little weight and not judged: {told} RMS.</p>'
    return out


def spikes_table(spikes: Mapping[str, Any]) -> str:
    """Which samples were rejected and how far they were off; nothing when there are none."""
    if not spikes:
        return ""
    rows = []
    for name, row in spikes.items():
        unit = "mm" if "mm" in row else "degrees"
        frames = ", ".join(map(str, row["frames"][:_LISTED])) + (", …" if len(row["frames"]) > _LISTED else "")
        low, high = (f"{x:.0f}" for x in (min(row[unit]), max(row[unit])))
        away = (low if low == high else f"{low} to {high}") + (" mm" if unit == "mm" else "°")
        rows.append([html.escape(name), str(len(row["frames"])), away, frames])
    return "<h2>Rejected spikes</h2>" + table(("", "samples", "off by", "frames"), rows, (1, 2))


def conditioning_table(done: Mapping[str, Any]) -> str:
    """Noise, filter and gaps."""
    filtered, gaps = done["filter"], done["gaps"]
    cutoff = f", order {filtered['order']}, {filtered['cutoff_hz']:g} Hz" if filtered["cutoff_hz"] else ""
    closed, left = (sum(g[k] for g in gaps.values()) for k in ("closed", "left_open"))
    noise = "unknown" if done["noise_mm"] is None else f"{done['noise_mm']:.2f} mm"
    rejected = sum(len(row["frames"]) for row in done["spikes"].values())
    rows = [
        ["noise of the clip's points, per axis", noise],
        ["filter", html.escape(f"{filtered['kind']}{cutoff}: {filtered['why']}")],
        ["samples rejected as spikes", str(rejected)],
        [f"samples in gaps that were closed (up to {done['max_gap_s']:g} s)", str(closed)],
        ["samples in gaps that were left open", str(left)],
    ]
    return table(("", ""), rows)


def facts_table(report: Mapping[str, Any]) -> str:
    """Rhythm, jumps and what was chosen."""
    rhythm, jumps = report["rhythm_distance_degrees"], report["jumps"]
    turn = f"{jumps['largest_degrees']:.1f}°"
    if jumps["segment"]:
        turn += f" ({jumps['segment']}, frame {jumps['frame']})"
    rows = [
        ["distance of single levels from the rhythm", f"{rhythm['rms']:.2f}° RMS, {rhythm['max']:.2f}° at most"],
        ["largest turn of a vertebra in one frame", turn],
        ["frames filled in for want of markers", str(len(report["frames_interpolated"]))],
    ]
    if report.get("rhythm"):
        rows.append(["rhythm", html.escape(str(report["rhythm"]))])
    if report.get("options"):
        rows.append(["reference adult", html.escape(str(report["options"]["sex"]))])
    return table(("", ""), rows)


def travel_table(travel: Mapping[str, Any] | None) -> str:
    """Travel, floor and posture; nothing of a report that was made without them."""
    if not travel:
        return ""
    afloat, slide, floor = travel["afloat"], travel["slide_m_s"], travel["floor_m"]
    shares = ", ".join(
        f"{name.replace('_', ' ')} in {travel[name]:.0%} of frames" for name in ("level", "upside_down") if travel[name]
    )
    unknown = "the floor is not known"
    held = unknown if afloat is None else str(afloat["frames"])
    held += f", up to {afloat['high_m']:.2f} m high" if afloat and afloat["frames"] else ""
    rows = [
        [
            "fastest half second of the pelvis",
            f"{travel['fastest_m_s']:.2f} m/s, up to frame {travel['fastest_frame']}",
        ],
        ["lowest part of the body over the floor", unknown if floor is None else f"{floor:.3f} m"],
        ["moved onto the floor by", f"{travel['lifted_m']:+.3f} m".replace("-", "−")],
        ["frames in which nothing holds the body and it does not fall", held],
        ["frames that rest high over the floor", "–" if floor is None else f"{travel['perched']:.0%}"],
        ["slide of what touches the floor, median", "–" if slide is None else f"{slide:.2f} m/s"],
        ["tilt of the trunk, median", f"{travel['trunk_degrees']:.0f}°" + (f"; {shares}" if shares else "")],
    ]
    return "<h2>Travel and floor</h2>" + table(("", ""), rows)


def limits_table(report: Mapping[str, Any]) -> str:
    """How the motion uses the ranges of its joints, region by region where one stands at its limit."""
    limits, beyond = report["limits"], report["beyond_range"]
    worst, mean = limits["largest_violation"], limits["published_mean"]
    passed = (
        f"{limits['violations']} values, {worst['coordinate']} by {worst['degrees']:.1f}° in frame {worst['frame']}"
        if worst
        else "none"
    )
    asked = (
        f"{beyond['region'].replace('_', ' ')} for {beyond['degrees']:.1f}° in frame {beyond['frame']}; more than 10° "
        f"in {beyond['frames']} frames"
        if beyond["region"]
        else "nothing"
    )
    over = f"{mean['share_of_frames']:.1%} of frames" + (
        f", most {mean['coordinate']} by {mean['degrees']:.1f}° in frame {mean['frame']}"
        if "coordinate" in mean
        else ""
    )
    rows = [
        ["beyond the model's ranges", html.escape(passed)],
        ["asked for beyond the range of a region, if it were let", html.escape(asked)],
        ["a level at its limit", f"{limits['share_of_frames_with_a_level_at_its_limit']:.1%} of frames"],
        ["beyond the published mean ranges, which the model widens by a quarter", html.escape(over)],
    ]
    for name, row in limits["regions"].items():
        rows.append(
            [
                f"{html.escape(name.replace('_', ' '))} at its limit",
                f"{row['pressed']:.1%} of frames; at most {row['most']:.0%} of its range used up",
            ]
        )
    return table(("", ""), rows)


def observability_table(seen: Mapping[str, Mapping[str, Any]] | None) -> str:
    """What the clip determines: the angles of the regions, and how a region shares them out to its levels."""
    if not seen:
        return ""
    rows = [
        [
            html.escape(name.replace("_", " ")),
            f"{row['measured_share']:.0%}",
            f"± {row['sigma_degrees']:.1f}°",
            _judged(row["verdict"]),
            f"{row['levels_measured_share']:.0%}",
            _judged(row["levels"]),
        ]
        for name, row in seen.items()
    ]
    head = ("angle", "measured", "σ", "the region's total", "measured", "its levels' shares")
    return (
        "<h2>What the clip determines</h2>"
        + table(head, rows, (1, 2, 4))
        + '<p class="small">Share of an angle\'s usual variance that the measurements remove; the prior and the rhythm '
        "set the rest.</p>"
    )


def clinical_table(measures: ClinicalMeasures) -> str:
    """Median, least and most of every clinical measure."""
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
    return table(("measure", "median", "least", "most", "usual standing", "definition"), rows, (1, 2, 3))


def _judged(verdict: str) -> str:
    return f'<span class="good">{html.escape(verdict)}</span>' if verdict == "observed" else html.escape(verdict)


def _good(good: bool, otherwise: str) -> str:
    return '<span class="good">good</span>' if good else f'<b class="bad">{otherwise}</b>'
