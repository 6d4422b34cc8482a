"""``Frame``: image, depth, masks and labels of one shot and camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.core.frames import Camera


@dataclass(frozen=True)
class PointLabels:
    """The labelled points of one person in one image.

    Attributes:
        names: (N,) site names: the 37 keypoints first, then ``L5.body``, ``L5.spinous``, ``L5.skin`` …
        world: (N, 3) metres, world.
        pixels: (N, 3) u, v in pixels (pixel centres at integer + 0.5) and depth in metres; NaN behind the camera.
        reasons: (N,) ``visible``, ``self:<part>``, ``person:<number>``, ``object:<name>`` or ``off_image``.
        margin: (N,) metres from the first surface on the ray to the point, less the tissue that is expected
            between them; NaN off the image.
        flags: (N,) COCO visibility 0, 1 or 2, derived from the reasons by ``capture.visibility``.
        sigma: (N,) positional uncertainty of this label in metres, one standard deviation along one axis.
        sigma_sources: source of ``point_sigma.SOURCES`` → (N,) what it adds to ``sigma``, in squares.
    """

    names: tuple[str, ...]
    world: np.ndarray
    pixels: np.ndarray
    reasons: tuple[str, ...]
    margin: np.ndarray
    flags: np.ndarray
    sigma: np.ndarray
    sigma_sources: dict[str, np.ndarray]


@dataclass(frozen=True)
class PersonLabels:
    """One person in one image.

    Attributes:
        person: the person's id in the shot.
        points: the labelled points.
        bones: (B, 3) world positions of the bones as read back from the engine, metres.
        bone_names: (B,).
        mask: (H, W) bool, the person's visible pixels (clothes and hair included).
        residual_mm: (24,) retarget residual per vertebra at this frame.
    """

    person: int
    points: PointLabels
    bones: np.ndarray
    bone_names: tuple[str, ...]
    mask: np.ndarray
    residual_mm: np.ndarray


@dataclass(frozen=True)
class Frame:
    """One image of one shot, with its labels.

    Attributes:
        shot: shot id.
        camera_index: which of the shot's cameras.
        camera: intrinsics and extrinsics as read back from the engine.
        image: (H, W, 3) uint8 sRGB.
        depth: (H, W) float32 planar depth in metres, inf where nothing was hit.
        people: labels, one per person of the shot, in order, also those outside the image.
        engine: the engine's name and version, and its renderer.
        quality: of a JPEG file of this camera; 0 has none of its own.
        exposure: seconds that the camera was open, 0 an instant; labels are of their middle.
        blur: pixels that the fastest visible bone moved in that time.
    """

    shot: int
    camera_index: int
    camera: Camera
    image: np.ndarray
    depth: np.ndarray
    people: tuple[PersonLabels, ...]
    engine: str
    quality: int = 0
    exposure: float = 0.0
    blur: float = 0.0
