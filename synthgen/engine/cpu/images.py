"""All images of a picture in one array with all their levels, kept from picture to picture."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

from synthgen.core.kernels.kernel import lean


class ImagePool:
    """Textures with their coarser levels, known by identity; when they are too many, those not in use are dropped.

    Args:
        most: bytes that may be kept besides what a picture needs.
    """

    def __init__(self, most: int = 160 * 2**20) -> None:
        self._most = most
        self._known: OrderedDict[int, tuple[np.ndarray, np.ndarray]] = OrderedDict()
        # Memory costs nothing before it is written.
        self._texels = np.zeros((max(most // 2, 1 << 16), 3), np.uint8)
        self._used = 0

    def rows(self, images: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Where a picture's images are.

        Args:
            images: (H, W, 3 or more) uint8 each.

        Returns:
            (T, 4) int64 begin, width, height and number of levels of each, and the (N, 3) uint8 texels of all.
        """
        if 3 * self._used > self._most:
            self._forget(keep={id(image) for image in images})
        found = [self._row(image) for image in images]
        return np.array(found, np.int64).reshape(-1, 4), self._texels

    def _row(self, image: np.ndarray) -> np.ndarray:
        known = self._known.get(id(image))
        if known is None or known[0] is not image:
            known = (image, self._append(image))
            self._known[id(image)] = known
        self._known.move_to_end(id(image))
        return known[1]

    def _append(self, image: np.ndarray) -> np.ndarray:
        """Adds an image with its levels; its row."""
        shapes = level_shapes(image)
        begin, end = self._used, self._used + sum(h * w for h, w in shapes)
        if end > len(self._texels):
            more = np.zeros((max(end, len(self._texels) * 3 // 2), 3), np.uint8)
            more[:begin] = self._texels[:begin]
            self._texels = more
        fill_levels(image, self._texels[begin:end], shapes)
        self._used = end
        return np.array([begin, image.shape[1], image.shape[0], len(shapes)], np.int64)

    def _forget(self, keep: set[int]) -> None:
        """Moves the images in use and, of the others, those used last to the front: up to half of what may be kept.

        Memory that is in use stays so: the system would have to clear fresh pages for each of these moves.
        """
        room, kept = self._most // 2, []
        for key, (image, row) in reversed(self._known.items()):
            size = sum(h * w for h, w in level_shapes(image))
            if key in keep or 3 * size <= room:
                room -= 0 if key in keep else 3 * size
                kept.append((key, image, int(row[0]), size))
        places, used = {}, 0
        for key, _, begin, size in sorted(kept, key=lambda entry: entry[2]):
            self._texels[used : used + size] = self._texels[begin : begin + size]
            places[key] = used
            used += size
        rows = {key: np.array([places[key], *self._known[key][1][1:]], np.int64) for key in places}
        self._known = OrderedDict((key, (image, rows[key])) for key, image, *_ in reversed(kept))
        self._used = used


def level_shapes(image: np.ndarray) -> list[tuple[int, int]]:
    """Height and width of an image and its coarser levels, each half as fine, down to one texel."""
    height, width = image.shape[:2]
    count = max(height, width).bit_length()
    return [(max(height >> n, 1), max(width >> n, 1)) for n in range(count)]


def fill_levels(image: np.ndarray, out: np.ndarray, shapes: list[tuple[int, int]]) -> None:
    """Fills (N, 3) texels with an image, (H, W, 3 or more) uint8, and its coarser levels."""
    finer, begin = None, 0
    for height, width in shapes:
        level = out[begin : begin + height * width].reshape(height, width, 3)
        if finer is None:
            level[...] = image[..., :3]
        else:
            halve(finer, level)
        finer, begin = level, begin + height * width


@lean
def halve(image: np.ndarray, out: np.ndarray) -> None:
    """Fills an image half as large with means of 2 × 2; an odd last row or column is left out, a single one kept."""
    last_row, last_column = image.shape[0] - 1, image.shape[1] - 1
    for y in range(out.shape[0]):
        top, bottom = min(2 * y, last_row), min(2 * y + 1, last_row)
        for x in range(out.shape[1]):
            left, right = min(2 * x, last_column), min(2 * x + 1, last_column)
            for k in range(3):
                total = int(image[top, left, k]) + int(image[top, right, k])
                total += int(image[bottom, left, k]) + int(image[bottom, right, k])
                out[y, x, k] = (total + 2) // 4
