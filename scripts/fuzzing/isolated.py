"""Cases tried in processes of their own, which are ended when they take too long and replaced when they die."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import resource
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import numpy as np

from scripts.fuzzing.mutate import mutated
from scripts.fuzzing.sound import Sound
from scripts.fuzzing.trial import Outcome, tried

MEMORY = 6 * 2**30
"""Bytes of address space of a process: what asks for more is a fault, and the machine is shared."""


def case_of(sounds: list[Sound], seed: int, index: int) -> Sound:
    """The case of a number: the same for the same seed and the same sound inputs."""
    rng = np.random.default_rng([seed, index])
    kinds = list(dict.fromkeys(s.kind for s in sounds))
    faces = [s for s in sounds if s.kind == kinds[index % len(kinds)]]
    chosen = faces[int(rng.integers(len(faces)))]
    with np.errstate(all="ignore"):
        content = mutated(chosen.files[chosen.subject], chosen.form, rng)
    return replace(chosen, files={**chosen.files, chosen.subject: content})


@dataclass
class _Worker:
    """A process and the case that it is at."""

    process: Any
    pipe: Connection
    case: int | None = None
    since: float = field(default_factory=time.monotonic)

    def give(self, case: int) -> None:
        """Hands it the next case."""
        self.case, self.since = case, time.monotonic()
        self.pipe.send(case)

    def end(self) -> None:
        """Ends it, with what it has started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _end_all(crew: list[_Worker]) -> None:
    for worker in crew:
        worker.end()


def outcomes(
    sounds: list[Sound], seed: int, indices: list[int], workers: int, limit: float
) -> Iterator[tuple[int, Outcome]]:
    """(index, outcome) of every case, as they come.

    Args:
        sounds: what is mutated.
        seed: of the mutations.
        indices: which cases.
        workers: processes.
        limit: seconds of one case, after which, at the second try, it counts as a hang.
    """
    context = multiprocessing.get_context("spawn")
    left: Iterator[int] = iter(indices)
    doubted: set[int] = set()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, contextlib.ExitStack() as stack:
        crew: list[_Worker] = []
        stack.callback(lambda: _end_all(crew))

        def hire() -> None:
            case = next(left, None)
            if case is None:
                return
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, sounds, seed, folder), daemon=True)
            process.start()
            theirs.close()
            crew.append(_Worker(process, ours))
            if not ours.poll(120) or ours.recv() != "ready":
                raise RuntimeError("a worker process does not start")
            crew[-1].give(case)

        for _ in range(workers):
            hire()
        while crew:
            ready = wait([w.pipe for w in crew], timeout=0.5)
            for worker in list(crew):
                outcome = _answer(worker, worker.pipe in ready, limit)
                if outcome is None:
                    continue
                assert worker.case is not None
                if outcome.verdict == "hang" and worker.case not in doubted:
                    doubted.add(worker.case)  # the machine may have been busy with other things
                    left = itertools.chain([worker.case], left)
                else:
                    yield worker.case, outcome
                case = next(left, None)
                if outcome.verdict in ("hang", "crash") or case is None:
                    worker.end()
                    crew.remove(worker)
                    if case is not None:
                        left = itertools.chain([case], left)
                        hire()
                else:
                    worker.give(case)


def _answer(worker: _Worker, ready: bool, limit: float) -> Outcome | None:
    """What a worker has to say; None while it may still work."""
    if ready:
        try:
            outcome: Outcome = worker.pipe.recv()
            return outcome
        except (EOFError, OSError):
            worker.process.join(5)
            return Outcome("crash", f"the process left with {worker.process.exitcode}", time.monotonic() - worker.since)
    if time.monotonic() - worker.since > limit:
        return Outcome("hang", f"no answer within {limit:g} s", limit)
    return None


def _work(pipe: Connection, sounds: list[Sound], seed: int, folder: str) -> None:
    """The loop of a process: a number comes, its outcome goes."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with contextlib.suppress(EOFError):
        pipe.send("ready")
        while True:
            index = pipe.recv()
            where = Path(folder) / str(index)
            pipe.send(tried(written(case_of(sounds, seed, index), where), where))
            shutil.rmtree(where, ignore_errors=True)


def written(case: Sound, folder: Path) -> Sound:
    """The case, after its files were written into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in case.files.items():
        (folder / name).write_bytes(content)
    return case
