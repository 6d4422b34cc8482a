"""The dispatch table without a GPU: whatever comes is answered, and only good commands change anything."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.engine.commands import Commands
from synthgen.engine.picture import Picture, mask_colours
from synthgen.engine.stage import Stage
from synthgen.protocol.payload import pack_bytes, pack_json, pack_rows
from synthgen.world.surroundings import PropSpec, SkySpec

from .shapes import builders

NUMBERS = ["1", "-2.5", "1e3", "nan", "inf", "9" * 400, "-", ".", ".5", "0"]
WORDS = [
    "vget",
    "vset",
    "vbp",
    "vbatch",
    "/camera/0/location",
    "/camera/0/size",
    "/camera/0/fov",
    "/camera/7/lit",
    "/camera/0/lit",
    "png",
    "npy",
    "/object/box/location",
    "/object/box/color",
    "/object/box/destroy",
    "/objects",
    "/camera/0/rotation",
    "/camera/0/exposure_bias",
    "Stage",
    "Reset",
    "SpawnProp",
    "arm",
    "ApplyPose",
    "GetBones",
    "/cameras/spawn",
    "/object/box/scale",
    pack_json({}),
    pack_bytes(b"x"),
    *NUMBERS,
]


class Easel:
    """Draws nothing, and checks that it could."""

    description = "none"

    def draw(self, stage, camera):
        pinhole = camera.pinhole()
        assert np.isfinite(pinhole.extrinsics).all() and np.isfinite(pinhole.focal) and pinhole.focal > 0
        size = (min(camera.height, 64), min(camera.width, 64))
        return Picture(np.zeros((*size, 4), np.uint8), np.ones(size, np.float32), np.zeros(size, np.int32))


def commands() -> Commands:
    stage = Stage(builders())
    stage.spawn_prop(PropSpec(name="box", kind="box", position=(0, 0, 0)))
    return Commands(stage, Easel())


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join), max_size=12))
def test_any_words_are_answered_and_leave_a_drawable_stage(lines):
    table = commands()
    for line in lines:
        answer = table.answer(line)
        assert answer and not answer.startswith(b"error Internal"), (line, answer)
    assert table.answer("vget /camera/0/lit png").startswith(b"\x89PNG")
    assert all(np.isfinite(o.matrix).all() for o in table.stage.objects.values())


@given(st.text(max_size=80))
def test_any_text_is_answered(text):
    assert commands().answer(text).startswith(b"error ")


def test_a_fault_of_ours_is_answered_and_logged(caplog):
    table = commands()
    table.stage._builders.prop = lambda spec: 1 / 0
    spec = pack_json(PropSpec(name="b", kind="box", position=(0, 0, 0)).model_dump())
    assert table.answer(f"vbp Stage SpawnProp {spec}").startswith(b"error Internal error: ZeroDivisionError")
    assert "Traceback" in caplog.text and list(table.stage.objects) == ["box"]


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"room": None, "lights": [{"kind": "sun", "position": [0, 0, 0]}], "sky": {}}, "target"),
        ({"room": None, "lights": {}, "sky": {}}, "list"),
        ({"room": None, "lights": [], "sky": {"intensity": float("nan")}}, "NaN"),
        ({"room": None, "lights": [], "sky": {"intensity": "inf"}}, "finite"),
        ({"room": None, "lights": []}, "sky"),
    ],
)
def test_a_bad_environment_changes_nothing(environment, says):
    table = commands()
    version = table.stage.version
    answer = json.loads(table.answer(f"vbp Stage SetEnvironment {pack_json(environment)}"))
    assert says in answer["status"] and table.stage.version == version
    assert table.stage.sky == SkySpec() and table.stage.lights == ()


def test_a_prop_is_not_posed():
    assert commands().answer(f"vbp box ApplyPose {pack_rows(np.ones((2, 7)))}") == b"error Argument Invalid"


def test_colours_paint_their_own_pixels_only():
    owner = np.array([[0, 1], [2, 3]])
    mask = mask_colours(owner, {1: (255, 0, 1), 3: (4, 5, 6)})
    assert mask.tolist() == [[[0, 0, 0, 255], [255, 0, 1, 255]], [[0, 0, 0, 255], [4, 5, 6, 255]]]
