"""Keys on the stage: from a manifest, from a client, or from nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core.errors import InputError
from synthgen.core.limits import STAGE
from synthgen.engine.assets import AssetBook, UnknownAsset
from synthgen.engine.functions import Functions
from synthgen.engine.stage import Stage
from synthgen.protocol.payload import pack_json
from synthgen.world.assets import PersonAsset, asset_key, plain, write_manifest
from synthgen.world.surroundings import PropModel, RoomSpec, SkySpec
from tests.world.keys import keyed

from .shapes import builders

BOX = PropModel(kind="box", size=(1.0, 2.0, 0.5))
ANN = PersonAsset(body=BodySpec(gender=1.0), outfit=OutfitSpec(hair="bald"))
ASSETS = keyed([BOX, ANN, RoomSpec(kind="studio"), SkySpec(intensity=2.0)])


def call(functions: Functions, name: str, payload: object) -> dict[str, str]:
    answer: dict[str, str] = json.loads(functions.call("Stage", name, pack_json(payload)))
    return answer


def prop(name: str, key: str) -> dict[str, object]:
    return {"name": name, "asset": key, "position": [1, 2, 0], "yaw": 0.5}


@pytest.fixture
def stage() -> Stage:
    return Stage(builders())


def test_a_key_shows_what_its_specification_shows(stage: Stage) -> None:
    functions = Functions(stage, "none", AssetBook())
    assert call(functions, "AddAssets", plain(ASSETS)) == {"status": "ok"}
    assert call(functions, "SpawnProp", prop("a", asset_key(BOX)))["status"] == "ok"
    spec = {"name": "b", "position": [1, 2, 0], "yaw": 0.5, **BOX.model_dump()}
    assert call(functions, "SpawnProp", spec)["status"] == "ok"
    one, other = stage.objects["a"], stage.objects["b"]
    assert one.key == other.key == asset_key(BOX) and (one.matrix == other.matrix).all()
    room, sky = asset_key(RoomSpec(kind="studio")), asset_key(SkySpec(intensity=2.0))
    assert call(functions, "SetEnvironment", {"room": room, "lights": [], "sky": sky})["status"] == "ok"
    assert stage.room_key == room and stage.sky == SkySpec(intensity=2.0)
    assert call(functions, "SpawnCharacter", {"name": "ann", "asset": asset_key(ANN)})["bones"] == "lower,upper"
    assert stage.objects["ann"].key == asset_key(ANN)


def test_a_key_that_nobody_knows_is_named_with_the_manifest(stage: Stage, tmp_path: Path) -> None:
    manifest = tmp_path / "assets.json"
    write_manifest(manifest, keyed([RoomSpec(kind="studio")]))
    functions = Functions(stage, "none", AssetBook(manifest))
    for name, payload in (
        ("SpawnProp", prop("a", asset_key(BOX))),
        ("SpawnCharacter", {"name": "ann", "asset": asset_key(ANN)}),
        ("SetEnvironment", {"room": "room_0", "lights": [], "sky": {}}),
    ):
        answer = call(functions, name, payload)
        key = answer["missing"]
        assert answer["status"].startswith(f"Argument Invalid: no asset '{key}'")
        assert str(manifest) in answer["status"] and key in json.dumps(payload)
    assert not stage.objects and not stage.room


def test_a_key_of_another_kind_is_missing(stage: Stage) -> None:
    functions = Functions(stage, "none", AssetBook())
    call(functions, "AddAssets", plain(ASSETS))
    assert call(functions, "SpawnProp", prop("a", asset_key(ANN)))["missing"] == asset_key(ANN)


def test_what_does_not_fit_its_key_is_not_kept(stage: Stage) -> None:
    functions = Functions(stage, "none", AssetBook())
    wrong = {asset_key(BOX): BOX.model_copy(update={"texture_seed": 5}).model_dump()}
    assert "key of something else" in call(functions, "AddAssets", wrong)["status"]
    assert "missing" in call(functions, "SpawnProp", prop("a", asset_key(BOX)))


def test_a_manifest_that_grows_is_read_again(tmp_path: Path) -> None:
    manifest = tmp_path / "assets.json"
    write_manifest(manifest, {})
    book, key = AssetBook(manifest), asset_key(BOX)
    with pytest.raises(UnknownAsset):
        book.find(key, PropModel)
    write_manifest(manifest, ASSETS)
    assert book.find(key, PropModel) == BOX


def test_a_manifest_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="manifest"):
        AssetBook(tmp_path / "none.json")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(InputError, match=r"broken\.json"):
        AssetBook(tmp_path)


def test_of_too_many_assets_those_in_use_stay() -> None:
    book, key = AssetBook(), asset_key(BOX)
    book.add({key: BOX})
    for start in range(0, 2 * STAGE.assets, STAGE.assets // 2):
        seeds = range(start, start + STAGE.assets // 2)
        book.add({f"sky_{seed}": SkySpec() for seed in seeds})
        assert book.find(key, PropModel) == BOX
    with pytest.raises(UnknownAsset, match="sky_0"):
        book.find("sky_0", SkySpec)
