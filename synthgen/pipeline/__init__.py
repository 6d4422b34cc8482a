"""The whole chain: scene file → clips → fits → rig motions → shots → frames → dataset."""

from synthgen.pipeline.recipe import RenderReport, render

__all__ = ["RenderReport", "render"]
