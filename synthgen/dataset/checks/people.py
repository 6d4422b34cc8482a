"""What must hold for every image record and the people in it: typed issues, one per broken promise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from synthgen.core.skeleton import KEYPOINTS, REGIONS, VERTEBRAE
from synthgen.dataset.checks.issues import Issue, error
from synthgen.dataset.clinical import check_clinical
from synthgen.dataset.records import VERTEBRA_POINTS, annotation_id

PROJECTION_PX = 0.01
"""A written 2D point lies this near to the projection of its written 3D point."""

CAMERA_M = 1e-5
"""A written camera-frame point lies this near to the written world point brought into the camera's frame."""

DAMAGE = (OSError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError)
"""What reading a record raises whose fields are missing, null or of another form."""


def check_image(out: Path, image: dict[str, Any]) -> Iterator[Issue]:
    """Checks one image record (with ``people``) and its picture files; what is damaged is an issue, too."""
    where = f"image {image.get('id')}"
    try:
        yield from _check_image(out, image, where)
    except DAMAGE as fault:
        yield _unreadable(where, fault)


def _unreadable(where: str, fault: Exception) -> Issue:
    return error("record-unreadable", where, f"{type(fault).__name__}: {fault}")


def _check_image(out: Path, image: dict[str, Any], where: str) -> Iterator[Issue]:
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
    issue = _check_camera(image, where)
    if issue:
        yield issue
        return
    for index, person in enumerate(image["people"]):
        try:
            yield from check_person(image, person, index, owner)
        except DAMAGE as fault:
            yield _unreadable(f"annotation {annotation_id(image['id'], index)}", fault)
    if owner is not None and owner.max() > len(image["people"]):
        yield error("mask-person", where, f"its mask shows person {owner.max()} of {len(image['people'])}")


def _check_camera(image: dict[str, Any], where: str) -> Issue | None:
    """The matrices have their form and the rotation is one; without that no point can be checked."""
    extrinsics, intrinsics = _finite(image["extrinsics"], (4, 4)), _finite(image["intrinsics"], (3, 3))
    if extrinsics is None or intrinsics is None:
        return error("camera", where, "expected 4×4 numbers as extrinsics and 3×3 as intrinsics")
    rotation = extrinsics[:3, :3]
    if not np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-6):
        return error("camera", where, "the extrinsics' rotation is not one")
    if np.linalg.det(rotation) < 0:
        return error("camera", where, "the extrinsics' rotation is a reflection")
    return None


def _finite(values: Any, shape: tuple[int, ...]) -> np.ndarray | None:
    """The numbers as an array, or None where they have another shape or one is null, NaN or infinite."""
    try:
        array = np.array(values, float)
    except (ValueError, TypeError):
        return None
    return array if array.shape == shape and np.isfinite(array).all() else None


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
    if person["person"]["number"] != index + 1:
        yield error("person-number", where, f"expected person {index + 1}, got {person['person']['number']}")
    if _finite(person["retarget_residual_mm"], (len(VERTEBRAE),)) is None:
        yield error("residual", where, f"expected a retarget residual for each of {len(VERTEBRAE)} vertebrae")
    keypoints = np.array(person["keypoints"], float).reshape(-1, 3)
    if person["num_keypoints"] != (keypoints[:, 2] > 0).sum():
        yield error("num-keypoints", where, f"says {person['num_keypoints']}, has {(keypoints[:, 2] > 0).sum()}")
    mask, issues = _mask(image, person, owner, where)
    yield from issues
    # The numbers of the image's other people: they alone can hide this one.
    others = {str(n) for n in range(1, len(image["people"]) + 1) if n != index + 1}
    shape = (len(KEYPOINTS), 3)
    world, camera = _finite(person["keypoints_3d"], shape), _finite(person["keypoints_3d_camera"], shape)
    extrinsics = np.array(image["extrinsics"])
    if world is None or camera is None:
        yield error("camera-points", where, f"expected {len(KEYPOINTS)} finite points in the world and in the camera")
    elif not np.abs(world @ extrinsics[:3, :3].T + extrinsics[:3, 3] - camera).max() <= CAMERA_M:
        yield error("camera-points", where, "keypoints_3d and keypoints_3d_camera do not agree")
    flat = {
        "keypoints": keypoints,
        "points_3d": person["keypoints_3d"],
        "reasons": person["keypoint_reasons"],
        "margin": person["keypoint_margin"],
        "sigma": person["keypoint_sigma"],
    }
    yield from _group(image, "keypoint", KEYPOINTS, flat, others, mask, where)
    for kind in VERTEBRA_POINTS:
        names = tuple(f"{v}.{kind}" for v in VERTEBRAE)
        yield from _group(image, kind, names, person["vertebrae"][kind], others, mask, where)
    yield from check_clinical(person, where)


def _group(
    image: dict[str, Any],
    kind: str,
    names: tuple[str, ...],
    group: dict[str, Any],
    others: set[str],
    mask: np.ndarray | None,
    where: str,
) -> Iterator[Issue]:
    """Points that are written together: as many as there are names, each with all that belongs to it."""
    count = len(names)
    labels, points, reasons = np.array(group["keypoints"], float), np.array(group["points_3d"], float), group["reasons"]
    margin = np.array(group["margin"], float)  # null where a point has no pixel, or its pixel shows nothing
    if margin.shape != (count,) or np.isinf(margin).any():
        yield error("margin", where, f"expected a margin or null for each of {count} {kind} points")
    sigma = _finite(group["sigma"], (count,))
    if sigma is None or not (sigma > 0).all():
        yield error("sigma", where, f"expected a sigma above 0 for each of {count} {kind} points")
    if labels.shape != (count, 3) or points.shape != (count, 3) or len(reasons) != count:
        yield error("point-count", where, f"expected {count} {kind} points with 2D, 3D and a reason each")
    elif not np.isfinite(points).all():
        yield error("points-3d", where, f"a {kind} point has no place in the world")
    else:
        yield from _points(image, names, labels, points, reasons, others, mask, where)


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
    others: set[str],
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
        elif not _known(reason, others):
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


def _known(reason: Any, others: set[str]) -> bool:
    """``visible``, ``off_image``, ``self:<region>``, ``person:<number of another>`` or ``object:<name>``."""
    if reason in ("visible", "off_image"):
        return True
    what, _, which = str(reason).partition(":")
    return (
        (what == "self" and which in REGIONS)
        or (what == "person" and which in others)
        or (what == "object" and which != "")
    )


def _project(image: dict[str, Any], points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N, 3) world → (N, 2) pixels and (N,) depth, by the matrices of the record."""
    extrinsics, intrinsics = np.array(image["extrinsics"]), np.array(image["intrinsics"])
    camera = points @ extrinsics[:3, :3].T + extrinsics[:3, 3]
    with np.errstate(divide="ignore", invalid="ignore"):
        pixels = camera @ intrinsics.T
        return pixels[:, :2] / pixels[:, 2:], camera[:, 2]
