"""``capture_shot``: one shot through an engine → one ``Frame`` per camera.

Everything in the engine's scene is reset first; nothing of an earlier shot is left. Labels come from what the engine
says it draws (bones and cameras read back), not from what was sent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.capture.camera import camera_of, ensure_cameras, place_camera
from synthgen.capture.client import Client
from synthgen.capture.colours import Colour, decode_mask, mask_colours
from synthgen.capture.engines import Engine
from synthgen.capture.errors import CommandError
from synthgen.capture.frame import Frame, PersonLabels, PointLabels
from synthgen.capture.surface import BodySurface
from synthgen.capture.visibility import View, see
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.core.errors import InputError
from synthgen.core.frames import (
    Camera,
    transform,
    unreal_rotation_to_world,
    unreal_to_world,
    world_rotation_to_unreal,
    world_to_unreal,
)
from synthgen.protocol.payload import PayloadError, unpack_rows
from synthgen.retarget.rig_motion import RigMotion
from synthgen.world.shot import PersonSpec, Shot

REST_TOLERANCE = 1e-3
"""Metres, and entries of rotation matrices: how far a new character's rest pose may be from the body we know."""

SKY_CM = 60_000.0
"""Depths from here on are sky: half precision ends at 65504 cm."""


@dataclass(frozen=True)
class _Actor:
    """A person on the stage."""

    spec: PersonSpec
    name: str
    body: RestBody
    sites: SiteSet
    motion: RigMotion
    surface: BodySurface


def capture_shot(
    engine: Engine,
    shot: Shot,
    motions: Mapping[tuple[str, str], RigMotion],
    bodies: Mapping[str, RestBody],
    sites: Mapping[str, SiteSet],
) -> list[Frame]:
    """Renders and labels one shot.

    Args:
        engine: where; it is started, or recycled, when needed.
        shot: what.
        motions: (clip, character) → the clip on that character.
        bodies: character → rest body.
        sites: character → anatomical points.

    Returns:
        One frame per camera of the shot, in order.

    Raises:
        EngineError: the engine died, hung, or refused something. The shot can be tried again after a restart.
        InputError: the shot names what the mappings lack.
    """
    actors = [_cast(person, motions, bodies, sites) for person in shot.people]
    names = [a.name for a in actors] + [p.name for p in shot.props]
    if len(set(names)) != len(names):
        raise InputError("people and props need names of their own", where=f"shot {shot.id}", got=", ".join(names))
    colours = mask_colours(len(names))
    client = engine.begin_shot()
    _set_stage(client, shot, actors, dict(zip(names, colours, strict=True)))
    bones = [_bones(client, actor) for actor in actors]
    # People are numbered from 1, as in masks and annotation ids: 0 is nobody there.
    reasons = [f"person:{number}" for number, _ in enumerate(actors, 1)] + [f"object:{p.name}" for p in shot.props]
    frames = []
    for index, spec in enumerate(shot.cameras):
        camera = place_camera(client, index, camera_of(spec))
        client.do(f"vset /camera/{index}/exposure_bias {math.log2(shot.exposure):.4f}")
        image, view = _look(client, index, camera, colours, reasons)
        people = tuple(
            _label(view, k, actor, posed) for k, (actor, posed) in enumerate(zip(actors, bones, strict=True))
        )
        frames.append(Frame(shot.id, index, camera, image, view.depth, people, engine.describe()))
    return frames


def _cast(
    person: PersonSpec,
    motions: Mapping[tuple[str, str], RigMotion],
    bodies: Mapping[str, RestBody],
    sites: Mapping[str, SiteSet],
) -> _Actor:
    try:
        motion = motions[person.clip, person.character]
        body, points = bodies[person.character], sites[person.character]
    except KeyError as error:
        raise InputError(
            "a person of the shot has no motion, body or sites",
            where=f"person {person.id}, character {person.character!r}, clip {person.clip!r}",
            got=f"nothing under {error}",
        ) from None
    if not 0 <= person.frame < motion.frames:
        raise InputError(
            "a person's frame is not in the clip",
            where=f"person {person.id}, clip {person.clip!r}",
            expected=f"0…{motion.frames - 1}",
            got=f"{person.frame}",
        )
    return _Actor(person, f"person_{person.id}", body, points, motion, BodySurface.of(body))


def _set_stage(client: Client, shot: Shot, actors: list[_Actor], colours: Mapping[str, Colour]) -> None:
    """Builds the shot's world from nothing and stops its time."""
    client.do("vset /action/game/resume")
    client.call("Stage", "Reset")
    client.call(
        "Stage",
        "SetEnvironment",
        {
            "room": shot.room.model_dump(mode="json"),
            "lights": [light.model_dump(mode="json") for light in shot.lights],
            "sky": shot.sky.model_dump(mode="json"),
        },
    )
    for prop in shot.props:
        client.call("Stage", "SpawnProp", prop.model_dump(mode="json"))
    for actor in actors:
        _spawn(client, actor)
    for name, colour in colours.items():
        client.do(f"vset /object/{name}/color " + " ".join(map(str, colour)))
    ensure_cameras(client, len(shot.cameras))
    client.do("vset /action/game/pause")
    for actor in actors:
        client.call(actor.name, "ApplyPose", pose_rows(actor.motion.bones[actor.spec.frame], actor.spec.pivot))


def _spawn(client: Client, actor: _Actor) -> None:
    person = actor.spec
    specification = {"name": actor.name, "body": person.body.model_dump(), "outfit": person.outfit.model_dump()}
    answer = client.call("Stage", "SpawnCharacter", specification)
    bones = tuple(answer.get("bones", "").split(","))
    if bones != actor.body.bone_names:
        raise CommandError(
            f"the engine's rig of {actor.name} is not {actor.body.rig!r}: "
            f"{len(bones)} bones, {len(actor.body.bone_names)} expected",
            command=f"vbp Stage SpawnCharacter {actor.name}",
            answer=answer.get("bones"),
            remedy="use a character of the same rig, or the rig's data file for that character",
        )
    off = float(np.abs(_bones(client, actor) - actor.body.bones).max())
    if off > REST_TOLERANCE:
        raise CommandError(
            f"the engine's body of {actor.name} is not the one that labels are made for: at rest it is {off:.4f} off",
            command=f"vbp {actor.name} GetBones",
            remedy="give the engine the same version of synthgen, and the same body",
        )
    location = world_to_unreal(np.array([*person.position, 0.0]))
    client.do(f"vset /object/{actor.name}/location " + " ".join(f"{v:.4f}" for v in location))
    # A turn to the left is positive here and negative in Unreal.
    client.do(f"vset /object/{actor.name}/rotation 0.0000 {-math.degrees(person.yaw):.4f} 0.0000")


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
    location = world_to_unreal(bones[:, :3, 3] - (*pivot, 0.0))
    quaternion = Rotation.from_matrix(world_rotation_to_unreal(bones[:, :3, :3])).as_quat()
    return np.concatenate([location, quaternion], 1)


def bones_from_rows(rows: np.ndarray) -> np.ndarray:
    """(B, 7) rows in Unreal's world → (B, 4, 4) bones in ours."""
    rotation = Rotation.from_quat(rows[:, 3:]).as_matrix()
    return transform(unreal_rotation_to_world(rotation), unreal_to_world(rows[:, :3]))


def _bones(client: Client, actor: _Actor) -> np.ndarray:
    """(B, 4, 4) the bones that the engine will draw, world."""
    answer = client.call(actor.name, "GetBones")
    try:
        rows = unpack_rows(answer.get("bones", ""))
    except PayloadError as error:
        raise CommandError(f"the bones of {actor.name} cannot be read: {error}", answer=answer.get("bones")) from error
    if len(rows) != len(actor.body.bone_names):
        raise CommandError(f"{actor.name} has {len(rows)} bones, {len(actor.body.bone_names)} expected")
    return bones_from_rows(rows)


def _look(
    client: Client, index: int, camera: Camera, colours: tuple[Colour, ...], reasons: list[str]
) -> tuple[np.ndarray, View]:
    """Image, depth and mask of one paused moment."""
    image = client.image(f"vget /camera/{index}/lit png")
    depth = client.array(f"vget /camera/{index}/depth npy")
    mask = client.image(f"vget /camera/{index}/object_mask png")
    size = (camera.height, camera.width)
    for what, shape in (("lit", image.shape[:2]), ("depth", depth.shape), ("object_mask", mask.shape[:2])):
        if shape != size:
            raise CommandError(f"camera {index} gives {what} of {shape}, {size} (height, width) expected")
    depth = np.where((depth > 0) & (depth < SKY_CM), depth * np.float32(0.01), np.float32(np.inf)).astype(np.float32)
    return image, View(camera, depth, decode_mask(mask, colours), reasons)


def _label(view: View, index: int, actor: _Actor, bones: np.ndarray) -> PersonLabels:
    """The labels of one person; world to 1 µm, pixels to 1/1000, margins to 0.1 mm."""
    sites = actor.sites
    world = np.round(sites.posed(actor.body, bones), 6)
    pixels = _rounded(view.camera.project(world))
    seen = see(view, index, sites, pixels, actor.body, bones, actor.surface)
    points = PointLabels(
        names=sites.names,
        world=world,
        pixels=pixels,
        reasons=seen.reasons,
        margin=np.round(seen.margin, 4),
        flags=seen.flags,
        sigma=sites.sigma,
    )
    return PersonLabels(
        person=actor.spec.id,
        points=points,
        bones=np.round(bones[:, :3, 3], 6),
        bone_names=actor.body.bone_names,
        mask=view.ids == index,
        residual_mm=actor.motion.residual_mm[actor.spec.frame],
    )


def _rounded(projected: np.ndarray) -> np.ndarray:
    """(N, 3): pixels to 1/1000, depth to 1 µm."""
    return np.concatenate([np.round(projected[:, :2], 3), np.round(projected[:, 2:], 6)], 1)
