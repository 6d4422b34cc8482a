"""``report.html``: one self-contained page with the contact sheet and the distributions. No script, no network."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthgen.capture.point_sigma import SOURCES
from synthgen.core.pages import render_page
from synthgen.core.skeleton import KEYPOINTS, SPINE_LEVELS, SUBSETS
from synthgen.dataset.pictures import read_image
from synthgen.dataset.report.charts import (
    HIDDEN,
    PLAIN,
    SEEN,
    SIMULATED,
    angle_charts,
    counted,
    flag_rows,
    height_rows,
    reason_rows,
    residual_rows,
    sigma_rows,
)
from synthgen.dataset.report.coverage import coverage_svg
from synthgen.dataset.report.postures import clinical_wording, posture_wording
from synthgen.dataset.report.statistics import Statistics
from synthgen.dataset.report.wording import ClipNote, clip_rows, labels_wording


def report_html(
    out: Path, title: str, plan: dict[str, Any], statistics: Statistics, clips: Sequence[ClipNote] = ()
) -> str:
    """The page as text."""
    return render_page(
        "synthgen.dataset.report",
        "report.html",
        title=title,
        engines=", ".join(sorted(statistics.engines)),
        seed=plan["seed"],
        counts=_counts(statistics, plan["shots"] * plan["cameras"]),
        sheet=_sheet(out),
        labels=_plain(labels_wording(statistics)),
        residuals=residual_rows(statistics),
        sigmas=sigma_rows(statistics),
        sigma_columns=("median", "95 % below", *SOURCES),
        flag_colours=((SEEN, "seen"), (HIDDEN, "hidden")),
        spine_flags=flag_rows(statistics, [KEYPOINTS[i] for i in SUBSETS["spine"]]),
        other_flags=flag_rows(statistics, [n for n in KEYPOINTS if n not in SPINE_LEVELS]),
        reasons=reason_rows(statistics.reasons),
        people=counted((str(k), v, f"{v}") for k, v in sorted(statistics.people_per_image.items())),
        heights=height_rows(statistics.heights),
        clinical=[_plain(text) for text in (posture_wording(statistics), clinical_wording())],
        posture_colours=((PLAIN, "without"), (SIMULATED, "with a simulated posture")),
        postures=counted(((k, n, f"{n}") for k, n in sorted(statistics.postures.items())), SIMULATED),
        angles=angle_charts(statistics),
        coverage=coverage_svg(statistics.coverage.counts),
        clips=clip_rows(statistics, clips),
        versions=", ".join(f"{name} {version}" for name, version in sorted(plan["versions"].items())),
    )


def _counts(statistics: Statistics, planned: int) -> list[tuple[str, str]]:
    """The numbers at the top, each with what it counts."""
    return [
        (f"{statistics.images}", f"images of {planned}"),
        (f"{statistics.annotations}", "annotated people"),
        (f"{len(statistics.characters)}", "characters"),
        (f"{len(statistics.clips)}", "clips"),
        (f"{statistics.median_height:.0f} px", "median height of a person"),
    ]


def _sheet(out: Path, width: int = 1600) -> str:
    """The contact sheet as a JPEG of at most that width, base64; empty where there is none."""
    path = out / "preview.png"
    if not path.exists():
        return ""
    small = read_image(path)
    small.thumbnail((width, 10 * width))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=85)
    return base64.b64encode(buffer.getvalue()).decode()


def _plain(text: str) -> str:
    """Markdown's marks taken out."""
    return text.replace("`", "").replace("**", "")
