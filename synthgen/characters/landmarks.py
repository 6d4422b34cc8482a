"""Where a vertex is on a body: along the arms, the legs and the trunk. Garments and hair are cut by these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.characters.rest_body import RestBody
from synthgen.meshes.geometry import dense_weights, vertex_normals

_ARM = ("shoulder01", "upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist", "finger", "metacarpal")
_LEG = ("upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot", "toe")
_HEAD = ("head", "eye", "neck03")


@dataclass(frozen=True)
class Landmarks:
    """Per-vertex coordinates of a rest body. Character frame, metres.

    Attributes:
        joint: bone name → (3,) its head.
        unit: stature / 1.75 m, the scale of lengths in the data files.
        weights: (V, B) dense skin weights; normals: (V, 3).
        arm, leg: (V,) share of the vertex that an arm or a leg carries, 0…1.
        head: (V,) share that the head carries.
        left: (V,) True on the left side.
        arm_t: (V,) place along the nearer arm: 0 shoulder, 1 elbow, 2 wrist (beyond both ends too).
        leg_t: (V,) place along the nearer leg: 0 hip, 1 knee, 2 ankle.
        trunk_t: (V,) height: 0 hip joints, 1 base of the neck.
    """

    joint: dict[str, np.ndarray]
    unit: float
    weights: np.ndarray
    normals: np.ndarray
    arm: np.ndarray
    leg: np.ndarray
    head: np.ndarray
    left: np.ndarray
    arm_t: np.ndarray
    leg_t: np.ndarray
    trunk_t: np.ndarray

    def places(self, points: np.ndarray) -> np.ndarray:
        """(N, 3) trunk_t, arm_t, leg_t of any points (N, 3) of the character frame."""
        left = points[:, 1] > 0
        hip = 0.5 * (self.joint["upperleg01.L"][2] + self.joint["upperleg01.R"][2])
        out = [(points[:, 2] - hip) / (self.joint["neck01"][2] - hip)]
        for names in (("upperarm01", "lowerarm01", "wrist"), ("upperleg01", "lowerleg01", "foot")):
            sides = [_chain(points, *(self.joint[f"{n}.{side}"] for n in names)) for side in "LR"]
            out.append(np.where(left, sides[0], sides[1]))
        return np.stack(out, axis=1)


def find_landmarks(body: RestBody) -> Landmarks:
    """Measures a rest body."""
    joint = {name: body.bones[i, :3, 3] for i, name in enumerate(body.bone_names)}
    weights = dense_weights(body.skin_indices, body.skin_weights, len(body.bone_names))
    v = body.vertices
    left = v[:, 1] > 0

    def share(prefixes: tuple[str, ...]) -> np.ndarray:
        out: np.ndarray = weights[:, [n.startswith(prefixes) for n in body.bone_names]].sum(axis=1)
        return out

    def along(a: str, b: str, c: str) -> np.ndarray:
        sides = [_chain(v, *(joint[f"{n}.{side}"] for n in (a, b, c))) for side in "LR"]
        return np.where(left, sides[0], sides[1])

    hip = 0.5 * (joint["upperleg01.L"][2] + joint["upperleg01.R"][2])
    return Landmarks(
        joint=joint,
        unit=body.stature / 1.75,
        weights=weights,
        normals=vertex_normals(v, body.faces),
        arm=share(_ARM),
        leg=share(_LEG),
        head=share(_HEAD),
        left=left,
        arm_t=along("upperarm01", "lowerarm01", "wrist"),
        leg_t=along("upperleg01", "lowerleg01", "foot"),
        trunk_t=(v[:, 2] - hip) / (joint["neck01"][2] - hip),
    )


def _chain(points: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Place along a–b–c: 0 at a, 1 at b, 2 at c; changes over from one segment to the other smoothly at b."""
    ab, bc = b - a, c - b
    first = (points - a) @ ab / (ab @ ab)
    second = 1 + (points - b) @ bc / (bc @ bc)
    s = np.clip((0.5 * (first + second) - 0.85) / 0.3, 0, 1)
    out: np.ndarray = (1 - s) * first + s * second
    return out
