"""The Parquet form of a shard: one row per image, its people nested. Canonical: COCO is exported from it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthgen.capture.point_sigma import SOURCES
from synthgen.characters.specs import BodySpec
from synthgen.core.errors import InputError
from synthgen.dataset.clinical import ENDS, SACRUM_POINTS, measures
from synthgen.dataset.layout import AGAIN, committed, parquet_path
from synthgen.dataset.records import VERTEBRA_POINTS
from synthgen.world.shot import PostureSpec, ScoliosisSpec

RECORDS_VERSION = 5
"""Of the records, in the Parquet files' metadata and in the COCO file's ``info``.

2: clinical measures and postures. 3: the COCO file holds less than the Parquet files (``coco_text.py``).
4: every label has a sigma of its own, and the keypoints' is told by its sources.
5: images say how long they were exposed and how far people moved meanwhile.
"""

if TYPE_CHECKING:
    import pyarrow as pa


def schema() -> pa.Schema:
    """One row per image; column ``people`` lists the records of ``frame_records`` in order."""
    import pyarrow as pa

    number, integer, text = pa.float64(), pa.int64(), pa.string()
    floats, matrix = pa.list_(number), pa.list_(pa.list_(number))
    points = pa.struct(
        [
            ("keypoints", matrix),
            ("points_3d", matrix),
            ("reasons", pa.list_(text)),
            ("margin", floats),
            ("sigma", floats),
        ]
    )
    body = pa.struct([(n, text if f.annotation is str else number) for n, f in BodySpec.model_fields.items()])
    curve = pa.struct([(n, text if f.annotation is str else number) for n, f in ScoliosisSpec.model_fields.items()])
    asked = [n for n in PostureSpec.model_fields if n != "name"]
    parameters = pa.struct([(n, curve if n == "scoliosis" else number) for n in asked])
    posture = pa.struct([("kind", text), ("simulated", pa.bool_()), ("parameters", parameters)])
    clinical = pa.struct([*((n, number) for n in measures()), *((n, text) for n in ENDS)])
    person = pa.struct(
        [("id", integer), ("number", integer), ("character", text), ("clip", text), ("frame", integer), ("body", body)]
    )
    annotation = pa.struct(
        [
            ("id", integer),
            ("image_id", integer),
            ("category_id", integer),
            ("iscrowd", integer),
            ("keypoints", floats),
            ("num_keypoints", integer),
            ("bbox", floats),
            ("area", integer),
            ("segmentation", pa.struct([("size", pa.list_(integer)), ("counts", text)])),
            ("bbox_points", floats),
            ("keypoints_3d", matrix),
            ("keypoints_3d_camera", matrix),
            ("keypoint_reasons", pa.list_(text)),
            ("keypoint_margin", floats),
            ("keypoint_sigma", floats),
            ("sigma_sources", pa.struct([(source, floats) for source in SOURCES])),
            ("vertebrae", pa.struct([(kind, points) for kind in VERTEBRA_POINTS])),
            ("sacrum_3d", pa.struct([(kind, floats) for kind in SACRUM_POINTS])),
            ("retarget_residual_mm", floats),
            ("clinical", clinical),
            ("posture", posture),
            ("person", person),
        ]
    )
    return pa.schema(
        [
            ("id", integer),
            ("shot", integer),
            ("camera", integer),
            ("file_name", text),
            ("mask_file_name", text),
            ("depth_file_name", text),
            ("width", integer),
            ("height", integer),
            ("intrinsics", matrix),
            ("extrinsics", matrix),
            ("distortion", floats),
            ("exposure_time", pa.float64()),
            ("motion_blur", pa.float64()),
            ("engine", text),
            ("people", pa.list_(annotation)),
        ],
        metadata={"synthgen.records": str(RECORDS_VERSION)},
    )


def encode(images: list[dict[str, Any]]) -> bytes:
    """Image records, each with its ``people``, → Parquet bytes; the same records give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    # Hardly a number occurs twice: dictionaries would make the file larger and slower to read.
    pq.write_table(pa.Table.from_pylist(images, schema()), buffer, compression="zstd", use_dictionary=False)
    return buffer.getvalue()


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Streams the image records of a shard in order, keypoint flags as integers again.

    Raises:
        InputError: the file is missing or damaged.
    """
    for batch in read_batches(path):
        with explained(path):
            records = records_of(batch)
        yield from records


def read_batches(path: Path, images: int = 64) -> Iterator[pa.RecordBatch]:
    """Streams a shard as it stands in the file, so many images at a time.

    Raises:
        InputError: the file is missing or damaged.
    """
    import pyarrow.parquet as pq

    with explained(path), pq.ParquetFile(path) as file:
        batches = file.iter_batches(batch_size=images, use_threads=False)
        yield from batches


def records_of(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """Image records of a batch, or of one with fewer fields of people, keypoint flags as integers again.

    Raises:
        ValueError, TypeError, LookupError: they are damaged.
    """
    records: list[dict[str, Any]] = batch.to_pylist()
    for image in records:
        for person in image["people"]:
            person["keypoints"][2::3] = map(int, person["keypoints"][2::3])
            for kind in VERTEBRA_POINTS:
                for row in person["vertebrae"][kind]["keypoints"]:
                    row[2] = int(row[2])
    return records


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns what damaged records raise into an InputError that names their file."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError, TypeError, LookupError) as error:
        raise InputError(
            "these annotations cannot be read",
            where=str(path),
            got=f"{type(error).__name__}: {error}"[:300],
            remedy=AGAIN,
        ) from error


def read_all(out: Path) -> Iterator[dict[str, Any]]:
    """Streams all image records of the committed shards, each with its ``people``, in the order of ids."""
    for shard in committed(out):
        yield from read(parquet_path(out, shard))
