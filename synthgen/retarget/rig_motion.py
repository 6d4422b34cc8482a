"""What a character's motion is: bone transforms over a clip."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core import archive
from synthgen.core.skeleton import VERTEBRAE

VERSION = 3
"""Of the files that :meth:`RigMotion.save` writes."""
_ARRAYS = ("bones", "residual_mm", "contacts", "hand_depth_mm", "vertebra_sigma")
_HEADER = ("clip", "rig", "fps", "first", "joint_sigma")


@dataclass(frozen=True)
class RigMotion:
    """A fitted clip on one rig and body. Clip's world: Z up, metres, floor at z = 0.

    Attributes:
        clip: the clip's name.
        rig: the rig's name.
        fps: frames per second.
        bones: (T, B, 4, 4) float64 bone transforms.
        residual_mm: (T, 24) distance of each vertebra's body centre from the fitted vertebra brought to this
            character's size, in mm, ordered as ``skeleton.VERTEBRAE``.
        region_degrees: region (``lumbar``, ``thoracic``, ``cervical``) → (T,) angle between the site chain's and
            the fitted region's bending, degrees.
        contacts: (T, 2) True while the left / right foot stands.
        hand_depth_mm: (T,) how deep the deepest point of hands and forearms is in the rest of the body, in mm; 0 where
            they are clear of it, as for a rig without skin.
        first: the clip's frame that frame 0 here is: a motion may be a stretch of its clip.
        vertebra_sigma: (T, 24) metres, σ per axis that the fit tells of each vertebra, at this character's size.
        joint_sigma: landmark → metres, the same of limbs, sacrum and head over the clip; empty where it is not known.
    """

    clip: str
    rig: str
    fps: float
    bones: np.ndarray
    residual_mm: np.ndarray
    region_degrees: dict[str, np.ndarray]
    contacts: np.ndarray
    hand_depth_mm: np.ndarray = field(default_factory=lambda: np.zeros(0))
    first: int = 0
    vertebra_sigma: np.ndarray = field(default_factory=lambda: np.zeros((0, len(VERTEBRAE))))
    joint_sigma: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not len(self.hand_depth_mm):
            object.__setattr__(self, "hand_depth_mm", np.zeros(len(self.bones)))
        if not len(self.vertebra_sigma):
            object.__setattr__(self, "vertebra_sigma", np.zeros((len(self.bones), len(VERTEBRAE))))

    @property
    def frames(self) -> int:
        """Number of frames T."""
        return len(self.bones)

    def row(self, frame: int) -> int:
        """Where a frame of the clip is here.

        Raises:
            IndexError: it is not.
        """
        if not 0 <= frame - self.first < self.frames:
            raise IndexError(f"frame {frame} of {self.clip}: {self.first}…{self.first + self.frames - 1} are here")
        return frame - self.first

    def window(self, start: int, stop: int) -> RigMotion:
        """Rows ``start`` … ``stop`` − 1 of it."""
        rows = slice(start, stop)
        return replace(
            self,
            bones=self.bones[rows],
            residual_mm=self.residual_mm[rows],
            region_degrees={n: a[rows] for n, a in self.region_degrees.items()},
            contacts=self.contacts[rows],
            hand_depth_mm=self.hand_depth_mm[rows],
            vertebra_sigma=self.vertebra_sigma[rows],
            first=self.first + start,
        )

    def save(self, path: Path, key: str | None = None) -> None:
        """Writes one ``.npz`` file, as the entry ``key`` of the cache if there is one."""
        arrays = {n: getattr(self, n) for n in _ARRAYS}
        arrays |= {f"region/{n}": a for n, a in self.region_degrees.items()}
        header = {n: getattr(self, n) for n in _HEADER}
        archive.save(path, "rig-motion", VERSION, header, arrays, key)

    @classmethod
    def load(cls, path: Path, key: str | None = None) -> RigMotion:
        """Reads what :meth:`save` wrote, with that key if one is given."""
        h, a = archive.load(path, "rig-motion", VERSION, key=key)
        regions = {n[7:]: v for n, v in a.items() if n.startswith("region/")}
        kept: dict[str, Any] = {n: h[n] for n in _HEADER} | {n: a[n] for n in _ARRAYS}
        return cls(region_degrees=regions, **kept)
