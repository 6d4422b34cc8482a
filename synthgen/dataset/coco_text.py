"""A shard's part of the COCO file, made of the shard's Parquet file: one line of JSON per image, then per annotation.

What COCO's readers have no use for, or what repeats itself, stands in the Parquet file alone: points in the camera's
frame (they follow from ``extrinsics``), margins, reasons and residuals of the vertebrae, body parameters (the
character's), distortion (there is none) and the engine. Metres are written to
1/100 mm, pixels to 1/1000 as in the Parquet file: with less of either a written 2D point would no longer be the
projection of the written 3D point, or might leave the mask.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from synthgen.dataset.records import VERTEBRA_POINTS

PIXEL_DECIMALS, METRE_DECIMALS = 3, 5
"""Decimals that are written of pixels and of metres."""

_IMAGE = ("id", "shot", "camera", "file_name", "mask_file_name", "width", "height", "intrinsics", "extrinsics")
_PLACE = ("id", "image_id", "category_id", "iscrowd")
_SHAPE = ("bbox", "area", "segmentation")
_PERSON = ("id", "number", "character", "clip", "frame")


def coco_text(images: Iterable[dict[str, Any]]) -> bytes:
    """Image records with their people, as ``table.read`` gives them → the shard's lines, each ending in a newline."""
    text = CocoText()
    for image in images:
        text.add(image)
    return text.encode()


class CocoText:
    """Gathers a shard's lines, image by image."""

    def __init__(self) -> None:
        self._images: list[bytes] = []
        self._annotations: list[bytes] = []

    def add(self, image: dict[str, Any]) -> None:
        """An image record with its people; those without a visible pixel have no line."""
        self._images.append(_line(_image(image)))
        self._annotations += [_line(_annotation(person)) for person in image["people"] if person["area"] > 0]

    def encode(self) -> bytes:
        """All lines: the images' first."""
        return b"".join(self._images + self._annotations)


def split_text(text: bytes, images: int) -> tuple[bytes, bytes]:
    """A shard's lines → those of its images, of which there are so many, and those of its annotations."""
    end = 0
    for _ in range(images):
        end = text.index(b"\n", end) + 1
    return text[:end], text[end:]


def _image(image: dict[str, Any]) -> dict[str, Any]:
    out = {"license": 1, **_fields(image, _IMAGE)}
    if image["depth_file_name"]:
        out["depth_file_name"] = image["depth_file_name"]
    return out


def _fields(record: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: record[name] for name in names}


def _annotation(person: dict[str, Any]) -> dict[str, Any]:
    return {
        **_fields(person, _PLACE),
        "keypoints": _rounded(person["keypoints"], PIXEL_DECIMALS),
        "num_keypoints": person["num_keypoints"],
        **_fields(person, _SHAPE),
        "bbox_points": _rounded(person["bbox_points"], PIXEL_DECIMALS),
        "keypoints_3d": _rounded(person["keypoints_3d"], METRE_DECIMALS),
        "keypoint_reasons": person["keypoint_reasons"],
        "keypoint_sigma": person["keypoint_sigma"],
        "vertebrae": {kind: _vertebra_points(person["vertebrae"][kind], kind) for kind in VERTEBRA_POINTS},
        "sacrum_3d": {kind: _rounded(at, METRE_DECIMALS) for kind, at in person["sacrum_3d"].items()},
        "clinical": person["clinical"],
        "posture": person["posture"],
        "person": person["person"] and _fields(person["person"], _PERSON),
    }


def _vertebra_points(points: dict[str, Any], kind: str) -> dict[str, Any]:
    """One of the three points of all vertebrae. Their sigma is the vertebra's, and stands at the body alone."""
    out = {
        "keypoints": _rounded(points["keypoints"], PIXEL_DECIMALS),
        "points_3d": _rounded(points["points_3d"], METRE_DECIMALS),
    }
    return out | {"sigma": points["sigma"]} if kind == "body" else out


def _rounded(value: Any, decimals: int) -> Any:
    """Numbers of nested lists rounded, −0 as 0; whole numbers (flags) and what is no number stay what they are."""
    if type(value) is not list:
        return round(value, decimals) + 0.0 if type(value) is float else value
    return [round(v, decimals) + 0.0 if type(v) is float else _rounded(v, decimals) for v in value]


def _line(record: dict[str, Any]) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
