"""NumPy archives gone wrong: arrays removed, renamed, odd ones in their place, headers that lie."""

from __future__ import annotations

import io
import json
import math
import zipfile
from typing import Any

import numpy as np

from scripts.fuzzing import odd
from scripts.fuzzing.chance import Chance, pick
from scripts.fuzzing.raw import changed_bytes
from scripts.fuzzing.trees import changed_tree


def changed_npz(content: bytes, rng: Chance) -> bytes:
    """The archive with one array or its header changed; what is no archive any more is changed as bytes."""
    try:
        arrays: dict[str, Any] = _arrays(content)
        name = pick(rng, list(arrays))
        header = json.loads(str(arrays.get("__header__", "{}")))
    except Exception:  # it was broken by a change before
        return changed_bytes(content, rng)
    kind = int(rng.integers(12))
    if kind == 0:
        del arrays[name]
    elif kind == 1:
        arrays[pick(rng, ("joints", "poses", "trans", "fps", "__header__", "point/x", "orientation/T6", "ü"))] = (
            arrays.pop(name)
        )
    elif kind == 2 and "__header__" in arrays:
        arrays["__header__"] = np.array(json.dumps(changed_tree(header, rng)))
    elif kind == 3:
        return _forged(arrays, name, rng)
    else:
        arrays[name] = odd.array(rng, arrays[name])
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _arrays(content: bytes) -> dict[str, np.ndarray]:
    """The arrays of an archive whose headers tell no more than what is there."""
    out = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            version, head = data[6], io.BytesIO(data[8:])
            read = np.lib.format.read_array_header_1_0 if version == 1 else np.lib.format.read_array_header_2_0
            shape, _, dtype = read(head)
            if math.prod(shape) * dtype.itemsize > len(data):
                raise ValueError("forged")
            out[name.removesuffix(".npy")] = np.load(io.BytesIO(data), allow_pickle=True)
    return out


def _forged(arrays: dict[str, np.ndarray], name: str, rng: Chance) -> bytes:
    """An archive in which one array's header states another shape or kind than what is there."""
    long = "(1" + "0" * 5000 + ",)"
    shape = pick(rng, ("(10000000000000, 22, 3)", "(-1, 3)", "(3,)", "()", long, "(0, 999999999999999999)"))
    dtype = pick(rng, ("<f8", "<c16", "|O", "<U4000000000", "|V8", "<M8[s]", "nonsense", "<f2"))
    head = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for other, values in arrays.items():
            plain = io.BytesIO()
            np.save(plain, values)
            said = b"\x93NUMPY\x01\x00" + len(head).to_bytes(4, "little")[:2] + head + bytes(1000)
            out.writestr(f"{other}.npy", said if other == name else plain.getvalue())
    return buffer.getvalue()
