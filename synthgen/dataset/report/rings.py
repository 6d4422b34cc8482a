"""Rings of one standard deviation around labelled points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from synthgen.core.skeleton import KEYPOINTS, VERTEBRAE
from synthgen.dataset.report.overlay import COLOURS, colour_of, side_of


def draw_rings(picture: Image.Image, image: Mapping[str, Any], person: Mapping[str, Any], scale: float) -> None:
    """A thin ring around every keypoint and vertebral body, as wide as the label is uncertain across the line of sight.

    Args:
        picture: is drawn into; it shows the image ``scale`` times as large.
        image: the image's record; person: one of its annotation records.
        scale: pixels of the picture per pixel of the image.
    """
    draw, bodies = ImageDraw.Draw(picture), person["vertebrae"]["body"]
    labels = [*np.array(person["keypoints"], float).reshape(-1, 3), *np.array(bodies["keypoints"], float)]
    colours = [*(COLOURS[side_of(n)] for n in KEYPOINTS), *(colour_of(v) for v in VERTEBRAE)]
    radii = ring_radii(image, person) * scale
    for (x, y, flag), radius, colour in zip(labels, radii, colours, strict=True):
        if flag and np.isfinite(radius) and radius >= 1:
            x, y = x * scale, y * scale
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], outline=colour)


def ring_radii(image: Mapping[str, Any], person: Mapping[str, Any]) -> np.ndarray:
    """(37 + 24,) pixels of the image that one σ of a keypoint or a vertebral body is; NaN behind the camera."""
    bodies, extrinsics = person["vertebrae"]["body"], np.array(image["extrinsics"], float)
    world = np.array([*person["keypoints_3d"], *bodies["points_3d"]], float)
    depth = world @ extrinsics[2, :3] + extrinsics[2, 3]
    sigma = np.array([*person["keypoint_sigma"], *bodies["sigma"]], float)
    with np.errstate(divide="ignore", invalid="ignore"):
        out: np.ndarray = np.where(depth > 0, sigma * image["intrinsics"][0][0] / depth, np.nan)
    return out
