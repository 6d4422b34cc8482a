"""Batched forward kinematics of a tree of segments, in numpy.

A segment hangs from its parent by an offset, a constant neutral rotation and an ordered list of coordinates.
Transforms compose as in OpenSim's body-fixed sequences::

    world[s] = world[parent] · T(offset) · R_neutral · Π R(axis_i, q_i)        (translations before rotations)

All lengths are metres, all angles radians, all axes in the segment's own frame (X forward, Y left, Z up).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from synthgen.core.rotations import rodrigues

_BLOCK = 128
"""Frames that are placed at once; what is needed of more does not fit the processor's cache."""


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


@dataclass(frozen=True)
class Tree:
    """Segments in an order in which parents come before children."""

    segments: tuple[Segment, ...]
    segment_index: dict[str, int] = field(init=False)
    coordinate_index: dict[str, int] = field(init=False)
    _plan: _Plan = field(init=False, repr=False, compare=False)

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
        object.__setattr__(self, "_plan", _plan(self))

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
        q = np.asarray(q, float)
        rows = q.reshape(int(np.prod(q.shape[:-1])), q.shape[-1])
        world = np.empty((len(rows), len(self.segments), 4, 4))
        for i in range(0, len(rows), _BLOCK):
            world[i : i + _BLOCK] = self.forward_with_axes(rows[i : i + _BLOCK])[0]
        return world.reshape(*q.shape[:-1], *world.shape[1:])

    def forward_with_axes(self, q: np.ndarray, ground: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Forward kinematics and the coordinates' axes: q (…, C) → (…, S, 4, 4) and (…, C, 3), world.

        A rotation's axis passes through the origin of the segment that it turns. ``ground`` (…, 4, 4) is where the
        tree stands in the world, at its origin by default.
        """
        q = np.asarray(q, float)
        lead, plan = q.shape[:-1], self._plan
        count = int(np.prod(lead))
        columns = q.reshape(count, q.shape[-1]).T
        local, axes = plan.joints(columns)
        # One contiguous block of frames per segment: small products run fastest that way.
        rotations, origins = np.empty((len(self.segments), count, 3, 3)), np.empty((len(self.segments), count, 3))
        base = np.broadcast_to(np.eye(4), (count, 4, 4)) if ground is None else np.reshape(ground, (count, 4, 4))
        for i, above in enumerate(plan.parents):
            np.matmul(rotations[above] if above >= 0 else base[:, :3, :3], local[i], out=rotations[i])
        carriers = np.concatenate([rotations, base[None, :, :3, :3]])[plan.parents]
        axes = (carriers[plan.owners] @ axes[..., None])[..., 0]
        steps = np.einsum("stij,sj->sti", carriers, plan.offsets)
        for column in plan.sliding:
            steps[plan.owners[column]] += columns[column][:, None] * axes[column]
        for i, above in enumerate(plan.parents):
            np.add(origins[above] if above >= 0 else base[:, :3, 3], steps[i], out=origins[i])
        world = np.zeros((count, len(self.segments), 4, 4))
        world[..., :3, :3], world[..., :3, 3] = rotations.swapaxes(0, 1), origins.swapaxes(0, 1)
        world[..., 3, 3] = 1.0
        axes = axes.swapaxes(0, 1)
        return world.reshape(*lead, *world.shape[1:]), axes.reshape(*lead, *axes.shape[1:])

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


@dataclass(frozen=True)
class _Plan:
    """A tree's numbers, arranged for many frames at once.

    Attributes:
        parents: per segment, −1 for the ground.
        owners: (C,) the segment that each coordinate moves.
        sliding: columns of translations.
        offsets: (S, 3); neutral: (S, 3, 3).
        axes: (C, 3), of a segment's first rotation and of translations in the parent's frame, else in its own.
        turns: (C, 3, 9) what 1, sin and 1 − cos of a coordinate are multiplied with (Rodrigues), the neutral rotation
            in it for a segment's first one.
        first: segments that turn, and the column of each one's first rotation.
        further: the same for the second rotations, the third ones, ….
    """

    parents: list[int]
    owners: np.ndarray
    sliding: list[int]
    offsets: np.ndarray
    neutral: np.ndarray
    axes: np.ndarray
    turns: np.ndarray
    first: tuple[np.ndarray, np.ndarray]
    further: list[tuple[np.ndarray, np.ndarray]]

    def joints(self, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(C, T) coordinates → (S, T, 3, 3) rotations of the segments and (C, T, 3) axes, in the parents' frames."""
        count = columns.shape[1]
        powers = np.ones((*columns.shape, 3))
        np.sin(columns, out=powers[..., 1])
        np.subtract(1, np.cos(columns), out=powers[..., 2])
        turns = (powers @ self.turns).reshape(-1, count, 3, 3)
        local = np.empty((len(self.parents), count, 3, 3))
        local[...] = self.neutral[:, None]
        local[self.first[0]] = turns[self.first[1]]
        axes = np.empty((len(columns), count, 3))
        axes[...] = self.axes[:, None]
        for segments, which in self.further:
            before = local[segments]
            axes[which] = np.einsum("stij,sj->sti", before, self.axes[which])
            local[segments] = before @ turns[which]
        return local, axes


@lru_cache(maxsize=256)
def _turn(axis: tuple[float, float, float]) -> np.ndarray:
    """:func:`rodrigues`; trees have hundreds of coordinates and few axes."""
    return rodrigues(axis)


def _plan(tree: Tree) -> _Plan:
    coordinates = tree.coordinates
    owners = np.array([i for i, s in enumerate(tree.segments) for _ in s.coordinates], int)
    neutral = np.reshape([s.neutral for s in tree.segments], (-1, 3, 3)).astype(float)
    axes = np.array([c.axis for c in coordinates], float).reshape(-1, 3)
    turns = np.stack([_turn(c.axis) for c in coordinates]) if len(axes) else np.empty((0, 3, 3, 3))
    columns = [[tree.coordinate_index[c.name] for c in s.coordinates if c.kind == "rotation"] for s in tree.segments]
    ranks = []
    for rank in range(max(1, *map(len, columns))):
        segments = [i for i, own in enumerate(columns) if len(own) > rank]
        ranks.append((np.array(segments, int), np.array([columns[i][rank] for i in segments], int)))
    sliding = [i for i, c in enumerate(coordinates) if c.kind == "translation"]
    for column in [*ranks[0][1], *sliding]:
        axes[column] = neutral[owners[column]] @ axes[column]
        turns[column] = neutral[owners[column]] @ turns[column]
    return _Plan(
        parents=tree.parents.tolist(),
        owners=owners,
        sliding=sliding,
        offsets=np.reshape([s.offset for s in tree.segments], (-1, 3)).astype(float),
        neutral=neutral,
        axes=axes,
        turns=turns.reshape(-1, 3, 9),
        first=ranks[0],
        further=ranks[1:],
    )
