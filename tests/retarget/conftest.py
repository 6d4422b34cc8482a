from __future__ import annotations

import pytest

from synthgen.characters.body import build_body
from synthgen.characters.rigs import rest_body
from synthgen.characters.sites.place import place_sites
from synthgen.core.cache import Cache
from tests.retarget.retarget_characters import SHAPES, Character


@pytest.fixture(scope="session")
def body_cache(shared_cache: Cache) -> Cache:
    return shared_cache


@pytest.fixture(scope="session", params=list(SHAPES))
def character(request: pytest.FixtureRequest, body_cache: Cache) -> Character:
    body = build_body(SHAPES[request.param], body_cache)
    return body, place_sites(body)


@pytest.fixture(scope="session")
def man(body_cache: Cache) -> Character:
    body = build_body(SHAPES["man"], body_cache)
    return body, place_sites(body)


@pytest.fixture(scope="session")
def manny() -> Character:
    body = rest_body("ue5_mannequin")
    return body, place_sites(body)


@pytest.fixture(scope="session", params=["man", "manny"])
def mover(request: pytest.FixtureRequest) -> Character:
    return request.getfixturevalue(request.param)
