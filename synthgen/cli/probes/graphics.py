"""What draws: which renderer a choice comes to here, the kernels of the CPU renderer, the adapter of the GPU renderer.

All are asked in processes of their own: graphics drivers may crash or hang.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthgen.cli.probes.probe import REINSTALL, Ask, Probe, ask_process

if TYPE_CHECKING:
    from synthgen.engine.renderers import RendererChoice

VULKAN = "apt-get update && apt-get install -y --no-install-recommends libvulkan1 mesa-vulkan-drivers"
"""Installs software Vulkan, as root."""

COMPILE = "python -m synthgen.engine.cpu.compile"
"""Compiles the kernels of the CPU renderer, with a line for each."""

OTHER = {
    "cpu": "for 'engine: {renderer: gpu}' install a graphics card's driver with Vulkan; without a card software Vulkan "
    f"will do, which is several times slower than the CPU renderer: {VULKAN}",
    "gpu": "'engine: {renderer: cpu}' draws without a graphics device",
}
"""The renderer that is taken → how to get the other."""

_ADAPTERS = """
import json, wgpu
found = [dict(a.info) for a in wgpu.gpu.enumerate_adapters_sync()]
print(json.dumps({"adapters": [{k: a[k] for k in ("device", "backend_type", "adapter_type")} for a in found]}))
"""

_KERNELS = """
import json
from synthgen.core.cache import Cache
from synthgen.engine.cpu.compiled import complete_mark
print(json.dumps({"compiled": complete_mark(Cache.at(None)).exists()}))
"""

_CHOICE = """
import json
from synthgen.engine.renderers import choose
chosen = choose(CHOICE)
print(json.dumps({"kind": chosen.kind, "reason": chosen.reason}))
"""


def drawing(choice: RendererChoice = "auto", ask: Ask = ask_process) -> list[Probe]:
    """Which renderer a choice comes to on this machine and why, how to get the other one, and what draws then."""
    answer = ask(_CHOICE.replace("CHOICE", repr(choice)))
    if "error" in answer:
        return [Probe("renderer", "fail", answer["error"], REINSTALL), kernels(False, ask), graphics(False, ask)]
    kind = answer["kind"]
    renderer = Probe("renderer", "ok", f"{choice} takes {kind}: {answer['reason']}", hint=OTHER[kind])
    return [renderer, kernels(kind == "cpu", ask), graphics(kind == "gpu", ask)]


def kernels(needed: bool, ask: Ask = ask_process) -> Probe:
    """The CPU renderer's kernels, compiled for this processor or not yet.

    Args:
        needed: whether the CPU renderer is taken.
        ask: runs the code that looks.
    """
    answer = ask(_KERNELS)
    if "error" in answer:
        return Probe("kernels", "fail" if needed else "warn", answer["error"], REINSTALL)
    if answer["compiled"]:
        return Probe("kernels", "ok", "compiled for this processor")
    if not needed:
        return Probe("kernels", "ok", "not compiled: the GPU renderer needs none")
    return Probe("kernels", "warn", "not compiled for this processor: the first engine will, in half a minute", COMPILE)


def graphics(needed: bool, ask: Ask = ask_process) -> Probe:
    """A graphics adapter that the GPU renderer can draw with.

    Args:
        needed: whether nothing can be drawn without one; else its absence is no fault.
        ask: runs the code that looks.
    """
    answer = ask(_ADAPTERS)
    if "error" in answer:
        mend = f"{VULKAN}; if wgpu is missing: {REINSTALL}"
        return Probe("graphics", "fail" if needed else "warn", answer["error"], mend)
    usable = [a for a in answer["adapters"] if a["backend_type"] in ("Vulkan", "Metal", "D3D12")]
    if not usable:
        others = ", ".join(f"{a['device']} ({a['backend_type']})" for a in answer["adapters"]) or "none at all"
        finding = f"no Vulkan, Metal or D3D12 adapter; found: {others}"
        if needed:
            return Probe("graphics", "fail", finding, VULKAN)
        return Probe("graphics", "ok", f"{finding}; the CPU renderer needs none")
    hardware = [a for a in usable if a["adapter_type"] != "CPU"]
    best = (hardware or usable)[0]
    text = f"{best['device']} ({best['backend_type']})"
    return Probe("graphics", "ok", text if hardware else f"{text}, software: right but slower than the CPU renderer")
