"""The whole chain: scene file → clips → fits → rig motions → shots → frames → dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synthgen.pipeline.render_report import RenderReport
    from synthgen.pipeline.run import render

__all__ = ["RenderReport", "render"]


def __getattr__(name: str) -> Any:
    """What the package offers, loaded when it is asked for: worker processes need other parts of the chain alone."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "run" if name == "render" else "render_report"
    return getattr(import_module(f"{__name__}.{home}"), name)
