"""The exact motion behind a clip of an exercise."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from synthgen.core.bodymodel import BodyModel


@dataclass(frozen=True)
class Truth:
    """The exact motion behind a clip.

    Attributes:
        body: the body that moved.
        q: (T, C) coordinates of ``body.tree``.
        transforms: (T, S, 4, 4) segments in the world.
        planted: landmark → (T,) True while that point must stay where it is on the floor.
    """

    body: BodyModel
    q: np.ndarray
    transforms: np.ndarray
    planted: dict[str, np.ndarray] = field(default_factory=dict)

    def segment(self, name: str) -> np.ndarray:
        """(T, 4, 4) transforms of one segment."""
        return self.transforms[:, self.body.tree.segment_index[name]]
