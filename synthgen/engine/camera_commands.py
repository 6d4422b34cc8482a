"""What UnrealCV's camera commands do to the stage: answers and error texts of ``CameraHandler.cpp``, 5.2 branch.

Cameras stand in Unreal's centimetres and left-handed axes, as they are sent.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from synthgen.core.limits import EMBEDDED, STAGE
from synthgen.engine.grammar import LONGEST_ECHO, BadCommand, Handlers, numbers, triple
from synthgen.engine.picture import Picture, bmp, mask_colours, npy, png
from synthgen.engine.renderers import Renderer
from synthgen.engine.stage import Stage, StageCamera


class CameraCommands:
    """Places the cameras of one stage and draws what they see."""

    def __init__(self, stage: Stage, renderer: Renderer) -> None:
        self._stage, self._renderer = stage, renderer

    def handlers(self) -> Handlers:
        """Those of one camera, by UnrealCV's templates."""
        out = {f"vget /camera/[uint]/{name}": h for name, h in self._getters().items()}
        out |= {f"vset /camera/[uint]/{name}": h for name, h in self._setters().items()}
        return out

    def names(self) -> str:
        """The names of all cameras."""
        return " ".join(c.name for c in self._stage.cameras)

    def spawn(self) -> str:
        """Adds a camera; its name."""
        if len(self._stage.cameras) >= STAGE.cameras:
            raise BadCommand("Argument Invalid")
        return self._stage.spawn_camera().name

    def _camera(self, index: str) -> StageCamera:
        if int(index) >= len(self._stage.cameras):
            raise BadCommand("Invalid sensor id")
        return self._stage.cameras[int(index)]

    def _picture(self, index: str) -> Picture:
        return self._renderer.draw(self._stage, self._camera(index))

    def _getters(self) -> Handlers:
        return {
            "location": lambda n: triple(self._camera(n).location),
            "rotation": lambda n: triple(self._camera(n).rotation),
            "fov": lambda n: f"{self._camera(n).fov:.6f}",
            "size": lambda n: f"{self._camera(n).width} {self._camera(n).height}",
            "lit [str]": lambda n, form: _pixels(form, lambda: self._picture(n).colour),
            "depth [str]": lambda n, form: _encoded(form, {"npy": lambda: npy(self._picture(n).depth * 100)}),
            "object_mask [str]": lambda n, form: _pixels(form, lambda: self._mask(n)),
        }

    def _setters(self) -> Handlers:
        return {
            "location [float] [float] [float]": self._set_camera_location,
            "rotation [float] [float] [float]": self._set_camera_rotation,
            "fov [float]": self._set_fov,
            "size [uint] [uint]": self._set_size,
            "exposure_bias [float]": self._set_exposure,
            # What Unreal needs and this engine has no counterpart for.
            "exposure_method [str]": lambda n, _: self._ignored(n),
            "motion_blur [float] [float] [float] [uint]": lambda n, *_: self._ignored(n),
            "illumination [str]": lambda n, _: self._ignored(n),
            "reflection [str]": lambda n, _: self._ignored(n),
        }

    def _ignored(self, index: str) -> None:
        self._camera(index)

    def _set_camera_location(self, index: str, *xyz: str) -> None:
        self._camera(index).location = numbers(xyz)

    def _set_camera_rotation(self, index: str, *rotator: str) -> None:
        self._camera(index).rotation = numbers(rotator)

    def _set_fov(self, index: str, fov: str) -> None:
        camera = self._camera(index)
        if not EMBEDDED.fov.holds(float(fov)):
            raise BadCommand("Argument Invalid")
        camera.fov = float(fov)

    def _set_size(self, index: str, width: str, height: str) -> None:
        camera = self._camera(index)
        if not EMBEDDED.side.holds(int(width), int(height)):
            raise BadCommand("Argument Invalid")
        camera.width, camera.height = int(width), int(height)

    def _set_exposure(self, index: str, bias: str) -> None:
        camera = self._camera(index)
        if not EMBEDDED.exposure_bias.holds(float(bias)):
            raise BadCommand("Argument Invalid")
        camera.exposure_bias = float(bias)

    def _mask(self, index: str) -> np.ndarray:
        colours = {o.serial: o.colour for o in self._stage.objects.values() if o.colour is not None}
        return mask_colours(self._picture(index).owner, colours)


def _pixels(form: str, image: Callable[[], np.ndarray]) -> bytes:
    return _encoded(form, {"bmp": lambda: bmp(image()), "png": lambda: png(image())})


def _encoded(form: str, encoders: dict[str, Callable[[], bytes]]) -> bytes:
    if form not in encoders:
        raise BadCommand(f"Invalid filename type, filename {form[:LONGEST_ECHO]}")
    return encoders[form]()
