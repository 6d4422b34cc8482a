"""What processes that work on arrays are given in their environment."""

from __future__ import annotations

import os

import pytest

from synthgen.core.processes.environment import array_environment, variables
from synthgen.core.processes.maps import process_map

GLIBC = "CS_GNU_LIBC_VERSION" in os.confstr_names and "glibc" in (os.confstr("CS_GNU_LIBC_VERSION") or "")


def _told(name: str) -> str | None:
    return os.environ.get(name)


def test_variables_hold_inside_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
    before = dict(os.environ)
    with pytest.raises(ValueError, match="planted"), variables({"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}):
        assert os.environ["OMP_NUM_THREADS"] == os.environ["NUMBA_NUM_THREADS"] == "1"
        raise ValueError("planted")
    assert dict(os.environ) == before


@pytest.mark.skipif(not GLIBC, reason="the allocator's variables are glibc's")
def test_the_allocator_keeps_arrays_unless_the_user_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_", raising=False)
    monkeypatch.setenv("MALLOC_TOP_PAD_", "4096")
    found = array_environment()
    assert found["MALLOC_TOP_PAD_"] == "4096"
    assert int(found["MALLOC_MMAP_THRESHOLD_"]) <= 32 * 2**20, "glibc ignores larger ones"
    assert int(found["MALLOC_TRIM_THRESHOLD_"]) > 2**20


def test_worker_processes_have_them_and_this_one_does_not() -> None:
    names = ["OMP_NUM_THREADS", "NUMBA_NUM_THREADS"]
    before = [os.environ.get(name) for name in names]
    with process_map(2) as each:
        assert each(_told, names) == ["1", "1"]
    assert [os.environ.get(name) for name in names] == before
