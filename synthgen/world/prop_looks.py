"""Sizes and colours of props, drawn from what their kind and the room allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from synthgen.core.tables import table
from synthgen.world.draws import choose, uniform
from synthgen.world.surroundings import RoomSpec


def size_of(rng: np.random.Generator, kind: str) -> np.ndarray:
    """(3,) metres, drawn from the kind's ranges."""
    spans = prop_makes()[kind]["size"]
    if len(spans) == 1:  # round things
        return np.full(3, uniform(rng, spans[0]))
    return np.array([uniform(rng, span) for span in spans])


def colour_of(rng: np.random.Generator, kind: str, room: RoomSpec) -> Sequence[float]:
    """A colour that the room's set, another set or the kind itself has for it."""
    rows = [r for r in room_sets()[room.kind]["props"] if r["kind"] == kind]
    rows += [r for s in room_sets().values() for r in s["props"] if r["kind"] == kind]
    colours = next((r["colours"] for r in rows if r.get("colours")), None)
    out: Sequence[float] = choose(rng, colours) if colours else prop_makes()[kind]["colour"]
    return out


def room_sets() -> dict[str, Any]:
    """Kind of room → what stands in it."""
    return table("world/data/sets.yaml")


def prop_makes() -> dict[str, Any]:
    """Kind of prop → its sizes and colours."""
    return table("world/data/props.yaml")
