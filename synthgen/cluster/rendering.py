"""Hands shots out, takes their results, and commits shards as they become complete."""

from __future__ import annotations

import contextlib
import itertools
import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator
from pathlib import Path

from synthgen.cluster.disk import DiskGuard
from synthgen.cluster.plan import RunPlan, pending
from synthgen.cluster.pool import InProcessPool, Pool, WorkerPool
from synthgen.cluster.shots import ShotMaker
from synthgen.cluster.summary import RunSummary, Tally
from synthgen.cluster.task import ShotRenderer, ShotResult, ShotTask
from synthgen.cluster.tries import TRIES
from synthgen.core.errors import RunError, abridged
from synthgen.dataset.layout import failed_path
from synthgen.dataset.shard import commit_shard
from synthgen.dataset.staging import is_staged

_LOG = logging.getLogger(__name__)

GIVE_UP_AFTER = 10
"""Shots set aside in a row, with none done between, after which the run stops: then it is not the shots."""


class Rendering:
    """One run over the shots that are neither staged nor committed.

    Args:
        plan: the plan.
        out: the output folder.
        shots: makes the shots.
        disk: watches the room that is left.
        workers: processes; 0 renders in this one.
        still_there: raises RunError when the output folder is gone.
        repaired: what was damaged and has been made anew already.
        begun: workers of which one may have begun to get ready; None makes them here.
    """

    def __init__(
        self,
        plan: RunPlan,
        out: Path,
        shots: ShotMaker,
        disk: DiskGuard,
        workers: int,
        still_there: Callable[[], None],
        repaired: tuple[str, ...],
        begun: WorkerPool | None = None,
    ) -> None:
        self._begun = begun
        self._plan, self._out, self._shots, self._disk, self._workers = plan, out, shots, disk, workers
        self._still_there = still_there
        self._tally = Tally(workers, repaired)
        self._left = {s: {i for i in plan.shots_of(s) if not is_staged(out, s, i)} for s in pending(plan, out)}
        self._again: deque[ShotTask] = deque()
        self._damaged: Counter[int] = Counter()

    def render(self, renderer: Callable[[], ShotRenderer], progress: bool, shot_timeout: float) -> RunSummary:
        """Renders, stages and commits what is left."""
        from tqdm import tqdm

        plan, out = self._plan, self._out
        for shard in [s for s in self._left if not self._left[s]]:
            self._commit(shard)
        self._again.clear()  # what was damaged there is among what is left
        todo = sum(map(len, self._left.values()))
        tasks = self._tasks(self._left)
        bar = tqdm(
            total=plan.shots * plan.cameras,
            initial=(plan.shots - todo) * plan.cameras,
            unit=" images",
            desc="render",
            smoothing=0.1,
            bar_format="{desc}: {percentage:3.0f}%|{bar}| {n_fmt} of {total_fmt},{rate_noinv_fmt}, {remaining} left",
            disable=not progress,
        )
        with bar, contextlib.ExitStack() as stack:
            if not self._left:
                return self._tally.summary(plan, out)
            pool = stack.enter_context(self._pool(renderer, shot_timeout, todo))
            for task in itertools.islice(tasks, pool.slots):
                pool.submit(task)
            while pool.busy:
                result = pool.next()
                bar.update(self._take(result) * plan.cameras)
                self._still_there()
                if not self._left[result.shard]:
                    self._commit(result.shard)
                while pool.busy < pool.slots and (following := self._next(tasks)):
                    self._disk.check(self._workers)
                    pool.submit(following)
            self._tally.all_done()
        return self._tally.summary(plan, out)

    def _pool(self, renderer: Callable[[], ShotRenderer], shot_timeout: float, shots: int) -> Pool:
        """Where so many shots are rendered."""
        if not self._workers:
            return InProcessPool(renderer)  # starts an engine as soon as it is made
        pool = self._begun or WorkerPool(renderer, self._workers, shot_timeout)
        pool.for_shots(shots)
        return pool

    def _next(self, tasks: Iterator[ShotTask]) -> ShotTask | None:
        """The next shot to hand out; those that were damaged after they had been rendered come first."""
        return self._again.popleft() if self._again else next(tasks, None)

    def _take(self, result: ShotResult) -> bool:
        """Notes what became of a shot; True when it is done."""
        self._tally.add(result)
        if result.failed:
            _LOG.error("shot %d is set aside: %s", result.shot, result.failed.splitlines()[0])
            if self._tally.failed_in_a_row >= GIVE_UP_AFTER:
                raise RunError(
                    f"{GIVE_UP_AFTER} shots in a row failed, the last with: {abridged(result.failed, 1000)}\n"
                    f"  remedy: read {failed_path(self._out, result.shot)} and {self._out / 'run.log'}; "
                    "run synthgen doctor"
                )
            return False
        failed_path(self._out, result.shot).unlink(missing_ok=True)
        self._left[result.shard].discard(result.shot)
        self._disk.measured(result.bytes)
        return True

    def _commit(self, shard: int) -> None:
        """Commits a shard all of whose shots are staged; those that were damaged meanwhile are rendered again.

        Raises:
            RunError: a shot never comes back from the disk as it was written.
        """
        with self._tally.stage("commit"):
            faults = commit_shard(self._out, shard, self._plan.shots_of(shard), self._plan.digest)
        if not faults:
            del self._left[shard]
            return
        for shot, fault in faults.items():
            self._tally.note_repair(f"shot {shot}, staged in shard {shard}: {fault}; it is rendered again")
            self._damaged[shot] += 1
            if self._damaged[shot] >= TRIES:
                raise RunError(
                    f"{self._out}: what is written there does not come back as it was: shot {shot}: {fault}\n"
                    "  remedy: check the disk, or choose an output folder on another one"
                )
        self._left[shard] = set(faults)
        self._again.extend(self._tasks({shard: self._left[shard]}))

    def _tasks(self, left: dict[int, set[int]]) -> Iterator[ShotTask]:
        """The shots that are to be rendered, in order; each is made where it is rendered."""
        plan = self._plan
        wanted = [(shard, number) for shard, numbers in sorted(left.items()) for number in sorted(numbers)]
        for shard, number in wanted:
            yield ShotTask(str(self._out), shard, number, plan.cameras, plan.output, plan.digest)
