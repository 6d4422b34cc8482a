"""Damages the output folder of a finished or half-finished run in many ways, and looks at what the same command does.

    python scripts/damage_output.py [--only picture-cut-off …] [--json]

A small scene is rendered once. For every kind of damage a copy of its folder is damaged and the same command is given
again. It must say what was wrong and give the same bytes, pictures and labels, and leave nothing behind; where it
refuses instead, its remedy is followed and must lead there. The last line of the output is one JSON object; the exit
code is 1 when anything was found.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.damages.kinds import DAMAGES, Damage  # noqa: E402
from scripts.fingerprints import fingerprint  # noqa: E402

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
