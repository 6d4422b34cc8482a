"""Draws the stage with pygfx. One render gives colour, depth and object ids of exactly the same pixels.

The world frame is used as it is (Z up, metres). Colour is kept as linear half floats until the tone pass; depth and
ids are read back from the same render targets, which hold a sample at the centre of every pixel (``sampling``).
"""

from __future__ import annotations

import gc
import logging
from collections import OrderedDict
from dataclasses import replace
from typing import Any

import numpy as np
import pygfx as gfx

from synthgen.engine.gpu.device import open_device
from synthgen.engine.gpu.lighting import Lighting
from synthgen.engine.gpu.materials import Materials
from synthgen.engine.gpu.meshes import PreparedPart, prepare
from synthgen.engine.gpu.palette import palette_samples
from synthgen.engine.gpu.target import FINE_PIXELS, Target
from synthgen.engine.picture import Picture
from synthgen.engine.stage import CHARACTER, Stage, StageCamera, StageCharacter, StageObject
from synthgen.engine.sunlight import HORIZON
from synthgen.meshes.mesh import Material, MeshPart

logger = logging.getLogger(__name__)

_TARGETS = 4
"""Sizes of pictures whose targets are kept."""

_IDLE = 8
"""Drawn things of one make that are kept for the next shot."""


class Drawn:
    """The meshes of one stage object on the GPU."""

    def __init__(self, parts: list[PreparedPart], cast_shadow: bool) -> None:
        self.parts = parts
        self.meshes = [p.mesh(cast_shadow) for p in parts]
        self.group = gfx.Group()
        self.group.add(*self.meshes)
        self.pose_version = -1
        self.serial, self.key = 0, ""

    def update(self, item: StageObject) -> None:
        """Brings place, visibility and pose to the object's."""
        self.group.local.matrix = item.matrix
        self.group.visible = item.visible
        if isinstance(item, StageCharacter) and self.pose_version != item.pose_version:
            pose = item.carriers()
            for part, mesh in zip(self.parts, self.meshes, strict=True):
                if part.skin is not None:
                    mesh.geometry.positions.data[:], mesh.geometry.normals.data[:] = part.posed(pose)
                    mesh.geometry.positions.update_full()
                    mesh.geometry.normals.update_full()
            self.pose_version = item.pose_version


class GpuRenderer:
    """Keeps the GPU's scene in step with a stage and draws pictures of it.

    Args:
        people, things: bytes of meshes and textures of characters, and of props and rooms, that are kept for reuse
            when no object of the stage needs them. People come back from shot to shot, things hardly ever.
    """

    description = "pygfx"

    def __init__(self, people: int = 256 * 2**20, things: int = 64 * 2**20) -> None:
        self.description = f"pygfx, {open_device()}"
        self._people, self._things = people, things
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Forgets everything that is on the GPU; the next picture builds what it needs."""
        self._scene = gfx.Scene()
        self._lighting = Lighting(self._scene)
        self._looks = Materials(self._lighting.environment)
        self._targets: dict[tuple[int, int], Target] = {}
        self._prepared: OrderedDict[str, list[PreparedPart]] = OrderedDict()
        self._drawn: dict[int, Drawn] = {}
        self._idle: dict[str, list[Drawn]] = {}
        self._room: Drawn | None = None
        self._last: tuple[tuple[Any, ...], Picture] | None = None
        self._warm: gfx.Group | None = None
        gc.collect()  # pygfx's objects hold each other

    def draw(self, stage: Stage, camera: StageCamera) -> Picture:
        """The picture that the camera sees; the last one again when nothing has changed since."""
        view = (*camera.location, *camera.rotation, camera.fov, camera.width, camera.height, camera.exposure_bias)
        key = (stage.serial, stage.version, *map(float, view))
        if self._last is None or self._last[0] != key:
            if self._lighting.surplus:
                self._refresh()
            try:
                self._sync(stage)
                self._last = (key, self._render(camera))
            except Exception:
                # What was made half must not spoil the pictures to come.
                self._begin_anew()
                raise
        return self._last[1]

    def _refresh(self) -> None:
        warmed = self._warm is not None
        self._begin_anew()
        if warmed:
            self.warm_up()

    def warm_up(self) -> None:
        """Draws every kind of material once, so that the first picture does not wait for shaders to compile.

        The drawn things are kept: pygfx forgets a shader with the last thing that uses it.
        """
        self._warm = gfx.Group()
        image = np.full((4, 4, 3), 128, np.uint8)
        plain = (Material(), Material(double_sided=True))
        painted = [replace(m, texture=image) for m in plain]
        woven = [replace(m, normal_map=image, sheen=sheen) for m in painted for sheen in (0.0, 0.1)]
        corners = np.array([(0.0, 0.0, 0.0), (0.01, 0.0, 0.0), (0.0, 0.01, 0.0)])
        painted += [replace(m, unlit=True, emissive=(1.0, 1.0, 1.0)) for m in (*plain, *painted)]
        each = [
            [MeshPart("warm", corners, np.array([[0, 1, 2]]), material, corners[:, :2])]
            for material in (*plain, *painted, *woven)
        ]
        for i, parts in enumerate((*each, *palette_samples())):
            mesh = prepare(parts, None, self._looks)[0].mesh(cast_shadow=True)
            mesh.local.position = (0.0, 0.0, -1.0 - 0.1 * i)
            self._warm.add(mesh)
        self._scene.add(self._warm)
        self._lighting.warm_up()
        self._render(StageCamera("warm", rotation=np.array([-90.0, 0.0, 0.0])))
        self._scene.remove(self._warm)

    def _render(self, camera: StageCamera) -> Picture:
        size = (camera.width, camera.height)
        if size not in self._targets:
            self._add_target(Target(*size), size)
        target = self._targets[size]
        target.tone.set_exposure(2.0**camera.exposure_bias)
        colour, depth, ids = target.draw(self._scene, camera.pinhole())
        opaque = np.full((*colour.shape[:2], 1), 255, np.uint8)
        owner = self._owners()[ids]
        depth[(owner == 0) & (depth > HORIZON)] = np.inf
        return Picture(np.concatenate([colour, opaque], -1), depth, owner)

    def _add_target(self, target: Target, size: tuple[int, int]) -> None:
        """Keeps targets of a few sizes, and never more pixels of them than of the largest one."""
        while self._targets and (
            len(self._targets) >= _TARGETS
            or target.pixels + sum(t.pixels for t in self._targets.values()) > FINE_PIXELS
        ):
            del self._targets[next(iter(self._targets))]
        self._targets[size] = target

    def _owners(self) -> np.ndarray:
        table = np.zeros(2**20, np.int32)  # pygfx ids have 20 bits
        for drawn in self._drawn.values():
            for mesh in drawn.meshes:
                table[mesh.id] = drawn.serial
        return table

    def _sync(self, stage: Stage) -> None:
        present = {o.serial: o for o in stage.objects.values()}
        for serial in set(self._drawn) - set(present):
            drawn = self._drawn.pop(serial)
            self._scene.remove(drawn.group)
            self._lay_by(drawn)
        for serial, item in present.items():
            if serial not in self._drawn:
                self._drawn[serial] = self._take(item)
                self._scene.add(self._drawn[serial].group)
            self._drawn[serial].update(item)
        self._sync_room(stage)
        self._lighting.update(stage, self._materials())
        self._evict()

    def _take(self, item: StageObject) -> Drawn:
        drawn = self._take_drawn(item.key, item.parts, item, cast_shadow=True)
        drawn.serial, drawn.pose_version = item.serial, -1
        return drawn

    def _take_drawn(self, key: str, parts: tuple[MeshPart, ...], item: StageObject | None, cast_shadow: bool) -> Drawn:
        prepared = self._parts(key, parts, item)
        idle = self._idle.get(key)
        drawn = idle.pop() if idle else Drawn(prepared, cast_shadow)
        drawn.key = key
        return drawn

    def _lay_by(self, drawn: Drawn) -> None:
        idle = self._idle.setdefault(drawn.key, [])
        if len(idle) < _IDLE:
            idle.append(drawn)

    def _parts(self, key: str, parts: tuple[MeshPart, ...], item: StageObject | None) -> list[PreparedPart]:
        if key not in self._prepared:
            rest = item.asset.carriers_at_rest() if isinstance(item, StageCharacter) else None
            self._prepared[key] = prepare(parts, rest, self._looks)
        self._prepared.move_to_end(key)
        return self._prepared[key]

    def _sync_room(self, stage: Stage) -> None:
        if self._room is not None and self._room.key != "room:" + stage.room_key:
            self._scene.remove(self._room.group)
            self._lay_by(self._room)
            self._room = None
        if self._room is None and stage.room:
            # Walls and ceiling cast no shadows: the sun of an indoor scene stands for light from outside the room.
            self._room = self._take_drawn("room:" + stage.room_key, stage.room, None, cast_shadow=False)
            self._scene.add(self._room.group)

    def _materials(self) -> list[gfx.Material]:
        return [p.material for parts in self._prepared.values() for p in parts]

    def _evict(self) -> None:
        """Frees what was not used for longest, beyond what may be kept."""
        used = {d.key for d in (*self._drawn.values(), *([self._room] if self._room else []))}
        for budget, people in ((self._people, True), (self._things, False)):
            kept = 0
            for key in [k for k in reversed(self._prepared) if k.startswith(CHARACTER) == people and k not in used]:
                kept += sum(p.nbytes for p in self._prepared[key])
                if kept > budget:
                    del self._prepared[key]
                    self._idle.pop(key, None)
