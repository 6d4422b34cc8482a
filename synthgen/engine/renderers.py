"""What draws the stage: one interface, two renderers, and which of them this machine gets.

``cpu`` is compiled by numba and needs no graphics driver; ``gpu`` is pygfx over Vulkan, Metal or Direct3D 12. Both
draw the same surfaces, lights and tone curve, and labels do not depend on which it was. ``auto`` takes the GPU where
a real one is found: on a software driver pygfx is several times slower than our own kernels.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from synthgen.core.errors import EngineError
from synthgen.engine.picture import Picture
from synthgen.engine.presence import may_have_gpu
from synthgen.engine.stage import Stage, StageCamera

RendererKind = Literal["cpu", "gpu"]
RendererChoice = Literal["auto", "cpu", "gpu"]


class Renderer(Protocol):
    """What the engine needs of a renderer.

    Attributes:
        description: one line for logs and labels: what draws, and on which device.
    """

    description: str

    def warm_up(self) -> None:
        """Does what the first picture would otherwise wait for."""
        ...

    def draw(self, stage: Stage, camera: StageCamera) -> Picture:
        """The picture that a camera sees; the last one again when nothing has changed since."""
        ...


@dataclass(frozen=True)
class Chosen:
    """Which renderer a choice comes to on this machine, and why, as a sentence."""

    kind: RendererKind
    reason: str


def choose(choice: RendererChoice = "auto") -> Chosen:
    """Settles ``auto``: the GPU where the machine has a real one that can be opened, else the CPU."""
    if choice != "auto":
        return Chosen(choice, "it was asked for")
    if not may_have_gpu():
        return Chosen("cpu", "this machine has no graphics device")
    try:
        from synthgen.engine.gpu.device import hardware_adapters

        found = hardware_adapters()
    except (ImportError, OSError, RuntimeError) as error:
        return Chosen("cpu", f"graphics devices cannot be listed ({error})")
    if not found:
        return Chosen("cpu", "no graphics device has a Vulkan, Metal or Direct3D 12 driver")
    return Chosen("gpu", f"there is a graphics device: {found[0]}")


def open_renderer(choice: RendererChoice = "auto", cache: Path | None = None) -> Renderer:
    """Opens a renderer; the libraries of the other one are not imported.

    Args:
        choice: which.
        cache: folder in which compiled kernels are kept; None for the one of every verb.

    Raises:
        EngineError: ``gpu`` was asked for and no adapter can render.
    """
    chosen = choose(choice)
    if chosen.kind == "cpu":
        from synthgen.engine.cpu.renderer import CpuRenderer

        return CpuRenderer(cache)
    from synthgen.engine.gpu.renderer import GpuRenderer

    try:
        return GpuRenderer()
    except EngineError:
        if choice == "gpu":
            raise
        return open_renderer("cpu", cache)
