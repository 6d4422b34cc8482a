"""``build_room``: the one way from a ``RoomSpec`` to meshes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from synthgen.core.cache import Cache
from synthgen.core.errors import InputError
from synthgen.core.tables import table
from synthgen.meshes.mesh import MeshPart
from synthgen.places.rooms.hall import hall
from synthgen.places.rooms.outdoors import outdoor_room
from synthgen.places.rooms.pictured import pictured_room
from synthgen.world.surroundings import RoomSpec


def _table() -> dict[str, Any]:
    return table("places/data/rooms.yaml")


def room_kinds() -> tuple[str, ...]:
    """Names of the rooms that can be built of a specification alone: all but the user's pictures."""
    return tuple(_table())


def build_room(spec: RoomSpec, files: Path | None = None, cache: Cache | None = None) -> list[MeshPart]:
    """Builds a room around the origin. World frame, metres; the floor's top is z = 0, walls face inwards.

    Args:
        spec: kind, size (length along X, width along Y, height), floor, walls, colours, seed.
        files: folder from which the user's files are named.
        cache: where painted panoramas are kept.

    Raises:
        InputError: unknown kind, floor or wall; the user's picture is not there, or is another one.
    """
    if spec.backdrop is not None and spec.backdrop.picture is not None:
        return pictured_room(spec, spec.backdrop, spec.backdrop.picture, files)
    if spec.kind not in _table():
        raise InputError("unknown room", expected=", ".join(_table()), got=repr(spec.kind))
    data = _table()[spec.kind]
    return outdoor_room(spec, data, cache) if data.get("outdoors") else hall(spec, data, cache)
