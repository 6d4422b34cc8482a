"""Fixtures that many rooms share."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from synthgen.core.cache import Cache

# How long an example takes says more about the machine than about the code: the first one builds or compiles things.
settings.register_profile("exploring", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True)  # what a server runs: the same examples again
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "exploring"))


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    """One cache of fits, bodies and motions for the whole test run; the user's own is left alone.

    Test processes that run side by side (pytest-xdist) share it: what one has built, the others find.
    """
    base = tmp_path_factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return Cache(run / "synthgen-cache")
