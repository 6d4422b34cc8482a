"""``capture_shot``: one shot through an engine → one ``Frame`` per camera.

Everything in the engine's scene is reset first; nothing of an earlier shot is left. Labels come from what the engine
says it draws (bones and cameras read back), not from what was sent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from synthgen.capture.camera import camera_of, ensure_cameras, place_camera
from synthgen.capture.client import Client
from synthgen.capture.colours import Colour, decode_mask, mask_colours
from synthgen.capture.engines import Engine
from synthgen.capture.errors import CommandError
from synthgen.capture.frame import Frame
from synthgen.capture.labelling import label_person
from synthgen.capture.people import StagedPerson, find_person, pose_person, read_bones, spawn_person
from synthgen.capture.surfaces import Surfaces
from synthgen.capture.visibility import View
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.core.errors import InputError
from synthgen.core.frames import Camera
from synthgen.retarget.rig_motion import RigMotion
from synthgen.world.shot import Shot

SKY_CM = 60_000.0
"""Depths from here on are sky: half precision ends at 65504 cm."""


def capture_shot(
    engine: Engine,
    shot: Shot,
    motions: Mapping[tuple[str, str], RigMotion],
    bodies: Mapping[str, RestBody],
    sites: Mapping[str, SiteSet],
    surfaces: Surfaces | None = None,
) -> list[Frame]:
    """Renders and labels one shot.

    Args:
        engine: where; it is started, or recycled, when needed.
        shot: what.
        motions: (clip, character) → the clip on that character.
        bodies: character → rest body.
        sites: character → anatomical points.
        surfaces: where the bodies' surfaces are kept from shot to shot; None makes them anew.

    Returns:
        One frame per camera of the shot, in order.

    Raises:
        EngineError: the engine died, hung, or refused something. The shot can be tried again after a restart.
        InputError: the shot names what the mappings lack.
    """
    surfaces = surfaces or Surfaces()
    actors = [find_person(person, motions, bodies, sites, surfaces) for person in shot.people]
    names = [a.name for a in actors] + [p.name for p in shot.props]
    if len(set(names)) != len(names):
        raise InputError("people and props need names of their own", where=f"shot {shot.id}", got=", ".join(names))
    colours = mask_colours(len(names))
    client = engine.begin_shot()
    _set_stage(client, shot, actors, dict(zip(names, colours, strict=True)))
    bones = [read_bones(client, actor) for actor in actors]
    # People are numbered from 1, as in masks and annotation ids: 0 is nobody there.
    reasons = [f"person:{number}" for number, _ in enumerate(actors, 1)] + [f"object:{p.name}" for p in shot.props]
    frames = []
    for index, spec in enumerate(shot.cameras):
        camera = place_camera(client, index, camera_of(spec))
        client.do(f"vset /camera/{index}/exposure_bias {math.log2(shot.exposure):.4f}")
        image, view = _look(client, index, camera, colours, reasons)
        people = tuple(
            label_person(view, k, actor, posed) for k, (actor, posed) in enumerate(zip(actors, bones, strict=True))
        )
        frames.append(Frame(shot.id, index, camera, image, view.depth, people, engine.describe()))
    return frames


def _set_stage(client: Client, shot: Shot, actors: list[StagedPerson], colours: Mapping[str, Colour]) -> None:
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
        spawn_person(client, actor)
    for name, colour in colours.items():
        client.do(f"vset /object/{name}/color " + " ".join(map(str, colour)))
    ensure_cameras(client, len(shot.cameras))
    client.do("vset /action/game/pause")
    for actor in actors:
        pose_person(client, actor)


def _look(
    client: Client, index: int, camera: Camera, colours: tuple[Colour, ...], reasons: list[str]
) -> tuple[np.ndarray, View]:
    """Image, depth and mask of one paused moment."""
    image = client.image(f"vget /camera/{index}/lit bmp")
    depth = client.array(f"vget /camera/{index}/depth npy")
    mask = client.image(f"vget /camera/{index}/object_mask bmp")
    size = (camera.height, camera.width)
    for what, shape in (("lit", image.shape[:2]), ("depth", depth.shape), ("object_mask", mask.shape[:2])):
        if shape != size:
            raise CommandError(f"camera {index} gives {what} of {shape}, {size} (height, width) expected")
    depth = np.where((depth > 0) & (depth < SKY_CM), depth * np.float32(0.01), np.float32(np.inf)).astype(np.float32)
    return image, View(camera, depth, decode_mask(mask, colours), reasons)
