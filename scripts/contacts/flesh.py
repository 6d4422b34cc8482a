"""How deep soft parts of a posed body are in each other: thighs in the belly and in each other, arms in the flank."""

from __future__ import annotations

import numpy as np
import trimesh

from scripts.contacts.depths import depth_in
from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import SIDES, load_rig
from synthgen.core.skeleton import REGIONS

THIGH, ARM = 0.4, 0.55
"""From these shares of its length on a limb is looked at; above them flesh of limb and trunk are one."""


def flesh_depths(body: RestBody, skin: np.ndarray) -> dict[str, float]:
    """Metres that the deepest vertices of thighs and upper arms of a posed skin (V, 3) are in the flesh beside them."""
    trunk = _part(body, skin, "trunk")
    thighs = {side: _part(body, skin, f"{side}_thigh", f"{side}_shank") for side in SIDES}
    beyond = {side: skin[_distal(body, side, "thigh", "shank", THIGH)] for side in SIDES}
    arms = np.concatenate([skin[_distal(body, side, "upper_arm", "forearm", ARM)] for side in SIDES])
    return {
        "thigh_belly": max(depth_in(trunk, beyond[side]) for side in SIDES),
        "thigh_thigh": max(depth_in(thighs[a], beyond[b]) for a, b in (SIDES, SIDES[::-1])),
        "arm_flank": depth_in(trunk, arms),
    }


def _part(body: RestBody, skin: np.ndarray, *regions: str) -> trimesh.Trimesh:
    """Some regions of the skin as a closed mesh: each opening has a lid from its middle."""
    mine = np.isin(body.regions, [REGIONS.index(r) for r in regions])
    mesh = trimesh.Trimesh(skin, body.faces[mine[body.faces].all(1)], process=False)
    mesh.remove_unreferenced_vertices()
    edges = mesh.edges[trimesh.grouping.group_rows(mesh.edges_sorted, require_count=1)]
    vertices, faces = [np.asarray(mesh.vertices)], [np.asarray(mesh.faces)]
    count = len(mesh.vertices)
    for loop in trimesh.graph.connected_components(edges):
        lid = edges[np.isin(edges, loop).all(1)]
        vertices.append(np.asarray(mesh.vertices)[loop].mean(0, keepdims=True))
        faces.append(np.column_stack([lid[:, ::-1], np.full(len(lid), count)]))
        count += 1
    return trimesh.Trimesh(np.concatenate(vertices), np.concatenate(faces), process=False)


def _distal(body: RestBody, side: str, part: str, below: str, share: float) -> np.ndarray:
    """Indices of the vertices of a limb's part that lie beyond a share of its length."""
    rig = load_rig(body.rig)
    first, last = (body.bones[body.bone(rig.limbs[side, p][0]), :3, 3] for p in (part, below))
    mine = np.intersect1d(np.flatnonzero(body.regions == REGIONS.index(f"{side}_{part}")), body.faces)
    along = (body.vertices[mine] - first) @ (last - first) / ((last - first) @ (last - first))
    out: np.ndarray = mine[along > share]
    return out
