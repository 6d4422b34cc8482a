"""Scratch folders: private, removed, and swept after a kill, but never while somebody lives in them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from synthgen.core import scratch
from synthgen.core.scratch import Scratch, sweep


@pytest.fixture(autouse=True)
def own_root(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(scratch, "root", lambda: tmp_path)
    return tmp_path


def test_private_and_removed(own_root):
    with Scratch("test") as folder:
        assert folder.parent == own_root and folder.name.startswith("synthgen-test-")
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "file").write_text("x")
        assert sweep() == [], "somebody lives there"
    assert not folder.exists()


def test_the_folder_of_a_killed_process_is_swept(own_root):
    code = (
        "import os, pathlib, signal, sys; from synthgen.core import scratch\n"
        "scratch.root = lambda: pathlib.Path(sys.argv[1])\n"
        "print(scratch.Scratch('killed').path, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(own_root)], capture_output=True, text=True, check=False)
    folder = Path(done.stdout.strip())
    assert done.stdout.strip() and folder.is_dir()
    (folder / "deep").mkdir()
    with Scratch("alive") as alive:
        assert sweep() == [folder]
        assert alive.exists() and not folder.exists()


def test_what_is_not_known_to_be_ours_stays(own_root):
    (own_root / "synthgen-new").mkdir()
    (own_root / "other").mkdir()
    elsewhere = own_root / "synthgen-elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".owner").write_text("another-machine")
    (own_root / "synthgen-link").symlink_to(own_root / "other")
    assert sweep() == []
    os.utime(own_root / "synthgen-new", (0, 0))
    assert sweep() == [own_root / "synthgen-new"]


def test_a_long_temporary_directory_leaves_room_for_a_socket(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(tempfile, "tempdir", "/tmp/" + 80 * "x")
    assert scratch.root() == Path("/tmp")
