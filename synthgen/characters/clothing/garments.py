"""Garments cut from a body, pushed out, relaxed and hemmed."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from synthgen.characters.clothing.cuts import cut_field, garment_data
from synthgen.characters.clothing.drape import hang, looseness, relax
from synthgen.characters.clothing.garment import Garment
from synthgen.characters.clothing.hems import even_hem, hem_average, rim_uvs, turned_hem
from synthgen.characters.clothing.shoes import build_shoes
from synthgen.characters.clothing.skirts import build_skirt
from synthgen.characters.landmarks import Landmarks
from synthgen.characters.rest_body import RestBody
from synthgen.core.vectors import unit
from synthgen.meshes.geometry import Cut, boundary_edges, cut, drop_small_islands, smooth

_LAYER_GAP = 0.0015
"""Metres between two layers of cloth."""
_RING = 8
"""Steps in which the weights of a hem are evened along it: over some 3 cm to both sides."""


Window = tuple[float, float, float, float]
"""The part of the bodies' atlas that a kind of garment fills: lowest u and v, width and height."""


def make_garment(kind: str, body: RestBody, marks: Landmarks, under: np.ndarray, window: Window) -> Garment:
    """Makes a garment for a body, by its kind's method.

    Args:
        kind: name of the cut.
        body: rest body; marks: its landmarks.
        under: (V,) metres that the layers below stand off the body.
        window: of the kind (``clothing.atlas.window_of``).

    Raises:
        InputError: unknown kind.
    """
    data = garment_data(kind)
    if data.get("shape") == "shoe":
        return build_shoes(kind, data, body, marks, under)
    if data.get("shape") == "skirt":
        return build_skirt(kind, data, body, marks, under)
    return cut_garment(kind, data, body, marks, under, window)


def cut_garment(
    kind: str,
    data: dict[str, Any],
    body: RestBody,
    marks: Landmarks,
    under: np.ndarray,
    window: Window = (0.0, 0.0, 1.0, 1.0),
) -> Garment:
    """Cuts a garment from a body and shapes it; see :func:`make_garment`."""
    field = cut_field(data, body.vertices, marks)
    piece = cut(body.faces, field)
    kept = drop_small_islands(piece.faces, len(piece.ends))
    faces, uvs = piece.faces[kept], piece.carry_corners(body.uvs)[kept]
    skin = piece.carry(body.vertices)
    edge = boundary_edges(faces)
    along = hem_average(faces, edge, len(skin))
    skin = even_hem(skin, edge, along)
    normals = unit(smooth(piece.carry(marks.normals), along, 4))
    depth = np.maximum(piece.carry(np.clip(field, -0.5, 0.5)), 0.0)
    places = piece.carry(np.stack([marks.trunk_t, marks.arm_t, marks.leg_t, marks.arm, marks.leg], axis=1))

    least = piece.carry(under) + _LAYER_GAP + data["thickness"]
    outer = least + looseness(data, depth, places, marks.unit)
    vertices = skin + normals * outer[:, None]
    if data.get("drape"):
        vertices = hang(vertices, places, marks, data["drape"])
    vertices = relax(vertices, skin, normals, least, along, data["relax"])

    height = _height_on_body(piece, vertices, skin, normals, under)
    weights = _weights(piece, marks, edge, along)
    rim_ends, rim_offsets, rim_faces = turned_hem(vertices, faces, skin, edge, data["thickness"])
    pick = np.concatenate([np.arange(len(skin)), rim_ends])
    bones, shares = _skin_carriers(piece, body)
    corners = np.concatenate([uvs, rim_uvs(faces, uvs, rim_faces, rim_ends, len(skin))])
    return Garment(
        kind=kind,
        vertices=np.concatenate([vertices, vertices[rim_ends] + rim_offsets]),
        faces=np.concatenate([faces, rim_faces]),
        uvs=_in_window(corners, window),
        skin=skin[pick],
        rows=piece.carry_nearest(np.arange(len(field)))[pick],
        weights=weights[pick],
        regions=piece.carry_nearest(body.regions)[pick],
        limbs=places[pick, 3:],
        edge=np.concatenate([depth, np.ones(len(rim_ends))]),  # a rim knows no hem
        on_body=field,
        height=height,
        least=least[pick],
        normals=normals[pick],
        skin_indices=bones[pick],
        skin_weights=shares[pick],
        base=pick,
        first_rim=len(skin),
    )


def _skin_carriers(piece: Cut, body: RestBody) -> tuple[np.ndarray, np.ndarray]:
    """(N, 8) bones and weights of the skin under the cloth: those of both ends of the edge that it lies on."""
    shares = np.stack([1 - piece.t, piece.t], axis=1)[:, :, None] * body.skin_weights[piece.ends]
    return body.skin_indices[piece.ends].reshape(len(piece.t), -1), shares.reshape(len(piece.t), -1)


def _weights(piece: Cut, marks: Landmarks, edge: np.ndarray, along: sparse.csr_matrix) -> np.ndarray:
    """(N, B) the body's weights, evened over the cloth; a hem moves as the ring that it is."""
    used = np.flatnonzero(marks.weights[piece.ends].any(axis=(0, 1)))
    some = smooth(piece.carry(marks.weights[:, used]), along, 10)
    loop = np.unique(edge)
    ring = along[loop][:, loop]
    some[loop] = smooth(some[loop], ring, _RING)
    out = np.zeros((len(some), marks.weights.shape[1]))
    out[:, used] = some / some.sum(axis=1, keepdims=True)
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


def _in_window(uvs: np.ndarray, window: Window) -> np.ndarray:
    """The bodies' texture coordinates → the garment's own 0…1, v running down the rows."""
    out: np.ndarray = np.clip((uvs - window[:2]) / window[2:], 0.001, 0.999)
    out[..., 1] = 1 - out[..., 1]
    return out
