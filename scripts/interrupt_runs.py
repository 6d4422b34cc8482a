"""Kills and stops drivers, workers and engines of real runs at random moments, and looks at what comes of it.

    python scripts/interrupt_runs.py [--times 30] [--seed 0] [--json]

A small scene is rendered once in peace, then again and again into new folders. Each time one process is chosen by
chance (driver, worker or engine), and killed (SIGKILL), stopped (SIGSTOP) or, the driver, asked to end (SIGINT,
SIGTERM) after a random while; a stopped driver is killed or continued some seconds later. Then the same command is
given until it succeeds. It must give the same bytes, and leave no process and nothing in the temporary directory.
The last line of the output is one JSON object; the exit code is 1 when anything was found.
"""

from __future__ import annotations

import argparse
import json
import os
import random  # noqa: TID251  (chance of this script alone: it decides no label)
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.fingerprints import ABOUT_THE_RUN, fingerprint  # noqa: E402
from scripts.interruptions.processes import command_words, hit, relatives  # noqa: E402

SCENE = """
name: interrupted
seed: 4
images: 12
shard_size: 3
size: [320, 240]
clips: [builtin:squat, builtin:walking]
cast: {count: 2}
people: {min: 1, max: 2}
output: {depth: true}
engine: {timeout: 20, recycle_after: 5}
"""

CHOICES = [
    ("driver", signal.SIGKILL),
    ("driver", signal.SIGSTOP),
    ("driver", signal.SIGINT),
    ("driver", signal.SIGTERM),
    ("worker", signal.SIGKILL),
    ("worker", signal.SIGSTOP),
    ("engine", signal.SIGKILL),
    ("engine", signal.SIGSTOP),
]
"""Who may be hit, and how."""

CHANGES = ABOUT_THE_RUN | {"preview.png", "report.html", "README.md"}
"""Files that are about the run, or are drawn from its data; all others must have the same bytes."""


@dataclass
class Trial:
    """One interrupted run.

    Attributes:
        victim, how: who was hit by which signal.
        after: seconds from the start of the run.
        hit: whether the process was found alive then.
        commands: how often the command was given.
        seconds: until it was done.
        faults: what was found; empty when all is well.
    """

    victim: str
    how: str
    after: float
    hit: bool = False
    commands: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


class Lab:
    """A folder with the scene, a cache, the temporary directory of the runs, and the run that nobody disturbed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scene, self.tmp = folder / "interrupted.yaml", folder / "tmp"
        self.scene.write_text(SCENE)
        self.tmp.mkdir()
        self.environment = {**os.environ, "SYNTHGEN_CACHE": str(folder / "cache"), "TMPDIR": str(self.tmp)}
        self.start(folder / "warm").communicate()  # fills the cache, so that all runs after it take alike
        began = time.monotonic()
        run = self.start(folder / "peace")
        _, errors = run.communicate()
        if run.returncode:
            raise SystemExit(f"the undisturbed run failed:\n{errors}")
        self.usual = time.monotonic() - began
        self.reference = fingerprint(folder / "peace", CHANGES)
        self.usual_left = {p.name for p in self.tmp.iterdir()}  # torch makes an empty folder for its compiler

    def start(self, out: Path) -> subprocess.Popen[str]:
        """``synthgen render`` with two workers, in a process group of its own as a terminal would give it."""
        command = [sys.executable, "-m", "synthgen", "render", str(self.scene), "--out", str(out), "--workers", "2"]
        return subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )

    def try_one(self, trial: Trial, out: Path, chance: random.Random) -> None:
        """Interrupts one run and gives the command until it succeeds; notes what is wrong in the trial."""
        began, family = time.monotonic(), set()
        run = self.start(out)
        trial.commands = 1
        time.sleep(trial.after)
        family |= set(relatives(run.pid))
        victim = self._choose(trial.victim, run.pid, chance)
        if victim is not None:
            trial.hit = hit(victim, signal.Signals[trial.how], trial.victim, chance)
        while True:
            errors = finish(run, family, trial)
            if run.returncode == 0:
                break
            if "Traceback" in errors and trial.how != "SIGKILL":
                trial.faults.append(f"a traceback: {errors[-600:]}")
            if trial.commands == 6:
                trial.faults.append(f"the command does not succeed: {errors[-600:]}")
                break
            run = self.start(out)
            trial.commands += 1
        trial.seconds = time.monotonic() - began
        self._look(trial, out, family)

    def _choose(self, kind: str, driver: int, chance: random.Random) -> psutil.Process | None:
        if kind == "driver":
            return psutil.Process(driver) if psutil.pid_exists(driver) else None
        mark = "spawn_main" if kind == "worker" else "synthgen.engine"
        for _ in range(200):  # it may not have begun yet
            found = [p for p in relatives(driver) if mark in " ".join(command_words(p))]
            if found:
                return chance.choice(found)
            time.sleep(0.1)
        return None

    def _look(self, trial: Trial, out: Path, family: set[psutil.Process]) -> None:
        """Bytes, processes and the temporary directory."""
        found = fingerprint(out, CHANGES)
        wrong = sorted(n for n in found.keys() | self.reference.keys() if found.get(n) != self.reference.get(n))
        if wrong:
            trial.faults.append(f"other bytes: {wrong[:5]}")
        _, alive = psutil.wait_procs(family, timeout=20)
        alive = [p for p in alive if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
        if alive:
            trial.faults.append(f"left running: {[command_words(p)[:4] for p in alive]}")
        left = self._left()
        if left and trial.commands == 1:  # what a killed worker left is swept by the next run
            self.start(out).communicate()
            left = self._left()
        if left:
            trial.faults.append(f"left in the temporary directory: {left}")
        partial = [p.name for p in out.glob(".partial/*")]
        if partial:
            trial.faults.append(f"left in the output: {partial}")

    def _left(self) -> list[str]:
        return sorted({p.name for p in self.tmp.iterdir()} - self.usual_left)


def finish(run: subprocess.Popen[str], family: set[psutil.Process], trial: Trial, patience: float = 300.0) -> str:
    """Waits for a run, noting its relatives; what it said on standard error."""
    deadline = time.monotonic() + patience
    while True:
        family |= set(relatives(run.pid))
        try:
            return run.communicate(timeout=0.5)[1] or ""
        except subprocess.TimeoutExpired:
            if time.monotonic() > deadline:
                trial.faults.append(f"the run did not end within {patience:g} s")
                run.kill()


def main() -> int:
    """Runs the trials."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=30, help="interrupted runs (default 30)")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of victims and moments")
    parser.add_argument("--json", action="store_true", help="no progress bar")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    trials: list[Trial] = []
    with tempfile.TemporaryDirectory(prefix="interrupted-") as name:
        lab = Lab(Path(name))
        order = [CHOICES[i % len(CHOICES)] for i in range(options.times)]
        for i, (victim, how) in enumerate(tqdm(order, unit="run", disable=options.json)):
            trial = Trial(victim, how.name, round(chance.uniform(0.2, 0.95) * lab.usual, 2))
            lab.try_one(trial, lab.folder / f"out-{i}", chance)
            trials.append(trial)
            if trial.faults:
                tqdm.write(f"{victim} {how.name} after {trial.after} s: {'; '.join(trial.faults)}")
    bad = [t for t in trials if t.faults]
    summary = {
        "runs": len(trials),
        "hit": sum(t.hit for t in trials),
        "faults": len(bad),
        "commands": sum(t.commands for t in trials),
        "usual_seconds": round(lab.usual, 1),
        "longest_seconds": round(max(t.seconds for t in trials), 1),
        "seed": options.seed,
        "found": [t.__dict__ for t in bad],
    }
    print(json.dumps(summary))
    return int(bool(bad))


if __name__ == "__main__":
    raise SystemExit(main())
