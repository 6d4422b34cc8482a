"""Posing a rig by world rotations: each bone's turn away from rest.

A bone's *turn* is the world rotation that takes its rest orientation (character frame) to the posed one. Turns of
different bones do not depend on each other; positions follow from the chain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthgen.characters.rest_body import RestBody
from synthgen.core.frames import transform
from synthgen.retarget.puppet import Puppet


@dataclass(frozen=True)
class Pose:
    """A character's pose over a clip.

    Attributes:
        puppet: the character.
        turns: (T, B, 3, 3) world rotation of each bone relative to rest.
        root: (T, 3) world position of the first bone's head.
        stretch: (T, B, 3) how far each bone's head stands from its place at rest as its parent sees it, metres,
            character frame; zero but for the spine and neck.
    """

    puppet: Puppet
    turns: np.ndarray
    root: np.ndarray
    stretch: np.ndarray

    @property
    def body(self) -> RestBody:
        """The character at rest."""
        return self.puppet.body

    def heads(self) -> np.ndarray:
        """(T, B, 3) world positions of the bones' heads."""
        return self.puppet.levels.heads(self.turns, self.root, self.stretch)

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
