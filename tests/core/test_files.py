"""Files: whole or not at all, created once, put over others, and compared with what they were."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from synthgen.core.digests import digest, file_fault, sha256, sha256_file
from synthgen.core.errors import InputError
from synthgen.core.files.links import create_once, link_over
from synthgen.core.files.whole import whole_file, write_whole


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    write_whole(path, b"old")
    monkeypatch.setattr("os.fsync", _full)
    with pytest.raises(OSError, match="No space") as caught:
        write_whole(path, b"new")
    assert caught.value.filename == str(path)
    assert path.read_bytes() == b"old" and _names(tmp_path) == ["x"]


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "x"
    with whole_file(path) as file:
        file.write(b"half")
        assert not path.exists()
    assert path.read_bytes() == b"half" and _names(path.parent) == ["x"]
    with pytest.raises(ZeroDivisionError), whole_file(path) as file:
        file.write(b"other")
        raise ZeroDivisionError
    assert path.read_bytes() == b"half" and _names(path.parent) == ["x"]


def test_permissions_are_what_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "x", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o640


def test_content_is_on_the_disk_before_its_name_and_the_name_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What makes a file whole after a power cut, too."""
    steps = []
    sync, replace, link = os.fsync, Path.replace, os.link

    def noted_sync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "content")
        sync(descriptor)

    def noted_replace(self: Path, target: Path) -> Path:
        steps.append("name")
        return replace(self, target)

    def noted_link(source: Path, target: Path) -> None:
        steps.append("name")
        link(source, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    monkeypatch.setattr(os, "link", noted_link)
    write_whole(tmp_path / "x", b"1")
    create_once(tmp_path / "y", b"1")
    assert steps == ["content", "name", "folder"] * 2


def test_of_many_that_create_a_file_exactly_one_makes_it(tmp_path: Path) -> None:
    path = tmp_path / "one"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda k: create_once(path, b"%d" % k), range(24)))
    assert sum(made) == 1 and path.read_bytes() == b"%d" % made.index(True) and _names(tmp_path) == ["one"]


def test_a_link_goes_over_a_file_and_over_a_folder(tmp_path: Path) -> None:
    source, target = tmp_path / "new", tmp_path / "there"
    source.write_bytes(b"new")
    target.write_bytes(b"old")
    link_over(source, target)
    assert target.samefile(source)
    link_over(source, target)
    assert target.samefile(source) and _names(tmp_path) == ["new", "there"]
    target.unlink()
    (target / "inside").mkdir(parents=True)
    link_over(source, target)
    assert target.samefile(source) and _names(tmp_path) == ["new", "there"]


def test_a_file_system_without_hard_links_is_an_input_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr("os.link", no_links)
    with pytest.raises(InputError, match="no hard links"):
        create_once(tmp_path / "x", b"")
    assert _names(tmp_path) == []


def test_what_is_wrong_with_a_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    known = sha256(b"abc")
    assert sha256_file(path) == known and file_fault(path, 3, known) is None
    assert file_fault(path, 4) == "has 3 bytes instead of 4"
    path.write_bytes(b"abd")
    assert file_fault(path, 3) is None and file_fault(path, 3, known) == "does not hold what was written"
    path.write_bytes(b"")
    assert file_fault(path, 3) == "is empty instead of 3 bytes"
    path.unlink()
    assert file_fault(path, 3) == "is missing"
    path.mkdir()
    assert file_fault(path, 3) == "is no file"


def test_digest_tells_values_types_and_order_apart() -> None:
    a = np.arange(4)
    digests = {
        digest(a),
        digest(a.astype(float)),
        digest(a.reshape(2, 2)),
        digest("x", "y"),
        digest("xy"),
        digest({"b": 1, "a": 2}),
        digest(b"xy"),
    }
    assert len(digests) == 7
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
