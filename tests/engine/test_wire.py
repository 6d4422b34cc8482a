"""Framing and payloads, without a socket."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.protocol import framing as wire
from synthgen.protocol import payload
from synthgen.protocol.bones import bones_from_rows, rows_from_bones


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=5), st.integers(1, 50))
def test_any_cutting_of_the_stream_gives_the_same_payloads(payloads, step):
    stream = b"".join(map(wire.frame, payloads))
    parser, out = wire.FrameParser(), []
    for start in range(0, len(stream), step):
        out += parser.feed(stream[start : start + step])
    assert out == payloads and parser.pending == 0


@given(st.binary(min_size=8, max_size=64))
def test_garbage_is_refused_or_waited_for_but_never_taken(data):
    parser = wire.FrameParser()
    magic, length = struct.unpack_from("<II", data)
    if magic == wire.MAGIC and 0 < length <= wire.MAX_PAYLOAD:
        return
    with pytest.raises(wire.WireError):
        list(parser.feed(data))


@pytest.mark.parametrize("length", [0, wire.MAX_PAYLOAD + 1, 2**32 - 1])
def test_lengths_that_the_server_refuses(length):
    with pytest.raises(wire.WireError):
        list(wire.FrameParser().feed(struct.pack("<II", wire.MAGIC, length)))


def test_requests_have_an_id_and_a_command():
    assert wire.parse_request(b"12:vget /cameras") == (12, "vget /cameras")
    assert wire.parse_request(b"0:a:b") == (0, "a:b")
    for bad in (b"vget /cameras", b"-1:x", b"x:1", b":", b"99999999999:x"):
        assert wire.parse_request(bad) is None
    assert wire.reply(7, b"ok") == wire.frame(b"7:ok")


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), st.lists, max_leaves=9))
def test_json_comes_back(value):
    text = payload.pack_json(value)
    assert payload.unpack_json(text) == value
    assert not set(text) & set(" \"'\n")


def test_rows_come_back_with_unit_quaternions():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(104, 7)) * 100
    back = payload.unpack_rows(payload.pack_rows(rows))
    assert back[:, :3] == pytest.approx(rows[:, :3], rel=1e-6)
    assert np.linalg.norm(back[:, 3:], axis=1) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!!",
        "AAAA",
        "é",
        payload.pack_bytes(b"x" * 27),
        payload.pack_bytes(b""),
        payload.pack_rows(np.full((1, 7), np.nan)),
        payload.pack_rows(np.zeros((1, 7))),
        payload.pack_bytes(b"x" * 28000)[:-12],
    ],
)
def test_bad_rows_are_refused(text):
    with pytest.raises(payload.PayloadError):
        payload.unpack_rows(text)


@pytest.mark.parametrize("text", ["", "%", payload.pack_bytes(b"{"), payload.pack_bytes(b"\xff")])
def test_bad_json_is_refused(text):
    with pytest.raises(payload.PayloadError):
        payload.unpack_json(text)


def test_a_payload_cannot_grow_without_bound(monkeypatch):
    monkeypatch.setattr(payload, "MAX_UNPACKED", 1000)
    with pytest.raises(payload.PayloadError, match="larger"):
        payload.unpack_bytes(payload.pack_bytes(zlib.compress(b"") + b"\0" * 2000))


def test_bones_survive_the_way_through_unreal_axes():
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(20, 7)) * 50
    rows[:, 3:] /= np.linalg.norm(rows[:, 3:], axis=1, keepdims=True)
    back = rows_from_bones(bones_from_rows(rows))
    same = np.sign((back[:, 3:] * rows[:, 3:]).sum(1, keepdims=True))
    assert back[:, :3] == pytest.approx(rows[:, :3])
    assert back[:, 3:] * same == pytest.approx(rows[:, 3:])


def test_a_yaw_in_unreal_turns_right():
    half = np.radians(90) / 2
    bone = bones_from_rows(np.array([[100.0, 50.0, 0.0, 0.0, 0.0, np.sin(half), np.cos(half)]]))[0]
    # Unreal: +90° yaw takes forward to right; right is −Y in the world frame.
    assert bone[:3, 0] == pytest.approx([0.0, -1.0, 0.0])
    assert bone[:3, 3] == pytest.approx([1.0, -0.5, 0.0])
