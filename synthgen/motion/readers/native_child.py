"""Reads one file with a native library and leaves what it holds in an ``.npz``: run as a program by ``native.py``.

Its own process, because the libraries crash, hang or ask for unbounded memory on files that are damaged
(ezc3d 1.7.2: segmentation faults), and because ezc3d breaks OpenSim in the process that imports it: both register
``std::vector<double>`` in SWIG's table of types, after which ``opensim.TimeSeriesTable`` refuses its own lists.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.motion.readers.text import decoded

Result = tuple[dict[str, Any], np.ndarray]


def read_c3d(path: str) -> Result:
    """(T, N, 3) points in file units, NaN where one was not seen."""
    import ezc3d

    file = ezc3d.c3d(path)
    values = np.moveaxis(np.asarray(file["data"]["points"], float)[:3], 0, -1).transpose(1, 0, 2).copy()
    residuals = file["data"]["meta_points"]["residuals"]
    if residuals.shape[1:] == values.shape[1::-1]:
        values[residuals[0].T < 0] = np.nan
    values[(values == 0).all(-1)] = np.nan  # the exact origin is what some programs write for an unseen marker
    return {}, values


def read_osim(path: str) -> Result:
    """Offsets of the joints in their parents and of the markers in their segments, OpenSim's frame, metres."""
    from synthgen.core.opensim_api import opensim_module

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
    "osim": read_osim,
}


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
