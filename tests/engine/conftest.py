"""One renderer and one engine process serve all tests of this folder."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from synthgen.core.cache import Cache
from synthgen.core.errors import EngineError
from synthgen.core.frames import Camera, camera_to_unreal
from synthgen.engine.cpu.renderer import CpuRenderer
from synthgen.engine.gpu.renderer import GpuRenderer
from synthgen.engine.renderers import Renderer
from synthgen.engine.stage import Stage, StageCamera

from .shapes import builders


@pytest.fixture(scope="session")
def gpu_renderer() -> GpuRenderer:
    """Tests that need it are left out where no adapter can draw."""
    try:
        return GpuRenderer()
    except EngineError as error:
        pytest.skip(str(error).splitlines()[0])


@pytest.fixture(scope="session")
def cpu_renderer(shared_cache: Cache) -> CpuRenderer:
    renderer = CpuRenderer(shared_cache.root)
    renderer.warm_up()  # with the kernels that are kept: else every test run compiles its own
    return renderer


@pytest.fixture(params=["cpu", "gpu"])
def renderer(request: pytest.FixtureRequest) -> Renderer:
    """Each renderer in turn: what holds for one holds for the other."""
    return request.getfixturevalue(f"{request.param}_renderer")


@pytest.fixture
def stage() -> Stage:
    return Stage(builders())


def stage_camera(camera: Camera) -> StageCamera:
    location, rotation = camera_to_unreal(camera)
    fov = float(np.degrees(camera.hfov))
    return StageCamera("test", location, rotation, fov, camera.width, camera.height)


@dataclass
class Engine:
    """A running engine process."""

    process: subprocess.Popen
    host: str
    port: int


def start_engine(*arguments: str) -> Engine:
    command = [sys.executable, "-m", "synthgen.engine", "--port", "0", "--die-with-parent", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    line = json.loads(process.stdout.readline())
    assert line["event"] == "listening" and line["pid"] == process.pid
    return Engine(process, line["host"], line["port"])


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = start_engine()
    yield engine
    engine.process.terminate()
    assert engine.process.wait(20) == 0
