from __future__ import annotations

import pytest

from synthgen.characters.asset import CharacterAsset
from synthgen.characters.body import build_body
from synthgen.characters.character import dress
from synthgen.characters.rest_body import RestBody
from synthgen.core.cache import Cache

from .people import BODIES, FULL, LONG


@pytest.fixture(scope="session")
def bodies(shared_cache: Cache) -> dict[str, RestBody]:
    return {name: build_body(spec, shared_cache) for name, spec in BODIES.items()}


@pytest.fixture(scope="session")
def dressed(bodies: dict[str, RestBody]) -> dict[str, CharacterAsset]:
    """Every body in shirt and shorts, the woman in long clothes."""
    return {name: dress(body, LONG if name == "woman" else FULL) for name, body in bodies.items()}
