"""Fixtures that many rooms share."""

from __future__ import annotations

import pytest

from synthgen.core.cache import Cache


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory) -> Cache:
    """One cache of fits, bodies and motions for the whole test session; the user's own is left alone."""
    return Cache(tmp_path_factory.mktemp("synthgen-cache"))
