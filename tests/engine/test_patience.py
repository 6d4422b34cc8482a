"""Clients that stop half-way, never read or say too much: each loses its place or gets an answer, nobody else waits."""

from __future__ import annotations

import dataclasses
import socket
import struct
import threading
import time

import pytest

from synthgen.core.errors import InputError
from synthgen.core.limits import STAGE
from synthgen.engine import connection
from synthgen.engine.connection import PATIENCE
from synthgen.engine.listening import is_open_to_others, listen_tcp, listen_unix, who_can_reach
from synthgen.engine.server import GREETING, Server
from synthgen.protocol import framing as wire

from .test_server import ask, connect, greeted, read_frame

_PATIENCE = 0.5


def answer(command: str) -> bytes:
    if command == "wait":
        time.sleep(0.2)
    return b"x" * (64 * 2**20) if command == "huge" else command.encode()


@pytest.fixture
def server():
    server = Server(listen_tcp("127.0.0.1", 0), _PATIENCE)
    thread = threading.Thread(target=server.run, args=(answer,))
    thread.start()
    yield server
    server.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_nobody_waits_longer_than_twenty_seconds():
    assert PATIENCE < 20


@pytest.mark.parametrize(
    "begun",
    [
        wire.frame(b"0:half of it")[:5],
        wire.frame(b"0:half of it")[:-4],
        struct.pack("<II", wire.MAGIC, wire.MAX_PAYLOAD) + b"0:" + b"x" * 2 * STAGE.command,
        wire.frame(b"0:vbatch 3") + wire.frame(b"1:one"),
        wire.frame(b"0:vbatch 3"),
    ],
    ids=["half a header", "half a frame", "half of an overlong frame", "half a batch", "no batch"],
)
def test_what_is_begun_and_left_frees_the_place(server, begun):
    with greeted(server) as sock:
        sock.sendall(begun)
        started = time.monotonic()
        while read_frame(sock):  # a batch is acknowledged
            pass
        assert 0.5 * _PATIENCE < time.monotonic() - started < 10 * _PATIENCE
    with greeted(server) as sock:
        assert ask(sock, 1, b"next") == b"1:next"


def test_one_who_goes_on_slowly_is_waited_for(server):
    with greeted(server) as sock:
        for byte in wire.frame(b"3:slow"):
            sock.sendall(bytes([byte]))
            time.sleep(_PATIENCE / 5)
        assert read_frame(sock) == b"3:slow"


def test_one_who_has_asked_may_be_silent_and_keeps_the_place(server):
    with greeted(server) as first:
        assert ask(first, 0, b"a") == b"0:a"
        time.sleep(2 * _PATIENCE)
        with connect(server) as second:
            assert read_frame(second) == b""
        assert ask(first, 1, b"b") == b"1:b"


def test_one_who_never_asks_keeps_the_place_until_another_comes(server):
    with greeted(server) as alone:
        time.sleep(2 * _PATIENCE)
        assert ask(alone, 0, b"late") == b"0:late"
    with greeted(server) as idle:
        with connect(server) as too_early:
            assert read_frame(too_early) == b""
        time.sleep(2 * _PATIENCE)
        with connect(server) as second:
            assert read_frame(second) == GREETING
            assert ask(second, 1, b"b") == b"1:b"
        assert read_frame(idle) == b""


def test_one_who_never_reads_loses_the_place(server):
    with greeted(server) as deaf:
        deaf.sendall(wire.frame(b"0:huge"))
        started = time.monotonic()
        time.sleep(_PATIENCE)
        with greeted(server) as sock:  # tried again and again until the place is free
            assert ask(sock, 1, b"next") == b"1:next"
        assert time.monotonic() - started < 10


def test_one_who_leaves_during_an_answer_leaves_no_trace(server):
    with greeted(server) as sock:
        sock.sendall(wire.frame(b"0:wait") + wire.frame(b"1:huge"))
    with greeted(server) as sock:
        assert ask(sock, 1, b"next") == b"1:next"


def test_an_overlong_command_is_refused_and_the_next_is_answered(server):
    with greeted(server) as sock:
        assert ask(sock, 7, b"x" * (STAGE.command + 1)) == b"7:error Argument Invalid"
        assert ask(sock, 8, b"y" * (STAGE.command - 2)) == b"8:" + b"y" * (STAGE.command - 2)
        assert ask(sock, 9, b"vbatch 2") == b"9:ok"
        sock.sendall(wire.frame(b"10:" + b"x" * STAGE.command) + wire.frame(b"11:short"))
        assert read_frames(sock, 2) == [b"10:error Argument Invalid", b"11:short"]


def test_a_batch_may_not_grow_without_bound(server, monkeypatch):
    monkeypatch.setattr(connection, "STAGE", dataclasses.replace(STAGE, batch_bytes=100))
    with greeted(server) as sock:
        for _ in range(2):
            assert ask(sock, 0, b"vbatch 3") == b"0:ok"
            sock.sendall(b"".join(wire.frame(b"%d:%s" % (k, b"z" * 40)) for k in (1, 2, 3)))
            assert read_frames(sock, 3) == [b"1:" + b"z" * 40, b"2:" + b"z" * 40, b"3:error Argument Invalid"]


def test_a_stop_does_not_wait_for_a_long_batch():
    server = Server(listen_tcp("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=(answer,))
    thread.start()
    with greeted(server) as sock:
        assert ask(sock, 0, b"vbatch 1000") == b"0:ok"
        sock.sendall(b"".join(wire.frame(b"%d:wait" % k) for k in range(1000)))
        assert read_frame(sock).endswith(b":wait")
        server.stop()
        thread.join(5)
        assert not thread.is_alive()


def test_an_overlong_payload_is_handed_on_cut():
    parser = wire.FrameParser(limit=10)
    stream = wire.frame(b"a" * 10) + wire.frame(b"b" * 5000) + wire.frame(b"c")
    for step in (1, 7, len(stream)):
        got = [p for k in range(0, len(stream), step) for p in parser.feed(stream[k : k + step])]
        assert got == [b"a" * 10, b"b" * 11, b"c"] and parser.pending == 0


@pytest.mark.parametrize(
    ("host", "open_to_others", "says"),
    [
        ("127.0.0.1", False, "every user of this machine"),
        ("0.0.0.0", True, "over the network"),
        ("localhost", False, "every user of this machine"),
        ("::", True, "over the network"),
    ],
)
def test_who_can_connect_is_said(host, open_to_others, says):
    try:
        listener = listen_tcp(host, 0)
    except InputError:
        if ":" not in host:
            raise
        pytest.skip("no IPv6 here")
    with listener:
        assert is_open_to_others(listener) == open_to_others
        assert says in who_can_reach(listener) and "no password" in who_can_reach(listener)


def test_a_unix_socket_is_its_users_own(tmp_path):
    folder = tmp_path / "p"
    folder.mkdir(mode=0o700)
    with listen_unix(folder / "s") as listener:
        assert not is_open_to_others(listener) and "only this user" in who_can_reach(listener)


def read_frames(sock: socket.socket, count: int) -> list[bytes]:
    parser, got = wire.FrameParser(), []
    while len(got) < count:
        data = sock.recv(1 << 20)
        assert data
        got += parser.feed(data)
    return got
