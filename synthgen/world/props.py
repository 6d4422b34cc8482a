"""What stands about: seats and mats that people use, things along walls and on the floor, now and then in the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from synthgen.core.seeding import stream
from synthgen.scene import Scene
from synthgen.world.draws import choose, uniform
from synthgen.world.floor import Floor
from synthgen.world.floor_plan import Box, footprint
from synthgen.world.own_props import own_props
from synthgen.world.people import Placed
from synthgen.world.prop_looks import colour_of, prop_makes, room_sets, size_of
from synthgen.world.shot import CameraSpec
from synthgen.world.supports import add_support
from synthgen.world.surroundings import PropSpec, RoomSpec

_TRIES = 30


def make_props(
    scene: Scene, shot: int, people: Sequence[Placed], cameras: Sequence[CameraSpec], room: RoomSpec
) -> tuple[PropSpec, ...]:
    """The props of one shot."""
    floor = Floor(people, cameras, room)
    for p in people:
        add_support(floor, p, room, stream(scene.seed, shot, f"support/{p.person.id}"), scene.props.enabled)
    if scene.props.enabled:
        _occluder(scene, shot, floor)
        _own(scene, shot, floor)
        _scatter(scene, shot, floor)
    return tuple(floor.props)


def _scatter(scene: Scene, shot: int, floor: Floor) -> None:
    """Things of the room's set, as many as the scene wants and the floor takes."""
    rng = stream(scene.seed, shot, "props")
    rows = room_sets()[floor.room.kind]["props"]
    wanted = int(rng.integers(scene.props.count.min, scene.props.count.max + 1))
    pool = [r for r in rows for _ in range(r["count"][1])]
    first = [r for r in rows for _ in range(r["count"][0])]
    order = [*first, *(pool[int(i)] for i in rng.permutation(len(pool)))][: max(wanted, 0)]
    # Large things first: small ones still find a place between them.
    for row in sorted(order, key=lambda r: ("wall", "edge", "floor").index(r["place"])):
        _stand(rng, floor, row)


def _own(scene: Scene, shot: int, floor: Floor) -> None:
    """The user's own things, anywhere on the floor that is free."""
    rng = stream(scene.seed, shot, "props/own/places")
    for thing in own_props(scene, shot):
        for _ in range(_TRIES):
            box = _somewhere(rng, floor, "floor", thing.size)
            if floor.free(box, float(thing.size[2])):
                floor.add("file", box, thing.size, (1.0, 1.0, 1.0), 0, thing.file, thing.scale)
                break


def _stand(rng: np.random.Generator, floor: Floor, row: dict[str, Any]) -> None:
    size = size_of(rng, row["kind"])
    colour, seed = colour_of(rng, row["kind"], floor.room), int(rng.integers(2**31))
    for _ in range(_TRIES):
        box = _somewhere(rng, floor, row["place"], size)
        if floor.free(box, float(size[2])):
            floor.add(row["kind"], box, size, colour, seed)
            return


def _somewhere(rng: np.random.Generator, floor: Floor, place: str, size: np.ndarray) -> Box:
    length, width = floor.room.size[:2]
    if place in ("wall", "edge"):
        side = int(rng.integers(4))
        inward = (0.0, np.pi / 2, np.pi, -np.pi / 2)[side]
        off = 0.02 if place == "wall" else uniform(rng, (0.3, 1.2))
        yaw = inward if place == "wall" else uniform(rng, (-np.pi, np.pi))
        deep = off + (size[0] / 2 if place == "wall" else float(np.hypot(*size[:2])) / 2)
        along = uniform(rng, (-0.5, 0.5)) * ((width if side % 2 == 0 else length) - size[1])
        spot = {
            0: (-length / 2 + deep, along),
            1: (along, -width / 2 + deep),
            2: (length / 2 - deep, along),
            3: (along, width / 2 - deep),
        }[side]
        return footprint(np.array(spot), yaw, size)
    if rng.random() < 0.6:  # things that are used lie near people
        disc = floor.people[int(rng.integers(len(floor.people)))].disc
        away, angle = disc.radius + float(np.hypot(*size[:2])) / 2 + uniform(rng, (0.1, 0.9)), uniform(rng, (0, 6.2832))
        spot = (disc.x + away * np.cos(angle), disc.y + away * np.sin(angle))
    else:
        spot = (uniform(rng, (-0.48, 0.48)) * length, uniform(rng, (-0.48, 0.48)) * width)
    return footprint(np.array(spot), uniform(rng, (-np.pi, np.pi)), size)


def _occluder(scene: Scene, shot: int, floor: Floor) -> None:
    """With the wished share, one prop between a camera and a person, to the side of the line of sight."""
    rng = stream(scene.seed, shot, "occluder")
    if rng.random() >= scene.props.occluders:
        return
    kinds = [r["kind"] for r in room_sets()[floor.room.kind]["props"] if prop_makes()[r["kind"]].get("occluder")]
    if not kinds:
        return
    kind = choose(rng, kinds)
    size, person = size_of(rng, kind), floor.people[int(rng.integers(len(floor.people)))]
    camera = np.array(floor.cameras[int(rng.integers(len(floor.cameras)))].position[:2])
    view = person.trunk[:2] - camera
    aside = np.array([-view[1], view[0]]) / (np.linalg.norm(view) + 1e-9)
    for _ in range(_TRIES):
        spot = camera + view * uniform(rng, (0.4, 0.85)) + aside * uniform(rng, (-0.4, 0.4))
        box = footprint(spot, uniform(rng, (-np.pi, np.pi)), size)
        if floor.free(box, float(size[2]), in_the_way=True):
            floor.add(kind, box, size, colour_of(rng, kind, floor.room), int(rng.integers(2**31)))
            return
