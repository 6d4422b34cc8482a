"""The people of some images at once, as arrays: what checks look at before they look at anybody alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from synthgen.core.lens import NO_LENS, distorted
from synthgen.core.skeleton import KEYPOINTS, VERTEBRAE
from synthgen.dataset.checks.runs import MaskRuns
from synthgen.dataset.manifest import Manifest
from synthgen.dataset.records import VERTEBRA_POINTS

if TYPE_CHECKING:
    import pyarrow as pa


NEARLY = 0.99
"""Share of a tolerance within which nobody is a suspect: rounding here may differ from that of a closer look."""


class PeopleTable:
    """The P people of I images.

    Attributes:
        manifests: of the images' shards.
        count: P.
        image: (P,) which of the images each is in.
        index: (P,) which of its image's people each is, from 0.
        in_image: (P,) how many people the image of each has.

    Raises:
        ValueError: an image has no list of people.
    """

    def __init__(self, batch: pa.RecordBatch, manifests: Sequence[Manifest]) -> None:
        import pyarrow.compute as pc

        column = batch.column("people")
        if column.null_count:
            raise ValueError("people is null")
        many = np.asarray(pc.list_value_length(column))
        self.manifests = manifests
        self._images, self._people = batch.to_struct_array(), column.flatten()
        self._known: dict[tuple[str, bool], np.ndarray] = {}
        self.count = int(many.sum())
        self.image = np.repeat(np.arange(len(many)), many)
        self.index = np.arange(self.count) - np.repeat(np.cumsum(many) - many, many)
        self.in_image = np.repeat(many, many)

    def column(self, path: str) -> pa.Array:
        """(P,) a field of the annotation records, with dots before fields of fields."""
        import pyarrow.compute as pc

        return pc.struct_field(self._people, path.split("."))

    def numbers(self, path: str, *shape: int) -> np.ndarray:
        """(P, …) numbers of a field of the annotation records, NaN for null.

        Raises:
            ValueError: somebody's have not that shape.
        """
        return self._kept(path, False, self.column, shape)

    def of_image(self, path: str, *shape: int) -> np.ndarray:
        """(P, …) numbers of a field of everybody's image record, NaN for null.

        Raises:
            ValueError: those of an image have not that shape.
        """
        import pyarrow.compute as pc

        return self._kept(path, True, lambda name: pc.struct_field(self._images, [name]), shape)[self.image]

    def _kept(self, path: str, is_image: bool, column: Any, shape: tuple[int, ...]) -> np.ndarray:
        key = path, is_image
        if key not in self._known:
            values = flat(column(path), *shape)
            self._known[key] = values.to_numpy(zero_copy_only=False).astype(float).reshape(-1, *shape)
        return self._known[key]

    @cached_property
    def groups(self) -> tuple[PeoplePoints, ...]:
        """Everybody's points: the keypoints, and three points of every vertebra. Raises as :meth:`numbers`."""
        n, of = len(KEYPOINTS), "vertebrae"
        keypoints = PeoplePoints(
            labels=self.numbers("keypoints", 3 * n).reshape(-1, n, 3),
            points=self.numbers("keypoints_3d", n, 3),
            margin=self.numbers("keypoint_margin", n),
            sigma=self.numbers("keypoint_sigma", n),
            reasons=flat(self.column("keypoint_reasons"), n),
        )
        n = len(VERTEBRAE)
        return keypoints, *(
            PeoplePoints(
                labels=self.numbers(f"{of}.{kind}.keypoints", n, 3),
                points=self.numbers(f"{of}.{kind}.points_3d", n, 3),
                margin=self.numbers(f"{of}.{kind}.margin", n),
                sigma=self.numbers(f"{of}.{kind}.sigma", n),
                reasons=flat(self.column(f"{of}.{kind}.reasons"), n),
            )
            for kind in VERTEBRA_POINTS
        )

    @cached_property
    def masks(self) -> MaskRuns:
        """Everybody's segmentation. Raises ValueError where one cannot be read or has not its image's size."""
        size = self.numbers("segmentation.size", 2)
        if not np.array_equal(size, np.stack([self.of_image("height"), self.of_image("width")], 1)):
            raise ValueError("a segmentation has not its image's size")
        counts = [text.encode() for text in self.column("segmentation.counts").to_pylist()]
        return MaskRuns(counts, size.astype(int))


class PeoplePoints:
    """N points of each of P people that are written together.

    Attributes:
        labels: (P, N, 3) x and y in pixels, COCO flag.
        points: (P, N, 3) metres, world.
        margin, sigma: (P, N) metres.
        reasons: (P × N,) Arrow texts.
    """

    def __init__(
        self, labels: np.ndarray, points: np.ndarray, margin: np.ndarray, sigma: np.ndarray, reasons: pa.Array
    ) -> None:
        self.labels, self.points, self.margin, self.sigma, self.reasons = labels, points, margin, sigma, reasons


def flat(column: pa.Array, *shape: int) -> pa.Array:
    """Lists of lists of that shape, all in one.

    Raises:
        ValueError: one is null, or longer or shorter.
    """
    import pyarrow.compute as pc

    for n in shape:
        if column.null_count or not (np.asarray(pc.list_value_length(column)) == n).all():
            raise ValueError(f"expected lists of {n}")
        column = column.flatten()
    return column


def to_pixels(people: PeopleTable, camera: np.ndarray) -> np.ndarray:
    """(P, N, 3) points in the frame of everybody's camera → (P, N, 2) pixels, through its lens."""
    lenses = people.of_image("distortion", len(NO_LENS))
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = camera[..., :2] / camera[..., 2:]
        if lenses.any():
            seen = distorted(seen, lenses[:, None])
        matrix = people.of_image("intrinsics", 3, 3)
        out: np.ndarray = seen @ np.swapaxes(matrix[:, :2, :2], 1, 2) + matrix[:, None, :2, 2]
    return out


def to_camera(people: PeopleTable, points: np.ndarray) -> np.ndarray:
    """(P, N, 3) points of the world, metres → in the frame of everybody's camera."""
    extrinsics = people.of_image("extrinsics", 4, 4)
    seen: np.ndarray = points @ np.swapaxes(extrinsics[:, :3, :3], 1, 2) + extrinsics[:, None, :3, 3]
    return seen
