"""What must hold for every image record and the people in it: typed issues, one per broken promise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from synthgen.dataset.issues import Issue, error
from synthgen.dataset.records import VERTEBRA_POINTS, annotation_id
from synthgen.skeleton import KEYPOINTS, VERTEBRAE

PROJECTION_PX = 0.01
"""A written 2D point lies this near to the projection of its written 3D point."""

CAMERA_M = 1e-5
"""A written camera-frame point lies this near to the written world point brought into the camera's frame."""


def check_image(out: Path, image: dict[str, Any]) -> Iterator[Issue]:
    """Checks one image record (with ``people``) and its picture files."""
    where = f"image {image['id']}"
    size = (image["width"], image["height"])
    names = [image["file_name"], image["mask_file_name"]] + [image["depth_file_name"]] * bool(image["depth_file_name"])
    owner = None
    for name in names:
        try:
            with Image.open(out / name) as picture:
                if picture.size != size:
                    yield error(
                        "picture-size", name, f"expected {size[0]}×{size[1]} as in the record, got {picture.size}"
                    )
                elif name == image["mask_file_name"]:
                    owner = np.asarray(picture)
                else:
                    picture.verify()
        except (OSError, SyntaxError) as fault:
            yield error("picture-unreadable", name, f"{fault}")
    extrinsics = np.array(image["extrinsics"])
    if not np.allclose(extrinsics[:3, :3] @ extrinsics[:3, :3].T, np.eye(3), atol=1e-6):
        yield error("camera", where, "the extrinsics' rotation is not one")
    for index, person in enumerate(image["people"]):
        yield from check_person(image, person, index, owner)
    if owner is not None and owner.max() > len(image["people"]):
        yield error("mask-person", where, f"its mask shows person {owner.max()} of {len(image['people'])}")


def check_person(
    image: dict[str, Any], person: dict[str, Any], index: int, owner: np.ndarray | None
) -> Iterator[Issue]:
    """Checks one annotation.

    Args:
        image: the image record.
        person: the annotation record.
        index: its place among the image's people, from 0.
        owner: (H, W) the mask file, or None when it cannot be read.
    """
    where = f"annotation {person['id']}"
    if (person["id"], person["image_id"]) != (annotation_id(image["id"], index), image["id"]):
        yield error("annotation-id", where, f"expected {annotation_id(image['id'], index)} of image {image['id']}")
    if person["category_id"] != 1 or person["iscrowd"] != 0:
        yield error("category", where, "a person has category 1 and is no crowd")
    keypoints = np.array(person["keypoints"], float).reshape(-1, 3)
    if person["num_keypoints"] != (keypoints[:, 2] > 0).sum():
        yield error("num-keypoints", where, f"says {person['num_keypoints']}, has {(keypoints[:, 2] > 0).sum()}")
    mask, issues = _mask(image, person, owner, where)
    yield from issues
    world, camera = np.array(person["keypoints_3d"], float), np.array(person["keypoints_3d_camera"], float)
    extrinsics = np.array(image["extrinsics"])
    if (
        world.shape != camera.shape
        or np.abs(world @ extrinsics[:3, :3].T + extrinsics[:3, 3] - camera).max() > CAMERA_M
    ):
        yield error("camera-points", where, "keypoints_3d and keypoints_3d_camera do not agree")
    groups = [("keypoint", KEYPOINTS, keypoints, world, person["keypoint_reasons"])]
    for kind in VERTEBRA_POINTS:
        group = person["vertebrae"][kind]
        names = tuple(f"{v}.{kind}" for v in VERTEBRAE)
        groups.append(
            (kind, names, np.array(group["keypoints"], float), np.array(group["points_3d"]), group["reasons"])
        )
    for name, names, labels, points, reasons in groups:
        if labels.shape != (len(names), 3) or points.shape != (len(names), 3) or len(reasons) != len(names):
            yield error("point-count", where, f"expected {len(names)} {name} points with 2D, 3D and a reason each")
        else:
            yield from _points(image, names, labels, points, reasons, mask, where)


def _mask(
    image: dict[str, Any], person: dict[str, Any], owner: np.ndarray | None, where: str
) -> tuple[np.ndarray | None, list[Issue]]:
    """The decoded segmentation, and what does not agree with it."""
    from pycocotools import mask as rle

    if person["segmentation"]["size"] != [image["height"], image["width"]]:
        return None, [error("mask-size", where, "the segmentation's size is not the image's")]
    try:
        mask = rle.decode(person["segmentation"]).astype(bool)
    except (ValueError, TypeError) as fault:
        return None, [error("mask-unreadable", where, f"{fault}")]
    issues = []
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = [0.0] * 4
    if len(rows):
        box = [float(columns[0]), float(rows[0]), float(np.ptp(columns) + 1), float(np.ptp(rows) + 1)]
    if person["area"] != mask.sum():
        issues.append(error("area", where, f"says {person['area']}, the segmentation has {mask.sum()}"))
    if person["bbox"] != box:
        issues.append(error("bbox", where, f"says {person['bbox']}, the segmentation has {box}"))
    if owner is not None and not np.array_equal(owner == person["person"]["number"], mask):
        issues.append(error("mask-differs", where, f"the segmentation is not what {image['mask_file_name']} shows"))
    return mask, issues


def _points(
    image: dict[str, Any],
    names: tuple[str, ...],
    labels: np.ndarray,
    points: np.ndarray,
    reasons: list[str],
    mask: np.ndarray | None,
    where: str,
) -> Iterator[Issue]:
    """Flags follow from reasons, 2D from 3D, and what is seen lies on the person."""
    uv, depth = _project(image, points)
    width, height = image["width"], image["height"]
    inside = (depth > 0) & (uv[:, 0] >= 0) & (uv[:, 0] < width) & (uv[:, 1] >= 0) & (uv[:, 1] < height)
    off = np.linalg.norm(uv - labels[:, :2], axis=1)
    # At the very border rounding may decide which side a point lies on.
    border = np.minimum(np.abs(uv), np.abs(uv - (width, height))).min(1) < PROJECTION_PX
    for i, (name, (x, y, flag), reason) in enumerate(zip(names, labels, reasons, strict=True)):
        if flag != {"visible": 2, "off_image": 0}.get(reason, 1):
            yield error("flag", where, f"{name} has flag {flag:g} for the reason {reason!r}")
        elif not (reason in ("visible", "off_image") or reason.split(":")[0] in ("self", "person", "object")):
            yield error("reason", where, f"{name} has the unknown reason {reason!r}")
        elif flag == 0:
            if (x, y) != (0, 0):
                yield error("point-unlabelled", where, f"{name} has flag 0, so x and y must be 0, got {x:g}, {y:g}")
            if inside[i] and not border[i]:
                yield error("point-outside", where, f"{name} is called off the image but projects to {uv[i].round(1)}")
        elif not (0 <= x <= width and 0 <= y <= height):
            yield error("point-outside", where, f"{name} has flag {flag:g} but lies at {x:g}, {y:g}")
        elif not off[i] <= PROJECTION_PX:
            yield error("projection", where, f"{name} is written {off[i]:.3f} px from the projection of its 3D point")
        elif flag == 2 and mask is not None and not mask[min(int(y), height - 1), min(int(x), width - 1)]:
            yield error("off-mask", where, f"{name} is called visible but does not lie on the person's mask")


def _project(image: dict[str, Any], points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N, 3) world → (N, 2) pixels and (N,) depth, by the matrices of the record."""
    extrinsics, intrinsics = np.array(image["extrinsics"]), np.array(image["intrinsics"])
    camera = points @ extrinsics[:3, :3].T + extrinsics[:3, 3]
    with np.errstate(divide="ignore", invalid="ignore"):
        pixels = camera @ intrinsics.T
        return pixels[:, :2] / pixels[:, 2:], camera[:, 2]
