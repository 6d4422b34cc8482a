"""The seats and mats that people of a shot use."""

from __future__ import annotations

import numpy as np

from synthgen.core.tables import table
from synthgen.world.draws import choose
from synthgen.world.floor import Floor
from synthgen.world.floor_plan import footprint
from synthgen.world.people import Placed, needs_mat, needs_seat, on_floor
from synthgen.world.prop_looks import colour_of, size_of
from synthgen.world.seats import desk_under, fit_seat
from synthgen.world.sitter import CLEAR
from synthgen.world.surroundings import RoomSpec


def add_support(floor: Floor, p: Placed, room: RoomSpec, rng: np.random.Generator, mats: bool) -> None:
    """The seat under one who sits down, or the mat under one who exercises on the floor."""
    clip = p.person.clip
    if needs_seat(clip):
        _seat(floor, p, room, rng)
    elif mats and (needs_mat(clip) or on_floor(p.info, p.frame)) and rng.random() < 0.85:
        size = size_of(rng, "yoga_mat")
        middle = (p.outline[:, :2].min(0) + p.outline[:, :2].max(0)) / 2
        spread = p.outline[:, :2] - p.outline[:, :2].mean(0)
        axis = np.linalg.eigh(spread.T @ spread)[1][:, 1]  # the mat lies along the body
        box = footprint(middle, float(np.arctan2(axis[1], axis[0])), size)
        floor.add("yoga_mat", box, size, colour_of(rng, "yoga_mat", room), int(rng.integers(2**31)))


def _seat(floor: Floor, p: Placed, room: RoomSpec, rng: np.random.Generator) -> None:
    x, y, yaw = p.info.seat[[0, 1, 3]]
    kinds = table("world/data/exercises.yaml")[p.person.clip.rpartition(":")[2]]["seat"]
    row = choose(rng, [k for k in kinds if room.kind in k["rooms"]] or kinds)
    sitter = p.info.sitter and p.info.sitter.seen_from(np.array([x, y]), yaw)
    seat = fit_seat(row, p.info.seat, sitter)
    facing = yaw + p.person.yaw
    middle = p.to_world(np.array([x, y])) + seat.forward * np.array([np.cos(facing), np.sin(facing)])
    sides = (seat.width, seat.depth) if row.get("turned") else (seat.depth, seat.width)
    size, turn = np.array([*sides, seat.top / row["top"]]), facing + (np.pi / 2 if row.get("turned") else 0.0)
    colour = colour_of(rng, row["kind"], room)
    floor.add(row["kind"], footprint(middle, turn, size), size, colour, int(rng.integers(2**31)))
    _before(floor, p, room, rng, facing)


def _before(floor: Floor, p: Placed, room: RoomSpec, rng: np.random.Generator, facing: float) -> None:
    """What stands in front of the one who sits, under the hands: a desk."""
    row = table("world/data/exercises.yaml")[p.person.clip.rpartition(":")[2]].get("before")
    if row is None or p.info.hands is None:
        return
    x, y, low = p.info.hands[p.frame]
    depth, width = row["size"]
    near = row["near"]
    if p.info.sitter is not None:
        near, low = desk_under(p.info.sitter.seen_from(np.array([x, y]), facing - p.person.yaw), near)
    middle = p.to_world(np.array([x, y])) + (depth / 2 - near) * np.array([np.cos(facing), np.sin(facing)])
    size = np.array([depth, width, (low - CLEAR) / row["top"]])
    box = footprint(middle, facing + np.pi, size)
    floor.add(row["kind"], box, size, colour_of(rng, row["kind"], room), int(rng.integers(2**31)))
