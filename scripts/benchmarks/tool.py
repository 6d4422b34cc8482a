"""OpenSim's own InverseKinematicsTool on the model that the fit wrote."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.biomech.osim.files import write_opensim
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.frames import world_to_opensim
from synthgen.core.opensim_api import opensim_module
from synthgen.motion.clip import Clip


def tool(clip: Clip, motion: SpineMotion, frames: int) -> tuple[dict[str, Any], np.ndarray]:
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
