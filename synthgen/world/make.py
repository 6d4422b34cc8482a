"""A scene and a shot's number → the shot, as plain data. Reads as the order of decisions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgen.core.seeding import stream
from synthgen.scene import Scene
from synthgen.world.cameras import place_cameras
from synthgen.world.cast import Character, roles
from synthgen.world.draws import uniform
from synthgen.world.lights import make_exposure, make_lights, make_sky
from synthgen.world.optics import with_optics
from synthgen.world.people import Performers, Placed, moved, place_people
from synthgen.world.pictures import picture_light
from synthgen.world.props import make_props
from synthgen.world.rooms import WALK, extent, make_room, with_picture
from synthgen.world.shot import Shot
from synthgen.world.surroundings import RoomSpec


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
    room = make_room(scene, shot_index, people)
    people = _into_room(scene, shot_index, people, room)
    cameras = place_cameras(scene, shot_index, people, room)
    cameras = with_optics(scene, shot_index, cameras, people, room)
    picture = picture_light(scene, shot_index) if room.kind == "photo" else None
    if picture is not None:
        room = with_picture(scene, shot_index, room, cameras, picture)
    return Shot(
        id=shot_index,
        seed=scene.seed,
        people=tuple(p.person for p in people),
        props=make_props(scene, shot_index, people, cameras, room),
        room=room,
        lights=make_lights(scene, shot_index, people, room, picture),
        sky=make_sky(scene, shot_index, room, picture),
        cameras=cameras,
        exposure=make_exposure(scene, shot_index),
    )


def _into_room(scene: Scene, shot: int, people: Sequence[Placed], room: RoomSpec) -> list[Placed]:
    """Moves the group as a whole to a place in the room, half of the free floor around its middle."""
    lower, upper = extent(people)
    slack = np.maximum(0.0, np.array(room.size[:2]) - (upper - lower) - 2 * WALK) / 2
    rng = stream(scene.seed, shot, "group")
    step = np.array([uniform(rng, (-1, 1)), uniform(rng, (-1, 1))]) * slack
    return moved(people, step - (lower + upper) / 2)
