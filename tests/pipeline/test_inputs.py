"""What making a thing reads of its inputs is in its key: inputs are watched at work, then changed field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.body import build_body
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.characters.sites.place import place_sites
from synthgen.core.cache import Cache
from synthgen.retarget.cache import motion_entry
from synthgen.retarget.retarget import retarget
from synthgen.retarget.rig_motion import RigMotion
from synthgen.world.clipinfo import clip_info
from tests.retarget.retarget_characters import SHAPES, motion_of

Inputs = tuple[SpineMotion, RestBody, SiteSet]


@pytest.fixture(scope="module")
def inputs(shared_cache: Cache) -> Inputs:
    body = build_body(SHAPES["man"], shared_cache)
    return motion_of(3, lumbar_flexion=20.0), body, place_sites(body)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[tuple[type, str]]]:
    """(class, field) of whatever is read of inputs and of rig motions."""
    seen: set[tuple[type, str]] = set()
    for kind in (SpineMotion, RestBody, SiteSet, RigMotion):
        names = {f.name for f in fields(kind)}

        def watch(self: Any, name: str, kind: type = kind, names: set[str] = names) -> Any:
            if name in names:
                seen.add((kind, name))
            return object.__getattribute__(self, name)

        monkeypatch.setattr(kind, "__getattribute__", watch, raising=False)
    return seen


def other(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, np.ndarray):
        return ~value if value.dtype == bool else value + 1
    if isinstance(value, tuple):
        return (*value, "more")
    if isinstance(value, dict):
        return {**value, "more": "1"}
    return f"{value}x" if isinstance(value, str) else value + 1


def test_all_that_a_rig_motion_and_its_extent_are_made_from_is_in_the_key(
    inputs: Inputs, read: set[tuple[type, str]]
) -> None:
    motion, body, sites = inputs
    clip_info(retarget(motion, body, sites), body)
    seen = {(kind, name) for kind, name in read if kind is not RigMotion}
    assert len(seen) > 12 and (RestBody, "regions") in seen
    cache = Cache(Path())
    before = motion_entry(*inputs, cache).key
    for kind, name in sorted(seen, key=str):
        changed = [replace(x, **{name: other(getattr(x, name))}) if type(x) is kind else x for x in inputs]
        assert motion_entry(*changed, cache).key != before, f"{kind.__name__}.{name}"
