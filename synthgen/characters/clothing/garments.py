"""Garments cut from a body, pushed out, relaxed and hemmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthgen.characters.clothing.cuts import cut_field
from synthgen.characters.clothing.drape import hang, looseness, relax
from synthgen.characters.clothing.hems import even_hem, hem_average, hem_points, rim_uvs, turned_hem
from synthgen.characters.landmarks import Landmarks
from synthgen.characters.rest_body import RestBody
from synthgen.core.vectors import unit
from synthgen.meshes.geometry import Cut, boundary_edges, cut, drop_small_islands, neighbours, smooth

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
    skin = even_hem(skin, edge, along)
    normals = unit(smooth(piece.carry(marks.normals), neighbours(faces, len(skin)), 4))
    depth = np.maximum(piece.carry(np.clip(field, -0.5, 0.5)), 0.0)
    places = piece.carry(np.stack([marks.trunk_t, marks.arm_t, marks.leg_t, marks.arm, marks.leg], axis=1))

    least = piece.carry(under) + _LAYER_GAP + data["thickness"]
    outer = least + looseness(data, depth, places, marks.unit)
    vertices = skin + normals * outer[:, None]
    if data.get("drape"):
        vertices = hang(vertices, places, marks, data["drape"])
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
        uvs=_atlas(np.concatenate([uvs, rim_uvs(faces, uvs, rim_faces, pick, len(skin))])),
        skin=np.concatenate([skin, skin[pick]]),
        weights=np.concatenate([weights, weights[pick]]),
        regions=np.concatenate([r := piece.carry_nearest(body.regions), r[pick]]),
        places=np.concatenate([final, final[pick]]),
        hem=hem_points(vertices, edge),
        on_body=field,
        height=height,
        first_rim=len(skin),
    )


def _height_on_body(
    piece: Cut, vertices: np.ndarray, skin: np.ndarray, normals: np.ndarray, under: np.ndarray
) -> np.ndarray:
    """(V,) the layers' height with this garment on, at the body's vertices that it covers."""
    kept = piece.ends[:, 0] == piece.ends[:, 1]
    out = under.copy()
    gap = np.einsum("ij,ij->i", vertices - skin, normals)
    out[piece.ends[kept, 0]] = np.maximum(gap[kept], under[piece.ends[kept, 0]])
    return out


def _atlas(uvs: np.ndarray) -> np.ndarray:
    """Body texture coordinates → the garment's own 0…1, v running down the rows."""
    flat = uvs.reshape(-1, 2)
    low, high = flat.min(axis=0), flat.max(axis=0)
    out: np.ndarray = 0.01 + 0.98 * (uvs - low) / np.maximum(high - low, 1e-9)
    out[..., 1] = 1 - out[..., 1]
    return out
