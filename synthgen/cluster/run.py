"""Renders what is missing of a plan, on one machine.

What the pipeline gives and gets::

    plan = Plan(shots=24, cameras=1, shard_size=8, seed=1, scene=hash, assets={…}, versions={…})
    work = ShardWork(shot=shot_of,           # (shot id) -> Shot; called in order in this process, for a new folder only
                     renderer=MyRenderer)    # picklable () -> ShotRenderer; called once in every worker process
    summary = run_plan(plan, out, work, workers=2)     # workers=0: in this process, for debugging
    summary.check()                          # RunError when shots were set aside
    export_coco(out)                         # synthgen.dataset.coco

    class ShotRenderer(Protocol):            # synthgen.cluster.worker
        def open(self) -> None: ...          # starts the engine; EngineError when it cannot
        def render(self, shot: Shot) -> list[Frame]: ...   # one Frame per camera; EngineError: worth another try
        def restart(self) -> None: ...       # a fresh engine after an EngineError
        def close(self) -> None: ...         # harmless when nothing is open, and twice
        # optional:
        def take_seconds(self) -> dict[str, float]: ...    # seconds per stage since the last call
        def log_tail(self) -> str: ...       # the engine's last words, for the record of a failed shot

A shot is the unit of work and of retry, a shard the unit of commitment (``dataset/shard.py``). A shot that fails
three times (an engine that dies, hangs or refuses, a worker process that is killed) is set aside in
``failed/000123.json``; the other shots go on, its shard stays uncommitted, and the same command again tries just
what is missing.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from synthgen.cluster.disk import DiskGuard
from synthgen.cluster.lock import folder_lock
from synthgen.cluster.plan import Plan, check_folder, claim, pending
from synthgen.cluster.pool import InProcessPool, Pool, WorkerPool
from synthgen.cluster.summary import RunSummary, Tally
from synthgen.cluster.worker import ShotRenderer, ShotTask
from synthgen.dataset.layout import committed, failed_path, failed_shots, shots_path
from synthgen.dataset.shard import commit_shard, discard_attempts, is_staged
from synthgen.errors import InputError, RunError, abridged
from synthgen.world.shot import Shot

__all__ = ["RunSummary", "ShardWork", "ShotRenderer", "preflight", "run_plan"]

_LOG = logging.getLogger(__name__)

GIVE_UP_AFTER = 10
"""Shots set aside in a row, with none done between, after which the run stops: then it is not the shots."""


@dataclass(frozen=True)
class ShardWork:
    """What to render and with what.

    Attributes:
        shot: shot id → shot; called in order, in this process, when the output folder is new.
        renderer: makes a renderer; picklable, called once in every worker process.
    """

    shot: Callable[[int], Shot]
    renderer: Callable[[], ShotRenderer]


def preflight(plan: Plan, out: Path) -> None:
    """Refuses, without writing anything, an output folder that :func:`run_plan` would refuse.

    For callers that have long work to do before the run. The room on the disk is checked by :func:`run_plan` alone,
    which knows a shot.

    Raises:
        InputError: the folder belongs to another plan, holds other things, or cannot be written.
    """
    out = Path(out)
    with _told(out, InputError):
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
    plan: Plan,
    out: Path,
    work: ShardWork,
    *,
    workers: int = 1,
    progress: bool = True,
    shot_timeout: float = 300.0,
) -> RunSummary:
    """Renders the pending shards of a plan into ``out``.

    Args:
        plan: what is asked for.
        out: output folder; new, empty, or begun with the same plan.
        work: shots and renderer.
        workers: processes; 0 renders in this process.
        progress: show a progress bar on standard error.
        shot_timeout: seconds for one try at a shot, after which its worker process is ended (workers ≥ 1 only).

    Returns:
        What was done, how fast, and which shots were set aside; ``summary.check()`` raises for the latter.

    Raises:
        InputError: the folder belongs to another plan, is in use, cannot be written, or has too little room.
        RunError: the engine cannot be started, or the disk filled up on the way; what is done stays done.
        KeyboardInterrupt: passed on after the workers have stopped; the same command goes on from there.
    """
    out = Path(out)
    disk = DiskGuard(out)
    preflight(plan, out)
    with _told(out, InputError):
        if pending(plan, out):
            disk.check_start(plan, work.shot(0))
    with contextlib.ExitStack() as stack:
        with _told(out, InputError):
            stack.enter_context(folder_lock(out))
            claim(plan, out, work.shot)
            discard_attempts(out)
            _forget_mended(plan, out)
        with _told(out, RunError), _log_file(out):
            return _render(plan, out, work, disk, workers, progress, shot_timeout)


def _render(
    plan: Plan, out: Path, work: ShardWork, disk: DiskGuard, workers: int, progress: bool, shot_timeout: float
) -> RunSummary:
    from tqdm import tqdm

    tally = Tally(workers)
    shards = pending(plan, out)
    left = {s: {i for i in plan.shots_of(s) if not is_staged(out, s, i)} for s in shards}
    todo = sum(map(len, left.values()))
    tasks = _tasks(plan, out, left)
    bar = tqdm(
        total=plan.shots * plan.cameras,
        initial=(plan.shots - todo) * plan.cameras,
        unit="image",
        desc="render",
        disable=not progress,
    )
    with bar, contextlib.ExitStack() as stack:
        for shard in [s for s in shards if not left[s]]:
            _commit(plan, out, shard, left, tally)
        if not left:
            return tally.summary(plan, out)
        pool: Pool = InProcessPool(work.renderer)
        if workers:
            pool = WorkerPool(work.renderer, min(workers, todo), shot_timeout)
        stack.enter_context(pool)
        for task in itertools.islice(tasks, pool.slots):
            pool.submit(task)
        while pool.busy:
            result = pool.next()
            tally.add(result)
            if result.failed:
                _LOG.error("shot %d is set aside: %s", result.shot, result.failed.splitlines()[0])
                if tally.failed_in_a_row >= GIVE_UP_AFTER:
                    raise RunError(
                        f"{GIVE_UP_AFTER} shots in a row failed, the last with: {abridged(result.failed, 1000)}\n"
                        f"  remedy: read {failed_path(out, result.shot)} and {out / 'run.log'}; run synthgen doctor"
                    )
            else:
                failed_path(out, result.shot).unlink(missing_ok=True)
                left[result.shard].discard(result.shot)
                bar.update(plan.cameras)
                disk.measured(result.bytes)
            for task in itertools.islice(tasks, 1):
                disk.check(workers)
                pool.submit(task)
            if not left[result.shard]:
                _commit(plan, out, result.shard, left, tally)
    return tally.summary(plan, out)


def _commit(plan: Plan, out: Path, shard: int, left: dict[int, set[int]], tally: Tally) -> None:
    """Commits a shard all of whose shots are staged."""
    with tally.stage("commit"):
        commit_shard(out, shard, plan.shots_of(shard))
    del left[shard]


def _tasks(plan: Plan, out: Path, left: dict[int, set[int]]) -> Iterator[ShotTask]:
    """The shots that are to be rendered, in order, read from ``shots.jsonl``."""
    wanted = {shard: set(shots) for shard, shots in left.items()}
    with shots_path(out).open(encoding="utf-8") as file:
        for i, line in enumerate(file):
            shard = plan.shard_of(i)
            if i in wanted.get(shard, ()):
                yield ShotTask(str(out), shard, Shot.model_validate_json(line), plan.cameras, plan.output)


def _forget_mended(plan: Plan, out: Path) -> None:
    """Removes records of failure of shots that are done by now."""
    done = set(committed(out))
    for shot in failed_shots(out):
        shard = plan.shard_of(shot)
        if shard in done or is_staged(out, shard, shot):
            failed_path(out, shot).unlink(missing_ok=True)


_DISK_ERRORS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "the folder may not be written",
    errno.EPERM: "the folder may not be written",
    errno.ENOTDIR: "a file stands where a folder is needed",
    errno.EEXIST: "a file stands where a folder is needed",
}


@contextlib.contextmanager
def _told(out: Path, kind: type[InputError] | type[RunError]) -> Iterator[None]:
    """Turns errors of the file system into one that says what to do."""
    try:
        yield
    except OSError as error:
        what = _DISK_ERRORS.get(error.errno or 0)
        if what is None:
            raise
        remedy = "free some room, or choose another output folder; what is done stays done, run the same command again"
        got = f"{error.strerror} ({error.filename})" if error.filename else str(error.strerror)
        if kind is InputError:
            raise InputError(what, where=str(out), got=got, remedy=remedy) from error
        raise RunError(f"{out}: {what}\n  got: {got}\n  remedy: {remedy}") from error


@contextlib.contextmanager
def _log_file(out: Path) -> Iterator[None]:
    """Keeps warnings of this run in ``run.log`` too."""
    handler = logging.FileHandler(out / "run.log", encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter(f"%(asctime)s [{os.getpid()}] %(levelname)s %(message)s"))
    handler.formatter.converter = time.gmtime  # type: ignore[union-attr]
    handler.handleError = lambda record: None  # type: ignore[method-assign]  # a full disk is told elsewhere
    logger = logging.getLogger("synthgen")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()
