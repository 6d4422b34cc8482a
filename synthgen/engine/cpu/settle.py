"""Cloth settles in a pose: edges regain their length, creases spread, and nothing lies under the skin.

Bones carry a garment near to where it lies; where they crowd its points it bulges and folds, where they pull it tight
it slides. Points move by turns towards what their edges ask for (position-based dynamics, Jacobi's way), stay near to
where the bones carried them, and keep off the skin.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import sparse

from synthgen.core.frames import invert
from synthgen.core.kernels.kernel import kernel
from synthgen.engine.cpu.skin import moves_of
from synthgen.meshes.mesh import MeshPart
from synthgen.meshes.sheet import Sheet

STEPS = 12
"""Turns: folds of some ten centimetres form in them."""


class SheetArrays(NamedTuple):
    """A sheet, ready to settle: see :class:`Sheet`; bones and weights of cloth and skin as rows of sparse matrices."""

    rest: np.ndarray
    of: np.ndarray
    skin: np.ndarray
    normal: np.ndarray
    least: np.ndarray
    begins: np.ndarray
    beside: np.ndarray
    length: np.ndarray
    curl: np.ndarray
    give: float
    cloth_begins: np.ndarray
    cloth_bones: np.ndarray
    cloth_weights: np.ndarray
    skin_begins: np.ndarray
    skin_bones: np.ndarray
    skin_weights: np.ndarray
    from_rest: np.ndarray


def sheet_arrays(part: MeshPart, sheet: Sheet, rest_bones: np.ndarray) -> SheetArrays:
    """Prepares a garment.

    Args:
        part: skinned; its sheet.
        rest_bones: (B, 4, 4) at rest, character frame.
    """
    assert part.skin_indices is not None and part.skin_weights is not None
    bones = len(rest_bones)
    cloth = _rows(part.skin_indices[sheet.drawn], part.skin_weights[sheet.drawn], bones)
    skin = _rows(sheet.skin_indices, sheet.skin_weights, bones)
    return SheetArrays(
        np.array(part.vertices[sheet.drawn], float),
        sheet.of.astype(np.int64),
        np.array(sheet.skin, float),
        np.array(sheet.normal, float),
        np.array(sheet.least, float),
        sheet.begins.astype(np.int64),
        sheet.beside.astype(np.int64),
        np.array(sheet.length, float),
        np.array(sheet.curl, float),
        float(sheet.give[0]),
        *cloth,
        *skin,
        np.ascontiguousarray(invert(rest_bones)),
    )


def _rows(indices: np.ndarray, weights: np.ndarray, bones: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    weights = np.asarray(weights, float)
    weights = weights / np.maximum(weights.sum(1, keepdims=True), 1e-12)
    rows = np.repeat(np.arange(len(weights)), indices.shape[1])
    blend = sparse.csr_matrix((weights.ravel(), (rows, np.ravel(indices))), (len(weights), bones))
    blend.eliminate_zeros()
    blend.sort_indices()
    return blend.indptr.astype(np.int64), blend.indices.astype(np.int64), blend.data


@kernel
def _carried(
    points: np.ndarray, begins: np.ndarray, bones: np.ndarray, weights: np.ndarray, moves: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(N, 3) points moved by their bones, and (N, 3, 3) the moves' linear parts."""
    out, turns = np.empty((len(points), 3)), np.empty((len(points), 3, 3))
    move = np.empty((3, 4))
    for v in range(len(points)):
        move[:] = 0.0
        for n in range(begins[v], begins[v + 1]):
            move += weights[n] * moves[bones[n]]
        for i in range(3):
            out[v, i] = move[i, 3]
            for k in range(3):
                out[v, i] += move[i, k] * points[v, k]
                turns[v, i, k] = move[i, k]
    return out, turns


@kernel
def _turned(turns: np.ndarray, vectors: np.ndarray, unit: bool) -> np.ndarray:
    """(N, 3) vectors turned by (N, 3, 3); made unit vectors if that is asked for."""
    out = np.empty(vectors.shape)
    for v in range(len(vectors)):
        total = 0.0
        for i in range(3):
            out[v, i] = turns[v, i, 0] * vectors[v, 0] + turns[v, i, 1] * vectors[v, 1] + turns[v, i, 2] * vectors[v, 2]
            total += out[v, i] * out[v, i]
        if unit and total > 1e-12:
            out[v] /= math.sqrt(total)
    return out


@kernel
def settled(sheet: SheetArrays, bones: np.ndarray, steps: int) -> np.ndarray:
    """Posed bones (B, 4, 4), character frame → (V, 3) how far each drawn vertex moves from where bones carry it."""
    moves = moves_of(bones, sheet.from_rest)
    begin, turns = _carried(sheet.rest, sheet.cloth_begins, sheet.cloth_bones, sheet.cloth_weights, moves)
    skin, skin_turns = _carried(sheet.skin, sheet.skin_begins, sheet.skin_bones, sheet.skin_weights, moves)
    normal = _turned(skin_turns, sheet.normal, True)
    curl = _turned(turns, sheet.curl, False)
    count = len(begin)
    now, then = begin.copy(), begin.copy()
    give = sheet.give
    for _ in range(steps):
        for v in range(count):
            px, py, pz = now[v, 0], now[v, 1], now[v, 2]
            ax, ay, az, mx, my, mz = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
            for e in range(sheet.begins[v], sheet.begins[v + 1]):
                other = sheet.beside[e]
                dx, dy, dz = now[other, 0] - px, now[other, 1] - py, now[other, 2] - pz
                length = math.sqrt(dx * dx + dy * dy + dz * dz)
                if length > 1e-9:
                    pull = (length - sheet.length[e]) / length
                    if pull < 0.0:
                        pull *= 0.25 + 0.75 * give
                    ax, ay, az = ax + pull * dx, ay + pull * dy, az + pull * dz
                mx, my, mz = mx + dx, my + dy, mz + dz
            near = max(sheet.begins[v + 1] - sheet.begins[v], 1)
            # Half an edge's error is each end's; the mean of several edges converges when it is taken a little more.
            ax, ay, az = 0.7 * ax / near, 0.7 * ay / near, 0.7 * az / near
            bend = 0.35 - 0.15 * give
            ax += bend * (mx / near - curl[v, 0])
            ay += bend * (my / near - curl[v, 1])
            az += bend * (mz / near - curl[v, 2])
            home = 0.10 - 0.06 * give
            px, py, pz = (
                px + ax + home * (begin[v, 0] - px),
                py + ay + home * (begin[v, 1] - py),
                pz + az + home * (begin[v, 2] - pz),
            )
            gap = (px - skin[v, 0]) * normal[v, 0] + (py - skin[v, 1]) * normal[v, 1] + (pz - skin[v, 2]) * normal[v, 2]
            lift = max(sheet.least[v] - gap, 0.0)
            then[v, 0] = px + lift * normal[v, 0]
            then[v, 1] = py + lift * normal[v, 1]
            then[v, 2] = pz + lift * normal[v, 2]
        now, then = then, now
    shift = np.zeros((len(sheet.of), 3))
    for d in range(len(sheet.of)):
        v = sheet.of[d]
        for i in range(3 if v >= 0 else 0):
            shift[d, i] = now[v, i] - begin[v, i]
    return shift
