"""Writers of motion files of known truth: markers of a set on a performer, SMPL motions, coordinates."""

from __future__ import annotations

import struct
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.opensim_api import opensim_module
from synthgen.motion.marker_sets import MarkerSet
from synthgen.motion.normalise.size import positions_in_standing


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
        0: "pelvis",
        1: "left_thigh",
        2: "right_thigh",
        3: "L2",
        4: "left_shank",
        5: "right_shank",
        6: "T11",
        7: "left_foot",
        8: "right_foot",
        9: "T6",
        10: "left_toes",
        11: "right_toes",
        12: "C4",
        13: "left_clavicle",
        14: "right_clavicle",
        15: "skull",
        16: "left_upper_arm",
        17: "right_upper_arm",
        18: "left_forearm",
        19: "right_forearm",
        20: "left_hand",
        21: "right_hand",
    }
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


C3D_PROCESSORS = {84: "<", 85: "<", 86: ">"}
"""Intel, DEC, MIPS → byte order of whole numbers."""


def c3d_bytes(
    labels: list[str],
    points: np.ndarray,
    *,
    fps: float = 100.0,
    processor: int = 84,
    floats: bool = True,
    parameters: dict[tuple[str, str], list] | None = None,
    analog: int = 0,
    header_scale: float | None = None,
) -> bytes:
    """Points (T, N, 3) in metres as a C3D file in millimetres, byte by byte as the user guide has it.

    Args:
        labels: may be more or fewer than the points; a label's name is cut to 32 bytes.
        processor: a key of :data:`C3D_PROCESSORS`; floats: or whole numbers in steps of 0.1 mm.
        parameters: (group, name) → texts, floats, or whole numbers (ints of Python), instead of or beside the usual.
        analog: channels, one value a frame; header_scale: what the header says instead of the parameter's scale.
    """
    order, scale = C3D_PROCESSORS[processor], -0.1 if floats else 0.1

    def words(values: np.ndarray | list, whole: bool) -> bytes:
        if whole:
            return np.round(values).astype(order + "i2").tobytes()
        if processor != 85:
            return np.asarray(values, order + "f4").tobytes()
        bits = (np.asarray(values, "<f4") * np.float32(4)).view("<u4")  # DEC: another exponent, the high word first
        return np.stack([bits >> 16, bits & 0xFFFF], -1).astype("<u2").tobytes()

    def parameter(values: list) -> bytes:
        if values and isinstance(values[0], float):
            return bytes([4, 1, len(values)]) + words(values, False)
        if values and isinstance(values[0], int):
            return bytes([2, 1, len(values)]) + words(values, True)
        texts = [(t if isinstance(t, bytes) else t.encode())[:32] for t in values]
        width = max(map(len, texts), default=0)
        return struct.pack("Bbbb", 255, 2, width, len(texts)) + b"".join(t.ljust(width) for t in texts)

    table = {
        ("POINT", "USED"): [points.shape[1]],
        ("POINT", "SCALE"): [scale],
        ("POINT", "RATE"): [float(fps)],
        ("POINT", "FRAMES"): [len(points)],
        ("POINT", "UNITS"): ["mm"],
        ("POINT", "LABELS"): labels,
        ("ANALOG", "USED"): [analog],
    } | (parameters or {})
    groups = list(dict.fromkeys(group for group, _ in table))
    records = [(-1 - i, name, b"\0") for i, name in enumerate(groups)]
    records += [(1 + groups.index(g), name, parameter(v) + b"\0") for (g, name), v in table.items()]
    section = bytes([1, 0x50, 9, processor])
    for group, name, body in records:
        section += struct.pack("bb", len(name), group) + name.encode() + words([2 + len(body)], True) + body
    section = (section + b"\0\0").ljust(-(-len(section) // 512) * 512 + 512, b"\0")
    start = 2 + len(section) // 512
    head = bytes([2, 0x50]) + words([points.shape[1], analog, 1, len(points), 10], True)
    head += words([header_scale or scale], False) + words([start, min(analog, 1)], True) + words([fps], False)
    rows = np.full((len(points), points.shape[1], 4), 0.0)
    rows[..., :3] = 1000 * points / (1.0 if floats else abs(scale))
    rows[np.isnan(rows).any(-1)] = (0, 0, 0, -1)
    body = np.concatenate([rows.reshape(len(rows), -1), np.full((len(rows), analog), 7.0)], 1)
    data = words(body.ravel(), not floats)
    return head.ljust(512, b"\0") + section + data.ljust(-(-len(data) // 512) * 512, b"\0")
