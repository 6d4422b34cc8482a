"""Fixtures that many rooms share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from synthgen.core.cache import Cache
from synthgen.core.cache.folder import CACHE_VARIABLE

# How long an example takes says more about the machine than about the code: the first one builds or compiles things.
settings.register_profile("exploring", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True)  # what a server runs: the same examples again
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "exploring"))


@pytest.fixture(scope="session", autouse=True)
def _users_own_cache_is_left_alone(shared_cache: Cache) -> Iterator[None]:
    """Whatever asks for the user's cache, engines that tests start included, gets the one of the test run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(shared_cache.root))
        yield


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    """One cache of fits, bodies and motions for the whole test run; the user's own is left alone.

    Test processes that run side by side (pytest-xdist) share it: what one has built, the others find.
    """
    base = tmp_path_factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return Cache(run / "synthgen-cache")
