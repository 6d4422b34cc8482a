"""Mutates sound inputs of every kind by chance, reads each as the command line would, and counts what must not be.

    python scripts/fuzz.py [--count 2000] [--seed 0] [--kind bvh --kind scene] [--json] [--keep FOLDER]

Kinds: all readers of motions (BVH, C3D, TRC, OpenSim's .mot, DeepMimic, saved clips, AMASS parameters, SMPL joints),
scenes, notes beside motions, rest joints, marker sets, joint mappings and postures. Bytes, lines, words, structures,
arrays and encodings go wrong; the same seed gives the same cases. Every case must be accepted with finite numbers or
refused with a message of ours. What must not be:

- ``traceback``: an exception that is none of ours; ``crash``: the process died; ``hang``: longer than the limit,
- ``silent_nan``: an accepted clip with numbers that are not finite (noted gaps apart); ``warning``: numpy had to warn,
- ``long_message``: beyond 2 kB; ``foreign_words``: a library's words that help nobody,
- ``sound_refused``: an input that was not mutated at all is refused.

``--keep`` writes the files of every finding, and what was said, into a folder. The last line of the output is one JSON
object; the exit code is 1 when anything was found.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.fuzzing.isolated import MEMORY, case_of, outcomes, written
from scripts.fuzzing.sound import KINDS, Sound, sound_inputs
from scripts.fuzzing.trial import Outcome, tried

FINDINGS = (
    "traceback",
    "crash",
    "hang",
    "silent_nan",
    "warning",
    "long_message",
    "foreign_words",
    "sound_refused",
)
_SHOWN = 300


def main() -> int:
    """Runs it; 1 when anything was found."""
    options = _options()
    began = time.perf_counter()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sounds = [s for s in sound_inputs() if not options.kind or s.kind in options.kind]
    found = _unsound(sounds)
    for one in found:
        _tell(one, options.json)
    verdicts: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = {s.kind: Counter() for s in sounds}
    slowest = Outcome("accepted")
    cases = outcomes(sounds, options.seed, list(range(options.count)), options.workers, options.limit)
    for index, outcome in tqdm(cases, total=options.count, unit="input", desc="fuzz", disable=options.json):
        case = case_of(sounds, options.seed, index)
        verdicts[outcome.verdict] += 1
        kinds[case.kind][outcome.verdict] += 1
        slowest = max(slowest, outcome, key=lambda o: o.seconds)
        if outcome.finding:
            found.append({"case": index, "kind": case.kind, "verdict": outcome.verdict, "told": outcome.told})
            _tell(found[-1], options.json)
            if options.keep:
                _keep(options.keep / f"{index:05d}-{case.kind}-{outcome.verdict}", case, outcome)
    told = {
        "inputs": options.count,
        "seed": options.seed,
        "accepted": verdicts["accepted"],
        "refused": verdicts["refused"],
        **{name: sum(f["verdict"] == name for f in found) for name in FINDINGS},
        "slowest_s": round(slowest.seconds, 2),
        "seconds": round(time.perf_counter() - began, 1),
        "kinds": {kind: dict(sorted(counts.items())) for kind, counts in kinds.items()},
        "cases": sorted(f"{f['case']} {f['kind']} {f['verdict']}" for f in found)[:50],
    }
    print(json.dumps(told))
    return 1 if found else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="inputs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", action="append", choices=KINDS, help="only this kind; may be given again")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="processes")
    parser.add_argument("--limit", type=float, default=10.0, help="seconds that one input may take")
    parser.add_argument("--keep", type=Path, help="folder for the files of what was found")
    parser.add_argument("--json", action="store_true", help="say nothing but the last line")
    return parser.parse_args()


def _unsound(sounds: list[Sound]) -> list[dict[str, Any]]:
    """The inputs that are refused although nothing was done to them."""
    out: list[dict[str, Any]] = []
    for sound in sounds:
        with tempfile.TemporaryDirectory() as folder:
            outcome = tried(written(sound, Path(folder)), Path(folder))
        if outcome.verdict != "accepted":
            out.append({"case": sound.main, "kind": sound.kind, "verdict": "sound_refused", "told": outcome.told})
    return out


def _tell(finding: dict[str, Any], quiet: bool) -> None:
    if not quiet:
        tqdm.write(f"{finding['case']} {finding['kind']}: {finding['verdict']}: {finding['told'].strip()[-_SHOWN:]}")


def _keep(folder: Path, case: Sound, outcome: Outcome) -> None:
    written(case, folder)
    (folder / "told.txt").write_text(outcome.told, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
