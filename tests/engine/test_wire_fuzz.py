"""Hundreds of damaged, senseless and rude frames, from a seed: the engine answers on and draws the same bytes."""

from __future__ import annotations

import base64
import json
import socket
import time
import zlib
from typing import Any

import numpy as np

from synthgen.engine.server import GREETING
from synthgen.protocol import framing as wire
from synthgen.protocol.payload import pack_bytes, pack_json, pack_rows
from synthgen.world.surroundings import LightSpec, PropSpec, RoomSpec, SkySpec

SEED, ROUNDS = 20_261_127, 400

SUN = LightSpec(kind="sun", position=(3, 2, 6), intensity=2.4, shadow=True).model_dump()
ENVIRONMENT = {"room": RoomSpec().model_dump(), "lights": [SUN], "sky": SkySpec().model_dump()}
CRATE = PropSpec(name="crate", kind="plyo_box", position=(0, 0, 0), size=(0.5, 0.5, 0.5)).model_dump()

NUMBERS = (
    "0",
    "1",
    "-1",
    "3.5",
    "64",
    "180",
    "1e3",
    "nan",
    "inf",
    "-",
    ".",
    "9" * 400,
    "0." + "0" * 60,
    "10000001",
    "٣",
)
WORDS = ("crate", "Stage", "nobody", "a/b", "..", "%s", "png", "npy", "bmp", "\u0000", "é" * 9, "x" * 3000)
TEMPLATES = (
    "vget /unrealcv/status",
    "vget /unrealcv/echo W",
    "vget /cameras",
    "vset /cameras/spawn",
    "vget /objects",
    "vset /camera/N/location N N N",
    "vset /camera/N/rotation N N N",
    "vset /camera/0/rotation N N N",
    "vset /camera/0/fov N",
    "vset /camera/0/exposure_bias N",
    "vget /camera/N/lit W",
    "vget /camera/0/lit png",
    "vget /camera/0/depth npy",
    "vget /camera/0/object_mask W",
    "vset /object/W/location N N N",
    "vget /object/W/bounds",
    "vset /object/crate/scale N N N",
    "vset /object/crate/color N N N",
    "vset /object/W/hide",
    "vset /object/crate/show",
    "vset /object/W/destroy",
    "vset /action/game/pause",
    "vbatch N",
    "vbp W GetBones",
    "vbp Stage Reset",
    "vbp Stage SpawnProp W",
    "vbp W W",
    "vget W",
    "",
    " ",
    "W W W W",
    "vbp Stage Describe",
)
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1e-9,
    1e300,
    10**30,
    "",
    "x" * 5000,
    "\ud800",
    [],
    {},
    [1, 2],
    [0.1, 0.2, 0.3],
    [1e9, 1, 1],
    {"kind": "sun"},
    [SUN] * 3,
    [SUN] * 300,
    "plyo_box",
    "centaur",
)


class Rude:
    """A client that draws what it does next from a seed, and reads its answers where it says so."""

    def __init__(self, endpoint: tuple[str, int]) -> None:
        self.endpoint, self.rng = endpoint, np.random.default_rng(SEED)
        self.sock = self.connect()

    def connect(self) -> socket.socket:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:  # the last one may not have been seen off yet
            sock = socket.create_connection(self.endpoint, timeout=60)
            self.parser = wire.FrameParser()
            self.got: list[bytes] = []
            self.sock = sock
            if self.read() == GREETING:
                return sock
            sock.close()
            time.sleep(0.05)
        raise AssertionError("no greeting")

    def read(self) -> bytes:
        """The next frame; empty when the engine has hung up."""
        while not self.got:
            try:
                data = self.sock.recv(1 << 20)
            except ConnectionResetError:
                return b""
            if not data:
                return b""
            self.got += self.parser.feed(data)
        return self.got.pop(0)

    def again(self) -> None:
        self.sock.close()
        self.connect()

    def ask(self, command: str) -> bytes:
        self.sock.sendall(wire.frame(b"1:" + command.encode("utf-8", "surrogatepass")))
        answer = self.read()
        assert answer.startswith(b"1:"), answer[:80]
        return answer[2:]

    def pick(self, choices: tuple) -> Any:
        return choices[int(self.rng.integers(len(choices)))]

    def command(self) -> str:
        words = self.pick(TEMPLATES).replace("N", "\1").replace("W", "\2")
        while "\1" in words:
            words = words.replace("\1", self.pick(NUMBERS), 1)
        while "\2" in words:
            words = words.replace("\2", self.pick(WORDS), 1)
        return words

    def specification(self) -> str:
        """A call whose specification has one value that is probably wrong."""
        function, spec = self.pick((("SetEnvironment", ENVIRONMENT), ("SpawnProp", CRATE)))
        spec = json.loads(json.dumps(spec))
        place = spec
        while True:
            key = self.pick(tuple(place)) if isinstance(place, dict) else int(self.rng.integers(len(place)))
            if not isinstance(place[key], dict | list) or not place[key] or self.rng.random() < 0.3:
                break
            place = place[key]
        if isinstance(place, dict) and self.rng.random() < 0.2:
            place[self.pick(("extra", "", "\ud800", "k" * 1000))] = 1
        place[key] = self.pick(VALUES)
        return f"vbp Stage {function} {pack_json(spec)}"

    def payload(self) -> str:
        """A call whose payload is damaged below the level of JSON."""
        good = pack_json(CRATE)
        k = int(self.rng.integers(1, len(good)))
        bad = self.pick(
            (
                good[:k],
                good[k:],
                good[:k] + self.pick(("!", "é", "=", "\u0000")) + good[k:],
                good * 3,
                base64.b64encode(b"plain").decode(),
                base64.b64encode(zlib.compress(b"{}")[:-3]).decode(),
                pack_bytes(b" " * 2**24),
                pack_bytes(b"[" * 10**6),
                pack_bytes(b"\xff\xfe"),
                pack_bytes(b""),
                pack_bytes(b'{"name":' + b"9" * 5000 + b"}"),
                pack_bytes(b"NaN"),
                pack_bytes(b"[1e999]"),
                pack_rows(self.rng.normal(size=(4, 7)) * 1e30),
                good.swapcase(),
            )
        )
        target, function = (
            self.pick(("Stage", "crate", "nobody")),
            self.pick(("SpawnProp", "SetEnvironment", "ApplyPose")),
        )
        return f"vbp {target} {function} {bad}"

    def damaged(self) -> bytes:
        """A good frame with some bytes changed, lost or doubled."""
        data = bytearray(wire.frame(b"1:" + self.command().encode()))
        for _ in range(int(self.rng.integers(1, 4))):
            at = int(self.rng.integers(len(data) or 1))
            data[at : at + int(self.rng.integers(3))] = self.rng.bytes(int(self.rng.integers(3)))
        return bytes(data)

    def act(self) -> bytes:
        """One rude act; the answer where one comes."""
        choice = self.rng.random()
        if choice < 0.35:
            command = self.command()
            answer = self.ask(command)
            if answer == b"ok" and command.startswith("vbatch"):
                self.again()
            return answer
        if choice < 0.7:
            return self.ask(self.specification() if choice < 0.55 else self.payload())
        if choice < 0.85:  # the engine may wait for the rest, answer, or hang up
            self.sock.sendall(self.damaged())
        elif choice < 0.9:  # leaves while a picture is drawn, or in the middle of a frame
            cut = int(self.rng.integers(1, 30))
            self.sock.sendall((wire.frame(b"1:vget /camera/0/lit png") * 2)[: 30 + cut])
        elif choice < 0.95:  # asks for many things and reads nothing
            self.sock.sendall(wire.frame(b"1:vget /unrealcv/commands") * 50)
        else:
            self.sock.sendall(self.rng.bytes(int(self.rng.integers(1, 5000))))
        self.again()
        return b""


def shoot(client: Rude) -> list[bytes]:
    """The three pictures of a stage built from nothing."""
    for command in (
        "vbp Stage Reset",
        f"vbp Stage SetEnvironment {pack_json(ENVIRONMENT)}",
        f"vbp Stage SpawnProp {pack_json(CRATE)}",
    ):
        assert json.loads(client.ask(command))["status"] == "ok"
    for command in (
        "object/crate/color 10 200 30",
        "camera/0/size 160 120",
        "camera/0/fov 60",
        "camera/0/exposure_bias 0",
        "camera/0/location 300 50 120",
        "camera/0/rotation -18 -170 0",
    ):
        assert client.ask(f"vset /{command}") == b"ok"
    return [client.ask(f"vget /camera/0/{what}") for what in ("lit png", "depth npy", "object_mask png")]


def test_nothing_rude_stops_the_engine_or_changes_a_picture(engine):
    client = Rude((engine.host, engine.port))
    first = shoot(client)
    assert first[0].startswith(b"\x89PNG")
    refusals = 0
    for number in range(ROUNDS):
        answer = client.act()
        assert b"Internal error" not in answer, (number, answer)
        refused = answer.startswith(b"error") or b'"Argument Invalid' in answer
        assert not refused or len(answer) < 4096
        refusals += refused
        if number % 10 == 0:  # a mutated camera may ask for pictures of any size: keep them small
            client.ask("vset /camera/0/size 64 48")
    assert refusals > ROUNDS / 4
    assert engine.process.poll() is None
    assert shoot(client) == first
    client.sock.close()
