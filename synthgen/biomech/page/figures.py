"""Pictures of a fit, drawn with matplotlib: errors, angles and the skeleton with its vertebrae.

matplotlib is imported here and nowhere else in the package, and only when a picture is drawn.
"""

from __future__ import annotations

import base64
import io
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from synthgen.biomech.clinical import ClinicalMeasures, constants
from synthgen.biomech.solving.ranges import MOST_OF, pressed_share
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.bodymodel import PLANES, BodyModel, reference_body
from synthgen.core.frames import apply

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT, LINE, PAPER = "#1c1f26", "#69707d", "#d9dde4", "#ffffff"
BLUE, GREEN, AMBER = "#3a7bd5", "#2fa36b", "#e0a53a"
REGION_COLOURS = {"lumbar": "#3a7bd5", "thoracic": "#2fa36b", "cervical": "#e0a53a", "upper_cervical": "#c8504b"}
SIDE_COLOURS = {"left": "#d9857e", "right": "#7f9bd9"}
_WIDTH = 9.6
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


def embedded(picture: Figure, words: str) -> str:
    """The picture as an ``<img>`` that holds its data."""
    data = base64.b64encode(png(picture)).decode()
    return f'<img alt="{words}" src="data:image/png;base64,{data}">'


def _style(axes: Axes, title: str, unit: str, time: bool = False) -> None:
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


def _course(axes: Axes, time: np.ndarray, values: np.ndarray, colour: str, label: str = "") -> None:
    """One line over time; a single frame is a dot."""
    mark = "." if len(values) == 1 else None
    axes.plot(*envelope(time, values), color=colour, linewidth=1.3, label=label, marker=mark)


def error_figure(motion: SpineMotion) -> Figure:
    """Errors of the points as measured over time, against OpenSim's guidance; soft points left out."""
    hard = [i for i, n in enumerate(motion.marker_names) if n not in reference_body().soft]
    error = 1000 * motion.marker_error[:, hard]
    seen = np.isfinite(error)
    empty = np.where(seen.any(1), 0.0, np.nan)  # frames in which nothing was measured
    rms = empty + np.sqrt(np.where(seen, error, 0) ** 2 @ np.ones(len(hard)) / np.maximum(seen.sum(1), 1))
    most = empty + np.where(seen, error, 0).max(1, initial=0)
    time = np.arange(motion.frames) / motion.fps
    picture, axes = figure(_WIDTH, 2.5)
    for values, limit, colour, name in ((most, 40, AMBER, "largest"), (rms, 20, BLUE, "RMS")):
        _course(axes, time, values, colour, name)
        axes.axhline(limit, color=colour, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.text(time[-1], limit + 0.6, f"{limit} mm", fontsize=7.5, color=colour, va="bottom", ha="right")
    _style(axes, "Distance of the model's markers from the clip's; dashed: OpenSim's guidance", "mm", time=True)
    axes.set_ylim(0, max(48.0, 1.1 * float(np.nan_to_num(most).max())))
    axes.legend(fontsize=8, frameon=False, loc="lower right", bbox_to_anchor=(1, 1), borderpad=0, ncols=2)
    return picture


def region_figure(motion: SpineMotion) -> Figure:
    """Angles of the spine's regions from neutral standing over time, one panel per plane."""
    body, time = reference_body(), np.arange(motion.frames) / motion.fps
    picture, axes = figure(_WIDTH, 3.0, ncols=3)
    signs = {"flexion": "forwards +", "lateral": "to the right +", "rotation": "to the left +"}
    for plane, panel in zip(PLANES, axes, strict=True):
        for region, colour in REGION_COLOURS.items():
            column = body.rhythm[:, body.rhythm_names.index(f"{region}_{plane}")]
            angle = np.degrees(motion.q[:, column != 0].sum(1))
            _course(panel, time, angle, colour, region.replace("_", " "))
        _style(panel, f"{plane.capitalize()}, {signs[plane]}", "°", time=True)
    picture.legend(*axes[0].get_legend_handles_labels(), fontsize=8, frameon=False, ncols=4, loc="outside lower left")
    return picture


def limits_figure(motion: SpineMotion, body: BodyModel) -> Figure:
    """Share of each region's range whose levels stand at their limits to one side, over time; a panel per plane."""
    shares, time = 100 * pressed_share(body, motion.q), np.arange(motion.frames) / motion.fps
    picture, axes = figure(_WIDTH, 2.3, ncols=3, sharey=True)
    for plane, panel in zip(PLANES, axes, strict=True):
        for region, colour in REGION_COLOURS.items():
            _course(
                panel, time, shares[:, body.rhythm_names.index(f"{region}_{plane}")], colour, region.replace("_", " ")
            )
        panel.axhline(100 * MOST_OF, color=FAINT, linewidth=0.9, linestyle=(0, (4, 3)))
        _style(panel, plane.capitalize(), "% at its limit", time=True)
        panel.set_ylim(-3, 103)
    picture.legend(*axes[0].get_legend_handles_labels(), fontsize=8, frameon=False, ncols=4, loc="outside lower left")
    return picture


def clinical_figure(measures: ClinicalMeasures, fps: float) -> Figure:
    """Every clinical measure over time with the band of usual standing values."""
    rows, time = constants()["measures"], np.arange(measures.frames) / fps
    picture, axes = figure(_WIDTH, 4.2, ncols=4, nrows=2)
    for (name, values), panel in zip(measures.values.items(), axes.flat, strict=False):
        row = rows[name]
        panel.axhspan(*row["usual"], color=GREEN, alpha=0.13, linewidth=0)
        _course(panel, time, values, BLUE)
        _style(panel, row["title"], "°" if row["unit"] == "deg" else "mm", time=True)
        panel.set_title(row["title"], fontsize=8.5, loc="left", color=INK)
        if not np.isfinite(values).any():
            panel.text(0.5, 0.5, "not upright", transform=panel.transAxes, ha="center", fontsize=8, color=FAINT)
    return picture


def moments_figure(motion: SpineMotion, body: BodyModel, moments: int = 6) -> Figure:
    """The skeleton at some moments: from the side (top) and from behind."""
    frames = np.unique(np.linspace(0, motion.frames - 1, moments).round().astype(int))
    poses = [facing_forward(motion.transforms[f]) for f in frames]
    spans = [_extent(p) for p in poses]
    low, high = min(s[0] for s in spans), max(s[1] for s in spans)
    wide = max(s[2] for s in spans)
    columns = max(4, len(frames))
    picture, axes = figure(_WIDTH, 2 * (_WIDTH / columns * (high - low) / (2 * wide) + 0.2), ncols=columns, nrows=2)
    for column in range(axes.shape[1]):
        for row, view in enumerate(("side", "back")):
            panel = axes[row, column]
            panel.set_axis_off()
            if column >= len(frames):
                continue
            draw_skeleton(panel, poses[column], body, view)
            panel.set_xlim(-wide, wide)
            panel.set_ylim(low, high)
            if row == 0:
                panel.set_title(f"{frames[column] / motion.fps:.2f} s", fontsize=8, color=FAINT)
    return picture


def facing_forward(world: np.ndarray) -> np.ndarray:
    """(S, 4, 4) turned about the vertical and moved so that the pelvis faces X over the origin of the floor."""
    left = world[0, :2, 1]
    yaw = np.arctan2(-left[0], left[1]) if np.linalg.norm(left) > 1e-6 else 0.0
    turn = np.eye(4)
    c, s = np.cos(-yaw), np.sin(-yaw)
    turn[:2, :2] = [[c, -s], [s, c]]
    out = np.array(turn @ world)
    out[:, :2, 3] -= out[0, :2, 3]
    return out


def _extent(world: np.ndarray) -> tuple[float, float, float]:
    """Lowest and highest joint and the farthest from the pelvis' vertical, metres."""
    at = world[:, :3, 3]
    return float(at[:, 2].min()) - 0.2, float(at[:, 2].max()) + 0.2, float(np.abs(at[:, :2]).max()) + 0.2


def draw_skeleton(axes: Axes, world: np.ndarray, body: BodyModel, view: str, *, names: bool = False) -> None:
    """Draws one pose with every vertebra.

    Args:
        axes: where to; equal scales are set.
        world: (S, 4, 4) transforms, metres.
        body: the body of that size.
        view: ``side`` (forward is right), ``front`` or ``back``.
        names: write T1, T12, L5 and so on beside their vertebrae.
    """
    across = {"side": (1.0, 0.0), "front": (0.0, 1.0), "back": (0.0, -1.0)}[view]

    def flat(points: np.ndarray) -> np.ndarray:
        points = np.asarray(points)
        return np.stack([points[..., :2] @ across, points[..., 2]], -1)

    _limbs(axes, world, body, flat)
    _head(axes, world, body, flat)
    for level, points in body.vertebra_points.items():
        place = world[body.tree.segment_index[level]]
        region = "sacrum" if level == "sacrum" else {"L": "lumbar", "T": "thoracic", "C": "cervical"}[level[0]]
        colour = REGION_COLOURS.get(region, "#8a8f99")
        process = flat(apply(place, np.stack([points["body"], points["spinous"]])))
        axes.plot(*process.T, color=colour, linewidth=1.0, alpha=0.8, solid_capstyle="round")
        outline = _hull(flat(apply(place, _block(body, level))))
        axes.fill(*outline.T, facecolor=colour, edgecolor="white", linewidth=0.4)
        if names and level in ("sacrum", "L5", "L3", "L1", "T11", "T8", "T4", "T1", "C6", "C3", "C1"):
            x, y = flat(apply(place, points["body"]))
            way = -1 if view == "side" else 1
            line: dict[str, Any] = {"arrowstyle": "-", "color": LINE, "linewidth": 0.7}
            style: dict[str, Any] = {"fontsize": 8, "color": INK, "va": "center", "ha": "right" if way < 0 else "left"}
            axes.annotate(level, (x, y), (x + way * (0.16 if way < 0 else 0.08), y), arrowprops=line, **style)
    axes.set_aspect("equal")


def _block(body: BodyModel, level: str) -> np.ndarray:
    """(8, 3) corners of a vertebral body in its frame, metres; sizes for the eye only."""
    if level == "sacrum":
        height, depth, width = 0.05, 0.02, 0.04
    else:
        height = 0.8 * body.heights[level]
        size = {"L": 1.0, "T": 0.82, "C": 0.55}[level[0]] * (body.heights["L3"] / 0.0348)
        depth, width = 0.017 * size, 0.023 * size
    corners = np.array([[x, y, z] for x in (-depth, depth) for y in (-width, width) for z in (-height / 2, height / 2)])
    return np.asarray(corners + body.vertebra_points[level]["body"])


def _hull(points: np.ndarray) -> np.ndarray:
    from scipy.spatial import ConvexHull

    return np.asarray(points[ConvexHull(points).vertices])


def _limbs(axes: Axes, world: np.ndarray, body: BodyModel, flat: Any) -> None:
    tree = body.tree
    for segment in tree.segments:
        side = segment.name.partition("_")[0]
        if side not in SIDE_COLOURS or segment.parent is None:
            continue
        ends = [world[tree.segment_index[n]][:3, 3] for n in (segment.parent, segment.name)]
        axes.plot(*flat(np.array(ends)).T, color=SIDE_COLOURS[side], linewidth=2.0, solid_capstyle="round", zorder=1)
    pelvis = [world[tree.segment_index[n]][:3, 3] for n in ("left_thigh", "sacrum", "right_thigh", "left_thigh")]
    axes.fill(*flat(np.array(pelvis)).T, facecolor="#e6e8ed", edgecolor="#b9bfca", linewidth=1.0, zorder=0)
    for side, colour in SIDE_COLOURS.items():
        for tip in ("toe_tip", "hand_tip", "heel"):
            owner, at = body.landmarks[f"{side}_{tip}"]
            place = world[tree.segment_index[owner]]
            line = flat(np.array([place[:3, 3], apply(place, at)]))
            axes.plot(*line.T, color=colour, linewidth=2.0, solid_capstyle="round", zorder=1)


def _head(axes: Axes, world: np.ndarray, body: BodyModel, flat: Any) -> None:
    """An egg around the skull: half axes from its landmarks."""
    place = world[body.tree.segment_index["skull"]]
    top = body.landmarks["head_top"][1][2]
    half = np.array([0.095, 0.072, 0.62 * top])
    u, v = np.meshgrid(np.linspace(0, 2 * np.pi, 24), np.linspace(0, np.pi, 13))
    ball = np.stack([np.cos(u) * np.sin(v), np.sin(u) * np.sin(v), np.cos(v)], -1).reshape(-1, 3)
    outline = _hull(flat(apply(place, ball * half + (0.018, 0, top - half[2]))))
    axes.fill(*outline.T, facecolor="#eceef2", edgecolor="#b9bfca", linewidth=0.8, zorder=0)
    nose = flat(apply(place, np.array([[0.108, 0, 0.035], [0.128, 0, 0.015], [0.105, 0, 0.008]])))
    axes.plot(*nose.T, color="#b9bfca", linewidth=1.0, zorder=0)
