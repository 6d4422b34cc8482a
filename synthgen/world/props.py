"""What stands about: seats and mats that people use, things along walls and on the floor, now and then in the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.scene import Scene
from synthgen.world.draws import choose, rounded, uniform, vector
from synthgen.world.floor_plan import Box, Disc, box_disc_distance, boxes_overlap, inside, segment_disc
from synthgen.world.people import Placed, needs_seat, on_floor
from synthgen.world.shot import CameraSpec, PropSpec, RoomSpec

_TRIES = 30
_CLEAR = 0.08
"""Metres between a prop and a person's circle."""
_LENS = 0.7
"""Metres around a camera that stay free."""
_TALL = 0.35
"""Metres from which a prop would hide people when it stands in the line of sight."""
_FLAT = 0.02
"""Metres up to which a prop can be stood upon."""


class _Floor:
    """The floor of one shot: what stands on it, and where something may still stand."""

    def __init__(self, people: Sequence[Placed], cameras: Sequence[CameraSpec], room: RoomSpec) -> None:
        self.people, self.cameras, self.room = people, cameras, room
        self.boxes: list[Box] = []
        self.props: list[PropSpec] = []
        self.sights = [
            disc
            for camera in cameras
            for p in people
            for disc in segment_disc(np.array(camera.position[:2]), p.trunk[:2], 0.25 + 0.4 * p.disc.radius)
        ]

    def free(self, box: Box, height: float, in_the_way: bool = False) -> bool:
        """Whether a prop of that height may stand there."""
        if not inside(box, *self.room.size[:2], 0.01):
            return False
        if any(box_disc_distance(box, p.disc) < _CLEAR for p in self.people):
            return False
        if any(boxes_overlap(box, other) for other in self.boxes):
            return False
        if any(box_disc_distance(box, Disc(*c.position[:2], _LENS)) < 0 for c in self.cameras):
            return False
        return height < _TALL or in_the_way or all(box_disc_distance(box, s) > 0 for s in self.sights)

    def add(self, kind: str, box: Box, size: np.ndarray, colour: Sequence[float], seed: int) -> None:
        """Stands a prop on the floor."""
        self.boxes.append(box)
        self.props.append(
            PropSpec(
                name=f"prop_{len(self.props):02d}_{kind}",
                kind=kind,
                position=vector((box.x, box.y, 0.0)),
                yaw=rounded(box.yaw),
                size=vector(size),
                colour=vector(colour),
                texture_seed=seed,
            )
        )


def make_props(
    scene: Scene, shot: int, people: Sequence[Placed], cameras: Sequence[CameraSpec], room: RoomSpec
) -> tuple[PropSpec, ...]:
    """The props of one shot."""
    floor = _Floor(people, cameras, room)
    for p in people:
        _support(floor, p, room, stream(scene.seed, shot, f"support/{p.person.id}"), scene.props.enabled)
    if scene.props.enabled:
        _occluder(scene, shot, floor)
        _scatter(scene, shot, floor)
    return tuple(floor.props)


def _support(floor: _Floor, p: Placed, room: RoomSpec, rng: np.random.Generator, mats: bool) -> None:
    """The seat under one who sits down, or the mat under one who exercises on the floor."""
    clip = p.person.clip
    if needs_seat(clip):
        _seat(floor, p, room, rng)
    elif mats and on_floor(p.info, p.frame) and rng.random() < 0.85:
        size = _size(rng, "yoga_mat")
        middle = (p.outline[:, :2].min(0) + p.outline[:, :2].max(0)) / 2
        spread = p.outline[:, :2] - p.outline[:, :2].mean(0)
        axis = np.linalg.eigh(spread.T @ spread)[1][:, 1]  # the mat lies along the body
        box = _box(middle, float(np.arctan2(axis[1], axis[0])), size)
        floor.add("yoga_mat", box, size, _colour(rng, "yoga_mat", room), int(rng.integers(2**31)))


def _seat(floor: _Floor, p: Placed, room: RoomSpec, rng: np.random.Generator) -> None:
    x, y, top, yaw, ahead, behind = p.info.seat
    kinds = table("world/data/exercises.yaml")[p.person.clip.rpartition(":")[2]]["seat"]
    row = choose(rng, [k for k in kinds if room.kind in k["rooms"]] or kinds)
    depth, width = row.get("size", (ahead + behind, 0.48))
    forward = row.get("forward", (ahead - behind) / 2)
    facing = yaw + p.person.yaw
    middle = p.to_world(np.array([x, y])) + forward * np.array([np.cos(facing), np.sin(facing)])
    sides = (width, depth) if row.get("turned") else (depth, width)
    size, turn = np.array([*sides, top / row["top"]]), facing + (np.pi / 2 if row.get("turned") else 0.0)
    colour = _colour(rng, row["kind"], room)
    floor.add(row["kind"], _box(middle, turn, size), size, colour, int(rng.integers(2**31)))


def _scatter(scene: Scene, shot: int, floor: _Floor) -> None:
    """Things of the room's set, as many as the scene wants and the floor takes."""
    rng = stream(scene.seed, shot, "props")
    rows = _sets()[scene.room.kind]["props"]
    wanted = int(rng.integers(scene.props.count.min, scene.props.count.max + 1))
    pool = [r for r in rows for _ in range(r["count"][1])]
    first = [r for r in rows for _ in range(r["count"][0])]
    order = [*first, *(pool[int(i)] for i in rng.permutation(len(pool)))][: max(wanted, 0)]
    # Large things first: small ones still find a place between them.
    for row in sorted(order, key=lambda r: ("wall", "edge", "floor").index(r["place"])):
        _stand(rng, floor, row)


def _stand(rng: np.random.Generator, floor: _Floor, row: dict[str, Any]) -> None:
    size = _size(rng, row["kind"])
    colour, seed = _colour(rng, row["kind"], floor.room), int(rng.integers(2**31))
    for _ in range(_TRIES):
        box = _somewhere(rng, floor, row["place"], size)
        if floor.free(box, float(size[2])):
            floor.add(row["kind"], box, size, colour, seed)
            return


def _somewhere(rng: np.random.Generator, floor: _Floor, place: str, size: np.ndarray) -> Box:
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
        return _box(np.array(spot), yaw, size)
    if rng.random() < 0.6:  # things that are used lie near people
        disc = floor.people[int(rng.integers(len(floor.people)))].disc
        away, angle = disc.radius + float(np.hypot(*size[:2])) / 2 + uniform(rng, (0.1, 0.9)), uniform(rng, (0, 6.2832))
        spot = (disc.x + away * np.cos(angle), disc.y + away * np.sin(angle))
    else:
        spot = (uniform(rng, (-0.48, 0.48)) * length, uniform(rng, (-0.48, 0.48)) * width)
    return _box(np.array(spot), uniform(rng, (-np.pi, np.pi)), size)


def _occluder(scene: Scene, shot: int, floor: _Floor) -> None:
    """With the wished share, one prop between a camera and a person, to the side of the line of sight."""
    rng = stream(scene.seed, shot, "occluder")
    if rng.random() >= scene.props.occluders:
        return
    kinds = [r["kind"] for r in _sets()[scene.room.kind]["props"] if _makes()[r["kind"]].get("occluder")]
    if not kinds:
        return
    kind = choose(rng, kinds)
    size, person = _size(rng, kind), floor.people[int(rng.integers(len(floor.people)))]
    camera = np.array(floor.cameras[int(rng.integers(len(floor.cameras)))].position[:2])
    view = person.trunk[:2] - camera
    aside = np.array([-view[1], view[0]]) / (np.linalg.norm(view) + 1e-9)
    for _ in range(_TRIES):
        spot = camera + view * uniform(rng, (0.4, 0.85)) + aside * uniform(rng, (-0.4, 0.4))
        box = _box(spot, uniform(rng, (-np.pi, np.pi)), size)
        if floor.free(box, float(size[2]), in_the_way=True):
            floor.add(kind, box, size, _colour(rng, kind, floor.room), int(rng.integers(2**31)))
            return


def _size(rng: np.random.Generator, kind: str) -> np.ndarray:
    spans = _makes()[kind]["size"]
    if len(spans) == 1:  # round things
        return np.full(3, uniform(rng, spans[0]))
    return np.array([uniform(rng, span) for span in spans])


def _colour(rng: np.random.Generator, kind: str, room: RoomSpec) -> Sequence[float]:
    rows = [r for r in _sets()[room.kind]["props"] if r["kind"] == kind]
    rows += [r for s in _sets().values() for r in s["props"] if r["kind"] == kind]
    colours = next((r["colours"] for r in rows if r.get("colours")), None)
    out: Sequence[float] = choose(rng, colours) if colours else _makes()[kind]["colour"]
    return out


def _box(spot: np.ndarray, yaw: float, size: np.ndarray) -> Box:
    return Box(float(spot[0]), float(spot[1]), float(size[0]) / 2, float(size[1]) / 2, float(yaw))


def _sets() -> dict[str, Any]:
    """Kind of room → what stands in it."""
    return table("world/data/sets.yaml")


def _makes() -> dict[str, Any]:
    """Kind of prop → its sizes and colours."""
    return table("world/data/props.yaml")
