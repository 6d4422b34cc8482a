"""What checks look at: a dataset, and the records of its shards, images and people. What several need is read once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from synthgen.core.errors import InputError
from synthgen.dataset.checks.points import PointGroup, point_groups
from synthgen.dataset.layout import committed, read_plan
from synthgen.dataset.manifest import Manifest
from synthgen.dataset.records import annotation_id

T = TypeVar("T")

_KEPT = 500
"""What is kept that was made of shards: more than are looked at together."""


class Dataset:
    """A dataset that is checked, or some shards of it where their manifests are given.

    Attributes:
        out: its folder.
        plan: its plan as plain data.
        manifests: of the committed shards, as far as they can be read, in order.
        unreadable: shard → what is wrong with its manifest.
        pictures: whether pictures, masks and depth are read.
        gathered: name of a check → what it gathered of the shards, one for each process that read some.

    Raises:
        InputError: the folder holds no plan that can be read, so it is no dataset.
    """

    def __init__(self, out: Path, *, pictures: bool = True, manifests: Sequence[Manifest] | None = None) -> None:
        self.out, self.pictures = Path(out), pictures
        self.plan = read_plan(self.out)
        self.manifests: list[Manifest] = [*manifests] if manifests is not None else []
        self.unreadable: dict[int, str] = {}
        self.gathered: dict[str, list[Any]] = {}
        self._shared: dict[Any, Any] = {}
        self._of_shard: dict[tuple[Any, int], Any] = {}
        for shard in committed(self.out) if manifests is None else ():
            try:
                self.manifests.append(Manifest.load(self.out, shard))
            except InputError as fault:
                self.unreadable[shard] = fault.got or fault.what

    def shared(self, make: Callable[[Dataset], T]) -> T:
        """What a class or function makes of this dataset, made once; for what several checks or calls need."""
        if make not in self._shared:
            self._shared[make] = make(self)
        made: T = self._shared[make]
        return made

    def of_shard(self, make: Callable[[Dataset, Manifest], T], manifest: Manifest) -> T:
        """What a class or function makes of one shard, made once as long as not too many others are asked for."""
        key = make, manifest.shard
        if key not in self._of_shard:
            if len(self._of_shard) >= _KEPT:
                del self._of_shard[next(iter(self._of_shard))]
            self._of_shard[key] = make(self, manifest)
        made: T = self._of_shard[key]
        return made


class ImageRecord:
    """One image record with its people.

    Attributes:
        out: the dataset's folder.
        record: as ``table.read`` gives it.
        manifest: the shard's.
        pictures: whether its picture files are read.
    """

    def __init__(self, dataset: Dataset, record: dict[str, Any], manifest: Manifest) -> None:
        self.out, self.pictures = dataset.out, dataset.pictures
        self.record, self.manifest = record, manifest

    @property
    def where(self) -> str:
        """The image, for issues."""
        return f"image {self.record.get('id')}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.record["width"], self.record["height"]

    @property
    def owner(self) -> np.ndarray | None:
        """(H, W) the mask file: number of the person at each pixel, 0 for none; None where it cannot be used, or is
        not read."""
        return self._owner[0]

    @property
    def owner_fault(self) -> str | None:
        """Why the mask file cannot be read; None where it can, whatever its size."""
        return self._owner[1]

    @cached_property
    def _owner(self) -> tuple[np.ndarray | None, str | None]:
        if not self.pictures:
            return None, None
        try:
            with Image.open(self.out / self.record["mask_file_name"]) as picture:
                return (np.asarray(picture) if picture.size == self.size else None), None
        except (OSError, SyntaxError, TypeError, LookupError) as fault:
            return None, f"{fault}"

    @cached_property
    def people(self) -> list[PersonRecord]:
        """Its people, in order."""
        return [PersonRecord(self, person, index) for index, person in enumerate(self.record["people"])]


class PersonRecord:
    """One annotation record: the person at ``index`` (from 0) of an image's people."""

    def __init__(self, image: ImageRecord, record: dict[str, Any], index: int) -> None:
        self.image, self.record, self.index = image, record, index

    @property
    def where(self) -> str:
        """The annotation, for issues."""
        return f"annotation {self.record['id']}"

    @property
    def expected_id(self) -> int:
        """The id that an annotation at this place has."""
        return annotation_id(self.image.record["id"], self.index)

    @cached_property
    def groups(self) -> tuple[PointGroup, ...]:
        """Its points: the keypoints, and three points of every vertebra."""
        return tuple(point_groups(self.record))

    @property
    def mask(self) -> np.ndarray | None:
        """(H, W) the decoded segmentation; None where it has another size or cannot be decoded."""
        return self._decoded[0]

    @property
    def mask_fault(self) -> str | None:
        """Why the segmentation cannot be decoded; None where it can, or has not the image's size."""
        return self._decoded[1]

    @property
    def has_mask_size(self) -> bool:
        """Whether the segmentation has the size of the image."""
        width, height = self.image.size
        return bool(self.record["segmentation"]["size"] == [height, width])

    @cached_property
    def _decoded(self) -> tuple[np.ndarray | None, str | None]:
        from pycocotools import mask as rle

        if not self.has_mask_size:
            return None, None
        try:
            return rle.decode(self.record["segmentation"]).astype(bool), None
        except (ValueError, TypeError) as fault:
            return None, f"{fault}"


def finite(values: Any, shape: tuple[int, ...]) -> np.ndarray | None:
    """The numbers as an array, or None where they have another shape or one is null, NaN or infinite."""
    try:
        array = np.array(values, float)
    except (ValueError, TypeError):
        return None
    return array if array.shape == shape and np.isfinite(array).all() else None
