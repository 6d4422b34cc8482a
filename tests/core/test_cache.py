"""The cache: one folder for every verb, an entry that is damaged or another's is made again with a word."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from synthgen.core import archive
from synthgen.core.cache import Cache, Entry, Kind, default_cache
from synthgen.core.errors import InputError


def load(path: Path, key: str | None = None) -> int:
    """Loads a result as the rooms do: arrays and header fields by name."""
    header, arrays = archive.load(path, "thing", 1, key=key)
    return int(header["number"] + arrays["array"].sum())


def save(number: int, path: Path, key: str | None = None) -> None:
    archive.save(path, "thing", 1, {"number": number - 15}, {"array": np.full(3, 5, np.uint8)}, key)


THINGS = Kind("things", "thing", "things", ("synthgen.core.frames",), load, save, "thing")


def thing(folder: Path, *inputs: object) -> Entry[int]:
    return THINGS.entry(Cache(folder), *inputs)


def write(entry: Entry[int], kind: str, header: dict, arrays: dict) -> None:
    archive.save(entry.path, kind, 1, header, arrays, entry.key)


def cut(entry: Entry[int]) -> None:
    entry.path.write_bytes(entry.path.read_bytes()[:-30])


def one_bit(entry: Entry[int]) -> None:
    data = bytearray(entry.path.read_bytes())
    data[data.index(b"\x05\x05\x05")] ^= 1
    entry.path.write_bytes(bytes(data))


def other_kind(entry: Entry[int]) -> None:
    write(entry, "fish", {}, {"array": np.zeros(1)})


def lacks_an_array(entry: Entry[int]) -> None:
    write(entry, "thing", {"number": 2}, {})


def lacks_a_field(entry: Entry[int]) -> None:
    write(entry, "thing", {}, {"array": np.zeros(1)})


def wrong_type(entry: Entry[int]) -> None:
    write(entry, "thing", {"number": "two"}, {"array": np.zeros(1)})


def a_folder(entry: Entry[int]) -> None:
    entry.path.unlink()
    entry.path.mkdir()


@pytest.mark.parametrize(
    "damage", [cut, one_bit, other_kind, lacks_an_array, lacks_a_field, wrong_type, a_folder], ids=lambda d: d.__name__
)
def test_a_damaged_result_is_reported_and_taken_for_none(
    tmp_path: Path, damage: Callable[[Entry[int]], None], caplog: pytest.LogCaptureFixture
) -> None:
    entry = thing(tmp_path, "x")
    assert entry.find() is None
    assert not caplog.records, "what is not there yet is no damage"
    entry.keep(17)
    assert entry.find() == 17
    damage(entry)
    assert entry.find() is None
    assert f"{entry.path}: this thing of the cache is damaged" in caplog.text
    assert "is made again" in caplog.text


def test_a_thing_is_made_once(tmp_path: Path) -> None:
    made = []

    def make() -> int:
        made.append(1)
        return 17

    assert [thing(tmp_path, 1).get(make) for _ in range(3)] == [17] * 3
    assert len(made) == 1
    assert thing(tmp_path, 2).get(make) == 17
    assert len(made) == 2


def no_key(entry: Entry[int]) -> None:
    save(99, entry.path)


def other_inputs(entry: Entry[int]) -> None:
    thing(entry.path.parents[1], "other").keep(99)
    thing(entry.path.parents[1], "other").path.replace(entry.path)


def other_code(entry: Entry[int]) -> None:
    save(99, entry.path, f"{12 * '0'}-{entry.key.split('-')[1]}")


@pytest.mark.parametrize("foreign", [no_key, other_inputs, other_code], ids=lambda f: f.__name__)
def test_a_foreign_entry_under_a_right_name_is_reported_in_one_line_and_made_again(
    tmp_path: Path, foreign: Callable[[Entry[int]], None], caplog: pytest.LogCaptureFixture
) -> None:
    entry = thing(tmp_path, "x")
    entry.keep(17)
    foreign(entry)
    assert entry.get(lambda: 17) == 17
    (record,) = caplog.records
    assert str(entry.path) in record.getMessage()
    assert "is of other inputs" in record.getMessage()
    assert "\n" not in record.getMessage()
    assert entry.read() == 17, "the right one stands there again"
    with pytest.raises(InputError, match="another entry of the cache"):
        thing(tmp_path, "y").kind.load(entry.path, thing(tmp_path, "y").key)


def test_what_is_saved_outside_the_cache_names_no_key(tmp_path: Path) -> None:
    save(17, tmp_path / "free.npz")
    thing(tmp_path, 1).keep(17)
    assert load(tmp_path / "free.npz") == load(thing(tmp_path, 1).path) == 17
    with np.load(tmp_path / "free.npz") as data:
        assert '"key"' not in str(data[archive.HEADER])


def test_use_is_noted_and_the_time_of_making_stays(tmp_path: Path) -> None:
    entry = thing(tmp_path, 1)
    entry.keep(17)
    os.utime(entry.path, (1e9, 9e8))
    assert entry.find() == 17
    found = entry.path.stat()
    assert found.st_mtime == 9e8
    assert found.st_atime > 1.7e9
    damaged = thing(tmp_path, 2)
    damaged.keep(17)
    cut(damaged)
    os.utime(damaged.path, (1e9, 9e8))
    damaged.find()
    assert damaged.path.stat().st_mtime == 9e8


def test_a_cache_that_may_only_be_read_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    thing(tmp_path, 1).keep(17)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "not yours")

    monkeypatch.setattr(os, "utime", refuse)
    assert thing(tmp_path, 1).find() == 17


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
    with pytest.raises(InputError, match="the cache folder cannot be written") as error:
        thing(tmp_path, 1).keep(17)
    message = str(error.value)
    assert says in message
    assert str(tmp_path / "things") in message
    assert "SYNTHGEN_CACHE=FOLDER" in message
    assert not list((tmp_path / "things").iterdir())


def test_a_folder_that_may_not_be_looked_into_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "stat", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    assert not thing(tmp_path, 1).exists()
    with pytest.raises(InputError, match="the cache folder cannot be written: the folder may not be written"):
        thing(tmp_path, 1).get(lambda: 17)


def test_a_file_where_the_cache_should_be(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(InputError, match="a file stands where a folder is needed"):
        thing(tmp_path / "cache", 1).keep(17)


def test_faults_that_are_not_the_disks_pass(tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Kind("things", "thing", "things", ("synthgen.core.frames",), load, broken).entry(Cache(tmp_path), 1).keep(17)


def test_the_users_cache_is_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHGEN_CACHE", str(tmp_path))
    assert default_cache() == Cache().root == tmp_path
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SYNTHGEN_CACHE", "~/mine")  # as a file of settings writes it, which no shell reads
    assert default_cache() == tmp_path / "mine"
    monkeypatch.setenv("SYNTHGEN_CACHE", "~nobody-here/mine")
    assert default_cache() == Path.cwd() / "~nobody-here" / "mine"
    monkeypatch.delenv("SYNTHGEN_CACHE")
    assert default_cache().name == "synthgen"


def test_a_relative_cache_is_one_folder_wherever_a_process_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTHGEN_CACHE", "mine")
    monkeypatch.chdir(tmp_path)
    cache = Cache()
    monkeypatch.chdir("/")
    assert cache.root == tmp_path / "mine"
