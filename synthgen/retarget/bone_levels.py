"""How a rig's bones hang on each other, arranged so that all bones of one depth are placed at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.characters.rest_body import RestBody


@dataclass(frozen=True)
class BoneLevels:
    """Bones by their distance from the root.

    Attributes:
        levels: for each depth from 1 on, indices of the bones and of their parents.
        steps: (B, 3) metres from the parent's head to the bone's at rest, character frame; zero for the root.
    """

    levels: tuple[tuple[np.ndarray, np.ndarray], ...]
    steps: np.ndarray

    @classmethod
    def of(cls, body: RestBody) -> BoneLevels:
        """Of a character at rest."""
        parents, rest = np.asarray(body.parents), body.bones[:, :3, 3]
        depth = np.zeros(len(parents), int)
        for bone, parent in enumerate(parents):  # parents come before children
            depth[bone] = depth[parent] + 1 if parent >= 0 else 0
        bones = [np.flatnonzero(depth == d) for d in range(1, depth.max() + 1)]
        steps = np.where(parents[:, None] >= 0, rest - rest[parents], 0.0)
        return cls(tuple((b, parents[b]) for b in bones), steps)

    def heads(self, turns: np.ndarray, root: np.ndarray, stretch: np.ndarray) -> np.ndarray:
        """(T, B, 3) world positions of the bones' heads; arguments as in :class:`~synthgen.retarget.posing.Pose`."""
        out = np.empty((*turns.shape[:2], 3))
        out[:, 0] = root
        steps = self.steps + stretch
        for bones, above in self.levels:
            out[:, bones] = out[:, above] + (turns[:, above] @ steps[:, bones, :, None])[..., 0]
        return out
