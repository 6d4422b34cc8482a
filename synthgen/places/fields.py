"""Fields over one tile that painters of surfaces mix: smooth noise, speckles, noise along bent lines. All of them tile.

A field is (512, 512) float32, rows first. Everything is made of gathers, sums and products, which round alike on every
processor: the same seed paints the same bytes everywhere. (Sines of float32 and matrix products do not.)
"""

from __future__ import annotations

import numpy as np

from synthgen.core.seeding import stream

SIZE = 512
"""Pixels along a tile."""


def across() -> np.ndarray:
    """(512,) positions of the pixels' middles in 0…1 across one tile, float64: what is cut from them is exact."""
    out: np.ndarray = (np.arange(SIZE) + 0.5) / SIZE
    return out


def cloud(seed: int, name: str, cells: int, layers: int = 3) -> np.ndarray:
    """Smooth noise 0…1: ``layers`` scales, each half as large and half as strong; ``cells`` across the largest."""
    total, strength = _lattice(seed, f"{name}/0", cells, cells), 1.0
    for k in range(1, layers):
        # A bilinear field on one lattice is the same field on a lattice twice as fine: one enlargement does for all.
        finer = _lattice(seed, f"{name}/{k}", cells * 2**k, cells * 2**k)
        total = _twice_as_fine(total) + np.float32(0.5**k) * finer
        strength += 0.5**k
    total = total * np.float32(1 / strength)
    at = across() * len(total)
    return _rows(np.ascontiguousarray(_rows(total.T, at).T), at)


def lines(seed: int, name: str, y: np.ndarray, cells: int) -> np.ndarray:
    """(len(y), ``cells``) rows of a lattice of 64 rows at heights ``y`` (in cells): noise still to be read along x."""
    return _rows(_lattice(seed, name, 64, cells), y)


def along(rows: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Reads rows of a lattice (…, R, N) at places ``x`` (in cells), which repeat after N.

    Args:
        rows: (…, R, N).
        x: (…, R, W), or (…, W) where all R rows are read at the same places.

    Returns:
        (…, R, W) linear between the lattice's columns.
    """
    cells = rows.shape[-1]
    low = np.floor(x)
    share = (x - low).astype(np.float32)
    first = low.astype(np.int64) % cells
    step = np.roll(rows, -1, axis=-1) - rows
    if x.ndim == rows.ndim:
        gathered: np.ndarray = np.take_along_axis(rows, first, -1) + share * np.take_along_axis(step, first, -1)
        return gathered
    # Whole columns at once: they are copied, not gathered.
    columns, steps = (np.ascontiguousarray(a.swapaxes(-1, -2)) for a in (rows, step))
    lead = np.indices(first.shape)[:-1]
    out = columns[(*lead, first)] + share[..., None] * steps[(*lead, first)]
    return np.ascontiguousarray(out.swapaxes(-1, -2))


def speckle(seed: int, name: str, share: float, blur: float) -> np.ndarray:
    """Sparse soft dots, 0…1; ``share`` of the pixels has one, ``blur`` is their deviation in pixels."""
    dots = np.zeros(SIZE * SIZE, np.float32)
    dots[stream(seed, 0, name).integers(SIZE * SIZE, size=round(share * SIZE * SIZE))] = 2 * np.pi * blur**2 * 1.2
    out: np.ndarray = np.minimum(_blurred(dots.reshape(SIZE, SIZE), blur), np.float32(1.0))
    return out


def grain(seed: int, name: str, blur: float) -> np.ndarray:
    """Noise of single pixels, 0…1, blurred by a deviation of ``blur`` pixels."""
    return _blurred(stream(seed, 0, name).random((SIZE, SIZE), dtype=np.float32), blur)


def _blurred(field: np.ndarray, deviation: float) -> np.ndarray:
    """A field under a Gaussian of a deviation in pixels, cut off at four deviations."""
    reach = int(4 * deviation + 0.5)
    weights = np.exp(-0.5 * (np.arange(reach + 1) / deviation) ** 2)
    weights = (weights / (2 * weights.sum() - 1)).astype(np.float32)
    for axis in (0, 1):
        ends = np.split(field, (reach, SIZE - reach), axis)
        wide = np.moveaxis(np.concatenate([ends[2], field, ends[0]], axis), axis, 0)
        field = weights[0] * wide[reach : reach + SIZE]
        for k in range(1, reach + 1):
            pair = wide[reach - k : reach - k + SIZE] + wide[reach + k : reach + k + SIZE]
            pair *= weights[k]
            field += pair
        field = np.moveaxis(field, 0, axis)
    return field


def _lattice(seed: int, name: str, rows: int, columns: int) -> np.ndarray:
    return stream(seed, 0, name).random((rows, columns)).astype(np.float32)


def _twice_as_fine(lattice: np.ndarray) -> np.ndarray:
    """The bilinear field of a lattice that repeats, on one with twice as many cells each way."""
    for axis in (0, 1):
        between = 0.5 * (lattice + np.roll(lattice, -1, axis))
        lattice = np.stack([lattice, between], axis + 1).reshape(
            lattice.shape[0] * (2 - axis), lattice.shape[1] * (1 + axis)
        )
    return lattice


def _rows(lattice: np.ndarray, at: np.ndarray) -> np.ndarray:
    """(len(at), N) rows of a lattice (M, N) that repeats, at places between its rows."""
    low = np.floor(at)
    first = low.astype(np.int64) % len(lattice)
    out: np.ndarray = (np.roll(lattice, -1, 0) - lattice)[first]
    out *= (at - low).astype(np.float32)[:, None]
    out += lattice[first]
    return out
