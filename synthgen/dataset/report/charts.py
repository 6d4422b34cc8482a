"""Charts of the report as rows of bars: shares and counts → what the template writes down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synthgen.capture.point_sigma import SOURCES
from synthgen.core.skeleton import KEYPOINTS, SPINE_LEVELS, VERTEBRAE
from synthgen.dataset.report.overlay import COLOURS, Rgb, colour_of, side_of
from synthgen.dataset.report.postures import clinical_histograms
from synthgen.dataset.report.statistics import Statistics

SEEN, HIDDEN, OFF = "#2fa36b", "#e0a53a", "transparent"
PLAIN, SIMULATED = "var(--bar)", "#d2693c"

REASONS = {
    "self": "behind the own body",
    "person": "behind another person",
    "object": "behind a thing",
    "off_image": "off the image",
    "visible": "seen",
}
"""Kind of reason → the words for it."""


@dataclass(frozen=True)
class ChartRow:
    """One row of a chart.

    Attributes:
        name: what the row is about.
        bar: pieces of its bar, each a width in percent of the column and a CSS colour.
        numbers: what stands to the right of it.
        dot: CSS colour of a dot before the name; empty for none.
    """

    name: str
    bar: tuple[tuple[str, str], ...]
    numbers: tuple[str, ...]
    dot: str = ""


def bar(*pieces: tuple[float, str]) -> tuple[tuple[str, str], ...]:
    """A bar of (share of the column 0…1, CSS colour)."""
    return tuple((f"{100 * share:.1f}", colour) for share, colour in pieces)


def counted(rows: Iterable[tuple[str, float, str]], colour: str = PLAIN) -> list[ChartRow]:
    """Rows of (name, value, number shown); the longest bar is full."""
    rows = list(rows)
    most = max((value for _, value, _ in rows), default=1) or 1
    return [ChartRow(name, bar((value / most, colour)), (shown,)) for name, value, shown in rows]


def reason_rows(counts: Mapping[str, int]) -> list[ChartRow]:
    """Why keypoints are seen or not, the most frequent first."""
    total = max(1, sum(counts.values()))
    ordered = sorted(counts.items(), key=lambda kv: -kv[1])
    return counted((REASONS.get(kind, kind), n, f"{n / total:.1%}") for kind, n in ordered)


def residual_rows(statistics: Statistics) -> list[ChartRow]:
    """Retarget residual per vertebra from C1 down: median, and what 95 % of the people stay below, mm."""
    half, most = statistics.residual_mm(0.5), statistics.residual_mm(0.95)
    scale = max(1.0, float(most.max()))
    rows = []
    for i, vertebra in reversed(list(enumerate(VERTEBRAE))):
        colour = _css(colour_of(vertebra))
        faded = f"color-mix(in srgb,{colour} 35%,transparent)"
        pieces = bar((half[i] / scale, colour), (most[i] / scale - half[i] / scale, faded))
        rows.append(ChartRow(vertebra, pieces, (f"{half[i]:.1f}", f"{most[i]:.1f}")))
    return rows


def sigma_rows(statistics: Statistics) -> list[ChartRow]:
    """One standard deviation of the labels, mm: median, what 95 % stay below, and the RMS that each source adds."""
    rows = statistics.sigmas.rows()
    scale = max([1.0, *(most for _, _, most, _ in rows)])
    faded = "color-mix(in srgb,var(--bar) 35%,transparent)"
    out = []
    for name, half, most, sources in rows:
        numbers = (f"{half:.1f}", f"{most:.1f}", *((f"{v:.1f}" for v in sources) if sources else "–" * len(SOURCES)))
        out.append(ChartRow(name, bar((half / scale, PLAIN), ((most - half) / scale, faded)), numbers))
    return out


def flag_rows(statistics: Statistics, names: Sequence[str]) -> list[ChartRow]:
    """Shares of annotations in which keypoints are seen, hidden and off the image."""
    total = max(1, statistics.annotations)
    rows = []
    for name in names:
        off, hidden, seen = statistics.flags[KEYPOINTS.index(name)] / total
        side = side_of(name)
        level = f" ({SPINE_LEVELS[name]})" if name in SPINE_LEVELS else ""
        pieces = bar((seen, SEEN), (hidden, HIDDEN), (off, OFF))
        dot = "" if side == "middle" else _css(COLOURS[side])
        rows.append(ChartRow(f"{name}{level}", pieces, (f"{seen:.0%}", f"{hidden:.0%}"), dot))
    return rows


def height_rows(heights: Sequence[float]) -> list[ChartRow]:
    """Heights of boxes in pixels, in eight bins; none for an empty dataset."""
    if not heights:
        return []
    counts, edges = np.histogram(heights, bins=8, range=(0, max(heights)))
    bins = zip(edges[:-1], edges[1:], counts, strict=True)
    return counted((f"{a:.0f} to {b:.0f}", int(n), f"{n}") for a, b, n in bins)


def angle_charts(statistics: Statistics) -> list[tuple[str, list[ChartRow]]]:
    """Clinical measure → its distribution, people without and with a simulated posture stacked."""
    charts = []
    for title, bins in clinical_histograms(statistics):
        most = max(a + b for _, a, b in bins)
        rows = [ChartRow(n, bar((a / most, PLAIN), (b / most, SIMULATED)), (f"{a + b}",)) for n, a, b in bins]
        charts.append((title, rows))
    return charts


def _css(colour: Rgb) -> str:
    return f"rgb{colour}".replace(" ", "")
