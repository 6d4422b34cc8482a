"""Engine processes with planted faults: restarted, recycled, reported, never orphaned."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from synthgen.capture import engines
from synthgen.capture.engines import ExternalEngine
from synthgen.capture.errors import EngineLost, EngineTimeout
from synthgen.capture.process import EngineProcess

from .fake_server import COMMAND, FakeServer


def engine_of(mode: str, **options: object) -> EngineProcess:
    defaults: dict = {"request_timeout": 5.0, "start_timeout": 20.0, "environment": {"RENDERER": "none"}}
    return EngineProcess((*COMMAND, mode), **(defaults | options))


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_starts_on_first_use_and_leaves_nothing_behind() -> None:
    with engine_of("good") as engine:
        assert engine.pid is None
        assert engine.describe() == "fake 1 (none)"
        pid, runtime = engine.pid, Path(engine.client.text("where"))
        assert pid is not None and engine.healthy()
        assert runtime.is_dir() and runtime.stat().st_mode & 0o777 == 0o700
        assert Path(engine.client.where).parent == runtime.parent and runtime.parent.stat().st_mode & 0o777 == 0o700
    assert not alive(pid) and not runtime.exists() and not runtime.parent.exists()
    assert not engine.healthy()


def test_two_engines_share_nothing() -> None:
    with engine_of("good") as a, engine_of("good") as b:
        assert a.client.where != b.client.where and a.client.text("where") != b.client.text("where")


def test_a_hanging_engine_is_restarted(caplog: pytest.LogCaptureFixture) -> None:
    with engine_of("good", request_timeout=0.3) as engine:
        first = engine.begin_shot() and engine.pid
        with pytest.raises(EngineTimeout):
            engine.client.request("hang")
        with caplog.at_level(logging.WARNING):
            engine.restart("shot 7 timed out")
        assert "shot 7 timed out" in caplog.text and "fake engine starts" in caplog.text
        assert engine.pid != first and engine.healthy() and engine.starts == 2
        assert first is not None and not alive(first)


def test_a_dead_engine_is_noticed(caplog: pytest.LogCaptureFixture) -> None:
    with engine_of("good") as engine:
        engine.start()
        with pytest.raises(EngineLost):
            engine.client.request("die")
        assert not engine.healthy()
        with caplog.at_level(logging.WARNING):
            engine.restart()
        assert "status 9" in caplog.text and engine.healthy()


def test_recycled_after_its_share_of_shots() -> None:
    with engine_of("good", recycle_after=2) as engine:
        pids = []
        for _ in range(5):
            engine.begin_shot()
            pids.append(engine.pid)
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]
    assert engine.starts == 3


def test_an_engine_that_ends_while_it_starts_says_why(tmp_path: Path) -> None:
    engine = engine_of("dies", log=tmp_path / "logs" / "engine.log")
    with pytest.raises(EngineLost, match="exit status 3") as caught:
        engine.start()
    assert "no Vulkan adapter" in str(caught.value) and "doctor" in str(caught.value)
    assert "no Vulkan adapter" in (tmp_path / "logs" / "engine.log").read_text()


def test_an_engine_that_never_listens_is_given_up() -> None:
    engine = engine_of("mute", start_timeout=1.0)
    with pytest.raises(EngineTimeout, match="did not start within 1 s"):
        engine.start()
    assert engine.pid is None


def test_a_missing_program_is_an_engine_error() -> None:
    with pytest.raises(EngineLost, match="cannot be started"):
        EngineProcess(("/nonexistent/engine",)).start()


def test_the_engine_outlives_the_thread_that_started_it() -> None:
    """A parent-death signal belongs to the forking thread: a worker's thread pool must not take engines along."""
    command = (sys.executable, "-c", _DEATHSIG.format(script=COMMAND[1]), "{socket}", "good")
    with EngineProcess(command, environment={"RENDERER": "none"}) as engine:
        thread = threading.Thread(target=engine.start)
        thread.start()
        thread.join()
        assert engine.healthy()


_DEATHSIG = """
import ctypes, runpy, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
sys.argv = ["fake", *sys.argv[1:]]
runpy.run_path({script!r}, run_name="__main__")
"""


def test_an_external_engine_is_connected_to_and_not_ended() -> None:
    with FakeServer(lambda c: "error No handler" if c.startswith("vbp") else "1.1.0") as server:
        with ExternalEngine("127.0.0.1", server.port) as engine:
            assert engine.describe() == "UnrealCV 1.1.0"
            engine.restart("a new connection")
            assert engine.healthy()
        assert ExternalEngine("127.0.0.1", server.port).client.text("vget /unrealcv/status") == "1.1.0"


def test_an_unreal_that_closed_its_port_is_found_at_its_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """UnrealCV 5.2 on Linux stops listening on TCP when its first client leaves."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setattr(engines, "UNREALCV_SOCKETS", tmp_path)
    with pytest.raises(EngineLost, match=f"127.0.0.1:{port}"):
        ExternalEngine(port=port).start()
    with FakeServer(lambda _: "1.0", unix=tmp_path / f"unrealcv_{port}.socket"):
        engine = ExternalEngine(port=port)
        assert engine.client.text("vget /unrealcv/version") == "1.0"
        engine.stop()


def test_a_killed_parent_takes_the_embedded_engine_along() -> None:
    pytest.importorskip("synthgen.engine.server")
    child = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    pid = int(child.stdout.readline())
    assert alive(pid)
    child.kill()
    child.wait()
    for _ in range(100):
        if not alive(pid):
            break
        threading.Event().wait(0.1)
    assert not alive(pid)


_PARENT = """
from synthgen.capture.process import EngineProcess
engine = EngineProcess()
engine.start()
print(engine.pid, flush=True)
import time; time.sleep(600)
"""


def test_launched_first_and_waited_for_later() -> None:
    with engine_of("good") as engine:
        engine.launch()
        pid = engine.pid
        assert pid is not None and engine.starts == 0
        assert engine.describe() == "fake 1 (none)"
        assert engine.pid == pid and engine.starts == 1
        engine.restart()
        assert engine.pid != pid and engine.cpu_seconds() > 0


def test_a_launched_engine_that_nobody_waits_for_is_ended_too() -> None:
    with engine_of("good") as engine:
        engine.launch()
        pid = engine.pid
        assert pid is not None
    assert not alive(pid)


def test_a_launched_engine_that_dies_is_replaced() -> None:
    with engine_of("good") as engine:
        engine.launch()
        assert engine.pid is not None
        os.kill(engine.pid, 9)
        with pytest.raises(EngineLost, match="while it started"):
            engine.start()
        engine.start()
        assert engine.healthy()
