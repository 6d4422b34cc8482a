"""Garments cut from a body, pushed out, relaxed and hemmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage, sparse

from synthgen.characters.clothing.cuts import cut_field
from synthgen.characters.landmarks import Landmarks
from synthgen.characters.rest_body import RestBody
from synthgen.core.vectors import unit
from synthgen.meshes.geometry import (
    Cut,
    boundary_edges,
    cut,
    drop_small_islands,
    neighbours,
    smooth,
    vertex_normals,
)

_LAYER_GAP = 0.0015
"""Metres between two layers of cloth."""


@dataclass(frozen=True)
class Garment:
    """The geometry of one worn garment. Character frame, metres.

    Attributes:
        kind: its cut.
        vertices: (N, 3); faces: (M, 3); uvs: (M, 3, 2) per corner, 0…1.
        skin: (N, 3) where on the body each vertex lies (rest).
        weights: (N, B) dense skin weights; regions: (N,).
        places: (N, 5) trunk_t, arm_t, leg_t, arm share, leg share, for patterns.
        hem: (H, 3) points close to each other along the garment's edges.
        on_body: (V,) field over the body's vertices: metres inside the garment.
        height: (V,) how far the cloth stands off the body at the body's vertices.
        first_rim: index of the first vertex of the turned-in hem (N when there is none).
    """

    kind: str
    vertices: np.ndarray
    faces: np.ndarray
    uvs: np.ndarray
    skin: np.ndarray
    weights: np.ndarray
    regions: np.ndarray
    places: np.ndarray
    hem: np.ndarray
    on_body: np.ndarray
    height: np.ndarray
    first_rim: int


def cut_garment(kind: str, data: dict[str, Any], body: RestBody, marks: Landmarks, under: np.ndarray) -> Garment:
    """Cuts a garment from a body and shapes it.

    Args:
        kind: name of the cut; data: its entry in ``data/garments.yaml``.
        body: rest body; marks: its landmarks.
        under: (V,) metres that the layers below stand off the body.
    """
    field = cut_field(data, body.vertices, marks)
    piece = cut(body.faces, field)
    kept = drop_small_islands(piece.faces, len(piece.ends))
    faces, uvs = piece.faces[kept], piece.carry_corners(body.uvs)[kept]
    skin = piece.carry(body.vertices)
    edge = boundary_edges(faces)
    along = hem_average(faces, edge, len(skin))
    skin = _even_hem(skin, edge, along)
    normals = unit(smooth(piece.carry(marks.normals), neighbours(faces, len(skin)), 4))
    depth = np.maximum(piece.carry(np.clip(field, -0.5, 0.5)), 0.0)
    places = piece.carry(np.stack([marks.trunk_t, marks.arm_t, marks.leg_t, marks.arm, marks.leg], axis=1))

    least = piece.carry(under) + _LAYER_GAP + data["thickness"]
    outer = least + _looseness(data, depth, places, marks.unit)
    vertices = skin + normals * outer[:, None]
    if data.get("drape"):
        vertices = _hang(vertices, places, marks, data["drape"])
    vertices = relax(vertices, skin, normals, least, along, data["relax"])

    height = _height_on_body(piece, vertices, skin, normals, under)
    weights = smooth(piece.carry(marks.weights), neighbours(faces, len(skin)), 10)
    weights = weights / weights.sum(axis=1, keepdims=True)
    rim_ends, rim_offsets, rim_faces = turned_hem(vertices, faces, skin, edge, data["thickness"])
    pick = rim_ends
    final = np.column_stack([marks.places(vertices), places[:, 3:]])
    return Garment(
        kind=kind,
        vertices=np.concatenate([vertices, vertices[pick] + rim_offsets]),
        faces=np.concatenate([faces, rim_faces]),
        uvs=_atlas(np.concatenate([uvs, _rim_uvs(faces, uvs, rim_faces, pick, len(skin))])),
        skin=np.concatenate([skin, skin[pick]]),
        weights=np.concatenate([weights, weights[pick]]),
        regions=np.concatenate([r := piece.carry_nearest(body.regions), r[pick]]),
        places=np.concatenate([final, final[pick]]),
        hem=hem_points(vertices, edge),
        on_body=field,
        height=height,
        first_rim=len(skin),
    )


def hem_average(faces: np.ndarray, edge: np.ndarray, count: int) -> sparse.csr_matrix:
    """As :func:`neighbours`, but a vertex on the hem only knows its neighbours along the hem."""
    average = neighbours(faces, count)
    on_hem = np.zeros(count, bool)
    on_hem[edge] = True
    i, j = np.concatenate([edge, edge[:, ::-1]]).T
    hem = sparse.csr_matrix((np.full(len(i), 0.5), (i, j)), shape=(count, count))
    return (sparse.diags((~on_hem).astype(float)) @ average + hem).tocsr()


def relax(
    vertices: np.ndarray,
    skin: np.ndarray,
    normals: np.ndarray,
    least: np.ndarray,
    average: sparse.csr_matrix,
    steps: int,
) -> np.ndarray:
    """Tightens cloth over hollows without letting it sink below ``least`` metres above the skin."""
    for _ in range(steps):
        vertices = smooth(vertices, average, 1)
        gap = np.einsum("ij,ij->i", vertices - skin, normals)
        vertices = vertices + np.maximum(least - gap, 0.0)[:, None] * normals
    return vertices


def turned_hem(
    vertices: np.ndarray, faces: np.ndarray, skin: np.ndarray, edge: np.ndarray, thickness: float, width: float = 0.018
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A rim folded inwards along the boundary: across the cloth's thickness, then back under it.

    Returns:
        (garment vertex that each rim vertex hangs on (R,), offsets from it (R, 3), faces (·, 3)).
    """
    loop = np.unique(edge)
    rank = np.full(len(vertices), -1)
    rank[loop] = np.arange(len(loop))
    normals = vertex_normals(vertices, faces)[loop]
    inward = np.zeros_like(vertices)
    centre = vertices[faces].mean(axis=1)
    for k in range(3):
        np.add.at(inward, faces[:, k], centre - vertices[faces[:, k]])
    tangent = np.zeros_like(vertices)
    direction = vertices[edge[:, 1]] - vertices[edge[:, 0]]
    np.add.at(tangent, edge[:, 0], direction)
    np.add.at(tangent, edge[:, 1], direction)
    t, back = unit(tangent[loop]), inward[loop]
    back = back - np.einsum("ij,ij->i", back, normals)[:, None] * normals
    back = unit(back - np.einsum("ij,ij->i", back, t)[:, None] * t)
    gap = np.einsum("ij,ij->i", vertices[loop] - skin[loop], normals)
    fold = np.minimum(thickness + 0.001, np.maximum(gap - 0.0005, 0.0005))[:, None] * -normals
    n, base = len(loop), len(vertices)
    # Rings: the edge again (so that it stays sharp), the fold, the end under the cloth.
    offsets = np.concatenate([np.zeros((n, 3)), fold, fold + width * back])
    a, b = rank[edge[:, 0]], rank[edge[:, 1]]
    quads = [(base + r * n + a, base + r * n + b, base + (r + 1) * n + b, base + (r + 1) * n + a) for r in range(2)]
    rim = [np.stack(tri, axis=1) for p, q, s, u in quads for tri in ((q, p, u), (q, u, s))]
    return np.tile(loop, 3), offsets, np.concatenate(rim)


def hem_points(vertices: np.ndarray, edge: np.ndarray, per_edge: int = 8) -> np.ndarray:
    """(E·per_edge, 3) points along boundary edges."""
    t = (np.arange(per_edge) / per_edge)[:, None, None]
    out: np.ndarray = ((1 - t) * vertices[edge[:, 0]] + t * vertices[edge[:, 1]]).reshape(-1, 3)
    return out


def _even_hem(skin: np.ndarray, edge: np.ndarray, along: sparse.csr_matrix) -> np.ndarray:
    """Smooths the boundary curve itself a little; everything else stays."""
    on_hem = np.zeros(len(skin), bool)
    on_hem[edge] = True
    return np.where(on_hem[:, None], smooth(skin, along, 3), skin)


def _looseness(data: dict[str, Any], depth: np.ndarray, places: np.ndarray, unit: float) -> np.ndarray:
    """(N,) metres that the cloth stands off beyond its thickness, from its parts' looseness."""
    loose, gather = data.get("loose", {}), data.get("gather", {})
    trunk_t, arm_t, leg_t, arm, leg = places.T
    hang = np.clip((0.95 - trunk_t) / 0.6, 0, 1)
    out: np.ndarray = loose.get("trunk", 0.0) * hang * (1 - arm) * (1 - leg)
    out = out + loose.get("arm", 0.0) * np.clip(0.4 + arm_t, 0, 1) * arm
    out = out + loose.get("leg", 0.0) * np.clip(0.25 + 1.2 * leg_t, 0, 1) * leg
    if "waist" in gather:
        top = np.clip((data["waist"] - trunk_t) * 0.55 * unit / gather["waist"], 0, 1)
        out = np.where(leg < 0.5, out * top, out)
    for name, share in (("arm", arm), ("leg", leg)):
        if name in gather:
            cuff = np.clip((depth - 0.35 * gather[name]) / gather[name], 0.0, 1.0)
            out = np.where(share > 0.5, out * cuff, out)
    return out * unit


def _hang(vertices: np.ndarray, places: np.ndarray, marks: Landmarks, slope: float) -> np.ndarray:
    """Lets cloth on the trunk fall from what stands out above it, moving in by ``slope`` metres per metre at most.

    Works on the distance from the trunk's axis in a table of angle × height.
    """
    rows = np.flatnonzero((places[:, 3] < 0.3) & (places[:, 0] < 0.95))
    if not len(rows):
        return vertices
    v = vertices[rows]
    j = marks.joint
    spine = np.array([j["spine05"], j["spine03"], j["spine02"], j["neck01"]])
    spine = spine[np.argsort(spine[:, 2])]
    axis_x = np.interp(v[:, 2], spine[:, 2], spine[:, 0]) + 0.02 * marks.unit
    xy = np.stack([v[:, 0] - axis_x, v[:, 1]], axis=1)
    radius, angle = np.linalg.norm(xy, axis=1), np.arctan2(xy[:, 1], xy[:, 0])
    bins, step = 48, 0.02
    level = np.clip(((v[:, 2].max() - v[:, 2]) / step).astype(int), 0, None)
    column = ((angle / (2 * np.pi) + 0.5) * bins).astype(int) % bins
    table = np.zeros((level.max() + 1, bins))
    np.maximum.at(table, (level, column), radius)
    for _ in range(2):
        around = 0.5 * (np.roll(table, 1, axis=1) + np.roll(table, -1, axis=1))
        table = np.maximum(table, around)
    for k in range(1, len(table)):
        table[k] = np.maximum(table[k], table[k - 1] - slope * step)
    table = ndimage.gaussian_filter(table, (1.2, 1.2), mode=("nearest", "wrap"))
    where = np.stack([(v[:, 2].max() - v[:, 2]) / step - 0.5, (angle / (2 * np.pi) + 0.5) * bins - 0.5])
    target = ndimage.map_coordinates(
        np.pad(table, ((0, 0), (2, 2)), mode="wrap"), where + [[0], [2]], order=1, mode="nearest"
    )
    below_armpit = np.clip((0.78 - places[rows, 0]) / 0.12, 0, 1) * np.clip((0.3 - places[rows, 3]) / 0.2, 0, 1)
    grow = 1 + below_armpit * np.maximum(target / np.maximum(radius, 1e-6) - 1, 0)
    moved = v.copy()
    moved[:, 0] = axis_x + xy[:, 0] * grow
    moved[:, 1] = xy[:, 1] * grow
    out = vertices.copy()
    out[rows] = moved
    return out


def _height_on_body(
    piece: Cut, vertices: np.ndarray, skin: np.ndarray, normals: np.ndarray, under: np.ndarray
) -> np.ndarray:
    """(V,) the layers' height with this garment on, at the body's vertices that it covers."""
    kept = piece.ends[:, 0] == piece.ends[:, 1]
    out = under.copy()
    gap = np.einsum("ij,ij->i", vertices - skin, normals)
    out[piece.ends[kept, 0]] = np.maximum(gap[kept], under[piece.ends[kept, 0]])
    return out


def _rim_uvs(faces: np.ndarray, uvs: np.ndarray, rim_faces: np.ndarray, pick: np.ndarray, base: int) -> np.ndarray:
    """The rim takes its colour from the garment's edge."""
    any_uv = np.zeros((base, 2))
    any_uv[faces.ravel()] = uvs.reshape(-1, 2)
    out: np.ndarray = any_uv[pick][rim_faces - base]
    return out


def _atlas(uvs: np.ndarray) -> np.ndarray:
    """Body texture coordinates → the garment's own 0…1, v running down the rows."""
    flat = uvs.reshape(-1, 2)
    low, high = flat.min(axis=0), flat.max(axis=0)
    out: np.ndarray = 0.01 + 0.98 * (uvs - low) / np.maximum(high - low, 1e-9)
    out[..., 1] = 1 - out[..., 1]
    return out
