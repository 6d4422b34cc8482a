"""Which renderer a machine gets, with graphics devices planted."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from synthgen.core.errors import EngineError
from synthgen.engine.cpu.renderer import CpuRenderer
from synthgen.engine.presence import may_have_gpu
from synthgen.engine.renderers import choose, open_renderer


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch):
    """Plants a machine: whether it shows devices, which adapters its drivers list, and whether one can be opened."""

    def plant(devices: bool = True, adapters: list[str] | Exception = (), opens: bool = True) -> None:
        monkeypatch.setattr("synthgen.engine.renderers.may_have_gpu", lambda: devices)

        def listed() -> list[str]:
            if isinstance(adapters, Exception):
                raise adapters
            return list(adapters)

        class Planted:
            description = "planted"

            def __init__(self) -> None:
                if not opens:
                    raise EngineError("no graphics adapter for rendering")

        device = types.SimpleNamespace(hardware_adapters=listed)
        monkeypatch.setitem(sys.modules, "synthgen.engine.gpu.device", device)
        monkeypatch.setitem(sys.modules, "synthgen.engine.gpu.renderer", types.SimpleNamespace(GpuRenderer=Planted))

    return plant


def test_auto_takes_a_graphics_device_where_there_is_one(machine):
    machine(adapters=["Big Card", "Small Card"])
    chosen = choose()
    assert chosen.kind == "gpu" and "Big Card" in chosen.reason
    assert open_renderer().description == "planted"


def test_auto_takes_the_cpu_where_there_is_no_device_and_asks_no_driver(machine):
    machine(devices=False, adapters=AssertionError("drivers were asked"))
    assert choose().kind == "cpu" and "no graphics device" in choose().reason
    assert isinstance(open_renderer(), CpuRenderer)


@pytest.mark.parametrize(
    "adapters", [[], ImportError("no wgpu"), OSError("libvulkan.so.1"), RuntimeError("wgpu is unhappy")]
)
def test_auto_takes_the_cpu_where_no_driver_answers_and_says_why(machine, adapters):
    machine(adapters=adapters)
    chosen = choose()
    assert chosen.kind == "cpu"
    assert (str(adapters) if isinstance(adapters, Exception) else "no graphics device has") in chosen.reason


def test_auto_takes_the_cpu_where_a_device_is_listed_but_cannot_be_opened(machine):
    machine(adapters=["Broken Card"], opens=False)
    assert isinstance(open_renderer("auto"), CpuRenderer)


def test_what_is_asked_for_is_what_opens(machine, tmp_path):
    machine(devices=False, adapters=[])
    assert choose("gpu").kind == "gpu" and choose("cpu").kind == "cpu"
    assert open_renderer("gpu").description == "planted"
    machine(adapters=["Big Card"])
    assert isinstance(open_renderer("cpu", tmp_path), CpuRenderer)


def test_a_graphics_device_that_is_asked_for_and_missing_is_an_error(machine):
    machine(devices=False, adapters=[], opens=False)
    with pytest.raises(EngineError, match="no graphics adapter"):
        open_renderer("gpu")


@pytest.mark.skipif(sys.platform != "linux", reason="devices are files on Linux only")
@pytest.mark.parametrize(
    ("file", "found"), [("dri/renderD128", True), ("nvidia0", True), ("dxg", True), ("dri/card0", False), ("", False)]
)
def test_devices_are_seen_as_files(tmp_path: Path, file, found):
    if file:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    assert may_have_gpu(tmp_path) is found


def test_elsewhere_drivers_are_always_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert may_have_gpu(tmp_path)
