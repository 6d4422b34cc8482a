"""Rooms: what stands around people, from four walls to a park, built from a ``RoomSpec``."""

from synthgen.places.rooms.build import build_room, room_kinds

__all__ = ["build_room", "room_kinds"]
