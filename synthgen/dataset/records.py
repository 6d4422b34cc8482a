"""From a :class:`Frame` to plain JSON-able records: one for the image, one per person in it.

Ids: image id = shot id × cameras + camera index; annotation id = image id × 1000 + person number, where the
people of a shot are numbered 1, 2, … in order. (Numbers start at 1 because ``pycocotools`` takes an annotation
with id 0 for "no match", which costs the first person of image 0 its score.)

Everything is rounded here, once: pixels to 1/1000, lengths to 1 µm, rotations to 1e-9. What is written to
Parquet and to COCO is the same rounded number, so both hold the same bytes on any number of workers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from synthgen.capture.frame import Frame, PersonLabels, PointLabels
from synthgen.capture.point_sigma import SOURCES
from synthgen.core.frames import Camera
from synthgen.core.lens import NO_LENS
from synthgen.core.skeleton import KEYPOINTS, VERTEBRAE
from synthgen.dataset.clinical import SACRUM_POINTS, clinical_record, posture_record
from synthgen.dataset.layout import depth_name, image_name, mask_name
from synthgen.world.shot import PersonSpec, Shot

VERTEBRA_POINTS: tuple[str, ...] = ("body", "spinous", "skin")
"""The three points of every vertebra: body centre, spinous-process tip, nearest skin point on the back."""

PEOPLE_PER_IMAGE = 1000
"""Annotation ids leave room for this many people per image."""


def image_id(shot: int, cameras: int, camera: int) -> int:
    """Id of the image that camera number ``camera`` (of ``cameras``) takes of a shot."""
    return shot * cameras + camera


def annotation_id(image: int, index: int) -> int:
    """Id of the annotation of the person at ``index`` (from 0) of the shot's people."""
    if not 0 <= index < PEOPLE_PER_IMAGE - 1:
        raise ValueError(f"an image holds at most {PEOPLE_PER_IMAGE - 1} people, got index {index}")
    return image * PEOPLE_PER_IMAGE + index + 1


def frame_records(
    frame: Frame, shot: Shot, shard: int, image_format: str = "png", depth: bool = False
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The records of one image.

    Args:
        frame: what the engine and the labeller made.
        shot: what it was made from.
        shard: number of the shard that the image belongs to; it names the folders.
        image_format: ``png`` or ``jpg``.
        depth: whether a depth file is written beside the image.

    Returns:
        The image record, and one record for **every** person of the shot, in order, also for those without a
        visible pixel (``area`` 0, empty segmentation). The COCO export leaves those out; the Parquet keeps them.
    """
    if frame.shot != shot.id or len(frame.people) != len(shot.people):
        raise ValueError(f"frame of shot {frame.shot} with {len(frame.people)} people is not of shot {shot.id}")
    number = image_id(shot.id, len(shot.cameras), frame.camera_index)
    camera = frame.camera
    image = {
        "id": number,
        "shot": shot.id,
        "camera": frame.camera_index,
        "file_name": image_name(shard, number, image_format),
        "mask_file_name": mask_name(shard, number),
        "depth_file_name": depth_name(shard, number) if depth else None,
        "width": camera.width,
        "height": camera.height,
        "intrinsics": _plain(camera.intrinsics, 6),
        "extrinsics": _plain(camera.extrinsics, 9),
        "distortion": list(camera.distortion or NO_LENS),
        "exposure_time": frame.exposure,
        "motion_blur": frame.blur,
        "engine": frame.engine,
    }
    people = [
        _annotation(labels, person, camera, number, index)
        for index, (labels, person) in enumerate(zip(frame.people, shot.people, strict=True))
    ]
    return image, people


def _annotation(labels: PersonLabels, person: PersonSpec, camera: Camera, image: int, index: int) -> dict[str, Any]:
    from pycocotools import mask as rle

    if labels.person != person.id:
        raise ValueError(f"labels of person {labels.person} stand where person {person.id} of the shot belongs")
    points = labels.points
    n = len(KEYPOINTS)
    if points.names[:n] != KEYPOINTS:
        raise ValueError(f"the first {n} labelled points must be the keypoints in order, got {points.names[:n]}")
    keypoints = _flat_keypoints(points, slice(0, n))
    world = dict(zip(points.names, np.round(points.world, 6), strict=True))
    run_lengths = rle.encode(np.asfortranarray(labels.mask, dtype=np.uint8))
    return {
        "id": annotation_id(image, index),
        "image_id": image,
        "category_id": 1,
        "iscrowd": 0,
        "keypoints": [value for row in keypoints for value in row],
        "num_keypoints": int((points.flags[:n] > 0).sum()),
        "bbox": [float(v) for v in rle.toBbox(run_lengths)],
        "area": int(rle.area(run_lengths)),
        "segmentation": {"size": [int(s) for s in run_lengths["size"]], "counts": run_lengths["counts"].decode()},
        "bbox_points": _points_box(points),
        "keypoints_3d": _plain(points.world[:n], 6),
        "keypoints_3d_camera": _plain(camera.to_camera(points.world[:n]), 6),
        "keypoint_reasons": list(points.reasons[:n]),
        "keypoint_margin": _plain(points.margin[:n], 4),
        "keypoint_sigma": _plain(points.sigma[:n], 4),
        "sigma_sources": {source: _plain(points.sigma_sources[source][:n], 4) for source in SOURCES},
        "vertebrae": {kind: _vertebra_points(points, kind) for kind in VERTEBRA_POINTS},
        "sacrum_3d": {kind: _plain(world[f"sacrum.{kind}"], 6) for kind in SACRUM_POINTS},
        "retarget_residual_mm": _plain(labels.residual_mm, 2),
        "clinical": clinical_record(world),
        "posture": posture_record(person.posture),
        "person": {
            "id": person.id,
            "number": index + 1,
            "character": person.character,
            "clip": person.clip,
            "frame": person.frame,
            "body": person.body.model_dump(),
        },
    }


def _vertebra_points(points: PointLabels, kind: str) -> dict[str, Any]:
    """One of the three points of all 24 vertebrae, in the order of ``skeleton.VERTEBRAE``."""
    index = {name: i for i, name in enumerate(points.names)}
    rows = [index[f"{vertebra}.{kind}"] for vertebra in VERTEBRAE]
    return {
        "keypoints": _flat_keypoints(points, rows),
        "points_3d": _plain(points.world[rows], 6),
        "reasons": [points.reasons[i] for i in rows],
        "margin": _plain(points.margin[rows], 4),
        "sigma": _plain(points.sigma[rows], 4),
    }


def _flat_keypoints(points: PointLabels, rows: slice | list[int]) -> list[list[float]]:
    """[x, y, v] per point; x and y are 0 where v is 0, as COCO demands."""
    flags = np.asarray(points.flags)[rows]
    pixels = np.where(flags[:, None] > 0, points.pixels[rows, :2], 0.0)
    return [[*_plain(xy, 3), int(flag)] for xy, flag in zip(pixels, flags, strict=True)]


def _points_box(points: PointLabels) -> list[float] | None:
    """x, y, w, h around all labelled points, hidden and off-image ones too; None when all lie behind the camera."""
    pixels = points.pixels[np.isfinite(points.pixels[:, :2]).all(-1), :2]
    if not len(pixels):
        return None
    low, high = pixels.min(0), pixels.max(0)
    box: list[float] = _plain(np.concatenate([low, high - low]), 3)
    return box


def _plain(values: np.ndarray, decimals: int) -> Any:
    """Nested lists of rounded floats; NaN becomes None, −0 becomes 0."""
    rounded = np.round(np.asarray(values, float), decimals) + 0.0
    plain = rounded.astype(object)
    plain[~np.isfinite(rounded)] = None
    return plain.tolist()
