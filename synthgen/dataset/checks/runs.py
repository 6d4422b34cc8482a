"""Segmentations of many people as runs of pixels, without drawing a single mask.

COCO's compressed run lengths count pixels column by column, outside and inside in turn. Each length is written as
text, 5 bits a character from ``chr(48)`` on, bit 5 where more follow, the last one's bit 4 as sign; from the fourth on
the difference from the length before last is written (``rleFrString`` of pycocotools' ``maskApi.c``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


class MaskRuns:
    """The segmentations of P people.

    Args:
        counts: P compressed run lengths.
        size: (P, 2) height and width in pixels.

    Attributes:
        area: (P,) pixels inside.
        box: (P, 4) x, y, width and height of the smallest box around them; zeros where there are none.

    Raises:
        ValueError: one cannot be read, or does not cover its image exactly.
    """

    def __init__(self, counts: Sequence[bytes], size: np.ndarray) -> None:
        self._height = size[:, 0]
        lengths, owner, place = _lengths(counts)
        ends = _running(lengths, owner)
        pixels = size[:, 0] * size[:, 1]
        last = np.append(np.flatnonzero(np.diff(owner)), len(owner) - 1)
        if (lengths < 0).any() or not np.array_equal(ends[last], pixels):
            raise ValueError("run lengths do not cover the image")
        self._stride = int(pixels.max(initial=0)) + 1
        self._ends = owner * self._stride + ends
        self._inside = place % 2 == 1
        chosen = self._inside & (lengths > 0)
        self.area = np.bincount(owner[chosen], lengths[chosen], minlength=len(counts)).astype(int)
        self.box = self._boxes(owner[chosen], (ends - lengths)[chosen], ends[chosen] - 1, len(counts))

    def _boxes(self, owner: np.ndarray, first: np.ndarray, last: np.ndarray, people: int) -> np.ndarray:
        """Boxes around runs from their ``first`` pixel to their ``last``; one over several columns fills them."""
        height = self._height[owner]
        left, right = first // height, last // height
        is_one = left == right
        edges = (left, np.where(is_one, first % height, 0), -right, -np.where(is_one, last % height, height - 1))
        low = np.full((people, 4), np.iinfo(int).max)
        for k, edge in enumerate(edges):
            np.minimum.at(low[:, k], owner, edge)
        box = np.concatenate([low[:, :2], 1 - low[:, 2:] - low[:, :2]], 1)
        return np.asarray(np.where(self.area[:, None] > 0, box, 0))

    def holds(self, who: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(N,) whether the pixel (x, y) of an image lies inside the segmentation of person number ``who``."""
        at = who * self._stride + x * self._height[who] + y
        return np.asarray(self._inside[np.searchsorted(self._ends, at, side="right")])


def _lengths(counts: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Run lengths, whose they are, and which of that person's runs they are; all (R,)."""
    many = np.array([len(text) for text in counts])
    digits = np.frombuffer(b"".join(counts), np.uint8).astype(int) - 48
    is_last = (digits & 0x20) == 0
    text_ends = np.cumsum(many)
    if (many == 0).any() or ((digits < 0) | (digits > 63)).any() or not is_last[text_ends - 1].all():
        raise ValueError("these are no run lengths")
    begins = np.append(0, np.flatnonzero(is_last)[:-1] + 1)
    digit_of = np.cumsum(is_last) - is_last
    shift = 5 * (np.arange(len(digits)) - begins[digit_of])
    if shift.max() > 55:
        raise ValueError("these are no run lengths")
    values = np.add.reduceat((digits & 0x1F) << shift, begins)
    negative = (digits[is_last] & 0x10) != 0
    values -= np.where(negative, 1 << (shift[is_last] + 5), 0)
    owner = np.repeat(np.arange(len(counts)), many)[is_last]
    place = np.arange(len(owner)) - np.searchsorted(owner, owner)
    # The first stands alone; odd ones and even ones from the third on add up among themselves.
    kind = owner * 3 + np.where(place == 0, 0, 2 - place % 2)
    order = np.argsort(kind, kind="stable")
    lengths = np.empty_like(values)
    lengths[order] = _running(values[order], kind[order])
    return lengths, owner, place


def _running(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Sums of the values so far, beginning anew with every group; members of a group stand together."""
    sums = np.cumsum(values)
    begins = np.append(0, np.flatnonzero(np.diff(group)) + 1)
    before = (sums - values)[begins]
    return np.asarray(sums - np.repeat(before, np.diff(np.append(begins, len(values)))))
