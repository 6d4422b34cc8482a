"""Where the joints of a BVH file are, frame by frame: the one place that says what its channels mean.

A joint's position channels take the place of its offset, for the root as for every other joint; an axis without one
keeps the offset. Its rotations are applied in the order of their channels, about axes that turn along.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from synthgen.core.errors import InputError
from synthgen.motion.readers.bvh.parse import BvhFile

_NONE, _SCALED = 0.2, 0.01
"""Share of its offset under which a joint's position is a displacement from it; by which a scale may leave 1."""
_AXES = {"X": 0, "Y": 1, "Z": 2}


@dataclass(frozen=True)
class JointMotion:
    """Some joints of a file in its own unit and axes; those above them are among them.

    Attributes:
        names: (N,) joints, a parent before its children.
        parents: (N,) index of the joint above, −1 for the root.
        rest: (N, 3) where they are when nothing is turned, the root at the origin: the zero pose.
        positions: (T, N, 3) where they are.
        rotations: (T, N, 3, 3) a joint's axes → the file's.
        index: joint of the file → joint here.
        notes: what was assumed.
    """

    names: tuple[str, ...]
    parents: np.ndarray
    rest: np.ndarray
    positions: np.ndarray
    rotations: np.ndarray
    index: dict[int, int]
    notes: tuple[str, ...] = ()

    def below(self, tops: list[int]) -> np.ndarray:
        """(N,) True for the given joints and everything that hangs on them."""
        hanging = np.zeros(len(self.names), bool)
        for i, above in enumerate(self.parents.tolist()):
            hanging[i] = i in tops or (above >= 0 and hanging[above])
        return hanging

    def frames(self, which: slice) -> JointMotion:
        """The same joints in some of the frames."""
        return replace(self, positions=self.positions[which], rotations=self.rotations[which])


def joint_motion(file: BvhFile, joints: Iterable[int]) -> JointMotion:
    """The joints of a file with the given indices, and all above them, in motion."""
    kept = _with_those_above(file, joints)
    new = {old: i for i, old in enumerate(kept)}
    parents = np.array([new.get(int(file.parents[k]), -1) for k in kept], int)
    columns = [file.columns(k) for k in kept]
    offsets = file.offsets[kept]
    frames = len(file.values)
    added = _are_displacements(columns, offsets, parents)
    positions, rotations = np.empty((frames, len(kept), 3)), np.empty((frames, len(kept), 3, 3))
    rest = np.zeros((len(kept), 3))
    for i, above in enumerate(parents.tolist()):
        place, turn = _place(columns[i], offsets[i], frames, added and above >= 0), _turn(columns[i], frames)
        if above < 0:
            positions[:, i], rotations[:, i] = place, turn
            continue
        rest[i] = rest[above] + offsets[i]
        positions[:, i] = positions[:, above] + (rotations[:, above] @ place[..., None])[..., 0]
        rotations[:, i] = rotations[:, above] @ turn
    notes = ("positions of the joints are displacements from their offsets: added to them",) if added else ()
    return JointMotion(tuple(file.names[k] for k in kept), parents, rest, positions, rotations, new, notes)


def _with_those_above(file: BvhFile, joints: Iterable[int]) -> list[int]:
    kept = set(joints)
    for k in range(len(file.names) - 1, -1, -1):  # children come after their parents
        if k in kept and file.parents[k] >= 0:
            kept.add(int(file.parents[k]))
    return sorted(kept)


def _place(columns: dict[str, np.ndarray], offset: np.ndarray, frames: int, added: bool) -> np.ndarray:
    """(T, 3) a joint in the axes of the one above, file units."""
    out = np.tile(offset, (frames, 1))
    for name, values in columns.items():
        if name.endswith("position"):
            axis = _AXES[name[0]]
            out[:, axis] = values + (offset[axis] if added else 0.0)
    return out


def _turn(columns: dict[str, np.ndarray], frames: int) -> np.ndarray:
    """(T, 3, 3) a joint's axes → those of the one above."""
    out = np.tile(np.eye(3), (frames, 1, 1))
    for name, degrees in columns.items():
        if name.endswith("rotation"):
            a, b, c = (_AXES[name[0]] + k for k in range(3))
            one = np.zeros((frames, 3, 3))
            one[:, a % 3, a % 3] = 1.0
            one[:, b % 3, b % 3] = one[:, c % 3, c % 3] = np.cos(np.radians(degrees))
            one[:, c % 3, b % 3] = np.sin(np.radians(degrees))
            one[:, b % 3, c % 3] = -one[:, c % 3, b % 3]
            out = out @ one
    return out


def _are_displacements(columns: list[dict[str, np.ndarray]], offsets: np.ndarray, parents: np.ndarray) -> bool:
    """True where the positions of most bones with a length are next to nothing, so that they come on top of it."""
    votes = []
    for own, offset, above in zip(columns, offsets, parents.tolist(), strict=True):
        length = float(np.linalg.norm(offset))
        if above >= 0 and length > 0 and all(f"{a}position" in own for a in _AXES):
            place = np.stack([own[f"{a}position"] for a in _AXES], -1)
            votes.append(float(np.median(np.linalg.norm(place, axis=1))) < _NONE * length)
    return sum(votes) > len(votes) / 2


def check_scales(file: BvhFile, joints: Iterable[int], where: str) -> None:
    """Refuses joints that are scaled, which would change the lengths of bones.

    Raises:
        InputError: with the joint.
    """
    for k in joints:
        for name, values in file.columns(k).items():
            if name.endswith("scale") and np.abs(values - 1).max() > _SCALED:
                raise InputError(
                    "a joint is scaled, which no person is",
                    where=where,
                    expected="scales of 1",
                    got=f"{file.names[k]} {name} {values.min():g} to {values.max():g}"[:200],
                    remedy="apply or remove the scales in the program that wrote the file",
                )
