"""A renderer of stick people that fails where it is asked to. Run as a script it renders a plan (and can be killed)."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from synthgen.capture.frame import Frame
from synthgen.cluster.plan import RunPlan
from synthgen.cluster.run import ShardWork, run_plan
from synthgen.cluster.summary import RunSummary
from synthgen.core.errors import EngineError, InputError
from synthgen.world.shot import Shot
from tests.dataset.stick_people import make_frame, make_shot


def one_camera(number: int) -> Shot:
    return make_shot(number, cameras=1)


@dataclass
class FaultyRenderer:
    """Notes every shot that it finishes in ``state/done`` and every restart in ``state/restarts``.

    Attributes:
        state: folder that outlives processes.
        faults: shot id → (kind, times): ``engine``, ``hang``, ``kill`` (when the shot before has been written),
            ``kill at once``, ``bug``, ``input``, ``socket``.
        delay: seconds per shot.
        broken_start: the engine never starts.
        make: shot id → shot.
    """

    state: Path
    faults: dict[int, tuple[str, int]] = field(default_factory=dict)
    delay: float = 0.0
    broken_start: bool = False
    make: Callable[[int], Shot] = one_camera

    def open(self) -> None:
        if self.broken_start:
            raise EngineError("no adapter")

    def restart(self) -> None:
        self._note("restarts", "restart")

    def close(self) -> None:
        self._note("closed", str(os.getpid()))

    def log_tail(self) -> str:
        return "line of the engine's log"

    def shot(self, number: int) -> Shot:
        return self.make(number)

    def render(self, shot: Shot) -> list[Frame]:
        kind, times = self.faults.get(shot.id, ("", 0))
        if self.count(f"fault-{shot.id}") < times:
            self._note(f"fault-{shot.id}", kind)
            _fail(kind, shot.id)
        time.sleep(self.delay)
        frames = [make_frame(shot, i) for i in range(len(shot.cameras))]
        self._note("done", str(shot.id))
        return frames

    def count(self, name: str) -> int:
        return len(self.lines(name))

    def lines(self, name: str) -> list[str]:
        path = self.state / name
        return path.read_text().split() if path.exists() else []

    def _note(self, name: str, text: str) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        with (self.state / name).open("a") as file:
            file.write(text + "\n")


def _fail(kind: str, shot: int) -> None:
    if kind == "engine":
        raise EngineError(f"planted in shot {shot}")
    if kind == "hang":
        time.sleep(600)
    if kind == "kill":
        time.sleep(1.0)
    if kind.startswith("kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "bug":
        raise ZeroDivisionError("planted")
    if kind == "input":
        raise InputError("planted: this clip holds NaN")
    if kind == "socket":
        raise ConnectionResetError("planted")


def make_plan(**changes: object) -> RunPlan:
    """Ten shots of two cameras in shards of four."""
    values: dict = {"shots": 10, "cameras": 2, "shard_size": 4, "seed": 7, "scene": "abc"}
    values["versions"] = {"visibility rule": "3"}
    return RunPlan(**{**values, **changes})


def render(out: Path, renderer: FaultyRenderer, plan: RunPlan | None = None, **options: object) -> RunSummary:
    """Runs the plan with stick people."""
    plan = plan or make_plan()
    renderer.make = partial(make_shot, cameras=plan.cameras)
    work = ShardWork(renderer.make, partial(_same, renderer))
    return run_plan(plan, out, work, progress=False, **options)  # type: ignore[arg-type]


def _same(renderer: FaultyRenderer) -> FaultyRenderer:
    return renderer


if __name__ == "__main__":
    out, state, workers, delay = sys.argv[1:]
    summary = render(Path(out), FaultyRenderer(Path(state), delay=float(delay)), workers=int(workers))
    summary.check()
