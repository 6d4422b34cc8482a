"""Fixtures that many rooms share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory) -> Path:
    """One cache of fits, bodies and motions for the whole test session; the user's own is left alone."""
    return tmp_path_factory.mktemp("synthgen-cache")
