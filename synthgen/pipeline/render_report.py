"""What a finished run made and how fast: for programs, and for a person to read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthgen.cluster.summary import RunSummary
from synthgen.core.processes.usage import Spent
from synthgen.pipeline.first_few import first_few


@dataclass(frozen=True)
class RenderReport:
    """What a finished run made and how fast.

    Attributes:
        out: the dataset's folder.
        annotations: the COCO file.
        preview: the contact sheet.
        images: images of the whole dataset; ``rendered`` of them were made by this run.
        seconds: wall-clock seconds of the whole command, ``render_seconds`` of the rendering with workers' start.
        images_per_s: rendered images per second of ``render_seconds``.
        first_image_s: seconds from the command's start to the first finished image; None when none was rendered.
        busy_share: processor seconds of this run's processes from the first image to the last, as a share of what
            ``cores`` could give.
        cpu_seconds: processor seconds of the command and of all its processes, user and system.
        cpu_s_per_image: ``cpu_seconds`` for each rendered image; None when none was rendered.
        process_cpu_seconds: of them: ``driver`` (this process), ``preparation`` (processes of fits),
            ``worker`` and ``engine``.
        stage_seconds: stage → seconds; those inside workers are summed over them.
        stage_cpu_seconds: stage → processor seconds; ``engine`` and ``engine start`` are the engine's own; ``shots``,
            in which bodies and motions are made too, ``capture`` and ``write`` the worker's; the others the driver's
            with the processes that it started for the stage. ``bodies`` is what of ``shots`` new bodies took.
        peak_rss_mb: process kind → largest resident set of one process, MB.
        cores, workers: processor cores that may be used, worker processes.
        retries: tries beyond the first.
        mended: what was damaged in the folder and has been made anew, one sentence each.
        warnings: clip → what its fit warns of although it is accepted; clips without warnings are
            left out.
    """

    out: Path
    annotations: Path
    preview: Path
    images: int
    rendered: int
    seconds: float
    render_seconds: float
    images_per_s: float
    stage_seconds: dict[str, float]
    peak_rss_mb: dict[str, float]
    cores: int
    workers: int
    retries: int
    first_image_s: float | None = None
    busy_share: float = 0.0
    cpu_seconds: float = 0.0
    cpu_s_per_image: float | None = None
    process_cpu_seconds: dict[str, float] = dataclasses.field(default_factory=dict)
    stage_cpu_seconds: dict[str, float] = dataclasses.field(default_factory=dict)
    mended: tuple[str, ...] = ()
    warnings: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        paths = {"out": str(self.out), "annotations": str(self.annotations), "preview": str(self.preview)}
        return {**dataclasses.asdict(self), **paths}

    def begun_earlier(self, spent: Spent) -> RenderReport:
        """The report of a command that took so much before it could begin: to start Python and load libraries."""
        total = Spent(self.seconds, self.cpu_seconds) + spent
        driver = self.process_cpu_seconds.get("driver", 0.0) + spent.cpu
        return dataclasses.replace(
            self,
            seconds=round(total.wall, 2),
            cpu_seconds=round(total.cpu, 2),
            cpu_s_per_image=round(total.cpu / self.rendered, 4) if self.rendered else None,
            first_image_s=None if self.first_image_s is None else round(self.first_image_s + spent.wall, 2),
            stage_seconds={"start": round(spent.wall, 2), **self.stage_seconds},
            stage_cpu_seconds={"start": round(spent.cpu, 2), **self.stage_cpu_seconds},
            process_cpu_seconds={**self.process_cpu_seconds, "driver": round(driver, 2)},
        )

    def text(self) -> str:
        """What a person wants to read at the end."""
        stages = sorted(self.stage_seconds.items(), key=lambda item: -item[1])
        first = "" if self.first_image_s is None else f", the first image after {self.first_image_s:.1f} s"
        return "\n".join(
            [
                f"{self.images} images in {self.out} ({self.rendered} rendered now, {self.retries} retries)",
                f"  speed    {self.images_per_s:.2f} images/s over {self.render_seconds:.1f} s of rendering, "
                f"{self.seconds:.1f} s in all{first}; {self.workers} workers on {self.cores} cores",
                *self._processors(),
                "  stages   " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in stages),
                "  memory   " + ", ".join(f"{kind} {mb:.0f} MB" for kind, mb in sorted(self.peak_rss_mb.items())),
                f"  labels   {self.annotations}",
                f"  preview  {self.preview}",
                *(f"  mended   {text}" for text in self.mended),
                *(
                    f"  warning  clip {clip}: " + "; ".join(first_few(told, 2, "see 'synthgen fit'"))
                    for clip, told in self.warnings.items()
                ),
            ]
        )

    def _processors(self) -> list[str]:
        """One line on processor seconds, where images were rendered."""
        if self.cpu_s_per_image is None:
            return []
        kinds = ", ".join(f"{kind} {seconds:.1f} s" for kind, seconds in self.process_cpu_seconds.items())
        return [
            f"  work     {self.cpu_s_per_image:.2f} processor seconds an image: {kinds}; "
            f"cores busy {self.busy_share:.0%} after the first image"
        ]


def report_of(
    summary: RunSummary,
    stages: Mapping[str, Spent],
    total: Spent,
    children: Mapping[str, float],
    **fields: Any,
) -> RenderReport:
    """The report of a run.

    Args:
        summary: what became of the shots.
        stages: what the stages before and after took.
        total: what all of it took, with all processes.
        children: processor seconds of the processes of ``preparation`` and ``rendering``.
        fields: the report's other fields.
    """
    engine = sum(summary.stage_cpu_seconds.get(stage, 0.0) for stage in ("engine", "engine start"))
    processes = {
        "driver": total.cpu - sum(children.values()),
        "preparation": children["preparation"],
        "worker": max(children["rendering"] - engine, 0.0),
        "engine": engine,
    }
    return RenderReport(
        images=summary.images_planned,
        rendered=summary.images,
        seconds=round(total.wall, 2),
        render_seconds=round(summary.seconds, 2),
        images_per_s=round(summary.images_per_s, 3),
        busy_share=summary.busy_share,
        cpu_seconds=round(total.cpu, 2),
        cpu_s_per_image=round(total.cpu / summary.images, 4) if summary.images else None,
        process_cpu_seconds=_rounded(processes),
        stage_seconds=_rounded({k: v.wall for k, v in stages.items()} | summary.stage_seconds),
        stage_cpu_seconds=_rounded({k: v.cpu for k, v in stages.items()} | summary.stage_cpu_seconds),
        peak_rss_mb=summary.peak_rss_mb,
        cores=summary.cores,
        workers=summary.workers,
        retries=summary.retries,
        mended=summary.repaired,
        **fields,
    )


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {k: round(v, 2) for k, v in values.items()}
