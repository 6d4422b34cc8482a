"""Where the people of a shot stand, at which moment, and which way they turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.frames import yaw_matrix
from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.scene import Scene
from synthgen.world.cast import Character
from synthgen.world.clipinfo import ClipInfo
from synthgen.world.draws import rounded, uniform, vector
from synthgen.world.floor_plan import Disc, disc_distance
from synthgen.world.moments import Moment
from synthgen.world.shot import PersonSpec, VariationSpec


class Performers(Protocol):
    """Knows how people move."""

    def moment(self, shot: int, place: int, attempt: int) -> Moment:
        """What the person at a place of a shot does; attempts count from 0 where earlier ones could not be taken."""
        ...

    def extent(self, character: Character, moment: Moment) -> ClipInfo | None:
        """How much room a character takes then; None where it cannot take that moment as labels need it."""
        ...


_ATTEMPTS = 12
"""Moments that are drawn for one person before nobody is taken to be able to do what the scene asks."""
_GAP = (0.15, 0.9)
"""Metres of free floor between neighbours."""
_LOW = 0.65
"""Metres up to which the trunk's middle is near the floor: on all fours it is 0.45, bent over straight legs 0.8."""
_SEAT, _MAT, _DESK = 0.62, 0.98, 1.45
"""Metres from a seat's or a mat's middle to its farthest corner, and from who sits at a desk to its, at most."""


@dataclass(frozen=True)
class Placed:
    """A person on the floor of the world (metres, radians).

    Attributes:
        person: the plain data.
        disc: circle that holds the body, and the seat or mat it is on.
        outline: (26, 3) extreme points of the body.
        trunk: (3,) middle of the trunk.
        facing: direction of the pelvis, radians.
        info: the extent; frame: where the moment is in it.
    """

    person: PersonSpec
    disc: Disc
    outline: np.ndarray
    trunk: np.ndarray
    facing: float
    info: ClipInfo
    frame: int

    def to_world(self, point: np.ndarray) -> np.ndarray:
        """(2,) point on the clip's floor → (2,) on the world's floor, metres."""
        return place(np.append(point, 0.0), self.person)[:2]


def place(points: np.ndarray, person: PersonSpec) -> np.ndarray:
    """(…, 3) points of the clip's world → the shot's world."""
    pivot, position = np.array([*person.pivot, 0.0]), np.array([*person.position, 0.0])
    out: np.ndarray = (points - pivot) @ yaw_matrix(person.yaw).T + position
    return out


def place_people(scene: Scene, shot: int, cast: Sequence[Character], performers: Performers) -> list[Placed]:
    """The people of one shot around the origin, none overlapping another.

    Raises:
        InputError: somebody can take none of the moments that were drawn.
    """
    rng = stream(scene.seed, shot, "placement")
    class_yaw, manner = uniform(rng, (-np.pi, np.pi)), rng.random()
    discs: list[Disc] = []
    out = []
    for k, character in enumerate(cast):
        moment, info = _taken(performers, shot, k, character)
        frame = moment.frame - info.first
        radius = float(info.radius[frame]) + 0.05 + support_reach(moment.clip, info, frame)
        disc = _free_place(rng, radius, discs)
        discs.append(disc)
        free = uniform(rng, (-np.pi, np.pi))
        # Half of the groups do their exercise the same way round, as a class does.
        facing = class_yaw + 0.4 * (rng.random() - 0.5) if manner < 0.5 else free
        out.append(_placed(k, character, moment, info, disc, facing))
    return out


def moved(people: Sequence[Placed], step: np.ndarray) -> list[Placed]:
    """The same people moved by a step (2,) on the floor, metres."""
    out = []
    for p in people:
        position = vector(np.array(p.person.position) + step)
        person = p.person.model_copy(update={"position": position})
        disc = Disc(p.disc.x + step[0], p.disc.y + step[1], p.disc.radius)
        up = np.append(step, 0.0)
        out.append(Placed(person, disc, p.outline + up, p.trunk + up, p.facing, p.info, p.frame))
    return out


def support_reach(source: str, info: ClipInfo, frame: int) -> float:
    """How far a seat or a mat reaches beyond the body's circle, metres."""
    if needs_seat(source):
        away = float(np.hypot(*(info.centre[frame] - info.seat[:2]))) + _SEAT
        away = max(away, _DESK) if needs_desk(source) else away
        return max(0.0, away - float(info.radius[frame]))
    if needs_mat(source) or on_floor(info, frame):
        return max(0.0, _MAT - float(info.radius[frame]))
    return 0.0


def needs_seat(source: str) -> bool:
    """Whether a clip sits down on something (``world/data/exercises.yaml``)."""
    return bool(table("world/data/exercises.yaml").get(source.rpartition(":")[2], {}).get("seat"))


def needs_desk(source: str) -> bool:
    """Whether something stands before the one who sits (``world/data/exercises.yaml``)."""
    return bool(table("world/data/exercises.yaml").get(source.rpartition(":")[2], {}).get("before"))


def needs_mat(source: str) -> bool:
    """Whether a clip is done on a mat from end to end (``world/data/exercises.yaml``)."""
    return bool(table("world/data/exercises.yaml").get(source.rpartition(":")[2], {}).get("mat"))


def on_floor(info: ClipInfo, frame: int) -> bool:
    """Whether the body is low and level: on all fours, in a plank, lying."""
    low = info.height[frame] < 1.1 and info.trunk[frame, 2] < _LOW
    return bool(info.upright[frame] < 0.5 and low)


def _taken(performers: Performers, shot: int, place: int, character: Character) -> tuple[Moment, ClipInfo]:
    """The first moment drawn that the character can take."""
    for attempt in range(_ATTEMPTS):
        moment = performers.moment(shot, place, attempt)
        info = performers.extent(character, moment)
        if info is not None:
            return moment, info
    raise InputError(
        "a character cannot follow the clips closely enough to be labelled",
        where=f"shot {shot}, {character.name}, last tried: clip {moment.clip}, frame {moment.frame}",
        expected=f"one of {_ATTEMPTS} moments within 'retarget_mm' of 'accept'",
        remedy="leave the clips out that nobody can follow, or raise 'retarget_mm' if that is good enough for you",
    )


def _free_place(rng: np.random.Generator, radius: float, taken: Sequence[Disc]) -> Disc:
    """A circle beside the others: around a drawn neighbour, moved outwards until it is free."""
    if not taken:
        return Disc(0.0, 0.0, radius)
    neighbour = taken[int(rng.integers(len(taken)))]
    angle, gap = uniform(rng, (-np.pi, np.pi)), uniform(rng, _GAP)
    step = 0.0
    while True:
        reach = neighbour.radius + radius + gap + step
        disc = Disc(neighbour.x + reach * np.cos(angle), neighbour.y + reach * np.sin(angle), radius)
        if all(disc_distance(disc, other) >= _GAP[0] for other in taken):
            return disc
        angle += 2.399963  # the golden angle visits all sides
        step += 0.02


def _placed(k: int, character: Character, moment: Moment, info: ClipInfo, disc: Disc, facing: float) -> Placed:
    frame = moment.frame - info.first
    yaw = rounded((facing - float(info.yaw[frame]) + np.pi) % (2 * np.pi) - np.pi)
    person = PersonSpec(
        id=k,
        character=character.name,
        body=character.body,
        outfit=character.outfit,
        clip=moment.clip,
        frame=moment.frame,
        position=vector((disc.x, disc.y)),
        pivot=vector(info.centre[frame]),
        yaw=yaw,
        variation=VariationSpec(**asdict(moment.variation)),
        spine=character.spine,
    )
    outline, trunk = place(info.outline[frame], person), place(info.trunk[frame], person)
    return Placed(person, disc, outline, trunk, yaw + float(info.yaw[frame]), info, frame)
