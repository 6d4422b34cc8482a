"""Draws the stage on the CPU: one thread, no graphics device."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from synthgen.core.cache.folder import Cache
from synthgen.engine.cpu.arrays import Lamps, Looks, Sky, Triangles
from synthgen.engine.cpu.compile import compile_all
from synthgen.engine.cpu.compiled import numba_version
from synthgen.engine.cpu.gather import Gatherer
from synthgen.engine.cpu.lamps import lamps_of
from synthgen.engine.cpu.picture import drawn
from synthgen.engine.cpu.sky import sky_of
from synthgen.engine.picture import Picture
from synthgen.engine.stage import Stage, StageCamera
from synthgen.engine.sunlight import OPENNESS

FINE_PIXELS = 2**24 + 2**14
"""Samples up to which there are some between the pixels' centres (2048 × 2048 pixels have them)."""


class CpuRenderer:
    """Draws pictures of a stage; keeps meshes, textures and what all cameras of one moment share.

    Args:
        cache: folder in which compiled kernels are kept; None for the one of every verb.
    """

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = Cache.at(cache)
        self.description = f"numba {numba_version()}, CPU"
        self._gatherer = Gatherer()
        self._moment: tuple[tuple[int, int], tuple[Triangles, Looks, Sky, Lamps]] | None = None
        self._last: tuple[tuple[Any, ...], Picture] | None = None

    def warm_up(self) -> None:
        """Loads the kernels, or compiles them where they are not kept yet: half a minute, once per machine."""
        compile_all(self._cache)

    def draw(self, stage: Stage, camera: StageCamera) -> Picture:
        """The picture that the camera sees; the last one again when nothing has changed since."""
        view = (*camera.location, *camera.rotation, camera.fov, camera.width, camera.height, camera.exposure_bias)
        key = (stage.serial, stage.version, *map(float, view))
        if self._last is None or self._last[0] != key:
            surfaces, looks, sky, lamps = self._of_moment(stage)
            fine = (2 * camera.width + 1) * (2 * camera.height + 1) <= FINE_PIXELS
            exposure = 2.0**camera.exposure_bias
            self._last = (key, drawn(camera.pinhole(), exposure, surfaces, looks, sky, lamps, fine))
        return self._last[1]

    def _of_moment(self, stage: Stage) -> tuple[Triangles, Looks, Sky, Lamps]:
        moment = (stage.serial, stage.version)
        if self._moment is None or self._moment[0] != moment:
            self._moment = None
            sky = sky_of(stage.sky_faces, OPENNESS * stage.sky.intensity)
            surfaces, looks = self._gatherer.gathered(stage, len(sky.sizes))
            bounds = [o.bounds() for o in stage.objects.values() if o.visible]
            self._moment = (moment, (surfaces, looks, sky, lamps_of(stage.lights, surfaces, bounds)))
        return self._moment[1]
