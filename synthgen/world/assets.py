"""Content keys: short names of what an engine builds or loads once and shows often.

A person (body and outfit), a prop, a room and a sky are named by their kind and the SHA-256 of their specification:
``prop_0c3f…``. Whoever has the specification can tell the key, two alike have the same one, and an engine that cannot
build them (Unreal) is given assets under the same keys. A manifest says what a folder of keys stands for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core.errors import InputError
from synthgen.core.files.whole import write_whole
from synthgen.core.plain import PlainModel
from synthgen.world.shot import PersonSpec, Shot
from synthgen.world.surroundings import PropModel, PropSpec, RoomSpec, SkySpec

_DIGITS = 20
"""Hex digits of a key: among a million assets two have the same one with a chance of 10⁻¹²."""

_FORMAT, _VERSION = "synthgen assets", 1


class PersonAsset(PlainModel):
    """A dressed person, before any pose."""

    body: BodySpec
    outfit: OutfitSpec


Asset = PersonAsset | PropModel | RoomSpec | SkySpec

_KINDS: dict[str, type[Asset]] = {"person": PersonAsset, "prop": PropModel, "room": RoomSpec, "sky": SkySpec}


def person_asset(person: PersonSpec) -> PersonAsset:
    """A person without clip, place and posture."""
    return PersonAsset(body=person.body, outfit=person.outfit)


def prop_asset(prop: PropSpec) -> PropModel:
    """A prop without name and place."""
    return PropModel(**{name: getattr(prop, name) for name in PropModel.model_fields})


def asset_key(asset: Asset) -> str:
    """``<kind>_<digest>``: letters, digits and ``_`` only, so that it can name an asset in any engine."""
    kind = next(kind for kind, model in _KINDS.items() if type(asset) is model)
    text = json.dumps(asset.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return f"{kind}_{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


@dataclass(frozen=True)
class ShotAssets:
    """What a shot shows.

    Attributes:
        room, sky: their keys.
        props, people: theirs, in the shot's order.
        assets: everything by key.
    """

    room: str
    sky: str
    props: tuple[str, ...]
    people: tuple[str, ...]
    assets: dict[str, Asset]


def assets_of(shot: Shot) -> ShotAssets:
    """Everything that a shot shows, and under which keys."""
    assets: list[Asset] = [shot.room, shot.sky, *map(prop_asset, shot.props), *map(person_asset, shot.people)]
    room, sky, *others = keys = [asset_key(asset) for asset in assets]
    props, people = others[: len(shot.props)], others[len(shot.props) :]
    return ShotAssets(room, sky, tuple(props), tuple(people), dict(zip(keys, assets, strict=True)))


def plain(assets: Mapping[str, Asset]) -> dict[str, Any]:
    """Assets by key as JSON-able data: what a manifest and the wire hold."""
    return {key: asset.model_dump(mode="json") for key, asset in assets.items()}


def read_assets(data: Any) -> dict[str, Asset]:
    """Inverse of :func:`plain`; every key is checked against what stands under it.

    Raises:
        ValueError: what is wrong, and under which key.
    """
    if not isinstance(data, dict):
        raise ValueError(f"assets are an object of key and specification, not {type(data).__name__}")
    return {key: _read_asset(key, value) for key, value in data.items()}


def _read_asset(key: str, data: Any) -> Asset:
    kind = key.partition("_")[0]
    if kind not in _KINDS:
        raise ValueError(f"{key[:80]!r} is no key of an asset: keys begin with {', '.join(_KINDS)}")
    try:
        asset = _KINDS[kind].model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise ValueError(f"{'.'.join([key[:80], *map(str, first['loc'])])[:200]}: {first['msg']}") from None
    if asset_key(asset) != key:
        raise ValueError(f"{key[:80]} is the key of something else: what stands under it has {asset_key(asset)}")
    return asset


def write_manifest(path: Path, assets: Mapping[str, Asset]) -> None:
    """Writes a manifest, whole or not at all."""
    content = {"format": _FORMAT, "version": _VERSION, "assets": plain(assets)}
    write_whole(path, (json.dumps(content, indent=1, sort_keys=True) + "\n").encode())


def read_manifest(path: Path) -> dict[str, Asset]:
    """The assets of a manifest, or of all manifests (``*.json``) in a folder.

    Raises:
        InputError: there is none, or one does not hold what a manifest holds.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    assets: dict[str, Asset] = {}
    for file in files:
        assets |= _read_manifest(file)
    return assets


def _read_manifest(file: Path) -> dict[str, Asset]:
    try:
        content = json.loads(file.read_bytes())
        if not isinstance(content, dict) or (content.get("format"), content.get("version")) != (_FORMAT, _VERSION):
            raise ValueError(f"not a file of format {_FORMAT!r}, version {_VERSION}")
        return read_assets(content.get("assets"))
    except (OSError, ValueError) as error:
        raise InputError(
            "the manifest of assets cannot be read",
            where=str(file),
            expected="a file that synthgen wrote beside an engine",
            got=str(error),
        ) from error
