"""Arrays that are mapped: the same numbers, aligned, not to be written, and damage is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthgen.core import mapped
from synthgen.core.archive import OtherEntryError
from synthgen.core.errors import InputError

ARRAYS = {
    "a": np.arange(5, dtype=np.int32),
    "odd": np.linspace(0, 1, 21, dtype=np.float32).reshape(7, 3),
    "turned": np.asfortranarray(np.arange(12.0).reshape(3, 4)),
    "none": np.zeros((0, 3)),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    mapped.save(tmp_path / "x.npz", "thing", 2, {"names": ["é", "b"]}, ARRAYS, "k")
    return tmp_path / "x.npz"


def test_what_was_saved_is_mapped(path: Path) -> None:
    header, arrays = mapped.load(path, "thing", 2, "k")
    assert header == {"names": ["é", "b"]}
    assert arrays.keys() == ARRAYS.keys()
    for name, array in arrays.items():
        assert array.dtype == ARRAYS[name].dtype
        assert np.array_equal(array, ARRAYS[name])
        assert array.ctypes.data % 64 == 0 or not array.size
        assert not array.flags.writeable


def test_numpy_reads_it_too(path: Path) -> None:
    with np.load(path) as data:
        assert all(np.array_equal(data[name], array) for name, array in ARRAYS.items())


def test_another_entry_kind_or_version_is_refused(path: Path) -> None:
    with pytest.raises(OtherEntryError):
        mapped.load(path, "thing", 2, "other")
    for kind, version in (("thing", 3), ("other", 2)):
        with pytest.raises(InputError, match="something else"):
            mapped.load(path, kind, version, "k")


@pytest.mark.parametrize("damage", ["empty", "cut", "noise", "compressed", "missing"])
def test_damage_is_told(path: Path, damage: str) -> None:
    whole = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "compressed":
        np.savez_compressed(path, **ARRAYS)
    else:
        path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "noise": b"no archive" * 50}[damage])
    with pytest.raises(InputError, match="cannot be read"):
        mapped.load(path, "thing", 2, "k")
