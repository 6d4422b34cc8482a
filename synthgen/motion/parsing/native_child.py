"""Calls a function that reads one file with a native library, and leaves what it returns in an ``.npz``.

A program of its own, run by ``native.py``, because the libraries crash, hang or ask for unbounded memory on files that
are damaged (ezc3d 1.7.2: segmentation faults), and because ezc3d breaks OpenSim in the process that imports it: both
register ``std::vector<double>`` in SWIG's table of types, after which ``opensim.TimeSeriesTable`` refuses its own
lists.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core.userfiles.content import decoded


def _encodable(found: Any) -> Any:
    """What a library found with its texts decoded: where they are not UTF-8, SWIG leaves lone surrogates in them."""
    if isinstance(found, str):
        return decoded(found.encode("utf-8", "surrogateescape"))
    if isinstance(found, dict):
        return {_encodable(k): _encodable(v) for k, v in found.items()}
    return [_encodable(v) for v in found] if isinstance(found, list) else found


def main(function: str, source: str, target: str) -> int:
    """Reads ``source`` with ``module:name`` and writes ``target``; 0, or 3 with the library's words on stderr."""
    module, _, name = function.partition(":")
    try:
        meta, values = getattr(import_module(module), name)(source)
    except Exception as error:  # whatever the library throws at a damaged file is the file's fault
        sys.stderr.write(f"{type(error).__name__}: {error}"[:2000])
        return 3
    with Path(target).open("wb") as file:
        np.savez(file, meta=np.array(json.dumps(_encodable(meta))), values=values)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:4]))
