"""The client against a server with every fault that UnrealCV's client is known for: clear errors, no deadlock."""

from __future__ import annotations

import io
import json
import socket
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from synthgen.capture import questions
from synthgen.capture.client import Client
from synthgen.capture.errors import CommandError, EngineLost, EngineTimeout, shorten
from synthgen.core.errors import EngineError
from synthgen.protocol.payload import unpack_json, unpack_rows

from .fake_server import HEADER, MAGIC, FakeServer, frame


def client_of(server: FakeServer, timeout: float = 5.0) -> Client:
    return Client("127.0.0.1", server.port, timeout=timeout, connect_timeout=0.5).connect()


def png(values: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, "PNG")
    return buffer.getvalue()


def npy(values: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, values)
    return buffer.getvalue()


def test_answers_come_back_in_order_as_text_or_bytes() -> None:
    with FakeServer(lambda c: b"\x89\xff\xfe" if c == "picture" else f"echo {c}") as server, client_of(server) as c:
        assert c.request("a b") == "echo a b"
        assert c.request("picture") == b"\x89\xff\xfe"
        assert c.text("c") == "echo c"
        assert c.connected


def test_an_error_answer_is_a_command_error_and_the_connection_stays() -> None:
    with FakeServer(lambda c: "error Cannot find object" if "ghost" in c else "ok") as server, client_of(server) as c:
        with pytest.raises(CommandError) as caught:
            c.do("vset /object/ghost/color 1 2 3")
        assert caught.value.command == "vset /object/ghost/color 1 2 3"
        assert "Cannot find object" in str(caught.value)
        c.do("vset /object/real/color 1 2 3")


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(EngineLost, match=f"127.0.0.1:{port}.*\n.*start the engine first"):
        Client("127.0.0.1", port).connect()


def test_another_client_holds_the_port() -> None:
    with FakeServer() as server, client_of(server), pytest.raises(EngineTimeout, match="one client at a time"):
        Client("127.0.0.1", server.port, connect_timeout=0.2).connect()


@pytest.mark.parametrize("greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", frame(b"who are you"), b""])
def test_something_else_listens(greeting: bytes) -> None:
    with FakeServer(greeting=greeting) as server, pytest.raises(EngineError):
        Client("127.0.0.1", server.port, connect_timeout=0.2).connect()


def test_a_late_reply_is_never_taken_for_the_next_answer() -> None:
    with FakeServer(lambda c: None if c == "slow" else f"echo {c}") as server:
        c = client_of(server, timeout=0.2)
        with pytest.raises(EngineTimeout) as caught:
            c.request("slow")
        assert caught.value.command == "slow" and "0.2 s" in str(caught.value)
        assert not c.connected
        with pytest.raises(EngineLost, match="no connection"):
            c.request("next")
        assert c.connect().request("next") == "echo next"
        c.close()


def test_the_deadline_is_for_the_whole_answer() -> None:
    """A server that announces much and sends little must not stretch the time-out."""
    with FakeServer() as server:
        server.raw = lambda number, command: HEADER.pack(MAGIC, 1000) + b"0:only a part"
        c = client_of(server, timeout=0.3)
        with pytest.raises(EngineTimeout, match="of 1000 bytes"):
            c.request("vget /camera/0/lit png")


def test_the_server_dies_in_the_middle_of_a_reply() -> None:
    def raw(number: int, command: str) -> bytes:
        raise SystemExit

    with FakeServer() as server:
        server.raw = raw
        c = client_of(server)
        with pytest.raises(EngineLost, match="broke") as caught:
            c.request("vget /camera/0/lit png")
        assert caught.value.command == "vget /camera/0/lit png"
        assert not c.connected


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00" * 8,
        HEADER.pack(MAGIC, 2**31),
        HEADER.pack(MAGIC, 0),
        frame(b"no number here"),
        frame(b"77:answer to another question"),
    ],
)
def test_garbage_ends_the_connection(garbage: bytes) -> None:
    with FakeServer() as server:
        server.raw = lambda number, command: garbage
        c = client_of(server)
        with pytest.raises(EngineLost):
            c.request("anything")
        assert not c.connected


def test_nothing_is_written_to_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    with FakeServer(lambda c: None) as server:
        c = client_of(server, timeout=0.1)
        with pytest.raises(EngineTimeout):
            c.request("slow")
    assert capfd.readouterr() == ("", "")


def test_a_call_packs_its_payload_and_reads_the_fields() -> None:
    with FakeServer(lambda c: json.dumps({"status": "ok", "bones": "a,b"})) as server, client_of(server) as c:
        assert c.call("Stage", "SpawnProp", {"name": "box é", "size": [1, 2]})["bones"] == "a,b"
        c.call("person_0", "ApplyPose", np.array([[1, 2, 3, 0, 0, 0, 1.0]]))
        c.call("Stage", "Reset")
    spawn, pose, reset = (command.split(" ") for command in server.commands)
    assert unpack_json(spawn[3]) == {"name": "box é", "size": [1, 2]}
    assert np.array_equal(unpack_rows(pose[3]), [[1, 2, 3, 0, 0, 0, 1]])
    assert reset == ["vbp", "Stage", "Reset"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [('{"status": "unknown rig"}', "unknown rig"), ("{}", "None"), ("[1]", "JSON object"), ("hello", "JSON object")],
)
def test_a_call_that_fails_says_so(answer: str, told: str) -> None:
    with FakeServer(lambda c: answer) as server, client_of(server) as c, pytest.raises(CommandError, match=told):
        c.call("Stage", "Reset")


def test_pictures() -> None:
    rgba = np.random.default_rng(0).integers(0, 256, (6, 8, 4), dtype=np.uint8)
    depth = np.arange(48, dtype="<f4").reshape(6, 8)
    pictures = {"lit": png(rgba), "flat": png(rgba[..., :3]), "depth": npy(depth), "3d": npy(depth[..., None])}
    with FakeServer(lambda c: pictures[c]) as server, client_of(server) as c:
        assert np.array_equal(c.image("lit"), rgba[..., :3])
        assert np.array_equal(c.image("flat"), rgba[..., :3])
        assert np.array_equal(c.array("depth"), depth)
        assert np.array_equal(c.array("3d"), depth)


def bmp(rows: np.ndarray, height: int) -> bytes:
    """(H, W, 4) BGRA rows in the order of the file; a negative height says that the top row comes first."""
    header = struct.pack("<2sIHHI", b"BM", 54 + rows.nbytes, 0, 0, 54)
    return header + struct.pack("<IiiHHIIiiII", 40, rows.shape[1], height, 1, 32, 0, 0, 0, 0, 0, 0) + rows.tobytes()


def test_bitmaps_are_read_from_either_end() -> None:
    rgba = np.random.default_rng(0).integers(0, 256, (6, 8, 4), dtype=np.uint8)
    bgra = np.ascontiguousarray(rgba[..., [2, 1, 0, 3]])
    pictures = {"down": bmp(bgra, -6), "up": bmp(bgra[::-1], 6)}
    with FakeServer(lambda c: pictures[c]) as server, client_of(server) as c:
        assert np.array_equal(c.image("down"), rgba[..., :3])
        assert np.array_equal(c.image("up"), rgba[..., :3])


def test_a_picture_that_happens_to_be_text_is_still_a_picture() -> None:
    """The official client decides by whether the body decodes as UTF-8."""
    dark = bmp(np.full((2, 3, 4), 7, np.uint8), 2)
    assert dark.decode()
    with FakeServer(lambda c: dark) as server, client_of(server) as c:
        assert c.image("x").tolist() == [[[7, 7, 7]] * 3] * 2


def test_a_batch_is_one_message_and_its_answers_come_by_groups() -> None:
    with FakeServer(lambda c: "ok" if c.startswith("vset") else c.split()[-1]) as server, client_of(server) as c:
        done, told = c.ask_all(
            [questions.do("vset a"), questions.do("vset b")],
            [questions.text("vget x"), questions.text("vget 12").then(int)],
        )
        assert (done, told) == ([None, None], ["x", 12])
        assert c.ask_all([], []) == [[], []]
        assert c.text("vget y") == "y"
    assert server.commands == ["vbatch 4", "vset a", "vset b", "vget x", "vget 12", "vget y"]


def test_a_batch_goes_on_after_a_refusal_which_is_told_at_its_end() -> None:
    with FakeServer(lambda c: "error no such thing" if "ghost" in c else "ok") as server, client_of(server) as c:
        with pytest.raises(CommandError) as caught:
            c.ask_all([questions.do("vset ghost"), questions.do("vset real")])
        assert caught.value.command == "vset ghost"
        assert c.connected and server.commands[-1] == "vset real"
        assert c.text("vset next") == "ok"  # nothing of the batch is left over


def test_a_batch_that_breaks_off_names_the_command() -> None:
    with FakeServer(lambda c: None if c in ("slow", "later") else "ok") as server:
        c = client_of(server, timeout=0.2)
        with pytest.raises(EngineTimeout) as caught:
            c.ask_all([questions.do("quick"), questions.do("slow"), questions.do("later")])
        assert caught.value.command == "slow" and not c.connected


@pytest.mark.parametrize("what", ["image", "array"])
def test_a_broken_picture_is_a_command_error(what: str) -> None:
    broken = png(np.zeros((4, 4, 3), np.uint8))[:40]
    with FakeServer(lambda _: broken) as server, client_of(server) as c, pytest.raises(CommandError):
        getattr(c, what)("vget /camera/0/lit png")


@pytest.mark.parametrize("answer", ["1 2", "1 2 x", "nan 1 2", ""])
def test_numbers_must_be_numbers(answer: str) -> None:
    with FakeServer(lambda c: answer) as server, client_of(server) as c, pytest.raises(CommandError):
        c.numbers("vget /camera/0/location", 3)


def test_a_command_is_one_line() -> None:
    with FakeServer() as server, client_of(server) as c, pytest.raises(ValueError, match="one line"):
        c.request("vget /a\nvset /b")


@given(st.one_of(st.text(), st.binary()))
@settings(max_examples=50)
def test_messages_stay_short(text: str | bytes) -> None:
    assert len(shorten(text)) < 200 and "\n" not in shorten(text)
