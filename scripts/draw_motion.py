"""Draws the pictures of docs/motion.md: stick figures of the exercises, and the markers of the shipped sets."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

from synthgen.core.bodymodel import reference_body
from synthgen.core.files.whole import whole_file
from synthgen.core.skeleton import VERTEBRAE
from synthgen.motion import load
from synthgen.motion.clip import Clip
from synthgen.motion.exercises import exercises
from synthgen.motion.marker_sets import shipped, sole_below_hips
from synthgen.motion.normalise.size import positions_in_standing

matplotlib.use("Agg")
import matplotlib.pyplot as plt

DOCS = Path(__file__).resolve().parent.parent / "docs" / "images"
LEFT, RIGHT, MIDDLE, FAINT = "#b3473a", "#2f5f9e", "#2b2b2b", "#8a8a8a"
STRIP = ("builtin:squat", "builtin:forward_bend", "builtin:side_bend", "builtin:lunge_rotation", "builtin:cat_cow")
VIEWS = {"builtin:side_bend": 1, "builtin:lunge_rotation": 0}
FIGURES = 5
COLUMNS = 4
ACROSS = dict.fromkeys(
    (
        "side_bend",
        "standing_twist",
        "reach_aside",
        "asymmetric_lift",
        "golf_swing",
        "triangle",
        "twisted_sitting",
        "supine_twist",
        "side_plank",
    ),
    1,
)
"""Exercises of the grid that are seen from the front."""
MOMENTS = {
    "side_bend": 0.75,
    "asymmetric_lift": 0.7,
    "golf_swing": 0.78,
    "tennis_serve": 0.53,
    "throw": 0.62,
    "squat_twist": 0.75,
    "reach_aside": 0.66,
    "twisted_sitting": 0.75,
    "side_plank": 0.7,
    "standing_twist": 0.75,
}
"""Share of the clip at which the third moment is, where it is not 0.54."""
BONES = [
    (("pelvis", "sacrum", "T8", "C7", "head_centre", "head_top"), MIDDLE),
    *(
        ([f"{side}_{n}" for n in names], colour)
        for side, colour in (("left", LEFT), ("right", RIGHT))
        for names in (("hip", "knee", "ankle", "toe_base", "toe_tip"), ("shoulder", "elbow", "wrist", "hand_tip"))
    ),
    (("left_hip", "right_hip"), MIDDLE),
    (("left_shoulder", "C7", "right_shoulder"), MIDDLE),
]
SETS = (("plug_in_gait", 0), ("cmu_41", 1), ("rajagopal_2016", 1))
"""Marker sets and the axis that runs to the right of their panel: 0 from the right side, 1 from the front."""


def strip(path: Path) -> None:
    """Five moments of five built-in exercises, left parts red, right parts blue."""
    picture, panels = plt.subplots(len(STRIP), 1, figsize=(7.6, 8.6))
    for panel, source in zip(panels, STRIP, strict=True):
        clip = load(source)
        axis = VIEWS.get(source, 0)
        _figures(panel, clip, axis)
        panel.set_title(
            f"{source}, {'from the right' if axis == 0 else 'from the front'}",
            fontsize=8,
            color=FAINT,
            loc="left",
            pad=2,
        )
    picture.tight_layout(h_pad=0.6)
    with whole_file(path) as file:
        picture.savefig(file, dpi=100)


def grid(path: Path) -> None:
    """Three moments of every built-in exercise."""
    names = exercises()
    rows = -(-len(names) // COLUMNS)
    picture, panels = plt.subplots(rows, COLUMNS, figsize=(10.5, 1.12 * rows))
    for panel in panels.flat:
        panel.set_axis_off()
    for panel, name in zip(panels.flat, names, strict=False):
        clip, axis = load(f"builtin:{name}"), ACROSS.get(name, 0)
        for k, t in enumerate((0.04 * clip.frames, 0.30 * clip.frames, MOMENTS.get(name, 0.54) * clip.frames)):
            _figure(panel, clip, int(t), axis, 2.1 * k, 1.1)
        panel.axhline(0, color=FAINT, lw=0.5)
        panel.set(xlim=(-1.1, 5.3), ylim=(-0.1, 2.2))
        panel.set_aspect("equal")
        panel.set_title(f"{name}{', from the front' if axis else ''}", fontsize=7, color=FAINT, loc="left", pad=1)
    picture.tight_layout(h_pad=0.2, w_pad=0.2)
    with whole_file(path) as file:
        picture.savefig(file, dpi=90)


def _figure(panel: Any, clip: Clip, frame: int, axis: int, across: float, width: float) -> None:
    """One moment, the pelvis at ``across``; seen from the front the person's left is at the right."""
    middle = clip.points["pelvis"][frame, axis]
    for names, colour in BONES:
        line = np.array([clip.points[n][frame] for n in names])
        panel.plot(line[:, axis] - middle + across, line[:, 2], color=colour, lw=width, solid_capstyle="round")


def _figures(panel: Any, clip: Clip, axis: int) -> None:
    for k, t in enumerate(np.linspace(0, clip.frames - 1, FIGURES).round().astype(int)):
        _figure(panel, clip, int(t), axis, 1.5 * k, 1.6)
        panel.text(1.5 * k, -0.16, f"{t / clip.fps:.1f} s", fontsize=7, color=FAINT, ha="center")
    panel.axhline(0, color=FAINT, lw=0.6)
    panel.set(xlim=(-0.9, 1.5 * (FIGURES - 1) + 0.9), ylim=(-0.25, 2.2))
    panel.set_aspect("equal")
    panel.set_axis_off()


def marker_places(path: Path) -> None:
    """Where the sets' markers sit on the reference adult in quiet standing."""
    body = reference_body()
    world = body.tree.forward(body.neutral()[0])
    up = sole_below_hips(body)
    picture, panels = plt.subplots(1, len(SETS), figsize=(10.5, 6.6))
    for panel, (name, axis) in zip(panels, SETS, strict=True):
        chosen = shipped(name)
        marks = body.points(world)
        for names, colour in BONES[1:]:
            line = np.array([marks[n] for n in names])
            panel.plot(line[:, axis], line[:, 2] + up, color=colour, lw=1, alpha=0.35)
        spine = np.array([world[body.tree.segment_index[v], :3, 3] for v in VERTEBRAE])
        panel.plot(spine[:, axis], spine[:, 2] + up, color=MIDDLE, lw=3, alpha=0.3)
        places = {n: p for n, p in chosen.places.items() if n not in chosen.landmarks}
        standing = positions_in_standing(places, body)
        if axis == 0:
            standing = {n: at for n, at in standing.items() if at[1] < 0.001}
        _named(panel, {n: (float(at[axis]), float(at[2]) + up, float(at[1])) for n, at in standing.items()})
        panel.set_title(f"{name}, {'from the right' if axis == 0 else 'from the front'}", fontsize=8, color=FAINT)
        panel.set(xlim=(-0.55, 0.55), ylim=(-0.25, 1.8))
        panel.set_aspect("equal")
        panel.set_axis_off()
    picture.tight_layout()
    with whole_file(path) as file:
        picture.savefig(file, dpi=100)


def _named(panel: Any, marks: dict[str, tuple[float, float, float]]) -> None:
    """Markers (x and y in the panel, left of the body) with their names in two columns, one above the other."""
    for sign in (-1.0, 1.0):
        lowest = np.inf
        column = {n: m for n, m in marks.items() if (m[0] >= 0) == (sign > 0)}
        for name, (x, y, left) in sorted(column.items(), key=lambda item: -item[1][1]):
            lowest = min(lowest - 0.042, y)
            colour = LEFT if left > 0.001 else RIGHT if left < -0.001 else MIDDLE
            panel.plot([x, sign * 0.34], [y, lowest], color=FAINT, lw=0.4)
            panel.plot(x, y, "o", ms=4, color=colour)
            panel.text(sign * 0.35, lowest, name, fontsize=7, ha="left" if sign > 0 else "right", va="center")


def main() -> None:
    """Writes ``motion-strip.png``, ``motion-exercises.png`` and ``motion-markers.png``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=DOCS, help="folder of the pictures")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    strip(out / "motion-strip.png")
    grid(out / "motion-exercises.png")
    marker_places(out / "motion-markers.png")


if __name__ == "__main__":
    main()
