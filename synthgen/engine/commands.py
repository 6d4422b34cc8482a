"""The dispatch table: UnrealCV commands → changes of the stage and answers.

Templates are UnrealCV's: ``[str]``, ``[uint]`` and ``[float]`` stand for one argument each. Answers and error texts
are those of UnrealCV's 5.2 branch (``CameraHandler.cpp``, ``ObjectHandler.cpp``, ``CommandDispatcher.cpp``). This is
the protocol's edge: Unreal's centimetres and left-handed axes are turned into the world frame here.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from synthgen.core.frames import (
    rotator_to_unreal_rotation,
    unreal_rotation_to_rotator,
    unreal_rotation_to_world,
    unreal_to_world,
    world_rotation_to_unreal,
    world_to_unreal,
)
from synthgen.core.limits import EMBEDDED, STAGE
from synthgen.core.version import __version__
from synthgen.engine.functions import Functions
from synthgen.engine.picture import Picture, mask_colours, npy, png
from synthgen.engine.stage import Stage, StageCamera, StageCharacter, StageObject

logger = logging.getLogger(__name__)

# No text can match a number in two ways: otherwise a long one that does not fit is tried in all of them.
_TYPES = {"[str]": r"(\S+)", "[uint]": r"([0-9]+)", "[float]": r"([-+]?(?:[0-9]+(?:[.][0-9]+)?|[.][0-9]+))"}
_TYPE = re.compile("(" + "|".join(map(re.escape, _TYPES)) + ")")
_LONGEST_ECHO = 200
"""Letters of a command or of a fault of ours that an error repeats."""


class BadCommand(Exception):
    """The command is answered with ``error`` and this text."""


class Draws(Protocol):
    """What the commands need of a renderer."""

    adapter: str

    def draw(self, stage: Stage, camera: StageCamera) -> Picture:
        """The picture that a camera sees."""
        ...


@dataclass(frozen=True)
class Command:
    """One row of the table."""

    template: str
    pattern: re.Pattern[str]
    numbers: tuple[bool, ...]
    handler: Callable[..., str | bytes | None]

    def run(self, arguments: tuple[str, ...]) -> str | bytes | None:
        """Calls the handler with what the pattern found.

        Raises:
            BadCommand: a number is longer than any that means something.
        """
        if any(number and len(text) > STAGE.digits for number, text in zip(self.numbers, arguments, strict=True)):
            raise BadCommand("Argument Invalid")
        return self.handler(*arguments)


def _command(template: str, handler: Callable[..., str | bytes | None]) -> Command:
    pieces = _TYPE.split(template)
    pattern = re.compile("".join(_TYPES.get(p, re.escape(p)) for p in pieces) + r"\s*")
    return Command(template, pattern, tuple(p != "[str]" for p in pieces if p in _TYPES), handler)


class Commands:
    """Answers commands against one stage and one renderer."""

    def __init__(self, stage: Stage, renderer: Draws) -> None:
        self.stage, self.renderer = stage, renderer
        self._functions = Functions(stage, renderer.adapter)
        self.table = [_command(t, h) for t, h in self._handlers().items()]

    def answer(self, command: str) -> bytes:
        """Executes one command; never raises for what a client can send."""
        try:
            for row in self.table:
                match = row.pattern.fullmatch(command)
                if match:
                    body = row.run(match.groups())
                    return (body or "ok").encode() if not isinstance(body, bytes) else body
            return f"error No handler found for URI '{command[:_LONGEST_ECHO]}'".encode()
        except BadCommand as error:
            return f"error {error}".encode()
        except Exception as error:
            # A fault of ours must not take the connection along: the client sees it and decides.
            logger.exception("the command %.200s failed", command)
            return f"error Internal error: {type(error).__name__}: {str(error)[:_LONGEST_ECHO]}".encode()

    def _handlers(self) -> dict[str, Callable[..., str | bytes | None]]:
        out: dict[str, Callable[..., str | bytes | None]] = {
            "vget /unrealcv/status": lambda: "Is Listening\nClient Connected\n",
            "vget /unrealcv/version": lambda: __version__,
            "vget /unrealcv/commands": lambda: "\n".join(row.template for row in self.table),
            "vget /unrealcv/echo [str]": lambda text: text,
            "vget /scene/name": lambda: "synthgen",
            "vset /action/game/pause": lambda: self._pause(True),
            "vset /action/game/resume": lambda: self._pause(False),
            "vget /action/game/is_paused": lambda: "true" if self.stage.paused else "false",
            # The connection collects batches; a batch inside a batch comes here.
            "vbatch [uint]": lambda _: _refuse(),
            "vget /cameras": lambda: " ".join(c.name for c in self.stage.cameras),
            "vset /cameras/spawn": self._spawn_camera,
            "vget /objects": lambda: " ".join(self.stage.objects) or " ",
            "vbp [str] [str]": self._functions.call,
            "vbp [str] [str] [str]": self._functions.call,
        }
        out |= {f"vget /camera/[uint]/{name}": h for name, h in self._camera_getters().items()}
        out |= {f"vset /camera/[uint]/{name}": h for name, h in self._camera_setters().items()}
        out |= {f"vget /object/[str]/{name}": h for name, h in self._object_getters().items()}
        out |= {f"vset /object/[str]/{name}": h for name, h in self._object_setters().items()}
        return out

    def _pause(self, paused: bool) -> None:
        self.stage.paused = paused

    # Cameras

    def _spawn_camera(self) -> str:
        if len(self.stage.cameras) >= STAGE.cameras:
            raise BadCommand("Argument Invalid")
        return self.stage.spawn_camera().name

    def _camera(self, index: str) -> StageCamera:
        if int(index) >= len(self.stage.cameras):
            raise BadCommand("Invalid sensor id")
        return self.stage.cameras[int(index)]

    def _picture(self, index: str) -> Picture:
        return self.renderer.draw(self.stage, self._camera(index))

    def _camera_getters(self) -> dict[str, Callable[..., str | bytes | None]]:
        return {
            "location": lambda n: _triple(self._camera(n).location),
            "rotation": lambda n: _triple(self._camera(n).rotation),
            "fov": lambda n: f"{self._camera(n).fov:.6f}",
            "size": lambda n: f"{self._camera(n).width} {self._camera(n).height}",
            "lit [str]": lambda n, form: _encoded(form, {"png": lambda: png(self._picture(n).colour)}),
            "depth [str]": lambda n, form: _encoded(form, {"npy": lambda: npy(self._picture(n).depth * 100)}),
            "object_mask [str]": lambda n, form: _encoded(form, {"png": lambda: png(self._mask(n))}),
        }

    def _camera_setters(self) -> dict[str, Callable[..., str | bytes | None]]:
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
        self._camera(index).location = _numbers(xyz)

    def _set_camera_rotation(self, index: str, *rotator: str) -> None:
        self._camera(index).rotation = _numbers(rotator)

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
        colours = {o.serial: o.colour for o in self.stage.objects.values() if o.colour is not None}
        return mask_colours(self._picture(index).owner, colours)

    # Objects

    def _object(self, name: str) -> StageObject:
        if name not in self.stage.objects:
            raise BadCommand("Cannot find object")
        return self.stage.objects[name]

    def _object_getters(self) -> dict[str, Callable[..., str | bytes | None]]:
        return {
            "location": lambda o: _triple(world_to_unreal(self._object(o).location)),
            "rotation": lambda o: _triple(
                unreal_rotation_to_rotator(world_rotation_to_unreal(self._object(o).rotation))
            ),
            "scale": lambda o: _triple(self._object(o).scale),
            "color": self._get_colour,
            "bounds": self._bounds,
            "bones": self._bones,
        }

    def _object_setters(self) -> dict[str, Callable[..., str | bytes | None]]:
        return {
            "location [float] [float] [float]": self._set_location,
            "rotation [float] [float] [float]": self._set_rotation,
            "scale [float] [float] [float]": self._set_scale,
            "color [uint] [uint] [uint]": self._set_colour,
            "show": lambda o: self._show(o, True),
            "hide": lambda o: self._show(o, False),
            "destroy": self._destroy,
        }

    def _set_location(self, name: str, *xyz: str) -> None:
        self._object(name).location = unreal_to_world(_numbers(xyz))
        self.stage.touch()

    def _set_rotation(self, name: str, *rotator: str) -> None:
        matrix = rotator_to_unreal_rotation(_numbers(rotator))
        self._object(name).rotation = unreal_rotation_to_world(matrix)
        self.stage.touch()

    def _set_scale(self, name: str, *factors: str) -> None:
        item, scale = self._object(name), _numbers(factors)
        # Bones are read back as place and rotation: a scaled character would not be where they say.
        if not STAGE.scale.holds(*scale) or isinstance(item, StageCharacter):
            raise BadCommand("Argument Invalid")
        item.scale = scale
        self.stage.touch()

    def _set_colour(self, name: str, *rgb: str) -> None:
        item, colour = self._object(name), tuple(int(c) for c in rgb)
        if max(colour) > 255:
            raise BadCommand("Argument Invalid")
        # Black is the room's: an object with it is not in the mask. No picture changes, so the version stays.
        item.colour = None if colour == (0, 0, 0) else (colour[0], colour[1], colour[2])

    def _get_colour(self, name: str) -> str:
        r, g, b = self._object(name).colour or (0, 0, 0)
        return f"(R={r},G={g},B={b},A=255)"

    def _show(self, name: str, visible: bool) -> None:
        self._object(name).visible = visible
        self.stage.touch()

    def _destroy(self, name: str) -> None:
        self.stage.destroy(self._object(name).name)

    def _bounds(self, name: str) -> str:
        corners = world_to_unreal(self._object(name).bounds())
        return " ".join(f"{v:.2f}" for v in (*corners.min(0), *corners.max(0)))

    def _bones(self, name: str) -> str:
        item = self._object(name)
        if not isinstance(item, StageCharacter):
            raise BadCommand("Object has no skeletal mesh")
        bones = item.bones_world()
        places = world_to_unreal(bones[:, :3, 3])
        turns = unreal_rotation_to_rotator(world_rotation_to_unreal(bones[:, :3, :3]))
        rows = [
            {"name": n, "location": [round(float(v), 4) for v in p], "rotation": [round(float(v), 4) for v in t]}
            for n, p, t in zip(item.asset.rest.bone_names, places, turns, strict=True)
        ]
        return json.dumps(rows, separators=(",", ":"))


def _numbers(words: tuple[str, ...]) -> np.ndarray:
    values = np.array(words, float)
    if not (np.abs(values) <= EMBEDDED.number).all():
        raise BadCommand("Argument Invalid")
    return values


def _refuse() -> None:
    raise BadCommand("Argument Invalid")


def _triple(values: np.ndarray) -> str:
    return " ".join(f"{v:.3f}" for v in np.asarray(values, float) + 0.0)


def _encoded(form: str, encoders: dict[str, Callable[[], bytes]]) -> bytes:
    if form not in encoders:
        raise BadCommand(f"Invalid filename type, filename {form[:_LONGEST_ECHO]}")
    return encoders[form]()
