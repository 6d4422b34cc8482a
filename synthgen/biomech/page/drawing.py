"""What all pictures of a fit share: colours, axes, lines over time, PNG.

matplotlib is imported here and nowhere else in the package, and only when a picture is drawn.
"""

from __future__ import annotations

import base64
import io
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT, LINE, PAPER = "#1c1f26", "#69707d", "#d9dde4", "#ffffff"
BLUE, GREEN, AMBER = "#3a7bd5", "#2fa36b", "#e0a53a"
REGION_COLOURS = {"lumbar": "#3a7bd5", "thoracic": "#2fa36b", "cervical": "#e0a53a", "upper_cervical": "#c8504b"}
SIDE_COLOURS = {"left": "#d9857e", "right": "#7f9bd9"}
WIDTH = 9.6
"""Inches of a picture as wide as the page."""
MOST_POINTS = 2000
"""Points of one line in a picture that is some 900 pixels wide."""


def figure(width: float, height: float, **grid: Any) -> tuple[Figure, Any]:
    """A figure of inches and its axes (``Figure.subplots``), in this project's colours."""
    from matplotlib.figure import Figure

    out = Figure(figsize=(width, height), dpi=110, facecolor=PAPER, layout="constrained")
    return out, out.subplots(**grid)


def png(picture: Figure) -> bytes:
    """The picture as PNG; the same picture gives the same bytes."""
    buffer = io.BytesIO()
    picture.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def encoded(picture: Figure) -> str:
    """The picture as PNG in base64, for a page that holds it."""
    return base64.b64encode(png(picture)).decode()


def style(axes: Axes, title: str, unit: str, time: bool = False) -> None:
    """Title, unit and grid of a panel; ``time`` where its axis is seconds."""
    axes.set_title(title, fontsize=10, loc="left", color=INK)
    axes.set_ylabel(unit, fontsize=8, color=FAINT)
    if time:
        axes.set_xlabel("s", fontsize=8, color=FAINT)
    axes.tick_params(labelsize=8, colors=FAINT, length=2)
    axes.grid(color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(LINE)


def envelope(time: np.ndarray, values: np.ndarray, most: int = MOST_POINTS) -> tuple[np.ndarray, np.ndarray]:
    """A course thinned out to at most ``most`` points that looks the same: least and most of every stretch.

    Args:
        time: (T,) rising.
        values: (T,), NaN where there is none; runs without any stay NaN.
        most: an even number.

    Returns:
        times and values, all of them where they are few enough.
    """
    if len(values) <= most:
        return time, values
    edges = np.linspace(0, len(values), most // 2 + 1).round().astype(int)
    kept = []
    for start, stop in pairwise(edges):
        part = values[start:stop]
        if np.isfinite(part).any():
            kept += sorted((start + int(np.nanargmin(part)), start + int(np.nanargmax(part))))
        else:
            kept += [start, stop - 1]
    return time[kept], values[kept]


def course(axes: Axes, time: np.ndarray, values: np.ndarray, colour: str, label: str = "") -> None:
    """One line over time; a single frame is a dot."""
    mark = "." if len(values) == 1 else None
    axes.plot(*envelope(time, values), color=colour, linewidth=1.3, label=label, marker=mark)
