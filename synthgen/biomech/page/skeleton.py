"""Pictures of skeletons with every vertebra."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from synthgen.biomech.page.drawing import FAINT, INK, LINE, REGION_COLOURS, SIDE_COLOURS, WIDTH, figure
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.bodymodel import BodyModel
from synthgen.core.frames import apply

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Flat = Callable[[np.ndarray], np.ndarray]
"""(…, 3) metres in the world → (…, 2) on the paper."""


def moments_figure(motion: SpineMotion, body: BodyModel, moments: int = 6) -> Figure:
    """The skeleton at some moments: from the side (top) and from behind."""
    frames = np.unique(np.linspace(0, motion.frames - 1, moments).round().astype(int))
    poses = [facing_forward(motion.transforms[f]) for f in frames]
    spans = [_extent(p) for p in poses]
    low, high = min(s[0] for s in spans), max(s[1] for s in spans)
    wide = max(s[2] for s in spans)
    columns = max(4, len(frames))
    picture, axes = figure(WIDTH, 2 * (WIDTH / columns * (high - low) / (2 * wide) + 0.2), ncols=columns, nrows=2)
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


def _limbs(axes: Axes, world: np.ndarray, body: BodyModel, flat: Flat) -> None:
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


def _head(axes: Axes, world: np.ndarray, body: BodyModel, flat: Flat) -> None:
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
