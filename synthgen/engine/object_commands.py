"""What UnrealCV's object commands do to the stage: answers and error texts of ``ObjectHandler.cpp``, 5.2 branch.

This is the protocol's edge: Unreal's centimetres and left-handed axes are turned into the world frame here.
"""

from __future__ import annotations

import json

from synthgen.core.frames import (
    rotator_to_unreal_rotation,
    unreal_rotation_to_rotator,
    unreal_rotation_to_world,
    unreal_to_world,
    world_rotation_to_unreal,
    world_to_unreal,
)
from synthgen.core.limits import STAGE
from synthgen.engine.grammar import BadCommand, Handlers, numbers, triple
from synthgen.engine.stage import Stage, StageCharacter, StageObject


class ObjectCommands:
    """Moves, colours, shows and removes the objects of one stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def handlers(self) -> Handlers:
        """Those of one object, by UnrealCV's templates."""
        out = {f"vget /object/[str]/{name}": h for name, h in self._getters().items()}
        out |= {f"vset /object/[str]/{name}": h for name, h in self._setters().items()}
        return out

    def names(self) -> str:
        """The names of all objects; a space where there is none."""
        return " ".join(self._stage.objects) or " "

    def _object(self, name: str) -> StageObject:
        if name not in self._stage.objects:
            raise BadCommand("Cannot find object")
        return self._stage.objects[name]

    def _getters(self) -> Handlers:
        return {
            "location": lambda o: triple(world_to_unreal(self._object(o).location)),
            "rotation": lambda o: triple(
                unreal_rotation_to_rotator(world_rotation_to_unreal(self._object(o).rotation))
            ),
            "scale": lambda o: triple(self._object(o).scale),
            "color": self._get_colour,
            "bounds": self._bounds,
            "bones": self._bones,
        }

    def _setters(self) -> Handlers:
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
        self._object(name).location = unreal_to_world(numbers(xyz))
        self._stage.touch()

    def _set_rotation(self, name: str, *rotator: str) -> None:
        matrix = rotator_to_unreal_rotation(numbers(rotator))
        self._object(name).rotation = unreal_rotation_to_world(matrix)
        self._stage.touch()

    def _set_scale(self, name: str, *factors: str) -> None:
        item, scale = self._object(name), numbers(factors)
        # Bones are read back as place and rotation: a scaled character would not be where they say.
        if not STAGE.scale.holds(*scale) or isinstance(item, StageCharacter):
            raise BadCommand("Argument Invalid")
        item.scale = scale
        self._stage.touch()

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
        self._stage.touch()

    def _destroy(self, name: str) -> None:
        self._stage.destroy(self._object(name).name)

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
