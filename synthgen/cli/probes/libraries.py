"""Graphics, OpenSim and Anny, each tried in a process of its own: drivers and native libraries may crash or hang."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from synthgen.cli.probes.probe import REINSTALL, Probe, ask_process

Ask = Callable[[str], dict[str, Any]]

_VULKAN = "apt-get update && apt-get install -y --no-install-recommends libvulkan1 mesa-vulkan-drivers"

_ADAPTERS = """
import json, wgpu
found = [dict(a.info) for a in wgpu.gpu.enumerate_adapters_sync()]
print(json.dumps({"adapters": [{k: a[k] for k in ("device", "backend_type", "adapter_type")} for a in found]}))
"""


def vulkan(ask: Ask = ask_process) -> Probe:
    """A graphics adapter that the embedded engine can render with."""
    answer = ask(_ADAPTERS)
    if "error" in answer:
        return Probe("graphics", "fail", answer["error"], f"{_VULKAN}; if wgpu is missing: {REINSTALL}")
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


def opensim(ask: Ask = ask_process) -> Probe:
    """OpenSim imports and builds a model of one joint."""
    answer = ask(_OPENSIM)
    if answer.get("coordinates") != 1:
        return Probe("opensim", "fail", answer.get("error", "built a wrong model"), REINSTALL)
    return Probe("opensim", "ok", f"OpenSim {answer['version']}")


_ANNY = """
import json
from importlib.metadata import version
import anny, torch
print(json.dumps({"anny": version("anny"), "torch": torch.__version__}))
"""


def anny(ask: Ask = ask_process) -> Probe:
    """Anny, which makes the bodies, imports with its torch."""
    answer = ask(_ANNY)
    if "error" in answer:
        return Probe("bodies", "fail", answer["error"], REINSTALL)
    return Probe("bodies", "ok", f"Anny {answer['anny']} with torch {answer['torch']}")
