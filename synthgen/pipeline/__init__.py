"""The whole chain: scene file → clips → fits → rig motions → shots → frames → dataset."""

from synthgen.pipeline.recipe import render
from synthgen.pipeline.render_report import RenderReport

__all__ = ["RenderReport", "render"]
