"""What a dressed character is: a rest body and the parts that are drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from synthgen.characters.hair_hang import Hang
from synthgen.characters.rest_body import RestBody
from synthgen.meshes.mesh import MeshPart


@dataclass(frozen=True)
class CharacterAsset:
    """A dressed character: the rest body that moves it, the parts that are drawn, and what lets its hair hang.

    Parts are carried by the rig's bones and, numbered on from these, by the links of ``hang``.
    """

    rest: RestBody
    parts: tuple[MeshPart, ...] = field(default=())
    hang: Hang | None = None

    def carriers_at_rest(self) -> np.ndarray:
        """(B + L, 4, 4) the rig's bones and the links of hanging hair at rest, character frame."""
        return self.rest.bones if self.hang is None else np.concatenate([self.rest.bones, self.hang.rest()])

    def carriers(self, bones: np.ndarray, down: np.ndarray) -> np.ndarray:
        """(B + L, 4, 4) the same in a pose.

        Args:
            bones: (B, 4, 4) posed, character frame.
            down: (3,) where things fall, character frame.
        """
        if self.hang is None:
            return bones
        return np.concatenate([bones, self.hang.posed(self.rest.bones, bones, down)])
