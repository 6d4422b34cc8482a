"""Pictures of a fit over time: errors, angles, ranges, clinical measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthgen.biomech.clinical import ClinicalMeasures, constants
from synthgen.biomech.page.drawing import (
    AMBER,
    BLUE,
    FAINT,
    GREEN,
    INK,
    REGION_COLOURS,
    WIDTH,
    course,
    figure,
    style,
)
from synthgen.biomech.solving.ranges import MOST_OF, pressed_share
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.bodyparts import PLANES

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def error_figure(motion: SpineMotion) -> Figure:
    """Errors of the points as measured over time, against OpenSim's guidance; soft points left out."""
    hard = [i for i, n in enumerate(motion.marker_names) if n not in reference_body().soft]
    error = 1000 * motion.marker_error[:, hard]
    seen = np.isfinite(error)
    empty = np.where(seen.any(1), 0.0, np.nan)  # frames in which nothing was measured
    rms = empty + np.sqrt(np.where(seen, error, 0) ** 2 @ np.ones(len(hard)) / np.maximum(seen.sum(1), 1))
    most = empty + np.where(seen, error, 0).max(1, initial=0)
    time = np.arange(motion.frames) / motion.fps
    picture, axes = figure(WIDTH, 2.5)
    for values, limit, colour, name in ((most, 40, AMBER, "largest"), (rms, 20, BLUE, "RMS")):
        course(axes, time, values, colour, name)
        axes.axhline(limit, color=colour, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.text(time[-1], limit + 0.6, f"{limit} mm", fontsize=7.5, color=colour, va="bottom", ha="right")
    style(axes, "Distance of the model's markers from the clip's; dashed: OpenSim's guidance", "mm", time=True)
    axes.set_ylim(0, max(48.0, 1.1 * float(np.nan_to_num(most).max())))
    axes.legend(fontsize=8, frameon=False, loc="lower right", bbox_to_anchor=(1, 1), borderpad=0, ncols=2)
    return picture


def region_figure(motion: SpineMotion) -> Figure:
    """Angles of the spine's regions from neutral standing over time, one panel per plane."""
    body, time = reference_body(), np.arange(motion.frames) / motion.fps
    picture, axes = figure(WIDTH, 3.0, ncols=3)
    signs = {"flexion": "forwards +", "lateral": "to the right +", "rotation": "to the left +"}
    for plane, panel in zip(PLANES, axes, strict=True):
        for region, colour in REGION_COLOURS.items():
            column = body.rhythm[:, body.rhythm_names.index(f"{region}_{plane}")]
            angle = np.degrees(motion.q[:, column != 0].sum(1))
            course(panel, time, angle, colour, region.replace("_", " "))
        style(panel, f"{plane.capitalize()}, {signs[plane]}", "°", time=True)
    picture.legend(*axes[0].get_legend_handles_labels(), fontsize=8, frameon=False, ncols=4, loc="outside lower left")
    return picture


def limits_figure(motion: SpineMotion, body: BodyModel) -> Figure:
    """Share of each region's range whose levels stand at their limits to one side, over time; a panel per plane."""
    shares, time = 100 * pressed_share(body, motion.q), np.arange(motion.frames) / motion.fps
    picture, axes = figure(WIDTH, 2.3, ncols=3, sharey=True)
    for plane, panel in zip(PLANES, axes, strict=True):
        for region, colour in REGION_COLOURS.items():
            course(
                panel, time, shares[:, body.rhythm_names.index(f"{region}_{plane}")], colour, region.replace("_", " ")
            )
        panel.axhline(100 * MOST_OF, color=FAINT, linewidth=0.9, linestyle=(0, (4, 3)))
        style(panel, plane.capitalize(), "% at its limit", time=True)
        panel.set_ylim(-3, 103)
    picture.legend(*axes[0].get_legend_handles_labels(), fontsize=8, frameon=False, ncols=4, loc="outside lower left")
    return picture


def clinical_figure(measures: ClinicalMeasures, fps: float) -> Figure:
    """Every clinical measure over time with the band of usual standing values."""
    rows, time = constants()["measures"], np.arange(measures.frames) / fps
    picture, axes = figure(WIDTH, 4.2, ncols=4, nrows=2)
    for (name, values), panel in zip(measures.values.items(), axes.flat, strict=False):
        row = rows[name]
        panel.axhspan(*row["usual"], color=GREEN, alpha=0.13, linewidth=0)
        course(panel, time, values, BLUE)
        style(panel, row["title"], "°" if row["unit"] == "deg" else "mm", time=True)
        panel.set_title(row["title"], fontsize=8.5, loc="left", color=INK)
        if not np.isfinite(values).any():
            panel.text(0.5, 0.5, "not upright", transform=panel.transAxes, ha="center", fontsize=8, color=FAINT)
    return picture
