"""A shot's world on an engine's stage: built from nothing, by content keys, in one batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synthgen.capture import questions
from synthgen.capture.acquaintance import Acquaintance
from synthgen.capture.client import Client
from synthgen.capture.colours import Colour
from synthgen.capture.errors import AssetMissing
from synthgen.capture.people import StagedPerson, spawning
from synthgen.capture.questions import Question
from synthgen.world.assets import ShotAssets, assets_of, plain
from synthgen.world.shot import Shot


def set_stage(
    client: Client,
    shot: Shot,
    actors: Sequence[StagedPerson],
    colours: Mapping[str, Colour],
    acquaintance: Acquaintance,
) -> int:
    """Builds the shot's world; its people stand at rest, its time runs.

    An engine that turns out not to know a key, because it has forgotten it, is told all of the shot's and asked again.

    Args:
        client: of the engine.
        shot: what is to be seen.
        actors: its people.
        colours: name of a person or a prop → its flat colour in the mask.
        acquaintance: with this life of the engine.

    Returns:
        How many cameras the engine has.

    Raises:
        EngineError: the engine died, hung or refused something; ``AssetMissing`` names a key that it cannot show.
    """
    try:
        return _set_stage(client, shot, actors, colours, acquaintance)
    except AssetMissing:
        if not acquaintance.learns:
            raise
        acquaintance.forget()
        return _set_stage(client, shot, actors, colours, acquaintance)


def _set_stage(
    client: Client,
    shot: Shot,
    actors: Sequence[StagedPerson],
    colours: Mapping[str, Colour],
    acquaintance: Acquaintance,
) -> int:
    shown = assets_of(shot)
    lacking = acquaintance.lacks(shown.assets)
    strangers = {key: k for k, key in reversed(list(enumerate(shown.people))) if not acquaintance.has_met(key)}
    people = [
        question
        for k, (actor, key) in enumerate(zip(actors, shown.people, strict=True))
        for question in spawning(actor, key, stranger=strangers.get(key) == k)
    ]
    tell = [questions.call("Stage", "AddAssets", plain({key: shown.assets[key] for key in lacking}))] if lacking else []
    paint = [questions.do(f"vset /object/{name}/color {r} {g} {b}") for name, (r, g, b) in colours.items()]
    *_, counted = client.ask_all(
        [questions.do("vset /action/game/resume"), questions.call("Stage", "Reset"), *tell],
        _furniture(shot, shown),
        people,
        paint,
        [questions.text("vget /cameras").then(lambda names: len(names.split()))],
    )
    acquaintance.told(shown.assets)
    for key in strangers:
        acquaintance.met(key)
    (cameras,) = counted
    return int(cameras)


def _furniture(shot: Shot, shown: ShotAssets) -> list[Question[Any]]:
    """Room, lights, sky and props."""
    environment = {
        "room": shown.room,
        "lights": [light.model_dump(mode="json") for light in shot.lights],
        "sky": shown.sky,
    }
    props = [
        {"name": p.name, "asset": key, "position": p.position, "yaw": p.yaw}
        for p, key in zip(shot.props, shown.props, strict=True)
    ]
    return [
        questions.call("Stage", "SetEnvironment", environment),
        *(questions.call("Stage", "SpawnProp", prop) for prop in props),
    ]
