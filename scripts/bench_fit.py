"""Times the fit against OpenSim's own InverseKinematicsTool: same model, same markers, one run, one core each.

    OMP_NUM_THREADS=1 python scripts/bench_fit.py [--frames 1000] [--ik-frames 300] [--long 10000] [--clips 20]

The truth is made by another rhythm (every level off by 30 % of its share) and gets 5 mm of noise per axis. The tool
runs on the fit's scaled model, with the noisy markers and with those that the fit has filtered, so that both have the
same input: the fit without its filter against the tool on noisy markers, the fit against the tool on filtered ones.
Rows give ms of processor time per frame and, over the frames that all have done, root mean squares of

- marker errors: against the noisy markers, the conditioned (filtered) ones, and where they truly were (mm),
- the spine's joint angles (degrees) and the vertebral bodies' places (mm) against the truth.

The last line is one JSON object; ``ratio`` is the tool's time over the fit's, both on the noisy markers.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from synthgen.biomech.fit import fit_clip
from synthgen.biomech.options import FitOptions
from synthgen.biomech.osim.files import subject_body, write_opensim
from synthgen.biomech.signals.conditioning import condition
from synthgen.biomech.solving.reduction import PELVIS
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.frames import world_to_opensim
from synthgen.core.opensim_api import opensim_module
from synthgen.core.skeleton import SPINE_SEGMENTS, VERTEBRAE
from synthgen.motion.clip import Clip
from tests.biomech.synthetic import clip_of, exercise, noisy

FPS = 100.0
BODY = reference_body()
SPINAL = [i for i, c in enumerate(BODY.tree.coordinates) if i >= PELVIS and c.name.rsplit("_", 1)[0] in SPINE_SEGMENTS]


def rms(values: np.ndarray) -> float:
    """Root mean square of what is not NaN."""
    return float(np.sqrt(np.nanmean(np.square(values))))


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


def made(frames: int, seed: int = 0) -> tuple[np.ndarray, Clip, Clip]:
    """True coordinates (T, C), the true clip and the noisy one; of all points, without orientations.

    The tool cannot take orientations.
    """
    q = exercise(BODY, frames, FPS, seed)
    true = clip_of(BODY, q, None, (), FPS)
    return q, true, noisy(true, seed=seed)


@dataclass(frozen=True)
class Case:
    """A clip whose truth is known: ``q`` (T, C) radians, and points as they were, measured and conditioned."""

    q: np.ndarray
    true: Clip
    noisy: Clip
    conditioned: Clip


def ours(case: Case, repeats: int, options: FitOptions) -> tuple[dict, SpineMotion]:
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


def accuracy(case: Case, q: np.ndarray, world: np.ndarray, motion: SpineMotion) -> dict[str, float]:
    """How far a solution (T, C) with its transforms (T, S, 4, 4) is off, over its first T frames."""
    found = {}
    for name in ("noisy", "conditioned", "true"):
        found[f"marker_rms_{name}_mm"] = 1e3 * rms(marker_errors(getattr(case, name), world, motion))
    found["spine_rms_degrees"] = float(np.degrees(rms((q - case.q[: len(q)])[:, SPINAL])))
    true = vertebrae(BODY, BODY.tree.forward(case.q[: len(q)]))
    found["vertebra_rms_mm"] = 1e3 * rms(np.linalg.norm(vertebrae(subject_body(motion), world) - true, axis=-1))
    return found


def marker_errors(clip: Clip, world: np.ndarray, motion: SpineMotion) -> np.ndarray:
    """(T, M) metres from a clip's points."""
    out = []
    for name, segment, at in zip(motion.marker_names, motion.marker_segments, motion.marker_offsets, strict=True):
        t = world[:, motion.segment_names.index(segment)]
        out.append(np.linalg.norm((t[:, :3, :3] @ at) + t[:, :3, 3] - clip.points[name][: len(world)], axis=-1))
    return np.stack(out, -1)


def vertebrae(body: BodyModel, world: np.ndarray) -> np.ndarray:
    """(T, 24, 3) centres of the vertebral bodies."""
    t = world[:, [body.tree.segment_index[n] for n in VERTEBRAE]]
    centres = np.stack([body.vertebra_points[n]["body"] for n in VERTEBRAE])
    return (t[..., :3, :3] @ centres[..., None])[..., 0] + t[..., :3, 3]


def tool(clip: Clip, motion: SpineMotion, frames: int) -> tuple[dict, np.ndarray]:
    """OpenSim's InverseKinematicsTool on the model that the fit wrote: its time and (T, C) its solution."""
    osim = opensim_module()
    names = list(motion.marker_names)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model_path, _ = write_opensim(motion, folder)
        write_trc(clip, names, frames, folder / "markers.trc")
        ik = osim.InverseKinematicsTool()
        model = osim.Model(str(model_path))  # must outlive the tool's run
        ik.setModel(model)
        ik.setMarkerDataFileName(str(folder / "markers.trc"))
        ik.setStartTime(0.0)
        ik.setEndTime((frames - 1) / clip.fps)
        ik.setOutputMotionFileName(str(folder / "out.mot"))
        ik.setResultsDir(str(folder))
        tasks = ik.upd_IKTaskSet()
        for marker in names:
            task = osim.IKMarkerTask()
            task.setName(marker)
            task.setWeight(1.0)
            tasks.cloneAndAppend(task)
        start = time.process_time()
        ik.run()
        cpu = time.process_time() - start
        found = osim.TimeSeriesTable(str(folder / "out.mot"))
        values, labels = found.getMatrix().to_numpy(), list(found.getColumnLabels())
    q = np.stack([values[:, labels.index(n)] for n in motion.coordinate_names], -1)
    turned = [i for i, n in enumerate(motion.coordinate_names) if n not in ("pelvis_tx", "pelvis_ty", "pelvis_tz")]
    q[:, turned] = np.radians(q[:, turned])
    return {"frames": len(q), "ms_per_frame": 1e3 * cpu / len(q)}, q


def write_trc(clip: Clip, names: list[str], frames: int, path: Path) -> None:
    """The first frames of some points as OpenSim's marker file."""
    osim = opensim_module()
    table = osim.TimeSeriesTableVec3()
    table.setColumnLabels(names)
    points = world_to_opensim(np.stack([clip.points[n] for n in names], 1))
    for t, row in enumerate(points[:frames].tolist()):
        table.appendRow(t / clip.fps, osim.RowVectorVec3([osim.Vec3(*p) for p in row]))
    table.addTableMetaDataString("DataRate", str(clip.fps))
    table.addTableMetaDataString("Units", "m")
    osim.TRCFileAdapter.write(table, str(path))


def compared(frames: int, ik_frames: int, repeats: int) -> dict:
    """The fit and the tool on both inputs."""
    q, true, clip = made(frames)
    case = Case(q, true, clip, condition(clip)[0])
    result: dict = {}
    count = min(ik_frames, frames) or frames
    for name, options in (("ours_noisy", FitOptions(cutoff_hz=None)), ("ours", FitOptions())):
        result[name], motion = ours(case, repeats, options)
        result[name] |= accuracy(case, motion.q[:count], motion.transforms[:count], motion)
    for name, given in (("tool_noisy", case.noisy), ("tool_conditioned", case.conditioned)):
        if ik_frames:
            result[name], found = tool(given, motion, count)
            result[name] |= accuracy(case, found, subject_body(motion).tree.forward(found), motion)
    if ik_frames:
        for ratio, mine, theirs in (("ratio", "ours_noisy", "noisy"), ("ratio_conditioned", "ours", "conditioned")):
            result[ratio] = round(result[f"tool_{theirs}"]["ms_per_frame"] / result[mine]["ms_per_frame"], 1)
        result["ratio_as_used"] = round(result["tool_noisy"]["ms_per_frame"] / result["ours"]["ms_per_frame"], 1)
    return result


def table(result: dict) -> str:
    """The comparison for people, in Markdown."""
    rows = {
        "ours_noisy": "the fit without its filter",
        "tool_noisy": "OpenSim's tool, the same noisy markers",
        "ours": "the fit",
        "tool_conditioned": "OpenSim's tool, the markers that the fit filtered",
    }
    lines = [
        "| | ms per frame | markers: noisy, mm | conditioned, mm | true, mm | spine angles, ° | vertebrae, mm |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, label in rows.items():
        if name in result:
            r = result[name]
            numbers = [r[f"marker_rms_{k}_mm"] for k in ("noisy", "conditioned", "true")]
            numbers += [r["spine_rms_degrees"], r["vertebra_rms_mm"]]
            lines.append(f"| {label} | {r['ms_per_frame']:.2f} | " + " | ".join(f"{x:.2f}" for x in numbers) + " |")
    return "\n".join(lines)


def scaling(frames: int, workers: int) -> dict:
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


def memory(clips: int) -> dict:
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
    result: dict = {"machine": machine()}
    result |= compared(asked.frames, asked.ik_frames, asked.repeats)
    print(", ".join(f"{k} {v}" for k, v in result["machine"].items()))
    print(table(result))
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
