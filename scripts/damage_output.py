"""Damages the output folder of a finished or half-finished run in many ways, and looks at what the same command does.

    python scripts/damage_output.py [--only picture-cut-off …] [--json]

A small scene is rendered once. For every kind of damage a copy of its folder is damaged and the same command is given
again. It must say what was wrong and give the same bytes, pictures and labels, and leave nothing behind; where it
refuses instead, its remedy is followed and must lead there. The last line of the output is one JSON object; the exit
code is 1 when anything was found.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

SCENE = """
name: damaged
seed: 4
images: 4
shard_size: 2
size: [320, 240]
clips: [builtin:squat]
cast: {count: 1}
output: {depth: true}
"""

Act = Callable[[Path], None]

QUIET = (".lock", "run.log")
"""Files that are about the run; all others must have the same bytes."""


@dataclass(frozen=True)
class Damage:
    """One kind of damage, for a folder of at least two shards whose last two shots are in the second.

    Attributes:
        name: what is damaged, and how.
        act: does it to an output folder.
        says: what the command must say, as a piece of its text; empty where nothing has to be said.
        staged: the second shard is not committed yet, its shots are staged.
        remedy: what the refusal says is to be done, where the command refuses.
    """

    name: str
    act: Act
    says: str
    staged: bool = False
    remedy: Act | None = None


def cut(pattern: str, out: Path, share: float = 0.5) -> None:
    """Cuts the first file that matches off."""
    path = first(pattern, out)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def gone(pattern: str, out: Path) -> None:
    """Removes what matches."""
    for path in sorted(out.glob(pattern)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def flipped(pattern: str, out: Path) -> None:
    """Turns one bit in the middle of a file."""
    path = first(pattern, out)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def exchanged(pattern: str, old: str, new: str, out: Path) -> None:
    """Writes something else into a text file."""
    path = first(pattern, out)
    text = path.read_text()
    if old not in text:
        raise ValueError(f"{path} holds no {old!r}")
    path.write_text(text.replace(old, new, 1))


def folder_instead(pattern: str, out: Path) -> None:
    """Puts a folder where a file was."""
    path = first(pattern, out)
    path.unlink()
    (path / "stray").mkdir(parents=True)


def file_instead(pattern: str, out: Path) -> None:
    """Puts a file where a folder was."""
    path = first(pattern, out)
    shutil.rmtree(path)
    path.write_text("stray")


def other_plan(out: Path) -> None:
    """Takes the plan away, and lets one shard vouch for another plan."""
    (out / "plan.json").unlink()
    manifest = json.loads((out / "shards" / "000000.json").read_text())
    (out / "shards" / "000000.json").write_text(json.dumps({**manifest, "plan": "0123456789abcdef"}))


def strange_shard(out: Path) -> None:
    """A shard that the plan does not have."""
    shutil.copy(out / "shards" / "000000.json", out / "shards" / "000099.json")


def many(out: Path) -> None:
    """Several files at once, in both shards."""
    cut("images/000000/*", out)
    gone("depth/000001/*1.png", out)
    cut("plan.json", out)
    gone("annotations", out)


def plan_and_shots(out: Path) -> None:
    """Both files that say what was asked for."""
    cut("plan.json", out)
    gone("shots.jsonl", out)


def left_overs(out: Path) -> None:
    """What killed attempts leave."""
    partial_folder = next(iter(sorted((out / ".partial").glob("*"))))
    (partial_folder / "attempt-abc").mkdir()
    (partial_folder / "attempt-abc" / "half.png").write_bytes(b"half")
    (partial_folder / "trying-000003").write_bytes(b"...")
    (out / "shards" / ".000001.parquet.attempt-1234").write_bytes(b"half")


def first(pattern: str, out: Path) -> Path:
    """The first path that matches."""
    return sorted(out.glob(pattern))[0]


def nothing_left(out: Path) -> None:
    """The remedy of last resort: the folder is deleted."""
    shutil.rmtree(out)


FINISHED = "images/000001/*"
STAGED = ".partial/*/shot-*"

DAMAGES = (
    Damage("picture-cut-off", partial(cut, FINISHED), "bytes instead of"),
    Damage("picture-empty", partial(cut, FINISHED, share=0), "is empty"),
    Damage("picture-missing", partial(gone, FINISHED), "is missing"),
    Damage("picture-bit", partial(flipped, FINISHED), "does not hold what was written"),
    Damage("picture-folder", partial(folder_instead, FINISHED), "is no file"),
    Damage("mask-missing", partial(gone, "masks/000000/*"), "is missing"),
    Damage("depth-cut-off", partial(cut, "depth/000001/*"), "bytes instead of"),
    Damage("pictures-all-missing", partial(gone, "images"), "is missing"),
    Damage("manifest-cut-off", partial(cut, "shards/000001.json"), "its manifest cannot be read"),
    Damage("manifest-empty", partial(cut, "shards/000000.json", share=0), "its manifest cannot be read"),
    Damage("manifest-missing", partial(gone, "shards/000001.json"), "its manifest is missing"),
    Damage("manifest-list", partial(exchanged, "shards/000000.json", "masks/", "marks/"), "does not list"),
    Damage("manifest-number", partial(exchanged, "shards/000000.json", '"shard": 0', '"shard": 1'), "its shard"),
    Damage("parquet-cut-off", partial(cut, "shards/000001.parquet"), "bytes instead of"),
    Damage("parquet-missing", partial(gone, "shards/000000.parquet"), "is missing"),
    Damage("parquet-bit", partial(flipped, "shards/000001.parquet"), "does not hold what was written"),
    Damage("shards-missing", partial(gone, "shards"), "its manifest is missing"),
    Damage("shots-cut-off", partial(cut, "shots.jsonl"), "shots.jsonl has"),
    Damage("shots-missing", partial(gone, "shots.jsonl"), "shots.jsonl is missing"),
    Damage("shots-number", partial(exchanged, "shots.jsonl", '"id":1', '"id":7'), "shots.jsonl does not hold"),
    Damage("plan-cut-off", partial(cut, "plan.json"), "plan.json cannot be read"),
    Damage("plan-missing", partial(gone, "plan.json"), "plan.json is missing"),
    Damage("plan-number", partial(exchanged, "plan.json", '"shots": ', '"shots": 1'), "is not that of the finished"),
    Damage("plan-sum", partial(exchanged, "plan.json", '"sha256": "', '"sha256": "0'), "does not hold what was"),
    Damage("plan-and-shots", plan_and_shots, "plan.json cannot be read"),
    Damage("annotations-cut-off", partial(cut, "annotations/*"), ""),
    Damage("annotations-missing", partial(gone, "annotations"), ""),
    Damage("clips-cut-off", partial(cut, "clips.json"), ""),
    Damage("clips-missing", partial(gone, "clips.json"), ""),
    Damage("card-missing", partial(gone, "R*.md"), ""),
    Damage("report-cut-off", partial(cut, "report.html"), ""),
    Damage("preview-cut-off", partial(cut, "preview.png"), ""),
    Damage("many", many, "plan.json cannot be read"),
    Damage(
        "strange-shard", strange_shard, "shards that its plan does not have", remedy=partial(gone, "shards/000099.json")
    ),
    Damage("other-plan", other_plan, "not all of the plan", remedy=nothing_left),
    Damage("staged-cut-off", partial(cut, f"{STAGED}/images*"), "bytes instead of", staged=True),
    Damage("staged-empty", partial(cut, f"{STAGED}/masks*", share=0), "is empty", staged=True),
    Damage("staged-missing", partial(gone, f"{STAGED}/images*"), "is missing", staged=True),
    Damage("staged-bit", partial(flipped, f"{STAGED}/images*"), "does not hold what was written", staged=True),
    Damage("staged-record-cut-off", partial(cut, f"{STAGED}/record*"), "its record", staged=True),
    Damage("staged-record-missing", partial(gone, f"{STAGED}/record*"), "its record is missing", staged=True),
    Damage("staged-record-bit", partial(flipped, f"{STAGED}/record*"), "its record", staged=True),
    Damage("staged-file", partial(file_instead, STAGED), "", staged=True),
    Damage("staged-plan-missing", partial(gone, "plan.json"), "plan.json is missing", staged=True),
    Damage("left-overs", left_overs, "", staged=True),
)


def fingerprint(out: Path) -> dict[str, str]:
    """Every file of a dataset, hidden ones too → its SHA-256."""
    files = (p for p in out.rglob("*") if p.is_file() and p.name not in QUIET)
    return {p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def stage_last_shard(out: Path) -> None:
    """Makes of a finished folder what a run leaves that is killed before its last commit."""
    from synthgen.cluster.plan import RunPlan
    from synthgen.cluster.repair import shard_files
    from synthgen.dataset.shard import reopen_shard

    plan = RunPlan.load(out)
    last = plan.shards - 1
    reopen_shard(out, last, plan.shots_of(last), shard_files(plan, last).keys(), plan.digest)


class Lab:
    """A folder with the scene, a cache, a temporary directory and the output of an undisturbed run."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.scene, self.tmp = folder, folder / "damaged.yaml", folder / "tmp"
        self.scene.write_text(SCENE)
        self.tmp.mkdir()
        cache = os.environ.get("SYNTHGEN_CACHE", str(folder / "cache"))
        self.environment = {**os.environ, "SYNTHGEN_CACHE": cache, "TMPDIR": str(self.tmp)}
        self.peace = folder / "peace" / "out"  # the last name stands in the preview
        run = self.render(self.peace)
        if run.returncode:
            raise SystemExit(f"the undisturbed run failed:\n{run.stderr}")
        self.reference = fingerprint(self.peace)
        self.usual = set(self.tmp.iterdir())  # libraries have folders of their own

    def render(self, out: Path) -> subprocess.CompletedProcess[str]:
        """The command."""
        command = [sys.executable, "-m", "synthgen", "render", str(self.scene), "--out", str(out), "--workers", "1"]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=900, check=False)

    def faults(self, damage: Damage) -> list[str]:
        """What is wrong with how the command deals with one damage."""
        out = self.folder / damage.name / "out"
        shutil.copytree(self.peace, out)
        if damage.staged:
            stage_last_shard(out)
        damage.act(out)
        run, found = self.render(out), []
        if damage.says not in run.stderr:
            found.append(f"it does not say '{damage.says}': {run.stderr[-500:]}")
        if damage.remedy:
            if run.returncode not in (1, 2) or "remedy: " not in run.stderr:
                found.append(f"it does not refuse with a remedy: {run.returncode}, {run.stderr[-500:]}")
            damage.remedy(out)
            run = self.render(out)
        if run.returncode or "Traceback" in run.stderr or "synthgen broke" in run.stderr:
            found.append(f"it exits with {run.returncode}: {run.stderr[-800:]}")
        is_ = fingerprint(out) if out.is_dir() else {}
        wrong = sorted(n for n in is_.keys() | self.reference.keys() if is_.get(n) != self.reference.get(n))
        if wrong:
            found.append(f"other bytes: {wrong[:5]}")
        if left := sorted(p.name for p in set(self.tmp.iterdir()) - self.usual):
            found.append(f"left in the temporary directory: {left}")
        shutil.rmtree(out.parent)
        return found


def main() -> int:
    """Runs through the damages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=[d.name for d in DAMAGES], help="these kinds of damage")
    parser.add_argument("--json", action="store_true", help="nothing but the last line")
    options = parser.parse_args()
    began, bad = time.monotonic(), {}
    chosen = [d for d in DAMAGES if not options.only or d.name in options.only]
    with tempfile.TemporaryDirectory(prefix="damaged-") as name:
        lab = Lab(Path(name))
        for damage in chosen:
            found = lab.faults(damage)
            if found:
                bad[damage.name] = found
            if not options.json:
                print(f"{damage.name:<24} {'; '.join(found) if found else 'well'}", flush=True)
    seconds = round(time.monotonic() - began, 1)
    print(json.dumps({"damages": len(chosen), "faults": len(bad), "seconds": seconds, "found": bad}))
    return int(bool(bad))


if __name__ == "__main__":
    raise SystemExit(main())
