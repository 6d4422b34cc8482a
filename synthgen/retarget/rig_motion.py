"""What a character's motion is: bone transforms over a clip."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthgen.core import archive


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
    """

    clip: str
    rig: str
    fps: float
    bones: np.ndarray
    residual_mm: np.ndarray
    region_degrees: dict[str, np.ndarray]
    contacts: np.ndarray
    hand_depth_mm: np.ndarray

    @property
    def frames(self) -> int:
        """Number of frames T."""
        return len(self.bones)

    def save(self, path: Path, key: str | None = None) -> None:
        """Writes one ``.npz`` file, as the entry ``key`` of the cache if there is one."""
        arrays = {"bones": self.bones, "residual_mm": self.residual_mm, "contacts": self.contacts}
        arrays["hand_depth_mm"] = self.hand_depth_mm
        arrays |= {f"region/{n}": a for n, a in self.region_degrees.items()}
        archive.save(path, "rig-motion", 2, {"clip": self.clip, "rig": self.rig, "fps": self.fps}, arrays, key)

    @classmethod
    def load(cls, path: Path, key: str | None = None) -> RigMotion:
        """Reads what :meth:`save` wrote, with that key if one is given."""
        h, a = archive.load(path, "rig-motion", 2, key=key)
        regions = {n[7:]: v for n, v in a.items() if n.startswith("region/")}
        return cls(
            h["clip"], h["rig"], h["fps"], a["bones"], a["residual_mm"], regions, a["contacts"], a["hand_depth_mm"]
        )
