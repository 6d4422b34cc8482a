"""The graphics device: found once, described for logs, and missed with a message that says what to install."""

from __future__ import annotations

import logging
import os
import tempfile

from synthgen.core.errors import EngineError

logger = logging.getLogger(__name__)

REMEDY = (
    "install software Vulkan: apt-get install libvulkan1 mesa-vulkan-drivers (or a graphics driver with Vulkan); "
    "the cpu renderer needs none"
)

_BACKENDS = ("Vulkan", "Metal", "D3D12")


def prepare_environment() -> None:
    """Sets ``XDG_RUNTIME_DIR`` when it is unset: Mesa's and wgpu's loaders complain or fail without it."""
    if not os.environ.get("XDG_RUNTIME_DIR"):
        os.environ["XDG_RUNTIME_DIR"] = tempfile.gettempdir()


def hardware_adapters() -> list[str]:
    """Names of the adapters that pygfx can render with and that are no software; imports wgpu."""
    prepare_environment()
    import wgpu

    infos = [a.info for a in wgpu.gpu.enumerate_adapters_sync()]
    return [i["device"] for i in infos if i["backend_type"] in _BACKENDS and i["adapter_type"] != "CPU"]


def open_device() -> str:
    """Opens the device that pygfx renders with.

    Returns:
        One line: device, kind and driver.

    Raises:
        EngineError: no adapter that can render.
    """
    prepare_environment()
    import wgpu

    adapters = wgpu.gpu.enumerate_adapters_sync()
    usable = [a for a in adapters if a.info["backend_type"] in _BACKENDS]
    if not usable:
        found = ", ".join(a.summary for a in adapters) or "none"
        raise EngineError(
            f"no graphics adapter for rendering\n  expected: a Vulkan, Metal or D3D12 adapter\n"
            f"  got: {found}\n  remedy: {REMEDY}"
        )
    from pygfx.renderers.wgpu import get_shared

    try:
        info = get_shared().adapter.info
    except RuntimeError as error:
        raise EngineError(f"the graphics device cannot be opened ({error})\n  remedy: {REMEDY}") from error
    line = f"{info['device']} ({info['backend_type']}, {info['description']})"
    logger.info("renders on %s", line)
    if info["adapter_type"] == "CPU":
        logger.warning("this adapter is software: pictures are right but slow; a graphics driver makes them faster")
    return line
