"""The state of the scene: cameras, characters, props, room, lights. Plain data in the world frame; no GPU here.

Every change bumps ``Stage.version``: a picture of one version and camera is drawn once and answers lit, depth and
object_mask alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from synthgen.characters.asset import CharacterAsset
from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core.frames import Camera, apply, camera_from_unreal, transform, yaw_matrix
from synthgen.core.limits import STAGE
from synthgen.meshes.mesh import MeshPart
from synthgen.world.assets import PersonAsset, asset_key, prop_asset
from synthgen.world.surroundings import LightSpec, PropModel, PropSpec, RoomSpec, SkySpec

_NAME = re.compile(rf"[A-Za-z0-9_]{{1,{STAGE.word}}}")
_serial = count(1)

CHARACTER = "person_"
"""How the keys of characters' meshes begin."""

_FLESH = 0.15
"""Metres of body around the outermost bones."""


class StageError(ValueError):
    """A change that the stage refuses; nothing was changed."""


@dataclass
class StageCamera:
    """A camera as UnrealCV describes it: cm, degrees, pixels.

    ``exposure_bias`` is in stops: the picture's light is multiplied by 2 to this power.
    """

    name: str
    location: np.ndarray = field(default_factory=lambda: np.zeros(3))
    rotation: np.ndarray = field(default_factory=lambda: np.zeros(3))
    fov: float = 90.0
    width: int = 640
    height: int = 480
    exposure_bias: float = 0.0

    def pinhole(self) -> Camera:
        """The same camera in the world frame."""
        return camera_from_unreal(self.location, self.rotation, self.fov, self.width, self.height)


@dataclass
class StageObject:
    """A thing that can be moved, coloured and hidden by name.

    Attributes:
        name: unique.
        parts: its meshes, in its own frame.
        key: objects with the same key have the same meshes; drawn things are reused between them.
        rotation, location, scale: own frame → world, metres.
        colour: its flat colour in ``object_mask``, or None for black.
        serial: unique over the stage's life, also when a name is used again.
    """

    name: str
    parts: tuple[MeshPart, ...]
    key: str
    rotation: np.ndarray = field(default_factory=lambda: np.eye(3))
    location: np.ndarray = field(default_factory=lambda: np.zeros(3))
    scale: np.ndarray = field(default_factory=lambda: np.ones(3))
    colour: tuple[int, int, int] | None = None
    visible: bool = True
    serial: int = field(default_factory=lambda: next(_serial))

    @property
    def matrix(self) -> np.ndarray:
        """(4, 4) own frame → world."""
        return transform(self.rotation * self.scale, self.location)

    def bounds(self) -> np.ndarray:
        """(2, 3) smallest and largest coordinates in the world, metres."""
        vertices = [p.vertices for p in self.parts if len(p.vertices)]
        points = apply(self.matrix, np.concatenate(vertices)) if vertices else self.location[None]
        return np.stack([points.min(0), points.max(0)])


@dataclass
class StageCharacter(StageObject):
    """A posed character. ``pose``: (B, 4, 4) bones in the character's frame."""

    asset: CharacterAsset = None  # type: ignore[assignment]
    pose: np.ndarray = None  # type: ignore[assignment]
    pose_version: int = 0

    def bones_world(self) -> np.ndarray:
        """(B, 4, 4) bones in the world, as the next picture draws them."""
        out: np.ndarray = transform(self.rotation * self.scale, self.location) @ self.pose
        return out

    def carriers(self) -> np.ndarray:
        """(B + L, 4, 4) what carries the meshes in this pose: the bones, and links of hair that hang from them."""
        return self.asset.carriers(np.asarray(self.pose, float), -self.rotation[2])

    def bounds(self) -> np.ndarray:
        """(2, 3) bounds of the posed bones with a hand's breadth for the flesh around them, metres."""
        joints = self.bones_world()[:, :3, 3]
        return np.stack([joints.min(0) - _FLESH, joints.max(0) + _FLESH])


@dataclass
class Builders:
    """Where meshes come from: the functions of ``characters`` and ``places``, or stand-ins in tests."""

    character: Callable[[BodySpec, OutfitSpec], CharacterAsset]
    prop: Callable[[PropModel], list[MeshPart]]
    room: Callable[[RoomSpec], list[MeshPart]]
    sky: Callable[[SkySpec], np.ndarray]


class Stage:
    """Everything that a picture shows."""

    def __init__(self, builders: Builders) -> None:
        self._builders = builders
        self.serial = next(_serial)
        self.version = 0
        self.paused = False
        self.cameras = [StageCamera("Camera_0")]
        self.objects: dict[str, StageObject] = {}
        self.room: tuple[MeshPart, ...] = ()
        self.room_key = ""
        self.lights: tuple[LightSpec, ...] = ()
        self.sky = SkySpec()
        self.sky_faces = builders.sky(self.sky)

    def touch(self) -> None:
        """Says that something visible has changed."""
        self.version += 1

    def reset(self) -> None:
        """Removes characters, props, lights, room and spawned cameras; camera 0 is as it was at the start."""
        self.objects.clear()
        self.cameras = [StageCamera("Camera_0")]
        self.set_environment(None, (), SkySpec())

    def spawn_camera(self) -> StageCamera:
        """Adds a camera; its index is its place in ``cameras``."""
        camera = StageCamera(f"Camera_{len(self.cameras)}")
        self.cameras.append(camera)
        return camera

    def set_environment(self, room: RoomSpec | None, lights: tuple[LightSpec, ...], sky: SkySpec) -> None:
        """Shows a room (None: no room), its lights and its sky.

        Raises:
            StageError: a light that has no direction.
        """
        for light in lights:
            if light.kind != "point" and np.allclose(light.position, light.target):
                raise StageError(f"a {light.kind} needs a target that is not its position")
        # Everything is built before anything is changed.
        key = asset_key(room) if room else ""
        parts = self.room if key == self.room_key else tuple(self._builders.room(room)) if room else ()
        faces = self.sky_faces if sky == self.sky else self._builders.sky(sky)
        self.room, self.room_key, self.lights, self.sky, self.sky_faces = parts, key, lights, sky, faces
        self.touch()

    def spawn_prop(self, spec: PropSpec) -> StageObject:
        """Adds a prop."""
        self._check_free(spec.name)
        # Place and name do not enter the mesh: pieces of one make share their meshes.
        model = prop_asset(spec)
        prop = StageObject(
            spec.name,
            tuple(self._builders.prop(model)),
            asset_key(model),
            rotation=yaw_matrix(spec.yaw),
            location=np.array(spec.position, float),
        )
        self.objects[spec.name] = prop
        self.touch()
        return prop

    def spawn_character(self, name: str, body: BodySpec, outfit: OutfitSpec) -> StageCharacter:
        """Adds a character in its rest pose."""
        self._check_free(name)
        if sum(isinstance(o, StageCharacter) for o in self.objects.values()) >= STAGE.characters:
            raise StageError(f"there are {STAGE.characters} characters already, the most that the stage takes")
        asset = self._builders.character(body, outfit)
        key = asset_key(PersonAsset(body=body, outfit=outfit))
        character = StageCharacter(name, asset.parts, key, asset=asset, pose=asset.rest.bones.copy())
        self.objects[name] = character
        self.touch()
        return character

    def apply_pose(self, character: StageCharacter, bones: np.ndarray) -> None:
        """Poses a character: (B, 4, 4) bones in its own frame.

        Raises:
            StageError: not as many bones as the rig has.
        """
        if bones.shape != character.asset.rest.bones.shape:
            raise StageError(f"the pose has {len(bones)} rows, the rig {len(character.asset.rest.bones)} bones")
        character.pose = bones
        character.pose_version += 1
        self.touch()

    def destroy(self, name: str) -> None:
        """Removes an object."""
        del self.objects[name]
        self.touch()

    def _check_free(self, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise StageError(
                f"the name {name[: STAGE.word]!r} may hold letters, digits and _ only (at most {STAGE.word})"
            )
        if name in self.objects or name == "Stage":
            raise StageError(f"an object named {name} exists")
        if len(self.objects) >= STAGE.objects:
            raise StageError(f"there are {STAGE.objects} objects already, the most that the stage takes")
