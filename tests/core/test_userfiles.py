"""Files of users: what cannot be read is refused at once, whatever it claims to be."""

from __future__ import annotations

import io
import os
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from synthgen.core.errors import MESSAGE, InputError
from synthgen.core.userfiles import arrays
from synthgen.core.userfiles.arrays import declared, numbers, one_array
from synthgen.core.userfiles.content import read_bytes
from synthgen.core.userfiles.yamlfile import read_yaml


def refused(action, *words: str) -> str:
    """The message of an action that must end at once with an InputError that says all the words."""
    began = time.process_time()
    with pytest.raises(InputError) as caught:
        action()
    assert time.process_time() - began < 1.0
    told = str(caught.value)
    assert len(told.encode()) <= MESSAGE and "remedy" in told
    for word in words:
        assert word in told, told
    return told


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    for path in (tmp_path / "pipe.yaml", Path("/dev/zero")):
        refused(lambda path=path: read_bytes(path, "scene file", 1000), "a pipe, a device", str(path))
    refused(lambda: read_bytes(tmp_path, "scene file", 1000), "a folder")
    refused(lambda: read_bytes(tmp_path / "no", "scene file", 1000), "there is no such scene file")
    refused(lambda: read_bytes(Path("a\0b"), "scene file", 1000), "cannot be read")


def test_large_files_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(10**12)
    refused(lambda: read_bytes(path, "scene file", 1000), "1e+06 MB", "at most 1 kB")


def test_yaml_of_a_user_is_plain_data(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: &x {b: 1e-3, 1: 2024-01-01, c: [yes, ~, 0x10]}\nd: {<<: *x, c: ok}\ne: *x\n")
    source = read_yaml(path, "marker set", expected="keys")
    inner = {"b": 0.001, "1": "2024-01-01", "c": [True, None, 16]}
    assert source.data == {"a": inner, "d": inner | {"c": "ok"}, "e": inner}
    assert source.where(("d", "c")) == f"{path}:2 d.c" and source.line(("e", "b")) == 1


def test_a_doubled_key_is_an_error_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\nb: 2\na: 3\n")
    refused(lambda: read_yaml(path, "marker set", expected="keys"), ":3 a: this key is there twice", "in line 1")


def forged(path: Path, header: str, content: bytes = b"") -> Path:
    """An archive with one array ``poses`` whose header says what it likes."""
    head = header.encode() + b"\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("poses.npy", b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + content)
    return path


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ("(10000000000000, 22, 3)", "<f8"),
        ("(-1, 3)", "<f8"),
        ("(3,)", "<f8"),
        ("(3,)", "<U2000000000"),
        ("(1" + "0" * 4000 + ",)", "<f8"),
        ("()", "nonsense"),
    ],
)
def test_a_header_that_tells_other_than_what_is_there_is_refused(tmp_path: Path, shape: str, kind: str) -> None:
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    path = forged(tmp_path / "a.npz", header, bytes(100))
    refused(lambda: numbers(path, "motion file", ["poses"]), str(path), "copy or export it again")


def test_what_unpacks_to_more_than_a_motion_is_refused_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "LARGEST", 100_000)
    np.savez_compressed(tmp_path / "bomb.npz", poses=np.zeros((100, 156)))
    refused(lambda: declared(tmp_path / "bomb.npz", "motion file"), "0.1248 MB unpacked", "arrays of 0.1 MB together")


def test_an_archive_may_hold_pickles_that_nobody_opens(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", poses=np.zeros((2, 3), np.float32), names=np.array([{"a": 1}], object))
    assert set(declared(tmp_path / "a.npz", "motion file")) == {"poses", "names"}
    assert numbers(tmp_path / "a.npz", "motion file", ["poses", "trans"])["poses"].shape == (2, 3)
    refused(lambda: numbers(tmp_path / "a.npz", "motion file", ["names"]), "'names'", "holds no numbers", "object")


def test_damaged_content_behind_a_sound_header_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, poses=np.arange(300.0))
    data = bytearray(buffer.getvalue())
    data[1000] ^= 1
    (tmp_path / "a.npz").write_bytes(data)
    refused(lambda: numbers(tmp_path / "a.npz", "motion file", ["poses"]), "damaged content")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.array(["a"]), "no numbers"),
        (np.array([1.0, np.inf]), "[1]"),
        (np.array([[1.0], [1e300]]), "[1, 0]"),
        (np.array([{}], object), "damaged content"),
    ],
)
def test_one_array_of_senseless_values_is_refused(tmp_path: Path, values: np.ndarray, words: str) -> None:
    np.save(tmp_path / "a.npy", values)
    refused(lambda: one_array(tmp_path / "a.npy", "file of rest joints", "a .npy file"), words)
