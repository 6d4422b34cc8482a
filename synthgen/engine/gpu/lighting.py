"""Lights of the stage on the GPU: an environment cube map, a shadowed sun, points and spots.

The number of lights is part of every shader, so lights are kept in slots that are reused and switched off, not
removed. Every pixel pays for a slot, and a point's takes 24 MB: when there are more than the last pictures needed,
``surplus`` says so, and the renderer begins anew.

Intensities: a sun of π that falls straight on a white surface makes it as bright as white; a point or spot of π does
the same at a distance of 1 m and falls off with the square; a sky of colour c and intensity 1 makes a white surface
that sees nothing else 0.65 times as bright as c.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pygfx as gfx

from synthgen.engine.stage import Stage
from synthgen.engine.sunlight import BELOW, OPENNESS, SHADOW_BIAS, shadow_box
from synthgen.world.surroundings import LightSpec, SkySpec

ENVIRONMENT_SIZE = 32
"""Pixels along an edge of the cube map: rough indoor materials mirror nothing finer."""

_FEWEST = {"sun": 1, "point": 2, "spot": 0}
"""Slots that are always there: what a scene's shots use."""

_UNUSED_FOR = 4
"""Pictures in a row that need fewer slots than there are before the surplus is worth compiling shaders anew."""


class Lighting:
    """The lights of one scene."""

    def __init__(self, scene: gfx.Scene) -> None:
        self._scene = scene
        size = ENVIRONMENT_SIZE
        self._pixels = np.zeros((6, size, size, 4), np.uint8)
        self.environment = gfx.Texture(self._pixels, dim=2, size=(size, size, 6), generate_mipmaps=True)
        self._background = gfx.Background(None, gfx.BackgroundSkyboxMaterial(map=self.environment))
        scene.add(self._background)
        self._slots: dict[str, list[gfx.Light]] = {kind: [] for kind in _FEWEST}
        self._unused = 0
        for kind, count in _FEWEST.items():
            self._reserve(kind, count)
        self._sky: SkySpec | None = None
        self._intensity = 1.0

    def update(self, stage: Stage, materials: Sequence[gfx.Material]) -> None:
        """Brings lights and environment to the stage's."""
        if stage.sky != self._sky:
            self._set_sky(stage.sky, stage.sky_faces)
        for material in materials:
            if getattr(material, "env_map_intensity", self._intensity) != self._intensity:
                material.env_map_intensity = self._intensity
        needed = {kind: sum(light.kind == kind for light in stage.lights) for kind in _FEWEST}
        more = any(len(slots) > max(needed[kind], _FEWEST[kind]) for kind, slots in self._slots.items())
        self._unused = self._unused + 1 if more else 0
        for kind, slots in self._slots.items():
            wanted = [light for light in stage.lights if light.kind == kind]
            self._reserve(kind, len(wanted))
            for i, slot in enumerate(slots):
                if i < len(wanted):
                    self._place(slot, wanted[i], stage)
                else:
                    slot.intensity, slot.cast_shadow = 0.0, False

    @property
    def surplus(self) -> bool:
        """Whether the last pictures needed fewer lights than every shader reckons with."""
        return self._unused >= _UNUSED_FOR

    def warm_up(self) -> None:
        """Turns the first sun on with a shadow, for a first render without a stage."""
        sun = self._slots["sun"][0]
        sun.local.position, sun.cast_shadow = (0.0, 0.0, 1.0), True

    def _reserve(self, kind: str, count: int) -> None:
        makers = {"sun": gfx.DirectionalLight, "point": gfx.PointLight, "spot": gfx.SpotLight}
        while len(self._slots[kind]) < count:
            light = makers[kind](intensity=0.0)
            if kind != "sun":
                light.decay = 2.0
            if kind == "spot":
                light.angle, light.penumbra = np.radians(35), 0.5
            self._slots[kind].append(light)
            self._scene.add(light)

    def _place(self, light: gfx.Light, spec: LightSpec, stage: Stage) -> None:
        light.color = (*spec.colour, 1.0)
        light.intensity = spec.intensity
        # Shadows of a point light would take six more renders: it fills only.
        light.cast_shadow = spec.shadow and spec.kind != "point"
        if spec.kind == "point":
            light.local.position = spec.position
            return
        light.target.local.position = spec.target
        light.local.position = spec.position
        if spec.kind == "sun":
            self._fit_shadow(light, np.subtract(spec.target, spec.position), stage)

    def _fit_shadow(self, light: gfx.DirectionalLight, direction: np.ndarray, stage: Stage) -> None:
        """Aims the sun's shadow map at what casts shadows, as tightly as a box along the light's axes fits it."""
        direction = direction / max(np.linalg.norm(direction), 1e-9)
        camera = light.shadow.camera
        camera.world.position = -direction
        camera.look_at((0.0, 0.0, 0.0))
        axes = np.array(camera.world.matrix)[:3, :3]  # columns: right, up and towards the light
        box = shadow_box(axes, [o.bounds() for o in stage.objects.values() if o.visible])
        middle = axes @ np.append((box.low + box.high)[:2] / 2, box.high[2])
        light.local.position = middle - direction
        light.target.local.position = middle
        camera.width, camera.height = box.size
        # The map ends well below the casters: floors and walls there must find their shadows.
        camera.depth_range = (0.1, float(box.high[2] - box.low[2]) + BELOW)
        light.shadow.bias = SHADOW_BIAS / (camera.depth_range[1] - camera.depth_range[0])

    def _set_sky(self, sky: SkySpec, faces: np.ndarray) -> None:
        size = ENVIRONMENT_SIZE
        step = faces.shape[1] // size
        blocks = np.asarray(faces, float)[:, : step * size, : step * size]
        level = blocks.reshape(6, size, step, size, step, 4).mean((2, 4)).round()
        # pygfx looks into a cube map with X mirrored.
        self._pixels[:] = level[[1, 0, 2, 3, 4, 5], :, ::-1]
        self.environment.update_full()
        self._sky, self._intensity = sky, OPENNESS * sky.intensity
