"""The cache: one folder for every verb, damaged results are made again with a word, its disk's faults name it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from synthgen.core import archive
from synthgen.core.cache import Cache, default_cache, keeping, load_kept
from synthgen.core.errors import InputError
from synthgen.world.clipinfo import ClipInfo


def thing(path: Path) -> int:
    """Loads a result as the rooms do: arrays and header fields by name."""
    header, arrays = archive.load(path, "thing", 1)
    return int(header["number"] + arrays["array"].sum())


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def one_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[data.index(b"\x05")] ^= 1
    path.write_bytes(bytes(data))


def other_kind(path: Path) -> None:
    archive.save(path, "fish", 1, {}, {"array": np.zeros(1)})


def lacks_an_array(path: Path) -> None:
    archive.save(path, "thing", 1, {"number": 2}, {})


def lacks_a_field(path: Path) -> None:
    archive.save(path, "thing", 1, {}, {"array": np.zeros(1)})


def wrong_type(path: Path) -> None:
    archive.save(path, "thing", 1, {"number": "two"}, {"array": np.zeros(1)})


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "damage", [cut, one_bit, other_kind, lacks_an_array, lacks_a_field, wrong_type, a_folder], ids=lambda d: d.__name__
)
def test_a_damaged_result_is_told_and_taken_for_none(
    tmp_path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "x.npz"
    assert load_kept(path, "thing", thing) is None
    assert not caplog.records, "what is not there yet is no damage"
    archive.save(path, "thing", 1, {"number": 2}, {"array": np.full(3, 5, np.uint8)})
    assert load_kept(path, "thing", thing) == 17
    damage(path)
    assert load_kept(path, "thing", thing) is None
    assert f"{path}: this thing of the cache is damaged" in caplog.text
    assert "is made again" in caplog.text


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "read-only"),
        (errno.EMFILE, "no more files"),
        (errno.EIO, "disk"),
    ],
)
def test_a_disk_that_does_not_take_a_result_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, says: str
) -> None:
    def refuse(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    with (
        pytest.raises(InputError, match="the cache folder cannot be written") as error,
        keeping(tmp_path / "fits" / "x"),
    ):
        archive.save(tmp_path / "fits" / "x", "thing", 1, {}, {})
    told = str(error.value)
    assert says in told
    assert str(tmp_path / "fits") in told
    assert "SYNTHGEN_CACHE=FOLDER" in told
    assert not list((tmp_path / "fits").iterdir())


def test_a_file_where_the_cache_should_be(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    path = Cache(tmp_path / "cache").motions / "x.npz"
    with pytest.raises(InputError, match="a file stands where a folder is needed"), keeping(path):
        archive.save(path, "thing", 1, {}, {})


def test_faults_that_are_not_the_disks_pass(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), keeping(tmp_path / "x"):
        raise ZeroDivisionError


def test_one_function_says_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from synthgen.engine import builders

    monkeypatch.setenv("SYNTHGEN_CACHE", str(tmp_path))
    assert default_cache() == tmp_path
    assert builders.default_cache() == Cache(tmp_path).assets, "serve and the engine keep characters where render does"
    monkeypatch.delenv("SYNTHGEN_CACHE")
    assert default_cache().name == "synthgen"


def test_an_extent_that_is_damaged_is_no_key_error(tmp_path: Path) -> None:
    archive.save(tmp_path / "x.npz", "clip-info", 1, {"clip": "c"}, {})
    assert load_kept(tmp_path / "x.npz", "extent of a motion", ClipInfo.load) is None
