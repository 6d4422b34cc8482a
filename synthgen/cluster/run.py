"""Renders what is missing of a plan, on one machine.

What the pipeline gives and gets::

    plan = RunPlan(shots=24, cameras=1, shard_size=8, seed=1, scene=hash, assets={…}, versions={…})
    work = ShardWork(shot=shot_of,           # (shot id) -> Shot; pure; here only to mend what was damaged
                     renderer=MyRenderer,    # picklable () -> ShotRenderer; called once in every worker process
                     pixels=640 * 480)       # of a shot's pictures
    summary = run_plan(plan, out, work, workers=2)     # workers=0: in this process, for debugging
    summary.check()                          # RunError when shots were set aside
    export_coco(out)                         # synthgen.dataset.coco

A shot is the unit of work and of retry, a shard the unit of commitment (``dataset/shard.py``). A shot that fails
three times (an engine that dies, hangs or refuses, a worker process that is killed) is set aside in
``failed/000123.json``; the other shots go on, its shard stays uncommitted, and the same command again tries just
what is missing.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from synthgen.cluster.claim import check_folder, claim
from synthgen.cluster.disk import DiskGuard
from synthgen.cluster.lock import folder_lock
from synthgen.cluster.plan import RunPlan, pending
from synthgen.cluster.pool import WorkerPool
from synthgen.cluster.rendering import Rendering
from synthgen.cluster.repair import check_whole, repair
from synthgen.cluster.reporting import explained, log_file
from synthgen.cluster.shots import ShotMaker
from synthgen.cluster.summary import RunSummary
from synthgen.cluster.task import ShotRenderer
from synthgen.core.errors import InputError, RunError
from synthgen.dataset.layout import committed, failed_path, failed_shots
from synthgen.dataset.shard import discard_attempts
from synthgen.dataset.staging import is_staged
from synthgen.world.shot import Shot


@dataclass(frozen=True)
class ShardWork:
    """What to render and with what.

    Attributes:
        shot: shot id → shot; pure, and the same as the renderers make: called in this process where files of a shot
            have to be made again.
        renderer: makes a renderer; picklable, called once in every worker process.
        pixels: of one shot's pictures, all cameras together; tells what room the run needs on the disk.
    """

    shot: Callable[[int], Shot]
    renderer: Callable[[], ShotRenderer]
    pixels: int = 640 * 480


def preflight(plan: RunPlan, out: Path) -> None:
    """Refuses, without writing anything, an output folder that :func:`run_plan` would refuse.

    For callers that have long work to do before the run. The room on the disk is checked by :func:`run_plan` alone.

    Raises:
        InputError: the folder belongs to another plan, holds other things, or cannot be written.
    """
    out = Path(out)
    with explained(out, InputError):
        check_folder(plan, out)
        folder = out
        while not os.path.lexists(folder) and folder != folder.parent:
            folder = folder.parent
        code = 0
        if not folder.is_dir():
            code = errno.ENOTDIR
        elif os.statvfs(folder).f_flag & os.ST_RDONLY:
            code = errno.EROFS
        elif not os.access(folder, os.W_OK | os.X_OK):
            code = errno.EACCES
        if code:
            raise OSError(code, os.strerror(code), str(folder))


def run_plan(
    plan: RunPlan,
    out: Path,
    work: ShardWork,
    *,
    workers: int = 1,
    progress: bool = True,
    shot_timeout: float = 300.0,
    thorough: bool = False,
    begun: WorkerPool | None = None,
) -> RunSummary:
    """Renders the pending shards of a plan into ``out``, and again what of the others is damaged.

    Args:
        plan: what is asked for.
        out: output folder; new, empty, or begun with the same plan.
        work: shots and renderer.
        workers: processes; 0 renders in this process.
        progress: show a progress bar on standard error.
        shot_timeout: seconds for one try at a shot, after which its worker process is ended (workers ≥ 1 only).
        thorough: read everything that is there to find damage (``cluster/repair.py``).
        begun: so many workers with that time-out, of which one may have begun to get ready; they are made here by
            default. Their renderers must be those of ``work``.

    Returns:
        What was done, how fast, and which shots were set aside; ``summary.check()`` raises for the latter.

    Raises:
        InputError: the folder belongs to another plan, is in use, cannot be written, or has too little room.
        RunError: the engine cannot be started, or the disk filled up on the way; what is done stays done.
        KeyboardInterrupt: passed on after the workers have stopped; the same command goes on from there.
    """
    out = Path(out)
    disk, shots = DiskGuard(out), ShotMaker(plan, work.shot)
    preflight(plan, out)
    with explained(out, InputError):
        if pending(plan, out):
            disk.check_start(plan, work.pixels)
    with contextlib.ExitStack() as stack:
        with explained(out, InputError):
            still_there = stack.enter_context(folder_lock(out))
            repaired = claim(plan, out)
            discard_attempts(out)
        with explained(out, RunError), log_file(out, terminal=progress):
            repaired += repair(plan, out, shots, thorough=thorough)
            if repaired:
                disk.check_start(plan, work.pixels)
            _forget_failures(plan, out)
            rendering = Rendering(plan, out, shots, disk, workers, still_there, repaired, begun)
            summary = rendering.render(work.renderer, progress, shot_timeout)
            if summary.images:
                check_whole(plan, out)
            return summary


def _forget_failures(plan: RunPlan, out: Path) -> None:
    """Removes records of failure of shots that are done by now."""
    done = set(committed(out))
    for shot in failed_shots(out):
        shard = plan.shard_of(shot)
        if shard in done or is_staged(out, shard, shot):
            failed_path(out, shot).unlink(missing_ok=True)
