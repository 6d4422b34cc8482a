"""Writers of motion files of known truth: markers of a set on a performer, SMPL motions, coordinates."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.bodymodel import BodyModel, reference_body
from synthgen.motion.marker_sets import MarkerSet
from synthgen.motion.size import positions_in_standing
from synthgen.opensim_api import opensim_module


def markers_on(
    body: BodyModel, world: np.ndarray, chosen: MarkerSet, misplaced: float = 0.0, seed: int = 0
) -> tuple[list[str], np.ndarray]:
    """Names and (T, N, 3) world positions of a set's markers on a body that moves as ``world`` (T, S, 4, 4).

    Offsets grow with the body's own size; ``misplaced`` puts each marker off by that many metres (σ per axis).
    """
    reference = reference_body()
    rng = np.random.default_rng(seed)
    names, out = [], []
    size = body.stature / reference.stature
    for name, (segment, at) in chosen.places.items():
        t = world[:, body.tree.segment_index[segment]]
        offset = size * np.array(at) + misplaced * rng.standard_normal(3)
        names.append(name)
        out.append(t[:, :3, :3] @ offset + t[:, :3, 3])
    return names, np.stack(out, 1)


def write_c3d(
    path: Path,
    names: list[str],
    points: np.ndarray,
    *,
    fps: float = 100.0,
    unit: str = "mm",
    per_metre: float = 1000.0,
    analog: tuple[str, ...] = (),
    derived: tuple[str, ...] = (),
    extra: tuple[tuple[str, str, list], ...] = (),
) -> Path:
    """Markers (T, N, 3) in metres as a C3D file in ``unit``, of which a metre has ``per_metre``.

    ``analog`` are names of channels at ten times the rate, ``derived`` points that are no markers,
    ``extra`` further parameters (group, name, values). ezc3d writes in a
    process of its own: once it is imported, OpenSim takes no lists of numbers any more (both are made with SWIG and
    share its table of types).
    """
    job = (str(path), names, points * per_metre, fps, unit, analog, derived, extra)
    _writer().submit(_write_c3d, *job).result()
    return path


@cache
def _writer() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _write_c3d(
    path: str, names: list[str], points: np.ndarray, fps: float, unit: str, analog: tuple, derived: tuple, extra: tuple
) -> None:
    import ezc3d

    file = ezc3d.c3d()
    point = file["parameters"]["POINT"]
    point["RATE"]["value"] = [fps]
    point["LABELS"]["value"] = tuple(names)
    point["UNITS"]["value"] = [unit]
    if derived:
        file.add_parameter("POINT", "ANGLES", list(derived))
    for group, name, values in extra:
        file.add_parameter(group, name, values)
    data = np.ones((4, len(names), len(points)))
    data[:3] = points.transpose(2, 1, 0)
    file["data"]["points"] = data
    if analog:
        file["parameters"]["ANALOG"]["RATE"]["value"] = [10 * fps]
        file["parameters"]["ANALOG"]["LABELS"]["value"] = analog
        file["data"]["analogs"] = np.ones((1, len(analog), 10 * len(points)))
    file.write(path)


def trc_text(
    names: list[str],
    points: np.ndarray,
    *,
    fps: float = 100.0,
    decimals: int = 6,
    between: str = "\t",
    zeros: bool = False,
    rate: float | None = None,
) -> str:
    """Markers (T, N, 3) in metres as TRC text in millimetres, as laboratories' programs write it.

    Args:
        decimals: of the times; between: what parts the values of the header; zeros: missing values are written as 0
            and not left blank; rate: DataRate, where it is not ``fps``.
    """
    frames, count = len(points), len(names)
    head = between.join(f"{v}" for v in (rate or fps, rate or fps, frames, count, "mm", fps, 1, frames))
    lines = [
        "PathFileType\t4\t(X/Y/Z)\ttake.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        head,
        "Frame#\tTime\t" + "\t\t\t".join(names) + "\t\t",
        "\t\t" + "\t".join(f"{axis}{i}" for i in range(1, count + 1) for axis in "XYZ"),
        "",
    ]
    for t, frame in enumerate(points):
        values = [("0" if zeros else "") if np.isnan(v) else f"{1000 * v:.5f}" for v in frame.ravel()]
        lines.append("\t".join([str(t + 1), f"{t / fps:.{decimals}f}", *values]))
    return "\n".join(lines) + "\n"


def write_trc(
    path: Path, names: list[str], points: np.ndarray, *, fps: float = 100.0, unit: str = "mm", per_metre: float = 1000.0
) -> Path:
    """The same as a TRC file, by OpenSim."""
    osim = opensim_module()
    table = osim.TimeSeriesTableVec3()
    table.setColumnLabels(names)
    for t, frame in enumerate((points * per_metre).tolist()):
        table.appendRow(t / fps, osim.RowVectorVec3([osim.Vec3(*p) for p in frame]))
    table.addTableMetaDataString("DataRate", f"{fps:g}")
    table.addTableMetaDataString("Units", unit)
    osim.TRCFileAdapter.write(table, str(path))
    return path


def size_of(names: list[str], chosen: MarkerSet) -> float:
    """Metres from the lowest to the highest marker in quiet standing."""
    standing = positions_in_standing({n: chosen.places[n] for n in names}, reference_body())
    return float(np.ptp([p[2] for p in standing.values()]))


SMPL_AXES = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])


def smpl_parameters(body: BodyModel, world: np.ndarray, rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """AMASS-like poses (T, 156) and trans (T, 3) whose rotations follow a performance; Z up."""
    standing = body.tree.forward(body.neutral()[0])
    follows = {
        0: "pelvis", 1: "left_thigh", 2: "right_thigh", 3: "L2", 4: "left_shank", 5: "right_shank", 6: "T11",
        7: "left_foot", 8: "right_foot", 9: "T6", 10: "left_toes", 11: "right_toes", 12: "C4", 13: "left_clavicle",
        14: "right_clavicle", 15: "skull", 16: "left_upper_arm", 17: "right_upper_arm", 18: "left_forearm",
        19: "right_forearm", 20: "left_hand", 21: "right_hand",
    }  # fmt: skip
    parents = [-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19]
    turns = np.empty((len(world), 22, 3, 3))
    for j, segment in follows.items():
        i = body.tree.segment_index[segment]
        anatomical = world[:, i, :3, :3] @ standing[i, :3, :3].T
        side = {16: 90, 18: 90, 20: 90, 17: -90, 19: -90, 21: -90}.get(j, 0)
        raised = Rotation.from_euler("x", side, degrees=True).as_matrix()
        turns[:, j] = anatomical @ raised.T @ SMPL_AXES.T
    local = turns.copy()
    for j in range(1, 22):
        local[:, j] = np.swapaxes(turns[:, parents[j]], -1, -2) @ turns[:, j]
    poses = np.zeros((len(world), 156))
    poses[:, :66] = Rotation.from_matrix(local.reshape(-1, 3, 3)).as_rotvec().reshape(-1, 66)
    pelvis = world[:, 0, :3, 3] + turns[:, 0] @ SMPL_AXES @ (0.0, 0.0, 0.06)
    return poses, pelvis - rest[0]
