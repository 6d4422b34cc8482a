"""A scene and a shot's number → the shot, as plain data. Reads as the order of decisions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.scene import Scene
from synthgen.world.cameras import place_cameras
from synthgen.world.cast import Character, roles
from synthgen.world.draws import choose, uniform, vector
from synthgen.world.lights import make_exposure, make_lights, make_sky
from synthgen.world.people import Performers, Placed, moved, place_people
from synthgen.world.props import make_props
from synthgen.world.shot import RoomSpec, Shot

_WALK = 2.0
"""Metres of room that stay around the group, for cameras and props."""


def make_shot(scene: Scene, shot_index: int, cast: Sequence[Character], performers: Performers) -> Shot:
    """Decides everything about one shot.

    Args:
        scene: the scene.
        shot_index: 0 … ``scene.shots`` − 1.
        cast: from :func:`synthgen.world.cast.make_cast`.
        performers: draw moments, and know how much room characters take in them.

    Raises:
        InputError: somebody can take none of the moments that were drawn.

    Every kind of decision draws from a stream of its own, so that a new kind changes no other.
    """
    people = place_people(scene, shot_index, roles(scene, shot_index, cast), performers)
    room = _room(scene, shot_index, people)
    people = _into_room(scene, shot_index, people, room)
    cameras = place_cameras(scene, shot_index, people, room)
    return Shot(
        id=shot_index,
        seed=scene.seed,
        people=tuple(p.person for p in people),
        props=make_props(scene, shot_index, people, cameras, room),
        room=room,
        lights=make_lights(scene, shot_index, people, room),
        sky=make_sky(scene, shot_index),
        cameras=cameras,
        exposure=make_exposure(scene, shot_index),
    )


def _extent(people: Sequence[Placed]) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper (2,) of the people's circles, metres."""
    middles = np.array([(p.disc.x, p.disc.y) for p in people])
    radii = np.array([[p.disc.radius] for p in people])
    return (middles - radii).min(0), (middles + radii).max(0)


def _room(scene: Scene, shot: int, people: Sequence[Placed]) -> RoomSpec:
    """A room of the wished kind and size, yet never too small for its people."""
    rng, rows = stream(scene.seed, shot, "room"), table("world/data/sets.yaml")[scene.room.kind]
    wish = scene.room
    spans = [w or s for w, s in zip((wish.length, wish.width, wish.height), rows["size"], strict=True)]
    size = np.array([uniform(rng, span) for span in spans])
    lower, upper = _extent(people)
    tallest = max(float(p.outline[:, 2].max()) for p in people)
    size = np.maximum(size, [*(upper - lower + 2 * _WALK), tallest + 0.3])
    floor, walls = choose(rng, sorted(rows["floors"])), choose(rng, sorted(rows["walls"]))
    return RoomSpec(
        kind=wish.kind,
        size=vector(size),
        floor=floor,
        walls=walls,
        floor_colour=vector(choose(rng, rows["floors"][floor])),
        wall_colour=vector(choose(rng, rows["walls"][walls])),
        texture_seed=int(rng.integers(2**31)),
    )


def _into_room(scene: Scene, shot: int, people: Sequence[Placed], room: RoomSpec) -> list[Placed]:
    """Moves the group as a whole to a place in the room, half of the free floor around its middle."""
    lower, upper = _extent(people)
    slack = np.maximum(0.0, np.array(room.size[:2]) - (upper - lower) - 2 * _WALK) / 2
    rng = stream(scene.seed, shot, "group")
    step = np.array([uniform(rng, (-1, 1)), uniform(rng, (-1, 1))]) * slack
    return moved(people, step - (lower + upper) / 2)
