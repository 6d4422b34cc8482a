"""Times the fit against OpenSim's own InverseKinematicsTool: same model, same markers, one run, one core each.

    OMP_NUM_THREADS=1 python scripts/bench_fit.py [--frames 1000] [--ik-frames 300] [--long 10000] [--clips 20]

The truth is made by another rhythm (every level off by 30 % of its share) and gets 5 mm of noise per axis. The tool
runs on the fit's scaled model, with the noisy markers and with those that the fit has filtered, so that both have the
same input: the fit without its filter against the tool on noisy markers, the fit against the tool on filtered ones.
Rows give ms of processor time per frame and, over the frames that all have done, root mean squares of

- marker errors: against the noisy markers, the conditioned (filtered) ones, and where they truly were (mm),
- the spine's joint angles (degrees) and the vertebral bodies' places (mm) against the truth, and σ of these places per
  axis as the fit reports it (the tool reports none).

Below the table stands how many frames OpenSim solved for the fit, and how far it disagreed. The last line is one JSON
object; ``ratio`` is the tool's time over the fit's, both on the noisy markers.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.benchmarks.cases import Case, accuracy, made
from scripts.benchmarks.tool import tool
from synthgen.biomech.fit import fit_clip
from synthgen.biomech.options import FitOptions
from synthgen.biomech.report.opensim import OpenSimCheck
from synthgen.biomech.reporting.opensim import opensim_words
from synthgen.biomech.signals.conditioning import condition
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import subject_body


def machine() -> dict[str, str | int]:
    """What the numbers were measured on."""
    name = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), name)
    return {
        "cpu": name,
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "opensim": version("opensim"),
    }


def ours(case: Case, repeats: int, options: FitOptions) -> tuple[dict[str, Any], SpineMotion]:
    """Times the fit of the noisy clip, the quickest of some repeats; imports are done before."""
    cpu, wall = [], []
    for _ in range(repeats):
        start, clock = time.process_time(), time.perf_counter()
        motion = fit_clip(case.noisy, options)
        cpu.append(time.process_time() - start)
        wall.append(time.perf_counter() - clock)
    frames = case.noisy.frames
    times = {"ms_per_frame": 1e3 * min(cpu) / frames, "wall_ms_per_frame": 1e3 * min(wall) / frames}
    return {"frames": frames, **times}, motion


def compared(frames: int, ik_frames: int, repeats: int) -> dict[str, Any]:
    """The fit and the tool on both inputs."""
    q, true, clip = made(frames)
    case = Case(q, true, clip, condition(clip)[0])
    result: dict[str, Any] = {}
    count = min(ik_frames, frames) or frames
    for name, options in (("ours_noisy", FitOptions(cutoff_hz=None)), ("ours", FitOptions())):
        result[name], motion = ours(case, repeats, options)
        result[name] |= accuracy(case, motion.q[:count], motion.transforms[:count], motion)
        result[name]["vertebra_sigma_mm"] = motion.report.vertebra_sigma_mm.rms
        result[name]["opensim"] = motion.report.opensim.to_dict()
    for name, given in (("tool_noisy", case.noisy), ("tool_conditioned", case.conditioned)):
        if ik_frames:
            result[name], found = tool(given, motion, count)
            result[name] |= accuracy(case, found, subject_body(motion).tree.forward(found), motion)
    if ik_frames:
        for ratio, mine, theirs in (("ratio", "ours_noisy", "noisy"), ("ratio_conditioned", "ours", "conditioned")):
            result[ratio] = round(result[f"tool_{theirs}"]["ms_per_frame"] / result[mine]["ms_per_frame"], 1)
        result["ratio_as_used"] = round(result["tool_noisy"]["ms_per_frame"] / result["ours"]["ms_per_frame"], 1)
    return result


def table(result: dict[str, Any]) -> str:
    """The comparison for people, in Markdown."""
    rows = {
        "ours_noisy": "the fit without its filter",
        "tool_noisy": "OpenSim's tool, the same noisy markers",
        "ours": "the fit",
        "tool_conditioned": "OpenSim's tool, the markers that the fit filtered",
    }
    lines = [
        "| | ms per frame | markers: noisy, mm | conditioned, mm | true, mm | spine, ° | vertebrae, mm | σ, mm |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, label in rows.items():
        if name in result:
            r = result[name]
            numbers = [r[f"marker_rms_{k}_mm"] for k in ("noisy", "conditioned", "true")]
            numbers += [r["spine_rms_degrees"], r["vertebra_rms_mm"]]
            told = " | ".join([*(f"{x:.2f}" for x in numbers), f"{r.get('vertebra_sigma_mm', '–')}"])
            lines.append(f"| {label} | {r['ms_per_frame']:.2f} | {told} |")
    return "\n".join(lines)


def scaling(frames: int, workers: int) -> dict[str, Any]:
    """Wall time of a long clip on one process and on several, and whether the results are the same."""
    clip = made(frames)[-1]
    times, found = [], []
    for count in (1, workers):
        start = time.perf_counter()
        found.append(fit_clip(clip, workers=count))
        times.append(time.perf_counter() - start)
    return {
        "frames": frames,
        "workers": workers,
        "seconds": [round(t, 2) for t in times],
        "speedup": round(times[0] / times[1], 2),
        "identical": bool(np.array_equal(found[0].q, found[1].q)),
    }


def memory(clips: int) -> dict[str, Any]:
    """Resident megabytes after each of some clips."""
    process, sizes = psutil.Process(), []
    for seed in range(clips):
        fit_clip(made(200, seed)[-1])
        sizes.append(process.memory_info().rss / 2**20)
    half = clips // 2
    return {"clips": clips, "rss_mb": [round(s) for s in sizes], "growth_mb": round(sizes[-1] - sizes[half], 1)}


def main() -> None:
    """Runs what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=1000)
    parser.add_argument("--ik-frames", type=int, default=300, help="frames for the tool, 0 leaves it out")
    parser.add_argument("--repeats", type=int, default=3, help="of the fit, the quickest counts")
    parser.add_argument("--long", type=int, default=0, help="frames of a clip that is fitted over processes as well")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--clips", type=int, default=0, help="clips after which memory is compared")
    asked = parser.parse_args()
    fit_clip(made(8)[-1])  # imports and first calls
    result: dict[str, Any] = {"machine": machine()}
    result |= compared(asked.frames, asked.ik_frames, asked.repeats)
    print(", ".join(f"{k} {v}" for k, v in result["machine"].items()))
    print(table(result))
    for name in ("ours_noisy", "ours"):
        print(f"{name}: {opensim_words([OpenSimCheck.from_dict(result[name]['opensim'])])}")
    if asked.ik_frames:
        print(
            f"the tool takes {result['ratio']} times as long on noisy markers, {result['ratio_conditioned']} times on"
            f" conditioned ones; on noisy ones {result['ratio_as_used']} times as long as the fit with its filter"
        )
    if asked.long:
        result["scaling"] = scaling(asked.long, asked.workers)
        print(f"over processes: {result['scaling']}")
    if asked.clips:
        result["memory"] = memory(asked.clips)
        print(f"memory: {result['memory']}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
