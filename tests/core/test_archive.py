"""Archives: written whole or not at all, and damage is named."""

import numpy as np
import pytest

from synthgen.core import archive
from synthgen.core.errors import InputError


def test_round_trip_is_exact_and_bytes_are_stable(tmp_path):
    arrays = {"a/b": np.arange(6.0).reshape(2, 3), "c": np.array([True, False])}
    for name in ("one", "two"):
        archive.save(tmp_path / name, "thing", 3, {"title": "é", "list": [1, 2]}, arrays)
    header, again = archive.load(tmp_path / "one", "thing", 3)
    assert header["title"] == "é" and header["list"] == [1, 2]
    assert all(np.array_equal(arrays[k], again[k]) for k in arrays)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_truncated_file_is_an_input_error(tmp_path, cut):
    path = tmp_path / "x.npz"
    archive.save(path, "thing", 1, {}, {"a": np.zeros(100)})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(InputError, match="cannot be read"):
        archive.load(path, "thing", 1)


def test_other_kind_version_and_missing(tmp_path):
    path = tmp_path / "x.npz"
    archive.save(path, "thing", 1, {}, {"a": np.zeros(1)})
    with pytest.raises(InputError, match="expected: other version 1"):
        archive.load(path, "other", 1)
    with pytest.raises(InputError, match="thing version 2"):
        archive.load(path, "thing", 2)
    with pytest.raises(InputError, match="no thing file"):
        archive.load(tmp_path / "none", "thing", 1)
