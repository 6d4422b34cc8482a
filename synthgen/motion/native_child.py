"""Reads one file with a native library and leaves what it holds in an ``.npz``: run as a program by ``native.py``.

Its own process, because the libraries crash, hang or ask for unbounded memory on files that are damaged
(ezc3d 1.7.2: segmentation faults; OpenSim 4.6: endless loop on a TRC header that breaks off), and because ezc3d breaks
OpenSim in the process that imports it: both register ``std::vector<double>`` in SWIG's table of types, after which
``opensim.TimeSeriesTable`` refuses its own lists.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.motion.text import decoded

LONGEST = 65535
"""Frames that a C3D header can count, and that ezc3d reads at most."""

Result = tuple[dict[str, Any], np.ndarray]


def read_c3d(path: str) -> Result:
    """Labels, unit and rate; (T, N, 3) points, NaN where a marker was not seen."""
    import ezc3d

    file = ezc3d.c3d(path)
    point = file["parameters"]["POINT"]
    names = [str(n) for key in _continued(point, "LABELS") for n in point[key]["value"]]
    values = np.moveaxis(np.asarray(file["data"]["points"], float)[:3], 0, -1).transpose(1, 0, 2).copy()
    residuals = file["data"]["meta_points"]["residuals"]
    if residuals.shape[1:] == values.shape[1::-1]:
        values[residuals[0].T < 0] = np.nan
    values[(values == 0).all(-1)] = np.nan  # the exact origin is what some programs write for an unseen marker
    derived = [str(n).strip() for kind in ("ANGLES", "FORCES", "MOMENTS", "POWERS", "SCALARS", "REACTIONS",
                                                                 "MODELED_MARKERS")
               for key in _continued(point, kind) for n in point[key]["value"]]  # fmt: skip
    processing = file["parameters"].get("PROCESSING", {})
    meta = {
        "names": names,
        "unit": _first(point, "UNITS", ""),
        "vertical": str(_first(point, "Y_SCREEN", "")).strip().lower(),
        "height_mm": _first(processing, "Height", None),
        "rate": float(_first(point, "RATE", np.nan)),
        "derived": derived,
        "frames": _first(point, "FRAMES", 0),
        "fields": [_long(file["parameters"], n) for n in ("ACTUAL_START_FIELD", "ACTUAL_END_FIELD")],
    }
    return meta, values


def read_trc(path: str) -> Result:
    """Labels, unit and times; (T, N, 3) points."""
    from synthgen.opensim_api import opensim_module

    table = opensim_module().TimeSeriesTableVec3(path)
    flat = table.flatten()  # both must outlive the matrix, which is a view
    values = flat.getMatrix().to_numpy().reshape(table.getNumRows(), -1, 3).copy()
    values[(values == 0).all(-1)] = np.nan  # the exact origin is what Mokka and others write for an unseen marker
    names = [str(n) for n in table.getColumnLabels()]
    unit = table.getTableMetaDataAsString("Units") if table.hasTableMetaDataKey("Units") else ""
    return {"names": names, "unit": unit, "times": list(table.getIndependentColumn())}, values


def read_mot(path: str) -> Result:
    """Labels, times and whether angles are degrees; (T, C) values."""
    from synthgen.opensim_api import opensim_module

    table = opensim_module().TimeSeriesTable(path)
    matrix = table.getMatrix()
    keys = list(table.getTableMetaDataKeys())
    degrees = table.getTableMetaDataAsString("inDegrees") if "inDegrees" in keys else ""
    meta = {"names": list(table.getColumnLabels()), "times": list(table.getIndependentColumn()), "degrees": degrees}
    return meta, matrix.to_numpy().copy()


def read_osim(path: str) -> Result:
    """Offsets of the joints in their parents and of the markers in their segments, OpenSim's frame, metres."""
    from synthgen.opensim_api import opensim_module

    osim = opensim_module()
    model = osim.Model(path)
    joints, markers = {}, {}
    for i in range(model.getJointSet().getSize()):
        joint = model.getJointSet().get(i)
        frame = osim.PhysicalOffsetFrame.safeDownCast(joint.getParentFrame())
        if frame is not None:
            joints[joint.getName()] = frame.get_translation().to_numpy().tolist()
    for i in range(model.getMarkerSet().getSize()):
        marker = model.getMarkerSet().get(i)
        markers[marker.getName()] = [marker.getParentFrame().getName(), marker.get_location().to_numpy().tolist()]
    return {"joints": joints, "markers": markers}, np.zeros(0)


READERS: dict[str, Callable[[str], Result]] = {
    "c3d": read_c3d,
    "trc": read_trc,
    "mot": read_mot,
    "osim": read_osim,
}


def _continued(group: Any, name: str) -> list[str]:
    """``LABELS``, ``LABELS2`` …: a C3D parameter holds 255 entries at most."""
    keys = [name] + [f"{name}{i}" for i in range(2, 100)]
    return [k for k in keys if k in group]


def _first(group: Any, name: str, missing: Any) -> Any:
    value = group[name]["value"] if name in group else []
    return np.asarray(value).ravel()[0].item() if len(value) else missing


def _long(parameters: Any, name: str) -> int:
    """A frame number in two 16-bit words, low word first (C3D user guide, TRIAL group); 0 where missing."""
    value = parameters["TRIAL"][name]["value"] if "TRIAL" in parameters and name in parameters["TRIAL"] else []
    words = [int(w) & 0xFFFF for w in np.asarray(value).ravel()[:2]]
    return sum(w << (16 * i) for i, w in enumerate(words))


def _encodable(found: Any) -> Any:
    """What a library found with its texts decoded: where they are not UTF-8, SWIG leaves lone surrogates in them."""
    if isinstance(found, str):
        return decoded(found.encode("utf-8", "surrogateescape"))
    if isinstance(found, dict):
        return {_encodable(k): _encodable(v) for k, v in found.items()}
    return [_encodable(v) for v in found] if isinstance(found, list) else found


def main(kind: str, source: str, target: str) -> int:
    """Reads ``source`` and writes ``target``; 0, or 3 with the library's words on stderr."""
    try:
        meta, values = READERS[kind](source)
    except Exception as error:  # whatever the library throws at a damaged file is the file's fault
        sys.stderr.write(f"{type(error).__name__}: {error}"[:2000])
        return 3
    with Path(target).open("wb") as file:
        np.savez(file, meta=np.array(json.dumps(_encodable(meta))), values=values)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:4]))
