"""The functions that ``vbp`` calls (``docs/engine-protocol.md``): what stock UnrealCV lacks."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from pydantic import ValidationError

from synthgen.characters.rigs import known_rigs
from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core.errors import SynthgenError
from synthgen.core.limits import EMBEDDED, STAGE
from synthgen.core.plain import PlainModel
from synthgen.core.version import __version__
from synthgen.engine.assets import AssetBook, UnknownAsset
from synthgen.engine.stage import Stage, StageCharacter, StageError
from synthgen.protocol.bones import bones_from_rows, rows_from_bones
from synthgen.protocol.payload import PayloadError, pack_rows, unpack_json, unpack_rows
from synthgen.world.assets import PersonAsset, read_assets
from synthgen.world.surroundings import LightSpec, PropModel, PropSpec, RoomSpec, SkySpec

logger = logging.getLogger(__name__)

Answer = dict[str, str]
Spec = TypeVar("Spec", bound=PlainModel)

_LONGEST_ECHO, _LONGEST_STATUS = 200, 2000
"""Letters of what a client sent, and of a whole status, that an answer carries."""


class Functions:
    """Named functions on named objects of one stage."""

    def __init__(self, stage: Stage, renderer: str, assets: AssetBook) -> None:
        self._stage, self._renderer, self._assets = stage, renderer, assets
        self._of_stage: dict[str, tuple[Callable[..., Answer], bool]] = {
            "Reset": (self._reset, False),
            "Describe": (self._describe, False),
            "AddAssets": (self._add_assets, True),
            "SetEnvironment": (self._set_environment, True),
            "SpawnCharacter": (self._spawn_character, True),
            "SpawnProp": (self._spawn_prop, True),
        }
        self._of_character: dict[str, tuple[Callable[..., Answer], bool]] = {
            "ApplyPose": (self._apply_pose, True),
            "GetBones": (self._get_bones, False),
        }

    def call(self, target: str, function: str, payload: str | None = None) -> str:
        """Calls a function; the answer is a JSON object of strings, or UnrealCV's text for a name it does not know."""
        item = self._stage.objects.get(target)
        arguments: tuple[Any, ...] = ()
        if target == "Stage":
            functions = self._of_stage
        elif isinstance(item, StageCharacter):
            functions, arguments = self._of_character, (item,)
        elif item is not None:
            functions = {}
        else:
            return f"error Can not find actor with id '{target[:_LONGEST_ECHO]}'"
        if function not in functions:
            return "error Argument Invalid"
        handler, takes_payload = functions[function]
        if takes_payload != (payload is not None):
            return "error Argument Invalid"
        try:
            answer = handler(*arguments, payload) if takes_payload else handler(*arguments)
        except UnknownAsset as error:
            answer = {"status": f"Argument Invalid: {error}", "missing": error.key[:_LONGEST_ECHO]}
        except (PayloadError, StageError, SynthgenError) as error:
            answer = {"status": f"Argument Invalid: {error}"[:_LONGEST_STATUS]}
        return json.dumps({"status": "ok", **answer})

    def _reset(self) -> Answer:
        self._stage.reset()
        return {}

    def _describe(self) -> Answer:
        return {
            "engine": "synthgen",
            "version": __version__,
            "renderer": self._renderer,
            "rigs": ",".join(known_rigs()),
            "functions": ",".join(self._of_stage),
        }

    def _add_assets(self, payload: str) -> Answer:
        data = unpack_json(payload)
        try:
            assets = read_assets(data)
        except ValueError as error:
            raise PayloadError(str(error)) from None
        if len(assets) > STAGE.assets:
            raise PayloadError(f"at most {STAGE.assets} assets, got {len(assets)}")
        self._assets.add(assets)
        return {}

    def _set_environment(self, payload: str) -> Answer:
        data = _fields(payload, {"room", "lights", "sky"})
        room = self._one(RoomSpec, data["room"], "room") if data["room"] is not None else None
        if not isinstance(data["lights"], list):
            raise PayloadError("lights must be a list")
        if len(data["lights"]) > EMBEDDED.lights:
            raise PayloadError(f"at most {EMBEDDED.lights} lights, got {len(data['lights'])}")
        lights = tuple(_valid(LightSpec, row, f"lights.{i}") for i, row in enumerate(data["lights"]))
        unknown = {light.kind for light in lights} - {"sun", "point", "spot"}
        if unknown:
            raise PayloadError(f"unknown kinds of light: {', '.join(sorted(unknown))}; known: sun, point, spot")
        shadows = sum(light.shadow for light in lights if light.kind != "point")
        if shadows > EMBEDDED.shadows:
            raise PayloadError(f"at most {EMBEDDED.shadows} lights cast shadows, got {shadows}")
        self._stage.set_environment(room, lights, self._one(SkySpec, data["sky"], "sky"))
        return {}

    def _spawn_character(self, payload: str) -> Answer:
        data = _object(payload, "character")
        if "asset" in data:
            _check_fields(data, {"name", "asset"})
            person = self._one(PersonAsset, data["asset"], "asset")
        else:
            _check_fields(data, {"name", "body", "outfit"})
            body, outfit = _valid(BodySpec, data["body"], "body"), _valid(OutfitSpec, data["outfit"], "outfit")
            person = PersonAsset(body=body, outfit=outfit)
        if not isinstance(data["name"], str):
            raise PayloadError("name: a text is wanted")
        character = self._stage.spawn_character(data["name"], person.body, person.outfit)
        return {"bones": ",".join(character.asset.rest.bone_names)}

    def _spawn_prop(self, payload: str) -> Answer:
        data = _object(payload, "prop")
        if "asset" in data:
            _check_fields(data, {"name", "asset", "position", "yaw"})
            model = self._one(PropModel, data.pop("asset"), "asset")
            data |= dict(model)
        self._stage.spawn_prop(_valid(PropSpec, data, "prop"))
        return {}

    def _one(self, model: type[Spec], value: Any, place: str) -> Spec:
        """What an asset's key stands for, or the specification itself."""
        return self._assets.find(value, model) if isinstance(value, str) else _valid(model, value, place)

    def _apply_pose(self, character: StageCharacter, payload: str) -> Answer:
        rows = unpack_rows(payload)
        if np.abs(rows[:, :3]).max() > EMBEDDED.number:
            raise PayloadError(f"a bone lies beyond {EMBEDDED.number:g} cm")
        self._stage.apply_pose(character, bones_from_rows(rows))
        return {}

    def _get_bones(self, character: StageCharacter) -> Answer:
        return {"bones": pack_rows(rows_from_bones(character.bones_world()))}


def _valid(model: type[Spec], value: Any, place: str) -> Spec:
    """A specification out of plain data.

    Raises:
        PayloadError: the first thing that does not fit, and where.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join([place, *map(str, first["loc"])])
        raise PayloadError(f"{where[:_LONGEST_ECHO]}: {first['msg']}") from None


def _object(payload: str, place: str) -> dict[str, Any]:
    data = unpack_json(payload)
    if not isinstance(data, dict):
        raise PayloadError(f"{place}: expected an object, got {type(data).__name__}")
    return data


def _fields(payload: str, names: set[str]) -> dict[str, Any]:
    data = _object(payload, "payload")
    _check_fields(data, names)
    return data


def _check_fields(data: dict[str, Any], names: set[str]) -> None:
    if set(data) != names:
        raise PayloadError(f"expected an object with {', '.join(sorted(names))}; got {', '.join(sorted(data)[:10])}")
