"""The dataset's card: ``README.md`` for people and catalogues, ``report.html`` with pictures and distributions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthgen.capture.point_sigma import SOURCES
from synthgen.core.files.whole import write_whole
from synthgen.core.pages import render_page
from synthgen.core.skeleton import KEYPOINTS, VERTEBRAE
from synthgen.dataset.layout import ANNOTATIONS, committed, failed_shots, read_plan
from synthgen.dataset.report.page import report_html
from synthgen.dataset.report.postures import clinical_rows, clinical_wording, posture_rows, posture_wording
from synthgen.dataset.report.statistics import Statistics, count
from synthgen.dataset.report.wording import ClipNote, clip_rows, labels_wording

REGIONS: dict[str, tuple[str, ...]] = {
    "lumbar (L5 to L1)": VERTEBRAE[:5],
    "thoracic (T12 to T1)": VERTEBRAE[5:17],
    "cervical (C7 to C1)": VERTEBRAE[17:],
}

_WARNINGS = 5
"""Warnings of one clip's fit that the card lists."""


def write_card(out: Path, clips: Sequence[ClipNote] = (), title: str | None = None) -> Path:
    """Writes ``README.md`` and ``report.html`` from what is committed; the same dataset gives the same bytes.

    Args:
        out: the dataset.
        clips: sources, licences and fits of the clips, as far as they are known.
        title: the dataset's name; the folder's by default.

    Returns:
        The path of ``README.md``.
    """
    out = Path(out)
    plan = read_plan(out)
    statistics = count(out)
    title = title or out.resolve().name
    text = card_text(title, plan, statistics, clips, len(committed(out)), failed_shots(out))
    write_whole(out / "report.html", report_html(out, title, plan, statistics, clips).encode())
    write_whole(out / "README.md", text.encode())
    return out / "README.md"


def card_text(
    title: str,
    plan: dict[str, Any],
    statistics: Statistics,
    clips: Sequence[ClipNote],
    shards: int,
    failed: Sequence[int],
) -> str:
    """The card as Markdown."""
    return render_page(
        "synthgen.dataset.report",
        "card.md.jinja",
        title=title,
        images=_many(statistics.images, "rendered image"),
        sizes=", ".join(f"{w}×{h}" for w, h in sorted(statistics.sizes)),
        annotations=_many(statistics.annotations, "annotation"),
        characters=_many(len(statistics.characters), "character"),
        motion_clips=_many(len(statistics.clips), "motion clip"),
        missing=max(0, plan["shots"] * plan["cameras"] - statistics.images),
        set_aside=", ".join(map(str, failed)),
        labels=labels_wording(statistics),
        residuals=_residual_rows(statistics),
        sigmas=_sigma_rows(statistics),
        sources=SOURCES,
        annotations_file=ANNOTATIONS,
        image_format=plan["output"]["image"],
        depth=plan["output"]["depth"],
        shards=_many(shards, "shard"),
        visibility=_visibility_rows(statistics),
        clips=clip_rows(statistics, clips),
        warnings=_clip_warnings(statistics, clips),
        posture_wording=posture_wording(statistics),
        postures=posture_rows(statistics),
        clinical_wording=clinical_wording(),
        clinical=clinical_rows(statistics),
        seed=plan["seed"],
        scene=plan["scene"],
        versions=sorted(plan.get("versions", {}).items()),
        engines=sorted(statistics.engines),
    )


def _residual_rows(statistics: Statistics) -> list[tuple[str, str, str]]:
    """Region of the spine, the mean of its vertebrae's medians, and the largest of their 95th percentiles, mm."""
    half, most = statistics.residual_mm(0.5), statistics.residual_mm(0.95)
    rows = []
    for name, levels in REGIONS.items():
        at = [VERTEBRAE.index(v) for v in levels]
        rows.append((name, f"{half[at].mean():.1f}", f"{most[at].max():.1f}"))
    return rows


def _sigma_rows(statistics: Statistics) -> list[tuple[str, ...]]:
    """Part of the body, median and 95 % of its points' sigma, and what each source adds, mm."""
    return [
        (name, f"{half:.1f}", f"{most:.1f}", *((f"{v:.1f}" for v in sources) if sources else "–" * len(SOURCES)))
        for name, half, most, sources in statistics.sigmas.rows()
    ]


def _visibility_rows(statistics: Statistics) -> list[tuple[str, str, str, str]]:
    """Keypoint, and the shares of annotations in which it is seen, hidden and off the image."""
    shares = statistics.flags / max(1, statistics.annotations)
    named = zip(KEYPOINTS, shares, strict=True)
    return [(name, f"{seen:.0%}", f"{hidden:.0%}", f"{off:.0%}") for name, (off, hidden, seen) in named]


def _clip_warnings(statistics: Statistics, clips: Sequence[ClipNote]) -> list[str]:
    """The clips of the dataset whose fits carry warnings, with the first of them."""
    warned = [note for note in clips if note.warnings and note.clip in statistics.clips]
    rows = []
    for note in sorted(warned, key=lambda n: n.clip):
        more = len(note.warnings) - _WARNINGS
        rest = f"; and {more} more" if more > 0 else ""
        rows.append(f"{note.clip}: {'; '.join(note.warnings[:_WARNINGS])}{rest}")
    return rows


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")
