"""A shard's part of the COCO file, made of the shard's Parquet file: one line of JSON per image, then per annotation.

What COCO's readers have no use for, or what repeats itself, stands in the Parquet file alone: points in the camera's
frame (they follow from ``extrinsics``), margins, reasons and residuals of the vertebrae, body parameters (the
character's), and the engine. Metres are written to
1/100 mm, pixels to 1/1000 as in the Parquet file: with less of either a written 2D point would no longer be the
projection of the written 3D point, or might leave the mask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from synthgen.dataset.clinical import SACRUM_POINTS
from synthgen.dataset.records import VERTEBRA_POINTS
from synthgen.dataset.table import explained, read_batches, records_of

if TYPE_CHECKING:
    import pyarrow as pa

METRE_DECIMALS = 5
"""Decimals that are written of metres."""

_NAMES = ("id", "shot", "camera", "file_name", "mask_file_name")
_IMAGE = (*_NAMES, "width", "height", "intrinsics", "extrinsics", "distortion")
_PLACE = ("id", "image_id", "category_id", "iscrowd")
_SHAPE = ("bbox", "area", "segmentation", "bbox_points")
_PERSON = ("id", "number", "character", "clip", "frame")

_Wanted = Mapping[str, Any] | int | None
"""What is wanted of a column: None all of it; a number so many decimals; of structs field → what of it."""

_POINTS: dict[str, _Wanted] = {"keypoints": None, "points_3d": METRE_DECIMALS}
_ANNOTATION: dict[str, _Wanted] = {
    **dict.fromkeys(_PLACE),
    "keypoints": None,
    "num_keypoints": None,
    **dict.fromkeys(_SHAPE),
    "keypoints_3d": METRE_DECIMALS,
    "keypoint_reasons": None,
    "keypoint_sigma": None,
    # The sigma of the spinous tip and of the skin is the body's and some soft tissue's: the Parquet files have it.
    "vertebrae": {kind: _POINTS | ({"sigma": None} if kind == "body" else {}) for kind in VERTEBRA_POINTS},
    "sacrum_3d": dict.fromkeys(SACRUM_POINTS, METRE_DECIMALS),
    "clinical": None,
    "posture": None,
    "person": dict.fromkeys(_PERSON),
}


def coco_text(parquet: Path) -> bytes:
    """A shard's Parquet file → its lines, each ending in a newline.

    Raises:
        InputError: the file is missing or damaged.
    """
    text = CocoText()
    for batch in read_batches(parquet):
        with explained(parquet):
            text.add(slim_records(batch))
    return text.encode()


class CocoText:
    """Gathers a shard's lines."""

    def __init__(self) -> None:
        self._images: list[bytes] = []
        self._annotations: list[bytes] = []

    def add(self, images: Iterable[dict[str, Any]]) -> None:
        """Images from :func:`slim_records`, with their people; those without a visible pixel have no line."""
        for image in images:
            self._images.append(_line(_image(image)))
            self._annotations += [_line(person) for person in image["people"] if person["area"] > 0]

    def encode(self) -> bytes:
        """All lines: the images' first."""
        return b"".join(self._images + self._annotations)


def split_text(text: bytes, images: int) -> tuple[bytes, bytes]:
    """A shard's lines → those of its images, of which there are so many, and those of its annotations."""
    end = 0
    for _ in range(images):
        end = text.index(b"\n", end) + 1
    return text[:end], text[end:]


def slim_records(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """Image records with all that is written of images, and of their people what the COCO file holds, in its order."""
    import pyarrow as pa
    import pyarrow.compute as pc

    people = batch.column("people")
    many = pc.fill_null(pc.list_value_length(people), 0)
    ends = pc.cumulative_sum(many).cast(pa.int32())
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
    slim = pa.ListArray.from_arrays(offsets, _chosen(people.flatten(), _ANNOTATION))
    return records_of(batch.set_column(batch.schema.get_field_index("people"), "people", slim))


def _chosen(column: pa.Array, wanted: _Wanted) -> pa.Array:
    """What is wanted of a column; nulls stay null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if wanted is None:
        return column
    if isinstance(wanted, int):
        return _rounded(column, wanted)
    # Files of older versions have fewer fields.
    names = [name for name in wanted if column.type.get_field_index(name) >= 0]
    fields = [_chosen(pc.struct_field(column, [name]), wanted[name]) for name in names]
    return pa.StructArray.from_arrays(fields, names, mask=column.is_null())


def _rounded(column: pa.Array, decimals: int) -> pa.Array:
    """Numbers, in lists however deep, rounded; −0 becomes 0."""
    import numpy as np
    import pyarrow as pa

    if pa.types.is_list(column.type):
        mask = column.is_null() if column.null_count else None
        return pa.ListArray.from_arrays(column.offsets, _rounded(column.values, decimals), mask=mask)
    numbers = np.round(column.to_numpy(zero_copy_only=False), decimals) + 0.0
    return pa.array(numbers, mask=np.asarray(column.is_null()) if column.null_count else None)


def _image(image: dict[str, Any]) -> dict[str, Any]:
    out = {"license": 1, **{name: image[name] for name in _IMAGE}}
    if image.get("exposure_time"):  # records before version 5 have none
        out |= {name: image[name] for name in ("exposure_time", "motion_blur")}
    if image["depth_file_name"]:
        out["depth_file_name"] = image["depth_file_name"]
    return out


def _line(record: dict[str, Any]) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
