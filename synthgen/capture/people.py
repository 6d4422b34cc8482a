"""The people of a shot on an engine's stage: found, spawned, posed and read back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from synthgen.capture import questions
from synthgen.capture.errors import CommandError
from synthgen.capture.questions import Question
from synthgen.capture.surface import BodySurface
from synthgen.capture.surfaces import Surfaces
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.core.errors import InputError
from synthgen.core.frames import transform, world_to_unreal
from synthgen.protocol.bones import bones_from_rows, rows_from_bones
from synthgen.protocol.payload import PayloadError, unpack_rows
from synthgen.retarget.rig_motion import RigMotion
from synthgen.world.shot import PersonSpec

REST_TOLERANCE = 1e-3
"""Metres, and entries of rotation matrices: how far a new character's rest pose may be from the body we know."""


@dataclass(frozen=True)
class StagedPerson:
    """A person on the stage."""

    spec: PersonSpec
    name: str
    body: RestBody
    sites: SiteSet
    motion: RigMotion
    surface: BodySurface

    @property
    def row(self) -> int:
        """Where the shot's moment is in the motion."""
        return self.motion.row(self.spec.frame)


def find_person(
    person: PersonSpec,
    motions: Mapping[tuple[str, str], RigMotion],
    bodies: Mapping[str, RestBody],
    sites: Mapping[str, SiteSet],
    surfaces: Surfaces,
) -> StagedPerson:
    """A person of a shot with all that is known of them; the arguments are those of ``capture_shot``.

    Raises:
        InputError: the mappings lack the person's motion, body or sites, or the clip lacks the frame.
    """
    try:
        motion = motions[person.clip, person.character]
        body, points = bodies[person.character], sites[person.character]
    except KeyError as error:
        raise InputError(
            "a person of the shot has no motion, body or sites",
            where=f"person {person.id}, character {person.character!r}, clip {person.clip!r}",
            got=f"nothing under {error}",
        ) from None
    if not motion.first <= person.frame < motion.first + motion.frames:
        raise InputError(
            "a person's frame is not in the clip",
            where=f"person {person.id}, clip {person.clip!r}",
            expected=f"{motion.first}…{motion.first + motion.frames - 1}",
            got=f"{person.frame}",
        )
    return StagedPerson(person, f"person_{person.id}", body, points, motion, surfaces.of(body))


def spawning(actor: StagedPerson, asset: str, *, stranger: bool) -> list[Question[Any]]:
    """What puts a person on the stage, at rest; of a stranger the rest pose is looked at.

    Reading the answers raises CommandError where the engine's rig or body is not the one that labels are made for.

    Args:
        actor: who.
        asset: the content key of body and outfit.
        stranger: whether this life of the engine has not shown that key yet.
    """
    person, name = actor.spec, actor.name
    spawn = questions.call("Stage", "SpawnCharacter", {"name": name, "asset": asset})
    look = [read_bones(actor).then(partial(_check_rest, actor))] if stranger else []
    x, y, z = world_to_unreal(np.array([*person.position, 0.0]))
    # A turn to the left is positive here and negative in Unreal.
    return [
        spawn.then(partial(_check_rig, actor)),
        *look,
        questions.do(f"vset /object/{name}/location {x:.4f} {y:.4f} {z:.4f}"),
        questions.do(f"vset /object/{name}/rotation 0.0000 {-math.degrees(person.yaw):.4f} 0.0000"),
    ]


def _check_rig(actor: StagedPerson, answer: dict[str, str]) -> None:
    bones = tuple(answer.get("bones", "").split(","))
    if bones != actor.body.bone_names:
        raise CommandError(
            f"the engine's rig of {actor.name} is not {actor.body.rig!r}: "
            f"{len(bones)} bones, {len(actor.body.bone_names)} expected",
            command=f"vbp Stage SpawnCharacter {actor.name}",
            answer=answer.get("bones"),
            remedy="use a character of the same rig, or the rig's data file for that character",
        )


def _check_rest(actor: StagedPerson, bones: np.ndarray) -> None:
    off = float(np.abs(bones - actor.body.bones).max())
    if off > REST_TOLERANCE:
        raise CommandError(
            f"the engine's body of {actor.name} is not the one that labels are made for: at rest it is {off:.4f} off",
            command=f"vbp {actor.name} GetBones",
            remedy="give the engine the same version of synthgen, and the same body",
        )


def posing(actor: StagedPerson, bones: np.ndarray | None = None) -> Question[dict[str, str]]:
    """What puts a person into a pose, (B, 4, 4) in the clip's world; by default that of the shot's moment."""
    bones = actor.motion.bones[actor.row] if bones is None else bones
    return questions.call(actor.name, "ApplyPose", pose_rows(bones, actor.spec.pivot))


def pose_rows(bones: np.ndarray, pivot: tuple[float, float]) -> np.ndarray:
    """One frame of a clip as a pose in the character's own space.

    The character's actor stands where ``PersonSpec.position`` and ``yaw`` say, so that its own space is the clip's
    floor with the pivot as its origin: numbers stay small and survive float32 (2 m: 10⁻⁷ m).

    Args:
        bones: (B, 4, 4) clip's world, metres.
        pivot: (x, y) of the clip's floor.

    Returns:
        (B, 7) x y z in cm and a unit quaternion, Unreal axes.
    """
    return rows_from_bones(transform(bones[:, :3, :3], bones[:, :3, 3] - (*pivot, 0.0)))


def read_bones(actor: StagedPerson) -> Question[np.ndarray]:
    """(B, 4, 4) the bones that the engine will draw, world."""
    return questions.call(actor.name, "GetBones").then(partial(_bones, actor))


def _bones(actor: StagedPerson, answer: dict[str, str]) -> np.ndarray:
    try:
        rows = unpack_rows(answer.get("bones", ""))
    except PayloadError as error:
        raise CommandError(f"the bones of {actor.name} cannot be read: {error}", answer=answer.get("bones")) from error
    if len(rows) != len(actor.body.bone_names):
        raise CommandError(f"{actor.name} has {len(rows)} bones, {len(actor.body.bone_names)} expected")
    return bones_from_rows(rows)
