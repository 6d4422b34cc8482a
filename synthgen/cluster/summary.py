"""``RunSummary``: what a run did, how fast and with what; nothing of it enters a label."""

from __future__ import annotations

import dataclasses
import logging
import os
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthgen.cluster.memory import high_water
from synthgen.cluster.plan import RunPlan, pending
from synthgen.cluster.task import ShotResult
from synthgen.core.errors import RunError, abridged
from synthgen.core.processes.usage import Spent, Stages, ended_cpu, family_cpu
from synthgen.dataset.layout import failed_path

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunSummary:
    """The end of a run.

    Attributes:
        out: the output folder.
        images: images rendered by this run.
        images_planned: images of the whole plan.
        seconds: wall-clock seconds of the rendering, workers' start included.
        stage_seconds: stage → seconds, summed over workers.
        stage_cpu_seconds: stage → processor seconds, summed over workers and engines.
        peak_rss_mb: ``driver``, ``worker`` and ``engine`` → the largest resident set of one such process, in MB.
        cores: cores that this process may use.
        workers: worker processes (0: none but this one).
        retries: tries beyond the first.
        failed: ids of the shots that were set aside.
        reason: why the first of them was; empty when none was.
        pending: shards that are not committed.
        first_image_at: moment of ``time.perf_counter`` at which the first image was done; None when none was.
        busy_share: processor seconds of all processes of this run from the first image to the last, as a share of what
            the cores could give; 0 for fewer than two shots.
        repaired: what was damaged and has been made anew, one sentence each.
    """

    out: str
    images: int
    images_planned: int
    seconds: float
    stage_seconds: dict[str, float]
    stage_cpu_seconds: dict[str, float]
    peak_rss_mb: dict[str, float]
    cores: int
    workers: int
    retries: int
    failed: tuple[int, ...]
    reason: str
    pending: tuple[int, ...]
    first_image_at: float | None = None
    busy_share: float = 0.0
    repaired: tuple[str, ...] = ()

    @property
    def images_per_s(self) -> float:
        """Images rendered per wall-clock second; 0 when there was nothing to do."""
        return self.images / self.seconds if self.images else 0.0

    def to_dict(self) -> dict[str, Any]:
        """JSON-able, with ``images_per_s``."""
        return {**dataclasses.asdict(self), "images_per_s": self.images_per_s}

    def check(self) -> None:
        """Raises RunError, naming the shots, when some were set aside."""
        if self.failed:
            shots = ", ".join(map(str, self.failed[:20])) + (" …" if len(self.failed) > 20 else "")
            first = failed_path(Path(self.out), self.failed[0])
            many = f"{len(self.failed)} of the shots could not be rendered"
            if not self.images:
                many = f"none of the {len(self.failed)} shots that were tried could be rendered"
            raise RunError(
                f"{many}; set aside: {shots}\n"
                f"  the first because: {abridged(self.reason.strip(), 700)}\n"
                f"  more: {first}{' and beside it' if len(self.failed) > 1 else ''}; {Path(self.out) / 'run.log'}\n"
                f"  their shards are not committed: {', '.join(map(str, self.pending[:20]))}\n"
                "  remedy: mend the cause, then run the same command again; it tries just what is missing"
            )
        if self.pending:
            raise RunError(f"shards {', '.join(map(str, self.pending[:20]))} are not committed")


class Tally:
    """Adds results up."""

    def __init__(self, workers: int, repaired: tuple[str, ...] = ()) -> None:
        self.workers = workers
        self._repaired = list(repaired)
        self.failed_in_a_row = 0
        self._began = time.perf_counter()
        self._images = self._retries = 0
        self._stages = Stages(ended_cpu)
        self._first: Spent | None = None
        self._last = Spent()
        self._peak: dict[str, float] = {}
        self._failed: dict[int, str] = {}

    def add(self, result: ShotResult) -> None:
        """Counts one result."""
        self._images += result.images
        self._retries += result.retries
        if result.images and self._first is None:
            self._first = self._last = self._now()
        self._stages.add_all(result.spent)
        for name, megabytes in result.peak_rss_mb.items():
            self._peak[name] = max(megabytes, self._peak.get(name, 0.0))
        if result.failed:
            self._failed[result.shot] = result.failed
        self.failed_in_a_row = self.failed_in_a_row + 1 if result.failed else 0

    def note_repair(self, what: str) -> None:
        """Notes, and says, that something was damaged and is made anew."""
        _LOG.warning("%s", what)
        self._repaired.append(what)

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Times a stage of the driver's own."""
        return self._stages.stage(name)

    def all_done(self) -> None:
        """Called when the last shot is done, while the workers still live."""
        self._last = self._now()

    def _now(self) -> Spent:
        return Spent(time.perf_counter(), family_cpu())

    def _busy_share(self) -> float:
        spent = self._last - (self._first or self._last)
        return spent.cpu / (spent.wall * len(os.sched_getaffinity(0))) if spent.wall else 0.0

    def summary(self, plan: RunPlan, out: Path) -> RunSummary:
        """The sums so far."""
        peak = {"driver": high_water(), **self._peak}
        return RunSummary(
            out=str(out),
            images=self._images,
            images_planned=plan.shots * plan.cameras,
            seconds=time.perf_counter() - self._began,
            stage_seconds={k: round(v.wall, 3) for k, v in sorted(self._stages.spent.items())},
            stage_cpu_seconds={k: round(v.cpu, 3) for k, v in sorted(self._stages.spent.items())},
            peak_rss_mb={k: round(v, 1) for k, v in sorted(peak.items())},
            cores=len(os.sched_getaffinity(0)),
            workers=self.workers,
            retries=self._retries,
            failed=tuple(sorted(self._failed)),
            reason=self._failed[min(self._failed)] if self._failed else "",
            pending=tuple(pending(plan, out)),
            first_image_at=self._first.wall if self._first else None,
            busy_share=round(self._busy_share(), 3),
            repaired=tuple(self._repaired),
        )
