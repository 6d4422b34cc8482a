"""What a finished run made and how fast: for programs, and for a person to read."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
        stage_seconds: stage → seconds; stages inside workers are summed over workers.
        peak_rss_mb: process kind → largest resident set of one process, MB.
        cores, workers: processor cores that may be used, worker processes.
        retries: tries beyond the first.
        mended: what was damaged in the folder and has been made anew, one sentence each.
        warnings: clip → what its fit and its rig motions warn of although they are accepted; clips without warnings are
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
    mended: tuple[str, ...] = ()
    warnings: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        paths = {"out": str(self.out), "annotations": str(self.annotations), "preview": str(self.preview)}
        return {**dataclasses.asdict(self), **paths}

    def text(self) -> str:
        """What a person wants to read at the end."""
        stages = sorted(self.stage_seconds.items(), key=lambda item: -item[1])
        return "\n".join(
            [
                f"{self.images} images in {self.out} ({self.rendered} rendered now, {self.retries} retries)",
                f"  speed    {self.images_per_s:.2f} images/s over {self.render_seconds:.1f} s of rendering, "
                f"{self.seconds:.1f} s in all; {self.workers} workers on {self.cores} cores",
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
