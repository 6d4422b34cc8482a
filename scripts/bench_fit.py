"""Times the fit against OpenSim's own InverseKinematicsTool: same model, same noisy markers, one run, one core each.

    OMP_NUM_THREADS=1 python scripts/bench_fit.py [--frames 1000] [--ik-frames 200] [--long 10000] [--clips 20]

Prints ms of processor time per frame, marker RMS (against the noisy markers, and against where they truly were) and
RMS of the spine's angles against the truth, which was made by another rhythm (every level off by 30 % of its share)
with 5 mm of noise. The tool gets the fit's scaled model and its markers, and does fewer frames because it is slow.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from synthgen.biomech.fit import fit_clip
from synthgen.biomech.opensim_files import write_opensim
from synthgen.biomech.reduction import PELVIS
from synthgen.bodymodel import reference_body
from synthgen.frames import world_to_opensim
from synthgen.motion.clip import Clip
from synthgen.opensim_api import opensim_module
from synthgen.skeleton import SPINE_SEGMENTS
from tests.biomech.synthetic import clip_of, exercise, noisy

FPS = 100.0
BODY = reference_body()
SPINAL = [i for i, c in enumerate(BODY.tree.coordinates) if i >= PELVIS and c.name.rsplit("_", 1)[0] in SPINE_SEGMENTS]


def rms(values: np.ndarray) -> float:
    """Root mean square of what is not NaN."""
    return float(np.sqrt(np.nanmean(np.square(values))))


def made(frames: int, seed: int = 0) -> tuple[np.ndarray, Clip, Clip]:
    """True coordinates (T, C), the true clip and the noisy one; of all points, without orientations.

    The tool cannot take orientations.
    """
    q = exercise(BODY, frames, FPS, seed)
    true = clip_of(BODY, q, None, (), FPS)
    return q, true, noisy(true, seed=seed)


def ours(clip: Clip, true: Clip, truth: np.ndarray) -> tuple[dict, object]:
    """Times one fit; the processor time is of this process, imports are done before."""
    start, wall = time.process_time(), time.perf_counter()
    motion = fit_clip(clip)
    cpu, wall = time.process_time() - start, time.perf_counter() - wall
    return {
        "frames": clip.frames,
        "ms_per_frame": 1e3 * cpu / clip.frames,
        "wall_ms_per_frame": 1e3 * wall / clip.frames,
        "marker_rms_mm": 1e3 * rms(raw_error(clip, motion.transforms, motion)),
        "true_marker_rms_mm": 1e3 * rms(raw_error(true, motion.transforms, motion)),
        "spine_rms_degrees": float(np.degrees(rms((motion.q - truth)[:, SPINAL]))),
    }, motion


def raw_error(clip: Clip, world: np.ndarray, motion) -> np.ndarray:  # type: ignore[no-untyped-def]
    """(T, M) metres from the clip's own, unfiltered points."""
    out = []
    for name, segment, at in zip(motion.marker_names, motion.marker_segments, motion.marker_offsets, strict=True):
        t = world[:, motion.segment_names.index(segment)]
        out.append(np.linalg.norm((t[:, :3, :3] @ at) + t[:, :3, 3] - clip.points[name][: len(world)], axis=-1))
    return np.stack(out, -1)


def tool(clip: Clip, true: Clip, truth: np.ndarray, motion, frames: int) -> dict:  # type: ignore[no-untyped-def]
    """OpenSim's InverseKinematicsTool on the model that the fit wrote."""
    osim = opensim_module()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model_path, _ = write_opensim(motion, folder)
        table = osim.TimeSeriesTableVec3()
        names = list(motion.marker_names)
        table.setColumnLabels(names)
        points = world_to_opensim(np.stack([clip.points[n] for n in names], 1))
        for t, row in enumerate(points[:frames].tolist()):
            table.appendRow(t / clip.fps, osim.RowVectorVec3([osim.Vec3(*p) for p in row]))
        table.addTableMetaDataString("DataRate", str(clip.fps))
        table.addTableMetaDataString("Units", "m")
        osim.TRCFileAdapter.write(table, str(folder / "markers.trc"))
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
        values = found.getMatrix().to_numpy()
        labels = list(found.getColumnLabels())
    q = np.zeros((len(values), len(motion.coordinate_names)))
    for i, label in enumerate(motion.coordinate_names):
        q[:, i] = values[:, labels.index(label)]
    turned = [i for i, n in enumerate(motion.coordinate_names) if n not in ("pelvis_tx", "pelvis_ty", "pelvis_tz")]
    q[:, turned] = np.radians(q[:, turned])
    from synthgen.biomech.opensim_files import subject_body

    world = subject_body(motion).tree.forward(q)
    return {
        "frames": len(q),
        "ms_per_frame": 1e3 * cpu / len(q),
        "marker_rms_mm": 1e3 * rms(raw_error(clip, world, motion)),
        "true_marker_rms_mm": 1e3 * rms(raw_error(true, world, motion)),
        "spine_rms_degrees": float(np.degrees(rms((q - truth[: len(q)])[:, SPINAL]))),
    }


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
    parser.add_argument("--ik-frames", type=int, default=200, help="frames for the tool, 0 leaves it out")
    parser.add_argument("--long", type=int, default=0, help="frames of a clip that is fitted over processes as well")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--clips", type=int, default=0, help="clips after which memory is compared")
    asked = parser.parse_args()
    fit_clip(made(8)[-1])  # imports and first calls
    truth, true, clip = made(asked.frames)
    result: dict = {}
    result["ours"], motion = ours(clip, true, truth)
    if asked.ik_frames:
        result["tool"] = tool(clip, true, truth, motion, min(asked.ik_frames, asked.frames))
        result["ratio"] = round(result["tool"]["ms_per_frame"] / result["ours"]["ms_per_frame"], 1)
    for name in ("ours", "tool"):
        if name in result:
            r = result[name]
            print(
                f"{name:5} {r['frames']:5} frames  {r['ms_per_frame']:7.2f} ms/frame"
                f"  markers {r['marker_rms_mm']:.2f} mm, {r['true_marker_rms_mm']:.2f} mm from the true ones"
                f"  spine {r['spine_rms_degrees']:.2f}° off the truth"
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
