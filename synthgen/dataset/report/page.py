"""``report.html``: one self-contained page with the contact sheet and the distributions. No script, no network."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core.skeleton import KEYPOINTS, SPINE_LEVELS, SUBSETS, VERTEBRAE
from synthgen.dataset.report.overlay import COLOURS, Rgb, colour_of, side_of
from synthgen.dataset.report.pictures import read_image
from synthgen.dataset.report.postures_page import clinical_histograms, clinical_wording, posture_wording
from synthgen.dataset.report.statistics import Statistics
from synthgen.dataset.report.wording import ClipNote, labels_wording

STYLE = """
:root{color-scheme:light dark;--ink:#1c1f26;--faint:#69707d;--line:#d9dde4;--bar:#3a7bd5;--paper:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaee;--faint:#969ca8;--line:#343a46;--bar:#5b9bff;--paper:#16181d}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:1100px;margin:2rem auto;
padding:0 1rem}
h1{font-size:1.7rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
h3{font-size:1rem;font-weight:600;margin:1.2rem 0 .3rem}
p.lead{color:var(--faint);margin:.2rem 0 1.2rem}
img{width:100%;height:auto;border-radius:6px}
.numbers{display:flex;flex-wrap:wrap;gap:1.6rem}.numbers b{display:block;font-size:1.6rem;font-weight:600}
.numbers span{color:var(--faint)}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(22rem,1fr));gap:0 2.5rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.1rem .5rem .1rem 0;vertical-align:middle;
font-weight:400;white-space:nowrap}th{color:var(--faint);border-bottom:1px solid var(--line)}
td.bar{width:70%}td.n{text-align:right;font-variant-numeric:tabular-nums}
.stack{display:flex;height:.8rem;background:var(--line);border-radius:2px;overflow:hidden}.stack i{display:block}
.key i{display:inline-block;width:.8rem;height:.8rem;border-radius:2px;margin:0 .3rem 0 1rem;vertical-align:-.1rem}
td.wrap{white-space:normal}
"""

SEEN, HIDDEN, OFF = "#2fa36b", "#e0a53a", "transparent"
PLAIN, SIMULATED = "var(--bar)", "#d2693c"


def report_html(
    out: Path, title: str, plan: dict[str, Any], statistics: Statistics, clips: Sequence[ClipNote] = ()
) -> str:
    """The page as text."""
    numbers = [
        (f"{statistics.images}", f"images of {plan['shots'] * plan['cameras']}"),
        (f"{statistics.annotations}", "annotated people"),
        (f"{len(statistics.characters)}", "characters"),
        (f"{len(statistics.clips)}", "clips"),
        (f"{statistics.median_height:.0f} px", "median height of a person"),
    ]
    body = [
        f"<h1>{html.escape(title)}</h1>",
        f'<p class="lead">{html.escape(", ".join(sorted(statistics.engines)))} · seed {plan["seed"]}</p>',
        '<div class="numbers">' + "".join(f"<div><b>{a}</b><span>{b}</span></div>" for a, b in numbers) + "</div>",
        _sheet(out),
        "<h2>Labels are model-derived</h2>",
        f"<p>{html.escape(labels_wording(statistics)).replace('`', '')}</p>",
        '<div class="two"><section><h2>Distance of labelled from fitted vertebrae, mm</h2>',
        _residuals(statistics),
        "</section><section><h2>Spine keypoints</h2>",
        _flags(statistics, [KEYPOINTS[i] for i in SUBSETS["spine"]]),
        "<h2>Where keypoints are</h2>",
        _bars(_shares(statistics.reasons), "of keypoints"),
        "<h2>People per image</h2>",
        _bars([(str(k), v, f"{v}") for k, v in sorted(statistics.people_per_image.items())]),
        "<h2>Height of people in the image, pixels</h2>",
        _heights(statistics),
        "</section></div>",
        "<h2>All other keypoints</h2>",
        _flags(statistics, [n for n in KEYPOINTS if n not in SPINE_LEVELS]),
        "<h2>Clinical angles of the labelled spines</h2>",
        _clinical(statistics),
        "<h2>Clips</h2>",
        _clips(statistics, clips),
        "<h2>Versions</h2>",
        "<p>" + ", ".join(f"{html.escape(k)} {html.escape(v)}" for k, v in sorted(plan["versions"].items())) + "</p>",
    ]
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n'


def _sheet(out: Path, width: int = 1600) -> str:
    path = out / "preview.png"
    if not path.exists():
        return ""
    small = read_image(path)
    small.thumbnail((width, 10 * width))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=85)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<h2>Contact sheet</h2><img alt="contact sheet" src="data:image/jpeg;base64,{data}">'


def _css(colour: Rgb) -> str:
    return f"rgb{colour}".replace(" ", "")


def _bar(shares: Iterable[tuple[float, str]]) -> str:
    parts = "".join(f'<i style="width:{100 * share:.1f}%;background:{colour}"></i>' for share, colour in shares)
    return f'<div class="stack">{parts}</div>'


def _bars(rows: Sequence[tuple[str, float, str]], unit: str = "", colour: str = "var(--bar)") -> str:
    """Name, value and shown number per row; the longest bar is full."""
    most = max((value for _, value, _ in rows), default=1) or 1
    lines = "".join(
        f'<tr><td>{html.escape(name)}</td><td class="bar">{_bar([(value / most, colour)])}</td>'
        f'<td class="n">{shown}</td></tr>'
        for name, value, shown in rows
    )
    head = f"<tr><th></th><th></th><th>{unit}</th></tr>" if unit else ""
    return f"<table>{head}{lines}</table>"


def _shares(counts: dict[str, int]) -> list[tuple[str, float, str]]:
    names = {
        "self": "behind the own body", "person": "behind another person", "object": "behind a thing",
        "off_image": "off the image", "visible": "seen",
    }  # fmt: skip
    total = max(1, sum(counts.values()))
    return [(names.get(k, k), v, f"{v / total:.1%}") for k, v in sorted(counts.items(), key=lambda kv: -kv[1])]


def _residuals(statistics: Statistics) -> str:
    half, most = statistics.residual_mm(0.5), statistics.residual_mm(0.95)
    scale = max(1.0, float(most.max()))
    rows = "".join(
        f'<tr><td>{v}</td><td class="bar">{_residual_bar(v, half[i] / scale, most[i] / scale)}</td>'
        f'<td class="n">{half[i]:.1f}</td><td class="n">{most[i]:.1f}</td></tr>'
        for i, v in reversed(list(enumerate(VERTEBRAE)))
    )
    return f"<table><tr><th></th><th></th><th>median</th><th>95 % below</th></tr>{rows}</table>"


def _residual_bar(vertebra: str, half: float, most: float) -> str:
    colour = _css(colour_of(vertebra))
    return _bar([(half, colour), (most - half, f"color-mix(in srgb,{colour} 35%,transparent)")])


def _flags(statistics: Statistics, names: Sequence[str]) -> str:
    total = max(1, statistics.annotations)
    rows = ""
    for name in names:
        off, hidden, seen = statistics.flags[KEYPOINTS.index(name)] / total
        colour = "inherit" if name in SPINE_LEVELS else _css(COLOURS[side_of(name)])
        dot = "" if side_of(name) == "middle" else f'<span style="color:{colour}">●</span> '
        level = f" ({SPINE_LEVELS[name]})" if name in SPINE_LEVELS else ""
        rows += (
            f'<tr><td>{dot}{name}{level}</td><td class="bar">{_bar([(seen, SEEN), (hidden, HIDDEN), (off, OFF)])}</td>'
            f'<td class="n">{seen:.0%}</td><td class="n">{hidden:.0%}</td></tr>'
        )
    key = "".join(f'<i style="background:{c}"></i>{t}' for c, t in ((SEEN, "seen"), (HIDDEN, "hidden")))
    return (
        f'<p class="key">{key}, else off the image</p>'
        + f"<table><tr><th></th><th></th><th>seen</th><th>hidden</th></tr>{rows}</table>"
    )


def _heights(statistics: Statistics) -> str:
    if not statistics.heights:
        return ""
    top = max(statistics.heights)
    counts, edges = np.histogram(statistics.heights, bins=8, range=(0, top))
    return _bars(
        [(f"{a:.0f} to {b:.0f}", int(n), f"{n}") for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)]
    )


def _clinical(statistics: Statistics) -> str:
    said = (
        html.escape(text).replace("`", "").replace("**", "")
        for text in (posture_wording(statistics), clinical_wording())
    )
    parts = [f"<p>{text}</p>" for text in said]
    if statistics.postures:
        key = ((PLAIN, "without"), (SIMULATED, "with a simulated posture"))
        parts.append('<p class="key">' + "".join(f'<i style="background:{c}"></i>{t}' for c, t in key) + "</p>")
        counted = [(kind, people, f"{people}") for kind, people in sorted(statistics.postures.items())]
        parts.append(f"<h3>Simulated postures</h3>{_bars(counted, 'annotations', SIMULATED)}")
    parts.append('<div class="two">')
    for title, rows in clinical_histograms(statistics):
        most = max(a + b for _, a, b in rows)
        lines = "".join(
            f'<tr><td>{name}</td><td class="bar">{_bar([(a / most, PLAIN), (b / most, SIMULATED)])}</td>'
            f'<td class="n">{a + b}</td></tr>'
            for name, a, b in rows
        )
        parts.append(f"<section><h3>{html.escape(title)}</h3><table>{lines}</table></section>")
    return "".join(parts) + "</div>"


def _clips(statistics: Statistics, clips: Sequence[ClipNote]) -> str:
    notes = {note.clip: note for note in clips}
    rows = ""
    for clip, people in sorted(statistics.clips.items()):
        note = notes.get(clip)
        fit = f"{note.fit_rms_mm:.1f}" if note and note.fit_rms_mm is not None else ""
        rows += (
            f'<tr><td>{html.escape(clip)}</td><td class="n">{people}</td>'
            f'<td class="n">{len(statistics.clip_frames[clip])}</td><td class="n">{fit}</td>'
            f'<td class="wrap">{html.escape(note.licence if note else "")}</td></tr>'
        )
    head = "<tr><th>clip</th><th>people</th><th>frames used</th><th>fit RMS, mm</th><th>licence</th></tr>"
    return f"<table>{head}{rows}</table>"
