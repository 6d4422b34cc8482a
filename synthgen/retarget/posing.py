"""Posing a rig by world rotations: each bone's turn away from rest, and rotation helpers that work on whole clips.

A bone's *turn* is the world rotation that takes its rest orientation (character frame) to the posed one. Turns of
different bones do not depend on each other; positions follow from the chain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.characters.rest_body import RestBody
from synthgen.core.frames import transform


@dataclass(frozen=True)
class Pose:
    """A character's pose over a clip.

    Attributes:
        body: the character at rest.
        turns: (T, B, 3, 3) world rotation of each bone relative to rest.
        root: (T, 3) world position of the first bone's head.
        stretch: (T, B, 3) how far each bone's head stands from its place at rest as its parent sees it, metres,
            character frame; zero but for the spine and neck.
    """

    body: RestBody
    turns: np.ndarray
    root: np.ndarray
    stretch: np.ndarray

    def heads(self) -> np.ndarray:
        """(T, B, 3) world positions of the bones' heads."""
        rest = self.body.bones[:, :3, 3]
        out = np.empty((*self.turns.shape[:2], 3))
        for bone, parent in enumerate(self.body.parents):
            if parent < 0:
                out[:, bone] = self.root
            else:
                step = rest[bone] - rest[parent] + self.stretch[:, bone]
                out[:, bone] = out[:, parent] + (self.turns[:, parent] @ step[..., None])[..., 0]
        return out

    def head(self, name: str) -> np.ndarray:
        """(T, 3) world positions of one bone's head."""
        return self.heads()[:, self.body.bone(name)]

    def bones(self) -> np.ndarray:
        """(T, B, 4, 4) world transforms."""
        return transform(self.turns @ self.body.bones[:, :3, :3], self.heads())

    def moved(self, by: np.ndarray) -> Pose:
        """The whole character moved by (T, 3) metres."""
        return replace(self, root=self.root + by)

    def lifted(self, by: np.ndarray) -> Pose:
        """The whole character lifted by (T,) metres."""
        return self.moved(by[:, None] * np.array([0.0, 0.0, 1.0]))

    def turned(self, changes: dict[int, np.ndarray]) -> Pose:
        """With other turns (T, 3, 3) of some bones, by index; no bone follows another."""
        turns = self.turns.copy()
        for bone, turn in changes.items():
            turns[:, bone] = turn
        return replace(self, turns=turns)


def to_vector(rotations: np.ndarray) -> np.ndarray:
    """(…, 3, 3) → (…, 3) rotation vectors, radians."""
    out: np.ndarray = Rotation.from_matrix(rotations.reshape(-1, 3, 3)).as_rotvec().reshape(*rotations.shape[:-2], 3)
    return out


def from_vector(vectors: np.ndarray) -> np.ndarray:
    """(…, 3) rotation vectors, radians → (…, 3, 3)."""
    out: np.ndarray = Rotation.from_rotvec(vectors.reshape(-1, 3)).as_matrix().reshape(*vectors.shape, 3)
    return out


def transposed(rotations: np.ndarray) -> np.ndarray:
    """Inverse of (…, 3, 3) rotations."""
    return np.swapaxes(rotations, -1, -2)


def between(first: np.ndarray, second: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    """Rotations a share of the way from ``first`` to ``second``, (…, 3, 3); ``share`` broadcasts over leading axes."""
    step = to_vector(transposed(first) @ second)
    out: np.ndarray = first @ from_vector(step * np.asarray(share)[..., None])
    return out


def about(axes: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Rotations by ``angles`` (…) radians about unit ``axes`` (…, 3)."""
    return from_vector(np.asarray(axes) * np.asarray(angles)[..., None])


def unit(vectors: np.ndarray) -> np.ndarray:
    """(…, 3) vectors of length one; zero stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    out: np.ndarray = vectors / np.maximum(length, 1e-12)
    return out


def swing(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The shortest rotations that take directions ``first`` to ``second``, (…, 3) → (…, 3, 3).

    Opposite directions have no shortest rotation; any axis across ``first`` serves.
    """
    a, b = np.broadcast_arrays(unit(first), unit(second))
    axis = np.cross(a, b)
    sine = np.linalg.norm(axis, axis=-1)
    angle = np.arctan2(sine, np.sum(a * b, -1))
    helper = np.where(np.abs(a[..., :1]) < 0.9, np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    fallback = unit(np.cross(a, helper))
    axis = np.where(sine[..., None] > 1e-9, axis / np.maximum(sine, 1e-12)[..., None], fallback)
    return about(axis, angle)


def twist(rotations: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """(…) radians that ``rotations`` turn about their own unit ``axes``, of the swing–twist decomposition."""
    q = Rotation.from_matrix(rotations.reshape(-1, 3, 3)).as_quat().reshape(*rotations.shape[:-2], 4)
    angle = 2 * np.arctan2(np.sum(q[..., :3] * axes, -1), q[..., 3])
    out: np.ndarray = (angle + np.pi) % (2 * np.pi) - np.pi
    return out


def frame(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(…, 3, 3) axes X, Y, Z with Z along ``z`` and Y as near to ``y`` as a right angle allows."""
    z = unit(z)
    y = unit(y - np.sum(y * z, -1, keepdims=True) * z)
    return np.stack([np.cross(y, z), y, z], -1)
