"""Whatever a client asks for has a limit: beyond it the answer is a quick, short refusal, and nothing has changed."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from synthgen.characters.specs import BodySpec, GarmentSpec, OutfitSpec
from synthgen.core.limits import EMBEDDED, STAGE
from synthgen.engine.stage import Stage
from synthgen.protocol.payload import pack_bytes, pack_json, pack_rows
from synthgen.world.surroundings import LightSpec, PropSpec, RoomSpec, SkySpec

from .test_commands import commands

SPOT = {"kind": "spot", "position": [0, 0, 3]}
PROP = {"name": "b", "kind": "box", "position": [0, 0, 0]}
GARMENT = {"kind": "tshirt", "colour": [0, 0, 0]}


def state(stage: Stage) -> tuple:
    """Everything that a picture depends on."""
    return (
        stage.version,
        [repr(c) for c in stage.cameras],
        {n: (o.serial, o.matrix.tolist(), o.colour, o.visible) for n, o in stage.objects.items()},
        (stage.room_key, stage.lights, stage.sky),
    )


def refused(command: str) -> bytes:
    """The refusal of a command: quick, short, and without any consequence."""
    table = commands()
    table.stage.spawn_character("arm", BodySpec(), OutfitSpec())
    before, began = state(table.stage), time.process_time()
    answer = table.answer(command)
    assert time.process_time() - began < 2.0
    assert len(answer) < 2048 and b"Internal" not in answer
    assert state(table.stage) == before
    return answer


@pytest.mark.parametrize(
    "command",
    [
        "vset /camera/0/location " + "9" * 5000 + " 0 0",
        "vset /camera/0/location 0." + "0" * 5000 + "1 0 0",
        "vset /camera/0/location 10000001 0 0",
        "vset /camera/0/exposure_bias 21",
        "vset /camera/" + "0" * 5000 + "/fov 60",
        "vget /camera/" + "9" * 5000 + "/location",
        "vset /camera/0/size " + "1" * 5000 + " 100",
        "vset /object/box/color " + "1" * 5000 + " 0 0",
        "vset /object/box/scale 10000 1 1",
        "vset /object/box/scale 0.0000001 1 1",
        "vset /object/box/scale -1 1 1",
        "vset /object/arm/scale 2 2 2",
    ],
)
def test_numbers_without_bounds_are_refused(command):
    assert refused(command) == b"error Argument Invalid"


@pytest.mark.parametrize("number", ["1e3", "0x10", "1_000", "٣", "²", "+-1", "1.", "--1", "1,5"])
def test_only_plain_decimals_are_numbers(number):
    assert refused(f"vset /camera/0/location {number} 0 0").startswith(b"error No handler found")


@pytest.mark.parametrize(
    "command",
    [
        "vset /camera/0/location " + "1" * 1_000_000 + " 0 x",
        "vset /camera/0/location " + "1." * 500_000,
        "vget /camera/" + "1" * 1_000_000,
        "vget /object/" + "/location" * 100_000 + "/x",
        "vbp " + "a" * 500_000 + " " + "b" * 500_000,
        "vget /cameras" + " " * 1_000_000 + "x",
        "vget /camera/0/lit " + "x" * 1_000_000,
    ],
    ids=lambda c: c[:24],
)
def test_a_long_command_is_read_quickly(command):
    assert refused(command).startswith(b"error ")


@pytest.mark.parametrize(
    ("function", "payload", "says"),
    [
        ("SetEnvironment", {"room": {"size": [1e6, 8, 3]}}, "room.size.0: Input should be less"),
        ("SetEnvironment", {"room": {"size": [0, 8, 3]}}, "room.size.0"),
        ("SetEnvironment", {"room": {"wall_colour": [1e300, 0, 0]}}, "room.wall_colour.0"),
        ("SetEnvironment", {"room": {"texture_seed": -1}}, "room.texture_seed"),
        ("SetEnvironment", {"room": {"kind": "g" * 10**6}}, "room.kind"),
        ("SetEnvironment", {"sky": {"intensity": 1e300}}, "sky.intensity"),
        ("SetEnvironment", {"sky": {f"key{k}": k for k in range(30_000)}}, "sky.key"),
        ("SetEnvironment", {"lights": [SPOT] * (EMBEDDED.lights + 1)}, f"at most {EMBEDDED.lights} lights"),
        ("SetEnvironment", {"lights": [SPOT | {"shadow": True}] * (EMBEDDED.shadows + 1)}, "cast shadows"),
        ("SetEnvironment", {"lights": [SPOT, SPOT | {"intensity": -1}]}, "lights.1.intensity"),
        ("SetEnvironment", {"lights": [SPOT | {"position": [1e300, 0, 0]}]}, "lights.0.position.0"),
        ("SetEnvironment", {"lights": [SPOT | {"kind": "c" * 10**6}]}, "lights.0.kind"),
        ("SpawnProp", PROP | {"size": [1e9, 1, 1]}, "prop.size.0"),
        ("SpawnProp", PROP | {"size": [1, 1, 0]}, "prop.size.2"),
        ("SpawnProp", PROP | {"yaw": 1e300}, "prop.yaw"),
        ("SpawnProp", PROP | {"texture_seed": 10**30}, "prop.texture_seed"),
        ("SpawnProp", PROP | {"name": "n" * 10**6}, "prop.name"),
        ("SpawnProp", PROP | {"name": 5}, "prop.name"),
        ("SpawnProp", PROP | {"name": "a\0b"}, "letters"),
        ("SpawnProp", PROP | {"name": "Stage"}, "exists"),
        ("SpawnCharacter", {"name": 5}, "name"),
        ("SpawnCharacter", {"name": "n" * 10**6}, "letters"),
        ("SpawnCharacter", {"body": {"weight": 1e300}}, "body.weight"),
        ("SpawnCharacter", {"outfit": {"garments": [GARMENT] * (STAGE.garments + 1)}}, "outfit.garments"),
        ("SpawnCharacter", {"outfit": {"skin_tone": 2}}, "outfit.skin_tone"),
        ("SpawnCharacter", {"outfit": {"garments": [GARMENT | {"colour": [2, 0, 0]}]}}, "garments.0.colour.0"),
        ("SpawnCharacter", [], "expected"),
        ("SpawnCharacter", {f"key{k}": k for k in range(30_000)}, "expected"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_specifications_without_bounds_are_refused(function, payload, says):
    if function == "SetEnvironment":
        payload = {"room": None, "lights": [], "sky": {}} | payload
    elif function == "SpawnCharacter" and isinstance(payload, dict):
        payload = {"name": "c", "body": {}, "outfit": {}} | payload
    status = json.loads(refused(f"vbp Stage {function} {pack_json(payload)}"))["status"]
    assert status.startswith("Argument Invalid: ") and says in status


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"name":"b","kind":"box","position":[0,0,' + b"9" * 5000 + b"]}", "5000 digits"),
        (b'{"name":"b","kind":"box","position":[0,0,1e999]}', "position.2"),
        (b'{"name":"b","kind":"box","position":[0,0,NaN]}', "NaN"),
        (b'{"name":"b","kind":"box","position":[0,0,-Infinity]}', "Infinity"),
        (b"[" * 10**6, "nested too deeply"),
        (b'{"a":' * 10**5, "nested too deeply"),
        (b" " * 2**28, "larger"),
        (b"[" + b"0," * 400_000 + b"0]", "prop"),
        (b'{"name":"\\ud800","kind":"box","position":[0,0,0]}', "prop.name"),
        (b"\xff\xfe{}", "not JSON"),
    ],
    ids=["digits", "overflow", "nan", "infinity", "deep", "deep objects", "bomb", "long", "surrogate", "bytes"],
)
def test_json_without_bounds_is_refused(data, says):
    status = json.loads(refused(f"vbp Stage SpawnProp {pack_bytes(data)}"))["status"]
    assert status.startswith("Argument Invalid: ") and says in status


def test_a_pose_beyond_the_world_is_refused():
    rows = np.tile([0.0, 0, 0, 0, 0, 0, 1], (2, 1))
    rows[1, 0] = 3e38
    assert "beyond" in json.loads(refused(f"vbp arm ApplyPose {pack_rows(rows)}"))["status"]


def test_the_stage_holds_so_many_things_and_no_more():
    table = commands()
    for k in range(STAGE.objects + 50):
        answer = table.answer(f"vbp Stage SpawnProp {pack_json(PROP | {'name': f'p{k}'})}")
    assert b"the most that the stage takes" in answer and len(table.stage.objects) == STAGE.objects
    table.answer("vbp Stage Reset")
    for k in range(STAGE.characters + 5):
        spec = pack_json({"name": f"c{k}", "body": {}, "outfit": {}})
        answer = table.answer(f"vbp Stage SpawnCharacter {spec}")
    assert b"the most that the stage takes" in answer and len(table.stage.objects) == STAGE.characters
    for _ in range(STAGE.cameras + 5):
        answer = table.answer("vset /cameras/spawn")
    assert answer == b"error Argument Invalid" and len(table.stage.cameras) == STAGE.cameras


def test_what_lies_on_the_bounds_is_taken():
    room, place, number = EMBEDDED.room, STAGE.place, EMBEDDED.number
    for side in (room.lower, room.upper):
        RoomSpec(size=(side, side, side))
    for side in (STAGE.prop.lower, STAGE.prop.upper):
        PropSpec(name="p" * STAGE.word, kind="k", position=(place, -place, 0), size=(side, side, side), yaw=-number)
    LightSpec(kind="sun", position=(place, 0, 0), intensity=STAGE.intensity.upper, colour=(1, 1, 1))
    SkySpec(zenith=(0, 0, 0), horizon=(1, 1, 1), intensity=0)
    garment = GarmentSpec(kind="k", colour=(0, 1, 0))
    OutfitSpec(garments=(garment,) * STAGE.garments, skin_tone=1, texture_seed=2**63 - 1)
    table = commands()
    for command in (f"vset /camera/0/location {number:.4f} 0 -{number:.4f}", "vset /object/box/scale 0.001 1000 1"):
        assert table.answer(command) == b"ok"


def test_a_reset_leaves_one_camera_as_it_was_at_the_start():
    table = commands()
    fresh = state(table.stage)[1]
    table.answer("vset /camera/0/exposure_bias 3")
    table.answer("vset /camera/0/size 320 200")
    assert table.answer("vset /cameras/spawn") == b"Camera_1"
    table.answer("vbp Stage Reset")
    assert state(table.stage)[1] == fresh
    assert table.answer("vset /cameras/spawn") == b"Camera_1"
