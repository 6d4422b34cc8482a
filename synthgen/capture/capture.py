"""``capture_shot``: one shot through an engine → one ``Frame`` per camera.

Everything in the engine's scene is reset first; nothing of an earlier shot is left. Labels come from what the engine
says it draws (bones and cameras read back), not from what was sent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from synthgen.capture import questions
from synthgen.capture.camera import as_read, ensure_cameras, placing, reading
from synthgen.capture.client import Client
from synthgen.capture.colours import Colour, decode_mask, mask_colours
from synthgen.capture.engines import Engine
from synthgen.capture.errors import CommandError
from synthgen.capture.frame import Frame
from synthgen.capture.labelling import label_person
from synthgen.capture.lens import Bend, through_pinhole, with_lens
from synthgen.capture.motion_blur import Stroke, lit, smeared
from synthgen.capture.people import find_person, posing, read_bones
from synthgen.capture.sensor import exposed
from synthgen.capture.staging import set_stage
from synthgen.capture.surfaces import Surfaces
from synthgen.capture.visibility import View
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.core.errors import InputError
from synthgen.core.frames import Camera
from synthgen.retarget.rig_motion import RigMotion
from synthgen.world.framing import camera_of
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
    have = set_stage(client, shot, actors, dict(zip(names, colours, strict=True)), engine.acquaintance)
    cameras = [camera_of(spec) for spec in shot.cameras]
    ensure_cameras(client, have, len(cameras))
    _place(client, [through_pinhole(camera) for camera in cameras], shot.exposure)
    _, bones = client.ask_all([posing(a) for a in actors], [read_bones(a) for a in actors])
    # People are numbered from 1, as in masks and annotation ids: 0 is nobody there.
    reasons = [f"person:{number}" for number, _ in enumerate(actors, 1)] + [f"object:{p.name}" for p in shot.props]
    frames = []
    for index, wanted in enumerate(cameras):
        sensor = shot.cameras[index].sensor
        stroke = Stroke.of(actors, wanted, sensor.shutter)
        image, view = _look(client, index, wanted, stroke, colours, reasons)
        people = tuple(
            label_person(view, k, actor, posed) for k, (actor, posed) in enumerate(zip(actors, bones, strict=True))
        )
        frames.append(
            Frame(
                shot=shot.id,
                camera_index=index,
                camera=view.camera,
                image=exposed(image, view.depth, sensor),
                depth=view.depth,
                people=people,
                engine=engine.describe(),
                quality=sensor.quality,
                exposure=sensor.shutter,
                blur=stroke.extent,
            )
        )
    return frames


def _place(client: Client, cameras: Sequence[Camera], exposure: float) -> None:
    """Places the cameras, then stops time: Unreal brings a camera to its place with the next tick."""
    places = [question for index, camera in enumerate(cameras) for question in placing(index, camera)]
    light = f"{math.log2(exposure):.4f}"
    lights = [questions.do(f"vset /camera/{index}/exposure_bias {light}") for index, _ in enumerate(cameras)]
    client.ask_all(places, lights, [questions.do("vset /action/game/pause")])


def _look(
    client: Client, index: int, wanted: Camera, stroke: Stroke, colours: tuple[Colour, ...], reasons: list[str]
) -> tuple[np.ndarray, View]:
    """Where a camera really is, its picture, and depth and mask of the paused moment."""
    sent = through_pinhole(wanted)
    numbers, (image, depth, mask) = client.ask_all(
        reading(index),
        [
            lit(index),
            questions.array(f"vget /camera/{index}/depth npy"),
            questions.image(f"vget /camera/{index}/object_mask bmp"),
        ],
    )
    camera = as_read(index, sent, numbers)
    size = (camera.height, camera.width)
    for what, shape in (("lit", image.shape[:2]), ("depth", depth.shape), ("object_mask", mask.shape[:2])):
        if shape != size:
            raise CommandError(f"camera {index} gives {what} of {shape}, {size} (height, width) expected")
    depth = np.where((depth > 0) & (depth < SKY_CM), depth * np.float32(0.01), np.float32(np.inf)).astype(np.float32)
    ids = decode_mask(mask, colours)
    image = smeared(client, index, image, stroke)
    if not wanted.distortion:
        return image, View(camera, depth, ids, reasons)
    behind = with_lens(camera, wanted)
    bend = Bend.of(camera, behind)
    return bend.smooth(image), View(behind, bend.nearest(depth), bend.nearest(ids), reasons)
