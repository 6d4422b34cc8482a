"""The protocol of ``docs/engine-protocol.md``, through the official client, against a real engine process."""

from __future__ import annotations

import io
import json
import socket
import warnings
from collections.abc import Iterator

import numpy as np
import pytest
import unrealcv
from PIL import Image

from synthgen.characters.specs import BodySpec, GarmentSpec, OutfitSpec
from synthgen.core.frames import (
    camera_from_unreal,
    camera_to_unreal,
    look_at,
    rotator_to_unreal_rotation,
    transform,
    unreal_rotation_to_world,
    unreal_to_world,
)
from synthgen.protocol.bones import bones_from_rows
from synthgen.protocol.payload import pack_json, pack_rows, unpack_rows
from synthgen.world.surroundings import LightSpec, PropSpec, RoomSpec, SkySpec

OUTFIT = OutfitSpec(
    garments=(
        GarmentSpec(kind="leggings", colour=(0.1, 0.1, 0.2)),
        GarmentSpec(kind="tshirt", colour=(0.2, 0.5, 0.3)),
        GarmentSpec(kind="shoes", colour=(0.8, 0.8, 0.8)),
    )
)
SUN = LightSpec(kind="sun", position=(3, 2, 6), intensity=2.4, shadow=True)


class Talk:
    """The official client with a time limit on every wait."""

    def __init__(self, host: str, port: int) -> None:
        before = socket.getdefaulttimeout()
        socket.setdefaulttimeout(60)
        try:
            self.client = unrealcv.Client((host, port))
            assert self.client.connect()
        finally:
            socket.setdefaulttimeout(before)

    def __call__(self, command: str) -> str | bytes:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # the client warns of commands that the server does not list
            return self.client.request(command, timeout=60)

    def call(self, target: str, function: str, payload: str = "") -> dict[str, str]:
        return json.loads(self(f"vbp {target} {function} {payload}".strip()))

    def ok(self, target: str, function: str, payload: str = "") -> dict[str, str]:
        answer = self.call(target, function, payload)
        assert answer["status"] == "ok", answer
        return answer

    def picture(self, what: str) -> np.ndarray:
        data = self(f"vget /camera/0/{what}")
        assert isinstance(data, bytes), data
        return np.load(io.BytesIO(data)) if what.endswith("npy") else np.array(Image.open(io.BytesIO(data)))

    def aim(self, centre, target, hfov=60.0, size=(160, 120)):
        camera = look_at(np.array(centre, float), np.array(target, float), np.radians(hfov), *size)
        location, rotation = camera_to_unreal(camera)
        assert self(f"vset /camera/0/size {size[0]} {size[1]}") == "ok"
        assert self(f"vset /camera/0/fov {hfov:.4f}") == "ok"
        assert self("vset /camera/0/location {:.4f} {:.4f} {:.4f}".format(*location)) == "ok"
        assert self("vset /camera/0/rotation {:.4f} {:.4f} {:.4f}".format(*rotation)) == "ok"
        return camera


@pytest.fixture(scope="module")
def connection(engine) -> Iterator[Talk]:
    talk = Talk(engine.host, engine.port)
    yield talk
    talk.client.disconnect()


@pytest.fixture
def talk(connection: Talk) -> Talk:
    connection.ok("Stage", "Reset")
    return connection


def spawn_character(talk: Talk, name: str = "ann") -> list[str]:
    spec = {"name": name, "body": BodySpec().model_dump(), "outfit": OUTFIT.model_dump()}
    return talk.ok("Stage", "SpawnCharacter", pack_json(spec))["bones"].split(",")


def spawn_box(talk: Talk, name: str = "crate", **fields) -> None:
    spec = PropSpec(name=name, kind="plyo_box", **{"size": (0.5, 0.5, 0.5), "position": (0, 0, 0), **fields})
    talk.ok("Stage", "SpawnProp", pack_json(spec.model_dump()))


def test_introduces_itself(talk):
    assert talk("vget /unrealcv/status").startswith("Is Listening\nClient Connected")
    assert talk("vget /unrealcv/version")
    assert "vget /unrealcv/commands" in talk("vget /unrealcv/commands").splitlines()
    answer = talk.ok("Stage", "Describe")
    assert answer["engine"] == "synthgen" and answer["renderer"].startswith(("numba", "pygfx"))
    assert {"anny", "ue5_mannequin"} <= set(answer["rigs"].split(","))


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("vget /camera/0/nonsense", "error No handler found for URI 'vget /camera/0/nonsense'"),
        ("vget /camera/99/location", "error Invalid sensor id"),
        ("vset /camera/0/location 1 2", "error No handler found for URI 'vset /camera/0/location 1 2'"),
        ("vset /camera/0/size 0 100", "error Argument Invalid"),
        ("vset /camera/0/size 9000 100", "error Argument Invalid"),
        ("vset /camera/0/fov 0", "error Argument Invalid"),
        ("vget /camera/0/lit jpg", "error Invalid filename type, filename jpg"),
        ("vget /object/nobody/location", "error Cannot find object"),
        ("vbp nobody Walk", "error Can not find actor with id 'nobody'"),
        ("vbp Stage Explode", "error Argument Invalid"),
        ("vbp Stage SpawnProp", "error Argument Invalid"),
        ("vbp Stage Reset payload", "error Argument Invalid"),
        ("vbatch 0", "error Argument Invalid"),
        ("vbatch " + "9" * 5000, "error Argument Invalid"),
        ("vbatch ²", "error Argument Invalid"),
        ("", "error No handler found for URI ''"),
    ],
)
def test_errors_speak_as_unreal_does(talk, command, text):
    # An unknown command makes the client warn, which is right here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert talk.client.request(command, timeout=60) == text


@pytest.mark.parametrize(
    ("function", "payload", "says"),
    [
        ("SpawnProp", "%%%", "base64"),
        ("SpawnProp", pack_rows(np.ones((1, 7))), "JSON"),
        ("SpawnProp", pack_json({"name": "x"}), "kind"),
        ("SpawnProp", pack_json({"name": "a b", "kind": "plyo_box", "position": [0, 0, 0]}), "letters"),
        ("SpawnProp", pack_json({"name": "x", "kind": "plyo_box", "position": [0, 0, 0], "extra": 1}), "extra"),
        ("SpawnCharacter", pack_json({"name": "x"}), "body"),
        ("SpawnCharacter", pack_json({"name": "x", "body": {"rig": "centaur"}, "outfit": {}}), "rig"),
        ("SetEnvironment", pack_json([]), "expected"),
        (
            "SetEnvironment",
            pack_json({"room": {}, "lights": [{"kind": "candle", "position": [0, 0, 1]}], "sky": {}}),
            "candle",
        ),
    ],
)
def test_wrong_payloads_change_nothing(talk, function, payload, says):
    status = talk.call("Stage", function, payload)["status"]
    assert status != "ok" and says in status
    assert talk("vget /objects").strip() == ""


def test_cameras_keep_what_they_are_told(talk):
    talk("vset /camera/0/location -120.5 33.25 170")
    talk("vset /camera/0/rotation -12.5 140.25 3")
    talk("vset /camera/0/fov 61.5")
    talk("vset /camera/0/size 320 200")
    assert talk("vget /camera/0/location") == "-120.500 33.250 170.000"
    assert talk("vget /camera/0/rotation") == "-12.500 140.250 3.000"
    assert float(talk("vget /camera/0/fov")) == 61.5
    assert talk("vget /camera/0/size") == "320 200"
    count = len(talk("vget /cameras").split())
    assert talk("vset /cameras/spawn") == talk("vget /cameras").split()[count]
    for command in ("exposure_method manual", "motion_blur 0 0 0 0", "illumination lumen", "reflection lumen"):
        assert talk(f"vset /camera/0/{command}") == "ok"


def test_a_reset_leaves_one_camera(talk):
    talk("vset /cameras/spawn")
    talk("vset /camera/0/size 320 200")
    talk.ok("Stage", "Reset")
    assert len(talk("vget /cameras").split()) == 1
    assert talk("vget /camera/0/size") == "640 480"
    assert talk("vget /camera/1/size") == "error Invalid sensor id"


@pytest.mark.parametrize(
    "command",
    [
        "vset /camera/0/location " + "9" * 5000 + " 0 0",
        "vset /camera/0/location 10000001 0 0",
        "vset /camera/" + "9" * 5000 + "/fov 60",
        "vget /unrealcv/echo " + "x" * 2**20,
    ],
    ids=["digits", "beyond", "index", "long"],
)
def test_what_has_no_bounds_is_an_invalid_argument(talk, command):
    assert talk(command) == "error Argument Invalid"


def test_objects_are_placed_coloured_hidden_and_destroyed(talk):
    spawn_box(talk, position=(1.0, 2.0, 0.0), yaw=np.pi / 2)
    assert talk("vget /objects").split() == ["crate"]
    assert talk("vget /object/crate/location") == "100.000 -200.000 0.000"
    assert talk("vget /object/crate/rotation") == "0.000 -90.000 0.000"
    low_high = np.array(talk("vget /object/crate/bounds").split(), float).reshape(2, 3)
    assert low_high.mean(0)[:2] == pytest.approx([100, -200], abs=1.0)
    talk("vset /object/crate/location 0 0 0")
    talk("vset /object/crate/color 10 200 30")
    assert talk("vget /object/crate/color") == "(R=10,G=200,B=30,A=255)"
    assert talk("vset /object/crate/color 256 0 0") == "error Argument Invalid"
    talk.aim((3, 0, 1), (0, 0, 0.2))
    mask = talk.picture("object_mask png")
    assert {tuple(c) for c in np.unique(mask.reshape(-1, 4), axis=0)} == {(0, 0, 0, 255), (10, 200, 30, 255)}
    for command, seen in (("hide", False), ("show", True), ("destroy", False)):
        assert talk(f"vset /object/crate/{command}") == "ok"
        assert (talk.picture("object_mask png")[..., 1] == 200).any() == seen
    assert talk("vset /object/crate/show") == "error Cannot find object"


def test_names_are_unique(talk):
    spawn_box(talk)
    spec = pack_json(PropSpec(name="crate", kind="plyo_box", position=(0, 0, 0)).model_dump())
    assert "exists" in talk.call("Stage", "SpawnProp", spec)["status"]


def test_pictures_are_what_unreal_would_send(talk):
    environment = {"room": RoomSpec().model_dump(), "lights": [SUN.model_dump()], "sky": SkySpec().model_dump()}
    talk.ok("Stage", "SetEnvironment", pack_json(environment))
    spawn_box(talk)
    talk.aim((3, 0.5, 1.5), (0, 0, 0.3))
    lit, depth, mask = (talk.picture(w) for w in ("lit png", "depth npy", "object_mask png"))
    assert lit.shape == mask.shape == (120, 160, 4) and lit.dtype == np.uint8 and (lit[..., 3] == 255).all()
    assert depth.shape == (120, 160) and depth.dtype == np.dtype("<f4") and np.isfinite(depth).all()
    assert (mask[..., :3] == 0).all()  # nothing has a colour yet, and the room never has
    assert 20 < lit[..., :3].mean() < 235
    again = talk("vget /camera/0/lit png")
    talk("vset /object/crate/location 0 0 0")
    assert talk("vget /camera/0/lit png") == again


def test_depth_is_planar_centimetres(talk):
    # A crate of 2 m around the origin: its front is the plane x = 1.
    spawn_box(talk, size=(2.0, 2.0, 2.0))
    camera = talk.aim((4.0, 0.3, 1.0), (0.0, 0.3, 1.0), size=(64, 48))
    depth = talk.picture("depth npy")[20:28, 28:36]
    assert depth == pytest.approx(100 * (camera.centre[0] - 1.0), abs=3.0)


def test_bones_read_back_are_the_pose_in_the_world(talk):
    names = spawn_character(talk)
    rest = unpack_rows(talk.ok("ann", "GetBones")["bones"])
    assert len(rest) == len(names)
    rng = np.random.default_rng(3)
    rows = rest.copy()
    rows[:, 3:] += rng.normal(size=rows[:, 3:].shape) * 0.1
    rows[:, 3:] /= np.linalg.norm(rows[:, 3:], axis=1, keepdims=True)
    rows[:, :3] += rng.normal(size=rows[:, :3].shape)
    talk.ok("ann", "ApplyPose", pack_rows(rows))
    talk("vset /object/ann/location 120 -40 5")
    talk("vset /object/ann/rotation 0 70 0")
    turn = unreal_rotation_to_world(rotator_to_unreal_rotation(np.array([0.0, 70.0, 0.0])))
    expected = transform(turn, unreal_to_world(np.array([120.0, -40.0, 5.0]))) @ bones_from_rows(rows)
    got = bones_from_rows(unpack_rows(talk.ok("ann", "GetBones")["bones"]))
    assert got == pytest.approx(expected, abs=1e-5)
    listed = json.loads(talk("vget /object/ann/bones"))
    assert [b["name"] for b in listed] == names
    assert unreal_to_world(np.array([b["location"] for b in listed])) == pytest.approx(got[:, :3, 3], abs=1e-5)


def test_a_wrong_pose_is_refused_whole(talk):
    spawn_character(talk)
    before = talk.ok("ann", "GetBones")
    assert "bones" in talk.call("ann", "ApplyPose", pack_rows(np.ones((3, 7))))["status"]
    assert talk.ok("ann", "GetBones") == before


def test_a_character_is_drawn_where_its_bones_are(talk):
    names = spawn_character(talk)
    talk("vset /object/ann/color 200 30 40")
    talk("vset /object/ann/location 50 60 0")
    camera = talk.aim((3.5, -2.0, 1.3), (0.5, -0.6, 0.9), size=(320, 240))
    read = camera_from_unreal(
        np.array(talk("vget /camera/0/location").split(), float),
        np.array(talk("vget /camera/0/rotation").split(), float),
        float(talk("vget /camera/0/fov")),
        320,
        240,
    )
    bones = unreal_to_world(unpack_rows(talk.ok("ann", "GetBones")["bones"])[:, :3])
    pixels = read.project(bones)
    assert pixels[:, :2] == pytest.approx(camera.project(bones)[:, :2], abs=0.05)
    mask, depth = talk.picture("object_mask png")[..., 0] == 200, talk.picture("depth npy") / 100
    inner = [i for i, n in enumerate(names) if n.startswith(("spine", "neck", "upperleg", "lowerleg", "head"))]
    assert len(inner) > 10
    for i in inner:
        u, v, z = pixels[i]
        assert mask[int(v), int(u)], names[i]
        assert 0.0 < z - depth[int(v), int(u)] < 0.25, names[i]


def test_skin_clothes_and_hair_share_one_colour(talk):
    spawn_character(talk)
    talk("vset /object/ann/color 77 88 99")
    talk.aim((3.0, 1.0, 1.2), (0, 0, 0.9))
    mask, depth = talk.picture("object_mask png"), talk.picture("depth npy")
    assert ((mask[..., :3] == (77, 88, 99)).all(-1) == np.isfinite(depth)).all()


def test_a_batch_is_answered_one_by_one_in_order(talk):
    commands = ["vbatch 3", "vset /camera/0/location 1 2 3", "vget /camera/0/location", "vget /camera/0/fov"]
    answers = talk.client.request_batch(commands)
    assert answers[:3] == ["ok", "ok", "1.000 2.000 3.000"] and float(answers[3]) > 0


def test_pause_and_resume(talk):
    assert talk("vset /action/game/pause") == "ok"
    assert talk("vget /action/game/is_paused") == "true"
    assert talk("vset /action/game/resume") == "ok"


def test_the_same_shot_gives_the_same_bytes(talk):
    def shoot():
        talk.ok("Stage", "Reset")
        environment = {"room": RoomSpec().model_dump(), "lights": [SUN.model_dump()], "sky": SkySpec().model_dump()}
        talk.ok("Stage", "SetEnvironment", pack_json(environment))
        spawn_character(talk)
        talk("vset /object/ann/color 77 88 99")
        talk.aim((3.0, 1.0, 1.2), (0, 0, 0.9))
        return [talk(f"vget /camera/0/{what}") for what in ("lit png", "depth npy", "object_mask png")]

    assert shoot() == shoot()
