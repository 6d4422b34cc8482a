"""The report's processor seconds, by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from synthgen.cluster.summary import RunSummary
from synthgen.core.processes.usage import Spent
from synthgen.pipeline.render_report import RenderReport, report_of

SUMMARY = RunSummary(
    out="o",
    images=10,
    images_planned=12,
    seconds=4.0,
    stage_seconds={"capture": 6.0, "engine": 0.0},
    stage_cpu_seconds={"capture": 1.0, "engine": 2.5, "engine start": 0.5},
    peak_rss_mb={},
    cores=2,
    workers=2,
    retries=0,
    failed=(),
    reason="",
    pending=(),
    busy_share=0.9,
)


def _report(summary: RunSummary = SUMMARY) -> RenderReport:
    return report_of(
        summary,
        {"fit": Spent(2.0, 1.5)},
        Spent(7.0, 8.0),
        {"preparation": 1.0, "rendering": 5.0},
        first_image_s=3.0 if summary.images else None,
        out=Path("o"),
        annotations=Path("a"),
        preview=Path("p"),
    )


def test_every_processor_second_belongs_to_one_kind_of_process() -> None:
    report = _report()
    assert report.process_cpu_seconds == {"driver": 2.0, "preparation": 1.0, "worker": 2.0, "engine": 3.0}
    assert sum(report.process_cpu_seconds.values()) == report.cpu_seconds == 8.0
    assert report.cpu_s_per_image == 0.8
    assert report.stage_cpu_seconds == {"fit": 1.5, "capture": 1.0, "engine": 2.5, "engine start": 0.5}
    assert report.stage_seconds == {"fit": 2.0, "capture": 6.0, "engine": 0.0}


def test_what_the_command_took_before_it_began_is_the_drivers() -> None:
    report = _report().begun_earlier(Spent(0.5, 0.25))
    assert (report.seconds, report.first_image_s) == (7.5, 3.5)
    assert report.cpu_s_per_image == 0.825
    assert report.process_cpu_seconds["driver"] == 2.25
    assert (report.stage_seconds["start"], report.stage_cpu_seconds["start"]) == (0.5, 0.25)
    assert "0.82 processor seconds an image: driver 2.2 s" in report.text()
    assert "the first image after 3.5 s" in report.text()
    assert "cores busy 90% after the first image" in report.text()


def test_a_run_with_nothing_to_do_has_no_rates() -> None:
    report = _report(replace(SUMMARY, images=0)).begun_earlier(Spent(0.5, 0.25))
    assert report.cpu_s_per_image is None
    assert report.first_image_s is None
    assert "processor seconds an image" not in report.text()
