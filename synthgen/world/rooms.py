"""Which room a shot is in, how large it is, and what lies beyond it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.scene import Scene
from synthgen.world.daylight import sun_elevation
from synthgen.world.draws import choose, rounded, uniform, vector
from synthgen.world.image_size import image_size
from synthgen.world.people import Placed
from synthgen.world.pictures import PictureLight
from synthgen.world.shot import CameraSpec
from synthgen.world.surroundings import BackdropSpec, PictureSpec, RoomSpec

WALK = 2.0
"""Metres of room that stay around the group, for cameras and props."""

SMALL = 40.0
"""Pixels that people far off, who have no labels, are smaller than: nobody would annotate them."""

_TALLEST = 1.95
_FARTHEST = 60.0
"""Metres from which on people far off are not wanted: in large pictures there are none."""


def extent(people: Sequence[Placed]) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper (2,) of the people's circles, metres."""
    middles = np.array([(p.disc.x, p.disc.y) for p in people])
    radii = np.array([[p.disc.radius] for p in people])
    return (middles - radii).min(0), (middles + radii).max(0)


def room_kind(scene: Scene, shot: int) -> str:
    """The kind of a shot's room, of those that the scene lists."""
    kinds = scene.room.kinds
    return kinds[0] if len(kinds) == 1 else kinds[int(stream(scene.seed, shot, "room/kind").integers(len(kinds)))]


def make_room(scene: Scene, shot: int, people: Sequence[Placed]) -> RoomSpec:
    """A room of a wished kind and size, yet never too small for its people."""
    kind = room_kind(scene, shot)
    rng, rows = stream(scene.seed, shot, "room"), table("world/data/sets.yaml")[kind]
    wish = scene.room
    spans = [w or s for w, s in zip((wish.length, wish.width, wish.height), rows["size"], strict=True)]
    size = np.array([uniform(rng, span) for span in spans])
    lower, upper = extent(people)
    tallest = max(float(p.outline[:, 2].max()) for p in people)
    size = np.maximum(size, [*(upper - lower + 2 * WALK), tallest + 0.3])
    floor, walls = choose(rng, sorted(rows["floors"])), choose(rng, sorted(rows["walls"]))
    room = RoomSpec(
        kind=kind,
        size=vector(size),
        floor=floor,
        walls=walls,
        floor_colour=vector(choose(rng, rows["floors"][floor])),
        wall_colour=vector(choose(rng, rows["walls"][walls])),
        texture_seed=int(rng.integers(2**31)),
    )
    return _with_view(scene, shot, room)


def _with_view(scene: Scene, shot: int, room: RoomSpec) -> RoomSpec:
    """The room with a painted backdrop and people far off, where its kind has any."""
    rows = table("world/data/sets.yaml")[room.kind]
    if "sceneries" not in rows:
        return room
    rng, light = stream(scene.seed, shot, "backdrop"), scene.lights
    hour, day = uniform(rng, light.time), uniform(rng, (1, 365))
    sun = sun_elevation(hour, day, float(np.radians(light.latitude)))
    if rows.get("outdoors"):
        sun = max(sun, float(np.radians(rows["lowest_sun"])))
    backdrop = BackdropSpec(
        scenery=choose(rng, rows["sceneries"]),
        turn=rounded(uniform(rng, (-np.pi, np.pi))),
        sun=rounded(sun),
        overcast=1.0 if rng.random() < light.overcast else 0.0,
    )
    farther = crowd_from(scene, image_size(scene, shot), room)
    wanted = int(rng.integers(scene.room.crowd.min, scene.room.crowd.max + 1))
    crowd = wanted if farther <= _FARTHEST else 0
    return room.model_copy(update={"backdrop": backdrop, "crowd": crowd, "crowd_from": rounded(min(farther, 99.0))})


def with_picture(
    scene: Scene, shot: int, room: RoomSpec, cameras: Sequence[CameraSpec], light: PictureLight
) -> RoomSpec:
    """The room in front of a picture of the user's, as its first camera stands where the picture was taken from.

    A photograph lies behind what that camera looks at; a panorama is turned by chance.
    """
    rng, first = stream(scene.seed, shot, "picture/turn"), cameras[0]
    ahead = np.subtract(first.target, first.position)
    if light.hfov > 6.28:
        turn = uniform(rng, (-np.pi, np.pi))
    else:
        turn = float(np.arctan2(ahead[1], ahead[0])) + 0.08 * light.hfov * uniform(rng, (-1, 1))
    picture = PictureSpec(
        file=light.file,
        hfov=light.hfov,
        light=light.unit,
        centre=first.position,
        floor_light=vector(light.on_floor),
    )
    turn = (turn + np.pi) % (2 * np.pi) - np.pi
    return room.model_copy(update={"backdrop": BackdropSpec(turn=rounded(turn), picture=picture)})


def crowd_from(scene: Scene, size: tuple[int, int], room: RoomSpec) -> float:
    """Metres from the room's middle beyond which nobody is taller than :data:`SMALL` pixels for any camera in it."""
    focal = size[0] / 2 / np.tan(np.radians(scene.camera.hfov[0]) / 2)
    # Towards a picture's corners things are drawn larger than in its middle.
    corner = np.hypot(*size) / 2 / focal
    return float(_TALLEST * focal * np.hypot(1.0, corner) / SMALL + np.hypot(*room.size[:2]) / 2)
