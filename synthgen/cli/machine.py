"""What works on this machine, and the exact command that mends what does not.

Libraries that may crash or hang (graphics drivers, OpenSim) are tried in a process of their own with a time-out.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from synthgen.core.cache import CACHE_VARIABLE, default_cache
from synthgen.core.scratch import Scratch
from synthgen.scene import Scene

_OLDEST_PYTHON = (3, 11)
_PROBE_SECONDS = 90.0
_LEAST_DISK_GB = 1.0
_LITTLE_DISK_GB = 5.0
_VULKAN = "apt-get update && apt-get install -y --no-install-recommends libvulkan1 mesa-vulkan-drivers"
_REINSTALL = "pip install -c constraints.txt '.[samples]'   (in the checkout)"


@dataclass(frozen=True)
class Probe:
    """One finding: ``ok``, ``warn`` (works without it) or ``fail`` (renders nothing without it)."""

    name: str
    status: Literal["ok", "warn", "fail"]
    finding: str
    mend: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)

    def __str__(self) -> str:
        line = f"{self.status:<4}  {self.name:<16} {self.finding}"
        return f"{line}\n      {'':<16} mend: {self.mend}" if self.mend else line


def examine(scene: Scene | None = None, folder: Path | None = None) -> list[Probe]:
    """Tries everything that a run needs.

    Args:
        scene: when it names an external engine, that one is looked for.
        folder: where pictures will be written; the working directory by default.
    """
    checks = [python(), vulkan(), opensim(), anny(), samples(), motion_files(), disk(folder or Path()), cache()]
    checks.append(embedded_engine(checks))
    if scene is not None and scene.engine.kind == "external":
        # Another machine renders: what the embedded engine lacks here stops nothing.
        ours = ("graphics", "embedded engine")
        checks = [replace(c, status="warn") if c.name in ours and c.status == "fail" else c for c in checks]
        checks.append(external_engine(scene.engine.host, scene.engine.port or 0))
    return checks


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Probe:
    """The interpreter's version."""
    text = f"Python {'.'.join(map(str, version))}"
    if version[:2] < _OLDEST_PYTHON:
        return Probe("python", "fail", text, "install Python 3.11 (apt-get install python3.11 python3.11-venv)")
    return Probe("python", "ok", text)


def probe(code: str, seconds: float = _PROBE_SECONDS) -> dict[str, Any]:
    """Runs code that prints one JSON object as its last line, in a fresh process.

    Returns:
        The object; ``{"error": text}`` when the process failed, died or took too long.
    """
    environment = {"XDG_RUNTIME_DIR": tempfile.gettempdir(), **os.environ, "OMP_NUM_THREADS": "1"}
    # OpenSim writes opensim.log where it starts.
    with Scratch("doctor") as scratch:
        try:
            done = subprocess.run(
                [sys.executable, "-c", code],
                capture_output=True,
                text=True,
                timeout=seconds,
                env=environment,
                cwd=scratch,
            )
        except subprocess.TimeoutExpired:
            return {"error": f"no answer within {seconds:g} s"}
    if done.returncode < 0:
        return {"error": f"the process died of signal {-done.returncode}"}
    lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    if done.returncode or not lines:
        return {"error": lines[-1] if lines else "no answer"}
    try:
        return dict(json.loads(lines[-1]))
    except ValueError:
        return {"error": f"an answer that cannot be read: {lines[-1][:80]}"}


_ADAPTERS = """
import json, wgpu
found = [dict(a.info) for a in wgpu.gpu.enumerate_adapters_sync()]
print(json.dumps({"adapters": [{k: a[k] for k in ("device", "backend_type", "adapter_type")} for a in found]}))
"""


def vulkan(ask: Callable[[str], dict[str, Any]] = probe) -> Probe:
    """A graphics adapter that the embedded engine can render with."""
    answer = ask(_ADAPTERS)
    if "error" in answer:
        return Probe("graphics", "fail", answer["error"], f"{_VULKAN}; if wgpu is missing: {_REINSTALL}")
    usable = [a for a in answer["adapters"] if a["backend_type"] in ("Vulkan", "Metal", "D3D12")]
    if not usable:
        others = ", ".join(f"{a['device']} ({a['backend_type']})" for a in answer["adapters"]) or "none at all"
        return Probe("graphics", "fail", f"no Vulkan, Metal or D3D12 adapter; found: {others}", _VULKAN)
    hardware = [a for a in usable if a["adapter_type"] != "CPU"]
    best = (hardware or usable)[0]
    text = f"{best['device']} ({best['backend_type']})"
    return Probe("graphics", "ok", text if hardware else f"{text}, software: right but slower than a GPU")


_OPENSIM = """
import json, opensim
opensim.Logger.setLevelString("Off")
model = opensim.Model()
body = opensim.Body("b", 1.0, opensim.Vec3(0), opensim.Inertia(1))
model.addBody(body)
model.addJoint(opensim.PinJoint("j", model.getGround(), body))
state = model.initSystem()
model.realizePosition(state)
print(json.dumps({"version": opensim.GetVersion(), "coordinates": model.getNumCoordinates()}))
"""


def opensim(ask: Callable[[str], dict[str, Any]] = probe) -> Probe:
    """OpenSim imports and builds a model of one joint."""
    answer = ask(_OPENSIM)
    if answer.get("coordinates") != 1:
        return Probe("opensim", "fail", answer.get("error", "built a wrong model"), _REINSTALL)
    return Probe("opensim", "ok", f"OpenSim {answer['version']}")


_ANNY = """
import json
from importlib.metadata import version
import anny, torch
print(json.dumps({"anny": version("anny"), "torch": torch.__version__}))
"""


def anny(ask: Callable[[str], dict[str, Any]] = probe) -> Probe:
    """Anny, which makes the bodies, imports with its torch."""
    answer = ask(_ANNY)
    if "error" in answer:
        return Probe("bodies", "fail", answer["error"], _REINSTALL)
    return Probe("bodies", "ok", f"Anny {answer['anny']} with torch {answer['torch']}")


def samples() -> Probe:
    """The motion-captured sample clips."""
    from synthgen.motion import available

    names = available()
    if not names["deepmimic"]:
        finding = "not installed; scenes with deepmimic: clips cannot be rendered"
        return Probe("captured clips", "warn", finding, "pip install -c constraints.txt '.[samples]'")
    return Probe("captured clips", "ok", f"{len(names['deepmimic'])} DeepMimic, {len(names['builtin'])} built in")


def motion_files() -> Probe:
    """The kinds of motion files that are read, and libraries that reading them lacks."""
    from synthgen.motion.registry import kinds, readers

    lacking = {r.name: r.library for r in readers() if r.library and find_spec(r.library) is None}
    if lacking:
        finding = "; ".join(f"{name} files cannot be read without {library}" for name, library in lacking.items())
        return Probe("motion files", "warn", finding, _REINSTALL)
    return Probe("motion files", "ok", kinds())


def disk(folder: Path) -> Probe:
    """Free disk space where pictures will go: about 0.5 MB per image of 640 × 480."""
    there = next(p for p in (folder.resolve(), *folder.resolve().parents) if p.exists())
    free = shutil.disk_usage(there).free / 1e9
    if free < _LEAST_DISK_GB:
        return Probe("disk", "fail", f"{free:.1f} GB free at {there}", "free some space, or write elsewhere with --out")
    if free < _LITTLE_DISK_GB:
        return Probe("disk", "warn", f"{free:.1f} GB free at {there}", "large datasets need more: write elsewhere")
    return Probe("disk", "ok", f"{free:.0f} GB free at {there}")


def cache(folder: Path | None = None) -> Probe:
    """The folder of fits, bodies and motions (``$SYNTHGEN_CACHE``) can be written."""
    folder = folder or default_cache()
    mend = f"free some room there, or name another folder: {CACHE_VARIABLE}=FOLDER; what is in it may be deleted"
    there = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)) or os.statvfs(there).f_flag & os.ST_RDONLY:
        return Probe("cache", "fail", f"{folder} cannot be written", mend)
    free = shutil.disk_usage(there).free / 1e9
    if free < _LEAST_DISK_GB / 2:
        return Probe("cache", "fail", f"{free:.1f} GB free at {folder}", mend)
    return Probe("cache", "ok", f"{folder}, {free:.0f} GB free")


def embedded_engine(others: list[Probe]) -> Probe:
    """The embedded engine stands on the graphics adapter and the bodies."""
    missing = [c.name for c in others if c.name in ("graphics", "bodies") and c.status == "fail"]
    if missing:
        return Probe("embedded engine", "fail", f"cannot start without: {', '.join(missing)}", "mend that first")
    return Probe("embedded engine", "ok", "can start (synthgen serve)")


def external_engine(host: str, port: int, seconds: float = 3.0) -> Probe:
    """Something that greets as UnrealCV does listens at an address."""
    try:
        with socket.create_connection((host, port), seconds) as link:
            link.settimeout(seconds)
            greeting = link.recv(256)
    except (OSError, UnicodeError) as error:
        mend = "start the engine with the UnrealCV plugin, or correct engine.host and engine.port in the scene"
        return Probe("external engine", "fail", f"{host}:{port}: {error}", mend)
    if b"connected" not in greeting:
        return Probe("external engine", "fail", f"{host}:{port} does not greet as UnrealCV does", "correct engine.port")
    return Probe("external engine", "ok", f"{host}:{port} answers")
