"""Batched forward kinematics of a tree of segments, in numpy.

A segment hangs from its parent by an offset, a constant neutral rotation and an ordered list of coordinates.
Transforms compose as in OpenSim's body-fixed sequences::

    world[s] = world[parent] · T(offset) · R_neutral · Π R(axis_i, q_i)        (translations before rotations)

All lengths are metres, all angles radians, all axes in the segment's own frame (X forward, Y left, Z up).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np


@dataclass(frozen=True)
class Coordinate:
    """One degree of freedom: ``kind`` is ``"rotation"`` or ``"translation"``; limits in radians or metres."""

    name: str
    axis: tuple[float, float, float]
    kind: str = "rotation"
    lower: float = -np.pi
    upper: float = np.pi


@dataclass(frozen=True)
class Segment:
    """A rigid body of the tree. ``parent`` is a segment's name, or None for the ground."""

    name: str
    parent: str | None
    offset: np.ndarray
    neutral: np.ndarray
    coordinates: tuple[Coordinate, ...] = ()


def axis_angle(axis: Sequence[float] | np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rodrigues' formula: unit ``axis`` (3,) and ``angle`` (…) in radians → (…, 3, 3)."""
    x, y, z = axis
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0.0]])
    s, c = np.sin(angle)[..., None, None], np.cos(angle)[..., None, None]
    return np.eye(3) + s * k + (1 - c) * (k @ k)


@dataclass(frozen=True)
class Tree:
    """Segments in an order in which parents come before children."""

    segments: tuple[Segment, ...]
    segment_index: dict[str, int] = field(init=False)
    coordinate_index: dict[str, int] = field(init=False)
    _rodrigues: tuple[np.ndarray, np.ndarray] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[str, int] = {}
        for i, segment in enumerate(self.segments):
            if segment.name in index or (segment.parent is not None and segment.parent not in index):
                raise ValueError(f"segment {segment.name!r} is doubled or comes before its parent {segment.parent!r}")
            index[segment.name] = i
        names = [c.name for s in self.segments for c in s.coordinates]
        if len(set(names)) != len(names):
            raise ValueError("coordinate names must be unique")
        object.__setattr__(self, "segment_index", index)
        object.__setattr__(self, "coordinate_index", {name: i for i, name in enumerate(names)})
        x, y, z = np.array([c.axis for s in self.segments for c in s.coordinates], float).reshape(-1, 3).T
        zero = np.zeros_like(x)
        k = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).reshape(-1, 3, 3)
        object.__setattr__(self, "_rodrigues", (k.reshape(-1, 9), (k @ k).reshape(-1, 9)))

    @property
    def coordinates(self) -> tuple[Coordinate, ...]:
        """All coordinates in the order of the vector q."""
        return tuple(c for s in self.segments for c in s.coordinates)

    @property
    def parents(self) -> np.ndarray:
        """(S,) parent indices, −1 for the ground."""
        return np.array([-1 if s.parent is None else self.segment_index[s.parent] for s in self.segments])

    def forward(self, q: np.ndarray) -> np.ndarray:
        """Forward kinematics: q (…, C) → world transforms (…, S, 4, 4)."""
        return self.forward_with_axes(q)[0]

    def forward_with_axes(self, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Forward kinematics and the coordinates' axes: q (…, C) → (…, S, 4, 4) and (…, C, 3), world.

        A rotation's axis passes through the origin of the segment that it turns.
        """
        q = np.asarray(q, float)
        lead, columns = q.shape[:-1], q.reshape(-1, q.shape[-1]).T
        turns = self._turns(columns)
        # One contiguous block of frames per segment and coordinate: small products run fastest that way.
        count = columns.shape[1]
        rotations, origins = np.empty((len(self.segments), count, 3, 3)), np.empty((len(self.segments), count, 3))
        axes = np.empty((len(columns), count, 3))
        column = 0
        for i, segment in enumerate(self.segments):
            if segment.parent is None:
                rotation, origin = (
                    np.broadcast_to(segment.neutral, (count, 3, 3)),
                    np.broadcast_to(segment.offset, (count, 3)),
                )
            else:
                above = self.segment_index[segment.parent]
                rotation = rotations[above] @ segment.neutral
                origin = origins[above] + rotations[above] @ segment.offset
            for coordinate in segment.coordinates:
                axes[column] = rotation @ np.asarray(coordinate.axis)
                if coordinate.kind == "translation":
                    origin = origin + columns[column][:, None] * axes[column]
                else:
                    rotation = rotation @ turns[column]
                column += 1
            rotations[i], origins[i] = rotation, origin
        world = np.zeros((count, len(self.segments), 4, 4))
        world[..., :3, :3], world[..., :3, 3] = rotations.swapaxes(0, 1), origins.swapaxes(0, 1)
        world[..., 3, 3] = 1.0
        axes = axes.swapaxes(0, 1)
        return world.reshape(*lead, *world.shape[1:]), axes.reshape(*lead, *axes.shape[1:])

    def _turns(self, columns: np.ndarray) -> np.ndarray:
        """(C, T) coordinates → (C, T, 3, 3) their rotations about their own axes."""
        k, kk = self._rodrigues
        s, c = np.sin(columns)[..., None], 1 - np.cos(columns)[..., None]
        turns = s * k[:, None]
        turns += c * kk[:, None]
        turns += np.eye(3).ravel()
        return turns.reshape(*columns.shape, 3, 3)

    def scaled(self, factors: np.ndarray) -> Tree:
        """The same tree with every segment's own lengths multiplied: ``factors`` (S, 3), per segment and axis.

        A segment's factor scales the offsets of the children that hang from it.
        """
        out = []
        for segment in self.segments:
            if segment.parent is None:
                out.append(segment)
            else:
                factor = factors[self.segment_index[segment.parent]]
                out.append(replace(segment, offset=segment.offset * factor))
        return Tree(tuple(out))
