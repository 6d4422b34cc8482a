"""Plants faults into the cameras of a sound dataset."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synthgen.dataset import table
from synthgen.dataset.checks.image import check_image
from synthgen.dataset.checks.subject import Dataset, ImageRecord
from synthgen.dataset.checks.validate import validate
from synthgen.dataset.layout import parquet_path
from tests.dataset.faults import rewrite


def mirrored(image: dict[str, Any]) -> None:
    """Camera, points and pixels agree with each other, but left and right are exchanged."""
    turn = np.diag([-1.0, 1.0, 1.0])
    image["extrinsics"] = (np.array(image["extrinsics"]) @ np.diag([-1.0, 1.0, 1.0, 1.0])).tolist()
    for person in image["people"]:
        person["keypoints_3d"] = (np.array(person["keypoints_3d"]) @ turn).tolist()
        for group in person["vertebrae"].values():
            group["points_3d"] = (np.array(group["points_3d"]) @ turn).tolist()


def test_a_mirrored_world(dataset: Path) -> None:
    rewrite(dataset, lambda images: mirrored(images[1]))
    (issue,) = validate(dataset)
    assert (issue.code, issue.where) == ("camera", "image 1")
    assert "reflection" in issue.what


def flat(image: dict[str, Any], key: str) -> None:
    image[key] = [v for row in image[key] for v in row]


@pytest.mark.parametrize(
    "fault",
    [
        lambda image: flat(image, "extrinsics"),
        lambda image: flat(image, "intrinsics"),
        lambda image: image.update(extrinsics=None),
        lambda image: image.update(intrinsics=image["intrinsics"][:1]),
        lambda image: image["extrinsics"][2].pop(),
        lambda image: image["intrinsics"][0].__setitem__(0, None),
    ],
)
def test_a_camera_of_another_form(dataset: Path, fault: Callable[[dict[str, Any]], None]) -> None:
    image = next(table.read(parquet_path(dataset, 0)))
    checked = Dataset(dataset)
    assert list(check_image(checked, ImageRecord(checked, image, checked.manifests[0]), {})) == []
    fault(image)
    (issue,) = check_image(checked, ImageRecord(checked, image, checked.manifests[0]), {})
    assert (issue.code, issue.where) == ("camera", "image 0")
