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
        self._texels = np.zeros((1 << 16, 3), np.uint8)
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
            levels = image_levels(image)
            row = np.array([self._used, image.shape[1], image.shape[0], len(levels)], np.int64)
            self._append(levels)
            known = (image, row)
            self._known[id(image)] = known
        self._known.move_to_end(id(image))
        return known[1]

    def _append(self, levels: list[np.ndarray]) -> None:
        flat = np.concatenate([level.reshape(-1, 3) for level in levels])
        needed = self._used + len(flat)
        if needed > len(self._texels):
            more = np.zeros((max(needed, len(self._texels) * 3 // 2), 3), np.uint8)
            more[: self._used] = self._texels[: self._used]
            self._texels = more
        self._texels[self._used : needed] = flat
        self._used = needed

    def _forget(self, keep: set[int]) -> None:
        """Begins anew with the images in use and, of the others, those used last, up to half of what may be kept."""
        room, kept = self._most // 2, []
        for key, (image, row) in reversed(self._known.items()):
            begin, width, height, count = (int(v) for v in row)
            size = sum(max(width >> n, 1) * max(height >> n, 1) for n in range(count))
            if key in keep or 3 * size <= room:
                room -= 0 if key in keep else 3 * size
                kept.append((key, image, row, self._texels[begin : begin + size]))
        used = sum(len(texels) for *_, texels in kept)
        pool = np.zeros((max(used, 1 << 16), 3), np.uint8)
        self._known, self._used = OrderedDict(), 0
        for key, image, row, texels in reversed(kept):
            pool[self._used : self._used + len(texels)] = texels
            self._known[key] = (image, np.array([self._used, *row[1:]], np.int64))
            self._used += len(texels)
        self._texels = pool


def image_levels(image: np.ndarray) -> list[np.ndarray]:
    """(H, W, 3 or more) uint8 → the image and its coarser levels, each half as fine, down to one texel."""
    level = np.array(image[..., :3], np.uint8, order="C")
    out = [level]
    while max(level.shape[:2]) > 1:
        finer = level
        level = np.empty((max(finer.shape[0] // 2, 1), max(finer.shape[1] // 2, 1), 3), np.uint8)
        halve(finer, level)
        out.append(level)
    return out


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
