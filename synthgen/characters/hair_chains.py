"""Which chains hair hangs on, and how much of it each link carries (:mod:`synthgen.characters.hair_hang`)."""

from __future__ import annotations

import numpy as np

from synthgen.meshes.geometry import nearest

_SECTORS, _LINKS = 9, 4
_FRONT = (0.95, 1.17)
"""Azimuths (radians from straight ahead) from which, and from which on fully, a sheet of hair hangs."""


def tail_chain(curve: np.ndarray) -> np.ndarray:
    """(1, 7, 3) the nodes of a pony tail along its curve (14, 3)."""
    out: np.ndarray = curve[[0, 2, 4, 6, 8, 11, 13]][None]
    return out


def along_chain(nodes: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N,) where on a chain (S + 1, 3) points (N, 3) lie: 0 at its root … S at its tip."""
    fine = np.linspace(0, len(nodes) - 1, 200)
    path = np.stack([np.interp(fine, np.arange(len(nodes)), nodes[:, k]) for k in range(3)], axis=1)
    out: np.ndarray = fine[nearest(points, path)]
    return out


def link_shares(along: np.ndarray, links: int) -> np.ndarray:
    """(N, links + 1) how much the head (first column) and each link carry points.

    Args:
        along: (N,) 0 at the root … ``links`` at the tip, below 0 on the head.
        links: of a chain.
    """
    at = np.clip(along + 0.5, 0, links)
    k = np.minimum(at.astype(int), links - 1)
    rest = at - k
    out = np.zeros((len(along), links + 1))
    out[np.arange(len(k)), k] = 1 - rest
    out[np.arange(len(k)), k + 1] += rest
    return out


def sheet_chains(grid: np.ndarray, first: int) -> tuple[np.ndarray, np.ndarray]:
    """Chains in a sheet of strands.

    Args:
        grid: (R, C + 1, 3) rows from the crown on, columns round the head from straight ahead; the last is the first.
        first: row from which strands hang.

    Returns:
        nodes (9, 5, 3), and (R, C + 1, 1 + 36) shares of the head and of the links, chain by chain.
    """
    rows, columns = grid.shape[0], grid.shape[1] - 1
    at = np.linspace(_FRONT[1], 2 * np.pi - _FRONT[1], _SECTORS)
    nodes = grid[np.linspace(first, rows - 1, _LINKS + 1).round().astype(int)]
    nodes = nodes[:, (at / (2 * np.pi) * columns).round().astype(int)].transpose(1, 0, 2)
    phi = 2 * np.pi * np.arange(columns + 1) / columns
    sector = np.clip((phi - at[0]) / (at[1] - at[0]), 0, _SECTORS - 1)
    beside = np.minimum(sector.astype(int), _SECTORS - 2)
    of_sector = np.zeros((columns + 1, _SECTORS))
    of_sector[np.arange(columns + 1), beside] = 1 - (sector - beside)
    of_sector[np.arange(columns + 1), beside + 1] += sector - beside
    along = _LINKS * (np.arange(rows) - first) / (rows - 1 - first)
    of_link = link_shares(along, _LINKS)
    azimuth = np.minimum(phi, 2 * np.pi - phi)
    hanging = np.clip((azimuth - _FRONT[0]) / (_FRONT[1] - _FRONT[0]), 0, 1)[None, :, None]
    links = of_sector[None, :, :, None] * of_link[:, None, None, 1:]
    links = hanging * links.reshape(rows, columns + 1, -1)
    return nodes, np.concatenate([1 - links.sum(-1, keepdims=True), links], axis=-1)
