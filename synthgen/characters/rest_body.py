"""What a rig, a character's rest body, its anatomical sites and its motion are.

Character frame: X forward, Y left, Z up, metres, the floor at z = 0, the origin below the pelvis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.core.frames import invert


@dataclass(frozen=True)
class RestBody:
    """One character at rest: the rig's bones and, where it is known, the skin.

    Attributes:
        rig: name of the rig's data file (``anny``, ``ue5_mannequin``).
        bone_names: (B,) in the rig's order, parents before children.
        parents: (B,) parent indices, −1 for the root.
        bones: (B, 4, 4) rest transforms, character frame.
        vertices: (V, 3) rest skin, character frame; empty when the skin is not known.
        faces: (F, 3) triangles, counter-clockwise from outside.
        uvs: (F, 3, 2) texture coordinates per face corner, or empty.
        skin_indices, skin_weights: (V, K) bones and weights of linear blend skinning; weights sum to 1.
        regions: (V,) index into ``skeleton.REGIONS`` of the region that each vertex belongs to.
        stature: metres.
    """

    rig: str
    bone_names: tuple[str, ...]
    parents: np.ndarray
    bones: np.ndarray
    vertices: np.ndarray
    faces: np.ndarray
    uvs: np.ndarray
    skin_indices: np.ndarray
    skin_weights: np.ndarray
    regions: np.ndarray
    stature: float

    def bone(self, name: str) -> int:
        """Index of a bone."""
        return self.bone_names.index(name)


def blend(
    rest_bones: np.ndarray, bones: np.ndarray, points: np.ndarray, indices: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Linear blend skinning.

    Args:
        rest_bones: (B, 4, 4) bones at rest, character frame.
        bones: (…, B, 4, 4) posed bones, any frame.
        points: (N, 3) points at rest, character frame.
        indices, weights: (N, K) carrying bones and their weights (sum 1).

    Returns:
        (…, N, 3) the points in the frame of ``bones``.
    """
    moves = bones @ invert(rest_bones)
    out = np.zeros((*bones.shape[:-3], len(points), 3))
    for k in range(indices.shape[1]):
        m = moves[..., indices[:, k], :, :]
        out += weights[:, k, None] * ((m[..., :3, :3] @ points[:, :, None])[..., 0] + m[..., :3, 3])
    return out
