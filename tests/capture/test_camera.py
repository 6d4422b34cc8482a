"""Cameras survive the wire, and a camera that the engine did not take is noticed."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthgen.capture.camera import as_read, ensure_cameras, placing, reading
from synthgen.capture.client import Client
from synthgen.capture.errors import CommandError
from synthgen.core.frames import Camera
from synthgen.world.framing import camera_of
from synthgen.world.shot import CameraSpec

from .fake_server import FakeServer


class CameraServer(FakeServer):
    """Remembers what it is told, and rounds as UnrealCV does (three decimals)."""

    def __init__(self) -> None:
        self.state: dict[str, str] = {}
        self.cameras = ["a"]
        self.stubborn = ""
        super().__init__(self.reply)

    def reply(self, command: str) -> str:
        words = command.split()
        if command == "vget /cameras":
            return " ".join(self.cameras)
        if command == "vset /cameras/spawn":
            self.cameras.append(f"c{len(self.cameras)}")
            return self.cameras[-1]
        if words[0] == "vget":
            return self.state[words[1]]
        # A number as UnrealCV's argument parser reads it: no exponent, no nan.
        assert all(re.fullmatch(r"[-+]?\d*[.]?\d+", w) for w in words[2:]), command
        if not words[1].endswith(self.stubborn or "/"):
            self.state[words[1]] = " ".join(w if words[1].endswith("size") else f"{float(w):.3f}" for w in words[2:])
        return "ok"


def place(client: Client, camera: Camera) -> Camera:
    _, answers = client.ask_all(placing(0, camera), reading(0))
    return as_read(0, camera, answers)


metres = st.floats(-20, 20)
specs = st.builds(
    CameraSpec,
    position=st.tuples(metres, metres, st.floats(0.1, 4)),
    target=st.tuples(metres, metres, st.floats(-1, 0)),
    roll=st.floats(-3, 3),
    hfov=st.floats(math.radians(10), math.radians(120)),
    width=st.integers(16, 2000),
    height=st.integers(16, 2000),
)


def test_the_camera_read_back_is_the_one_sent() -> None:
    with CameraServer() as server, Client("127.0.0.1", server.port) as client:

        @given(specs)
        @settings(max_examples=60)
        def check(spec: CameraSpec) -> None:
            wanted = camera_of(spec)
            got = place(client, wanted)
            assert (got.width, got.height) == (spec.width, spec.height)
            assert np.allclose(got.centre, wanted.centre, atol=1e-5)
            assert np.allclose(got.rotation, wanted.rotation, atol=1e-4)
            assert got.focal == pytest.approx(wanted.focal, rel=1e-3)

        check()


@pytest.mark.parametrize("what", ["location", "rotation", "fov", "size"])
def test_a_camera_that_was_not_taken_is_noticed(what: str) -> None:
    with CameraServer() as server, Client("127.0.0.1", server.port) as client:
        place(client, camera_of(CameraSpec(position=(3, 0, 1), target=(0, 0, 1))))
        server.stubborn = what
        spec = CameraSpec(position=(0, 3, 2), target=(0, 0, 1), hfov=0.5, width=320, height=200)
        with pytest.raises(CommandError, match=what):
            place(client, camera_of(spec))


def test_cameras_are_spawned_when_missing_and_kept() -> None:
    with CameraServer() as server, Client("127.0.0.1", server.port) as client:
        ensure_cameras(client, 1, 3)
        ensure_cameras(client, 3, 2)
        assert len(server.cameras) == 3
