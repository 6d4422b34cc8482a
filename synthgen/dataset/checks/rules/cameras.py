"""The camera of an image is one, and the camera-frame points of its people are their world points seen by it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthgen.core.skeleton import KEYPOINTS
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.people import NEARLY, PeopleTable, to_camera
from synthgen.dataset.checks.subject import Dataset, ImageRecord, PersonRecord, finite

CAMERA_M = 1e-5
"""A written camera-frame point lies this near to the written world point brought into the camera's frame."""


def check_camera(image: ImageRecord) -> Iterator[Issue]:
    """The matrices have their form and the rotation is one; without that no point can be checked."""
    extrinsics = finite(image.record["extrinsics"], (4, 4))
    intrinsics = finite(image.record["intrinsics"], (3, 3))
    if extrinsics is None or intrinsics is None:
        yield CAMERAS.issue("camera", image.where, "expected 4×4 numbers as extrinsics and 3×3 as intrinsics")
        return
    rotation = extrinsics[:3, :3]
    if not np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-6):
        yield CAMERAS.issue("camera", image.where, "the extrinsics' rotation is not one")
    elif np.linalg.det(rotation) < 0:
        yield CAMERAS.issue("camera", image.where, "the extrinsics' rotation is a reflection")


def check_camera_points(_: Dataset, person: PersonRecord) -> Iterator[Issue]:
    """``keypoints_3d`` and ``keypoints_3d_camera`` agree by the extrinsics."""
    shape = (len(KEYPOINTS), 3)
    world = finite(person.record["keypoints_3d"], shape)
    camera = finite(person.record["keypoints_3d_camera"], shape)
    extrinsics = np.array(person.image.record["extrinsics"])
    if world is None or camera is None:
        what = f"expected {len(KEYPOINTS)} finite points in the world and in the camera"
        yield CAMERAS.issue("camera-points", person.where, what)
    elif not np.abs(world @ extrinsics[:3, :3].T + extrinsics[:3, 3] - camera).max() <= CAMERA_M:
        yield CAMERAS.issue("camera-points", person.where, "keypoints_3d and keypoints_3d_camera do not agree")


def suspects(_: Dataset, people: PeopleTable) -> np.ndarray:
    """Whose two sets of points may not agree."""
    seen = to_camera(people, people.groups[0].points)
    apart = np.abs(seen - people.numbers("keypoints_3d_camera", len(KEYPOINTS), 3)).max((1, 2))
    return ~np.asarray(apart <= CAMERA_M * NEARLY)


CAMERAS = Check(
    name="cameras",
    promise="Extrinsics are a rotation and a place, and points in the camera's frame are the world's seen by it.",
    codes=("camera", "camera-points"),
    image=check_camera,
    person=check_camera_points,
    suspects=suspects,
    needs=("cameras",),
)
