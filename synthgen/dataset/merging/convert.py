"""One annotation of a source → the 37 keypoints, and which of them nobody labelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthgen.core.errors import InputError
from synthgen.core.skeleton import KEYPOINTS
from synthgen.dataset.merging.keypoint_map import FLAGS, KeypointMap

_COUNT = len(KEYPOINTS)


class Converter:
    """Turns a source's annotations into ones with the 37 keypoints.

    Args:
        used: the source's map.
        order: names of the points of ``keypoints`` in the file's own order, where its category says them.
        where: the source, for errors.
    """

    def __init__(self, used: KeypointMap, order: tuple[str, ...], where: str) -> None:
        self._map, self._where = used, where
        self._fields = [
            (field, used.valid.get(field), used.count(field), _places(used, order if field == "keypoints" else names))
            for field, names in used.fields.items()
        ]
        self._flags = {flag: (FLAGS[meaning], meaning == "unlabelled") for flag, meaning in used.flags.items()}

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the keypoints that the source labels at all, in our order."""
        mapped = {ours for _, _, _, places in self._fields for _, ours in places}
        return tuple(name for i, name in enumerate(KEYPOINTS) if i in mapped)

    def keypoints(self, annotation: Mapping[str, Any]) -> tuple[list[float], list[int]]:
        """37 × (x, y, v) one after the other, and the indices of the points that nobody labelled, ascending.

        Raises:
            InputError: a field has no numbers or another number of points than its format, or a flag that this does not
            know.
        """
        out: list[float] = [0, 0, 0] * _COUNT
        unlabelled = set(range(_COUNT))
        for field, valid, count, places in self._fields:
            values = annotation.get(field)
            if not values or (valid and not annotation.get(valid)):
                continue
            if type(values) is not list or len(values) != 3 * count or not numbers(values):
                raise self._no_points(annotation, field, count)
            for at, ours in places:
                x, y, flag = values[at : at + 3]
                coco, nobody = self._flags.get(flag) or self._meaning(annotation, field, flag)
                if nobody:
                    continue
                unlabelled.discard(ours)
                if coco:
                    out[3 * ours : 3 * ours + 3] = x, y, coco
        return out, sorted(unlabelled)

    def _meaning(self, annotation: Mapping[str, Any], field: str, flag: Any) -> tuple[int, bool]:
        raise InputError(
            "a keypoint's flag is none that this format has",
            where=f"{self._where}: annotation {annotation.get('id')}, {field}",
            expected=" or ".join(f"{f} ({m})" for f, m in self._map.flags.items()),
            got=str(flag)[:100],
            remedy="name the format that the file has with --map, or write a map of your own (docs/merging.md)",
        )

    def _no_points(self, annotation: Mapping[str, Any], field: str, count: int) -> InputError:
        values = annotation[field]
        return InputError(
            f"this annotation does not have the keypoints of {self._map.title}",
            where=f"{self._where}: annotation {annotation.get('id')}, {field}",
            expected=f"{count} points, {3 * count} numbers",
            got=f"{len(values)} values: {str(values)[:100]}" if isinstance(values, list) else str(values)[:100],
            remedy="name the format that the file has with --map, or write a map of your own (docs/merging.md)",
        )


def numbers(values: list[Any]) -> bool:
    """Whether a list holds nothing but numbers, of which JSON knows finite ones alone."""
    return set(map(type, values)) <= {int, float}


def _places(used: KeypointMap, names: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where a mapped point's x stands in its field, and its index among the 37."""
    return [(3 * i, used.points[name]) for i, name in enumerate(names) if name in used.points]
