"""The server against clients that behave badly, and the process against a bad start."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from synthgen.core.errors import InputError
from synthgen.engine.listening import listen_tcp, listen_unix
from synthgen.engine.server import GREETING, Server
from synthgen.protocol import framing as wire

from .conftest import start_engine


@pytest.fixture
def server():
    server = Server(listen_tcp("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=(lambda c: b"boom" * 1000 if c == "big" else c.encode(),))
    thread.start()
    yield server
    server.stop()
    thread.join(10)
    assert not thread.is_alive()


def connect(server) -> socket.socket:
    return socket.create_connection(server.name.split(":"), timeout=10)


def read_frame(sock: socket.socket) -> bytes:
    parser = wire.FrameParser()
    while True:
        data = sock.recv(65536)
        if not data:
            return b""
        for payload in parser.feed(data):
            return payload


def greeted(server) -> socket.socket:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:  # the server may not have seen the last client leave yet
        sock = connect(server)
        if read_frame(sock) == GREETING:
            return sock
        sock.close()
        time.sleep(0.02)
    raise AssertionError("no greeting")


def ask(sock: socket.socket, number: int, command: bytes) -> bytes:
    sock.sendall(wire.frame(b"%d:%s" % (number, command)))
    return read_frame(sock)


def test_greets_answers_and_takes_the_next_client(server):
    for _ in range(3):
        with greeted(server) as sock:
            assert ask(sock, 5, b"hello") == b"5:hello"
            assert ask(sock, 6, b"big") == b"6:" + b"boom" * 1000


def test_a_second_client_is_closed_and_the_first_goes_on(server):
    with greeted(server) as first:
        assert ask(first, 0, b"a") == b"0:a"
        with connect(server) as second:
            assert read_frame(second) == b""
        assert ask(first, 1, b"b") == b"1:b"


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack("<II", wire.MAGIC, 0),
        struct.pack("<II", wire.MAGIC, wire.MAX_PAYLOAD + 1),
        struct.pack(">II", wire.MAGIC, 4) + b"0:ab",
    ],
    ids=["http", "empty", "oversized", "big-endian"],
)
def test_garbage_ends_the_connection_but_not_the_server(server, garbage):
    with greeted(server) as sock:
        sock.sendall(garbage)
        assert read_frame(sock) == b""
    with greeted(server) as sock:
        assert ask(sock, 1, b"still here") == b"1:still here"


def test_a_truncated_frame_does_no_harm(server):
    with greeted(server) as sock:
        sock.sendall(wire.frame(b"0:half of it")[:-4])
    with greeted(server) as sock:
        assert ask(sock, 1, b"next") == b"1:next"


def test_a_slow_client_is_waited_for(server):
    with greeted(server) as sock:
        for byte in wire.frame(b"3:slow"):
            sock.sendall(bytes([byte]))
        assert read_frame(sock) == b"3:slow"


def test_a_request_without_id_gets_no_answer_and_the_next_does(server):
    with greeted(server) as sock:
        sock.sendall(wire.frame(b"no id"))
        assert ask(sock, 2, b"with id") == b"2:with id"


def test_a_batch_runs_when_it_is_whole(server):
    with greeted(server) as sock:
        assert ask(sock, 0, b"vbatch 2") == b"0:ok"
        sock.sendall(wire.frame(b"1:one"))
        sock.settimeout(0.2)
        with pytest.raises(TimeoutError):
            sock.recv(1)
        sock.settimeout(10)
        sock.sendall(wire.frame(b"2:two"))
        parser, got = wire.FrameParser(), []
        while len(got) < 2:
            got += parser.feed(sock.recv(65536))
        assert got == [b"1:one", b"2:two"]


def test_a_batch_dies_with_its_client(server):
    with greeted(server) as sock:
        assert ask(sock, 0, b"vbatch 5") == b"0:ok"
    with greeted(server) as sock:
        assert ask(sock, 0, b"alone") == b"0:alone"


def test_a_taken_port_is_named(server):
    with pytest.raises(InputError, match=f"{server.name}: the port is in use"):
        listen_tcp("127.0.0.1", int(server.name.split(":")[1]))
    with pytest.raises(InputError, match="cannot be listened on"):
        listen_tcp("no.such.host.invalid", 0)
    with pytest.raises(InputError, match="no such port"):
        listen_tcp("127.0.0.1", 70000)


def test_the_process_leaves_with_2_when_the_port_is_taken(server):
    command = [sys.executable, "-m", "synthgen.engine", "--port", server.name.split(":")[1]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and done.stdout == ""
    assert "the port is in use" in done.stderr and "remedy" in done.stderr and "Traceback" not in done.stderr


@pytest.fixture
def private(tmp_path):
    folder = tmp_path / "private"
    folder.mkdir(mode=0o700)
    return folder


def test_a_unix_socket_serves_like_a_port(private):
    server = Server(listen_unix(private / "s"))
    thread = threading.Thread(target=server.run, args=(lambda c: c.encode(),))
    thread.start()
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(server.name)
        assert read_frame(sock) == GREETING
        assert ask(sock, 1, b"hello") == b"1:hello"
    server.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_a_unix_socket_that_others_could_reach_is_refused(private):
    for mode in (0o750, 0o705, 0o710, 0o777):
        private.chmod(mode)
        with pytest.raises(InputError, match=f"mode {mode:o}"):
            listen_unix(private / "s")
    assert not (private / "s").exists()
    private.chmod(0o700)
    (private / "s").touch()
    for name in ("s", 120 * "s"):
        with pytest.raises(InputError, match="no socket can be made here"):
            listen_unix(private / name)
    with pytest.raises(InputError, match="no such folder"):
        listen_unix(private / "none" / "s")


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root to become another user")
def test_another_user_is_refused():
    # Not in pytest's own folder, which lets no other user in anyway.
    with tempfile.TemporaryDirectory() as name, listen_unix(Path(name) / "s"):
        assert "PermissionError" in connected_by_another_user(Path(name) / "s")
        Path(name).chmod(0o755)
        assert "PermissionError" in connected_by_another_user(Path(name) / "s"), "the socket itself is closed too"
        (Path(name) / "s").chmod(0o666)
        assert connected_by_another_user(Path(name) / "s") == "", "the attempt can succeed"


def connected_by_another_user(path: Path) -> str:
    """What goes wrong when user 65534 connects."""
    attempt = (
        "import os, socket, sys; os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    )
    return subprocess.run(
        [sys.executable, "-c", attempt, path], capture_output=True, text=True, timeout=60, cwd="/"
    ).stderr


def test_the_process_leaves_with_1_and_a_remedy_without_an_adapter(tmp_path):
    environment = {"PATH": "/usr/bin:/bin", "VK_DRIVER_FILES": "/nonexistent", "VK_ICD_FILENAMES": "/nonexistent"}
    command = [sys.executable, "-m", "synthgen.engine", "--port", "0", "--renderer", "gpu"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 1 and done.stdout == ""
    assert "mesa-vulkan-drivers" in done.stderr and "Traceback" not in done.stderr


def test_sigterm_ends_the_process_cleanly():
    engine = start_engine()
    with socket.create_connection((engine.host, engine.port), timeout=30) as sock:
        assert read_frame(sock) == GREETING
        assert ask(sock, 0, b"vget /unrealcv/status").startswith(b"0:Is Listening")
        engine.process.send_signal(signal.SIGTERM)
        assert engine.process.wait(20) == 0
        assert read_frame(sock) == b""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_the_engine_dies_with_its_parent():
    script = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-m', 'synthgen.engine', '--port', '0', '--die-with-parent'],"
        " stdout=subprocess.PIPE)\n"
        "sys.stdout.buffer.write(p.stdout.readline()); sys.stdout.flush(); time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert parent.stdout is not None
    line = json.loads(parent.stdout.readline())
    parent.kill()
    parent.wait(10)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection((line["host"], line["port"]), timeout=1).close()
        except OSError:
            return
        time.sleep(0.1)
    raise AssertionError("the engine outlived its parent")
