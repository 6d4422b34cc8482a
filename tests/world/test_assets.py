"""Content keys stand for what a thing is made of, and for nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core.errors import InputError
from synthgen.world.assets import (
    PersonAsset,
    asset_key,
    plain,
    prop_asset,
    read_assets,
    read_manifest,
    write_manifest,
)
from synthgen.world.surroundings import PropModel, PropSpec, RoomSpec, SkySpec
from tests.world.keys import keyed

BENCH = PropModel(kind="bench", size=(1.0, 0.4, 0.5))
EVERY = keyed([BENCH, RoomSpec(), SkySpec(), PersonAsset(body=BodySpec(), outfit=OutfitSpec())])


def test_a_key_can_be_told_from_the_specification_by_anyone() -> None:
    """SHA-256 of the JSON with sorted keys and no spaces, written out once more."""
    import hashlib

    text = '{"colour":[0.5,0.5,0.5],"file":null,"kind":"bench","scale":1.0,"size":[1.0,0.4,0.5],"texture_seed":0}'
    assert asset_key(BENCH) == "prop_" + hashlib.sha256(text.encode()).hexdigest()[:20]


def test_name_and_place_do_not_enter_a_prop() -> None:
    one = PropSpec(name="a", kind="bench", position=(1, 2, 0), yaw=1.0, size=(1.0, 0.4, 0.5))
    other = one.model_copy(update={"name": "b", "position": (0.0, 0.0, 0.0)})
    assert asset_key(prop_asset(one)) == asset_key(prop_asset(other)) == asset_key(BENCH)
    assert asset_key(prop_asset(one.model_copy(update={"texture_seed": 1}))) != asset_key(BENCH)


def test_kinds_are_told_apart_and_numbers_are_what_they_are() -> None:
    assert {key.partition("_")[0] for key in EVERY} == {"prop", "room", "sky", "person"}
    assert asset_key(PropModel(kind="bench", size=(1, 0.4, 0.5))) == asset_key(BENCH)  # 1 is 1.0


def test_a_manifest_holds_what_was_written(tmp_path: Path) -> None:
    file = tmp_path / "run" / "assets.json"
    write_manifest(file, EVERY)
    assert read_manifest(file) == read_manifest(file.parent) == EVERY
    more = keyed([RoomSpec(kind="studio")])
    write_manifest(file.with_name("more.json"), more)
    assert read_manifest(file.parent) == EVERY | more
    assert read_manifest(tmp_path) == {}  # a folder without any


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([], "object"),
        ({"teapot_1": {}}, "begin with person, prop, room, sky"),
        ({asset_key(BENCH): {"kind": "bench", "size": [1, 0.4, 0.6]}}, "is the key of something else"),
        ({asset_key(BENCH): {"kind": "bench", "weight": 3}}, "weight"),
        ({asset_key(RoomSpec()): {"size": [0, 0, 0]}}, "size.0"),
    ],
)
def test_what_does_not_fit_its_key_is_refused(data: object, told: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=told):
        read_assets(data)
    file = tmp_path / "assets.json"
    file.write_text(json.dumps({"format": "synthgen assets", "version": 1, "assets": data}))
    with pytest.raises(InputError, match=told):
        read_manifest(file)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "synthgen assets", "version": 9, "assets": {}}'])
def test_another_file_is_no_manifest(text: str, tmp_path: Path) -> None:
    file = tmp_path / "assets.json"
    file.write_text(text)
    with pytest.raises(InputError, match=r"assets\.json"):
        read_manifest(file)
    with pytest.raises(InputError, match="nowhere"):
        read_manifest(tmp_path / "nowhere.json")


def test_plain_data_are_read_back() -> None:
    assert read_assets(json.loads(json.dumps(plain(EVERY)))) == EVERY
