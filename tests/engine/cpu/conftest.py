"""Kernels are kept in the cache of the test run, as engines keep theirs."""

from __future__ import annotations

import pytest

from synthgen.core.cache import Cache
from synthgen.engine.cpu.compiled import keep_kernels


@pytest.fixture(scope="session", autouse=True)
def _kernels_are_kept(shared_cache: Cache) -> None:
    keep_kernels(shared_cache)
