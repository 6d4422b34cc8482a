"""The doctor: true findings here, and planted illnesses with their mends."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path

import pytest

from synthgen.cli import probes as doctor
from synthgen.core.errors import InputError

LLVMPIPE = {"device": "llvmpipe", "backend_type": "Vulkan", "adapter_type": "CPU"}


def test_this_machine_is_examined_and_each_finding_is_whole():
    checks = doctor.examine()
    assert [c.name for c in checks] == [
        "python",
        "renderer",
        "kernels",
        "graphics",
        "opensim",
        "bodies",
        "captured clips",
        "motion files",
        "disk",
        "cache",
        "embedded engine",
    ]
    for check in checks:
        assert check.status in ("ok", "warn", "fail")
        assert (check.mend is None) == (check.status == "ok")
        json.dumps(check.to_dict())
        assert check.name in str(check)


def test_an_old_python():
    check = doctor.python((3, 10, 2))
    assert check.status == "fail"
    assert "3.10.2" in check.finding


def test_graphics_with_nothing_but_opengl():
    check = doctor.graphics(True, lambda _: {"adapters": [LLVMPIPE | {"backend_type": "OpenGL"}]})
    assert check.status == "fail"
    assert "libvulkan1 mesa-vulkan-drivers" in (check.mend or "")
    assert "OpenGL" in check.finding


def test_graphics_prefers_hardware():
    card = {"device": "RTX", "backend_type": "Vulkan", "adapter_type": "DiscreteGPU"}
    assert "RTX" in doctor.graphics(True, lambda _: {"adapters": [LLVMPIPE, card]}).finding
    assert "software" in doctor.graphics(True, lambda _: {"adapters": [LLVMPIPE]}).finding


def answers(kind: str, reason: str, adapters: list[dict[str, str]], compiled: bool = True):
    """A process that says which renderer is taken, whether kernels are compiled, and which adapters there are."""

    def ask(code: str) -> dict[str, object]:
        if "wgpu" in code:
            return {"adapters": adapters}
        return {"compiled": compiled} if "complete_mark" in code else {"kind": kind, "reason": reason}

    return ask


def test_the_cpu_renderer_needs_no_adapter_and_the_other_one_is_explained():
    renderer, kernels, graphics = doctor.drawing("auto", answers("cpu", "no graphics device", []))
    assert (renderer.status, kernels.status, graphics.status, graphics.mend) == ("ok", "ok", "ok", None)
    assert renderer.finding == "auto takes cpu: no graphics device"
    assert "renderer: gpu" in (renderer.hint or "") and "mesa-vulkan-drivers" in (renderer.hint or "")
    assert "needs none" in graphics.finding
    assert renderer.hint in str(renderer) and renderer.to_dict()["hint"] == renderer.hint


def test_kernels_that_are_not_compiled_only_warn():
    _, kernels, _ = doctor.drawing("auto", answers("cpu", "it is so", [], compiled=False))
    assert kernels.status == "warn" and "synthgen.engine.cpu.compile" in (kernels.mend or "")
    assert doctor.embedded_engine([kernels]).status == "ok"
    _, kernels, _ = doctor.drawing("auto", answers("gpu", "it is so", [LLVMPIPE], compiled=False))
    assert kernels.status == "ok"


def test_kernels_are_looked_for_where_they_are_kept(tmp_path, monkeypatch):
    from synthgen.core.cache import Cache
    from synthgen.engine.cpu.compiled import complete_mark

    monkeypatch.setenv("SYNTHGEN_CACHE", str(tmp_path))
    assert doctor.kernels(True).status == "warn"
    mark = complete_mark(Cache.at(None))
    mark.parent.mkdir(parents=True)
    mark.touch()
    assert doctor.kernels(True).status == "ok"


def test_the_gpu_renderer_needs_an_adapter():
    renderer, _, graphics = doctor.drawing("gpu", answers("gpu", "it was asked for", []))
    assert (renderer.status, graphics.status) == ("ok", "fail")
    assert "mesa-vulkan-drivers" in (graphics.mend or "")
    assert doctor.embedded_engine([graphics]).status == "fail"
    renderer, _, graphics = doctor.drawing("auto", answers("gpu", "there is one", [LLVMPIPE]))
    assert graphics.status == "ok" and "renderer: cpu" in (renderer.hint or "")


def test_a_choice_that_cannot_be_made():
    broken = doctor.drawing("auto", lambda _: {"error": "no module"})
    assert [b.status for b in broken] == ["fail", "warn", "warn"] and all(b.mend for b in broken)


def needed(probe):
    return lambda ask: probe(True, ask)


@pytest.mark.parametrize("check", [needed(doctor.graphics), needed(doctor.kernels), doctor.opensim, doctor.anny])
def test_a_library_that_fails(check):
    found = check(lambda _: {"error": "no module"})
    assert found.status == "fail"
    assert "no module" in found.finding
    assert found.mend


def test_probes_survive_whatever_happens_inside():
    assert doctor.ask_process("print('{\"a\": 1}')") == {"a": 1}
    assert doctor.ask_process("raise ValueError('ill')") == {"error": "ValueError: ill"}
    assert doctor.ask_process("import os; os.abort()") == {"error": "the process died of signal 6"}
    assert doctor.ask_process("import time; time.sleep(60)", seconds=0.5) == {"error": "no answer within 0.5 s"}
    assert "cannot be read" in doctor.ask_process("print('hello')")["error"]
    assert doctor.ask_process("pass") == {"error": "no answer"}


def test_missing_samples_only_warn(monkeypatch):
    monkeypatch.setattr("synthgen.motion.available", lambda: {"builtin": ["squat"], "deepmimic": []})
    check = doctor.samples()
    assert check.status == "warn"
    assert "samples" in (check.mend or "")


def test_a_reader_without_its_library_only_warns(monkeypatch):
    assert doctor.motion_files().status == "ok" and ".bvh" in doctor.motion_files().finding
    monkeypatch.setattr("synthgen.cli.probes.machine.find_spec", lambda name: None)
    check = doctor.motion_files()
    assert check.status == "warn"
    assert check.finding == "C3D files cannot be read without ezc3d"
    assert check.mend


def test_disk(monkeypatch, tmp_path):
    for free, status in ((0.2e9, "fail"), (3e9, "warn"), (90e9, "ok")):
        monkeypatch.setattr("shutil.disk_usage", lambda _, free=free: type("U", (), {"free": free}))
        assert doctor.disk(tmp_path / "not" / "there" / "yet").status == status


def test_the_engine_needs_graphics_and_bodies():
    ill = [doctor.Probe("graphics", "fail", "none", "install")]
    assert doctor.embedded_engine(ill).status == "fail"
    assert doctor.embedded_engine([doctor.Probe("graphics", "ok", "card")]).status == "ok"


def answering(greeting: bytes) -> int:
    """A listener on a free port that greets once."""
    server = socket.create_server(("127.0.0.1", 0))

    def greet() -> None:
        link, _ = server.accept()
        link.sendall(greeting)
        link.close()
        server.close()

    threading.Thread(target=greet, daemon=True).start()
    return server.getsockname()[1]


def test_external_engines():
    assert doctor.external_engine("127.0.0.1", answering(b"\x9e\x2b\x83\xc1connected to Game")).status == "ok"
    assert doctor.external_engine("127.0.0.1", answering(b"SSH-2.0")).status == "fail"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert doctor.external_engine("127.0.0.1", port, 1.0).status == "fail"


def test_no_host_names_of_registries():
    for file in Path(doctor.__file__).parent.glob("*.py"):
        assert "://" not in file.read_text()


def test_the_cache_that_every_verb_uses(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNTHGEN_CACHE", str(tmp_path / "deep" / "cache"))
    assert str(tmp_path / "deep" / "cache") in doctor.cache().finding
    assert not list(tmp_path.iterdir()), "looking makes nothing"
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SYNTHGEN_CACHE", str(tmp_path / "file" / "cache"))
    check = doctor.cache()
    assert check.status == "fail"
    assert "SYNTHGEN_CACHE" in (check.mend or "")


def test_an_installed_reader_that_is_broken_is_a_finding(monkeypatch):
    def broken():
        raise InputError("an installed package offers no sound reader", where="entry point x", remedy="uninstall it")

    monkeypatch.setattr("synthgen.motion.registry._installed", broken)
    found = doctor.motion_files()
    assert (found.status, found.mend) == ("fail", "uninstall it")
    assert found.finding == "entry point x: an installed package offers no sound reader"
