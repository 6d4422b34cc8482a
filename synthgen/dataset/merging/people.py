"""A source's annotation → the merged dataset's, all but its ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthgen.dataset.merging.convert import Converter

_KEPT = ("bbox", "area", "segmentation", "person_id", "track_id")
"""What of a real annotation is kept beside its keypoints."""


def converted(annotation: Mapping[str, Any], points_of: Converter) -> dict[str, Any]:
    """An annotation with the 37 keypoints; ``unlabelled`` lists those that nobody labelled.

    A box that is missing is taken around the labelled points, an area that is missing is the box's.

    Raises:
        InputError: as ``Converter.keypoints``.
    """
    keypoints, unlabelled = points_of.keypoints(annotation)
    out: dict[str, Any] = {
        "category_id": 1,
        "iscrowd": int(bool(annotation.get("iscrowd", 0))),
        "keypoints": keypoints,
        "num_keypoints": sum(1 for flag in keypoints[2::3] if flag),
        "unlabelled": unlabelled,
    }
    out |= {key: annotation[key] for key in _KEPT if annotation.get(key) is not None}
    if "bbox" not in out:
        out["bbox"] = _box(keypoints)
    if "area" not in out:
        out["area"] = out["bbox"][2] * out["bbox"][3]
    return out


def _box(keypoints: list[float]) -> list[float]:
    """Around the points with a place: x, y, width, height; zeros where there is none."""
    xs = [x for x, flag in zip(keypoints[0::3], keypoints[2::3], strict=True) if flag]
    ys = [y for y, flag in zip(keypoints[1::3], keypoints[2::3], strict=True) if flag]
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)] if xs else [0, 0, 0, 0]
