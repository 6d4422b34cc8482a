"""What the clips of a scene hold, as far as moments are drawn by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import sized_body
from synthgen.biomech.variation.bends import region_bends
from synthgen.core.bodymodel import reference_body
from synthgen.core.digests import sha256
from synthgen.core.errors import InputError
from synthgen.retarget.support import find_support
from synthgen.scene import ClipSource

_LIES_ON = {
    "C7": 0.10,
    "T8": 0.08,
    "chest_front": 0.08,
    "left_chest_side": 0.08,
    "right_chest_side": 0.08,
    "left_shoulder": 0.14,
    "right_shoulder": 0.14,
    "head_centre": 0.16,
}
"""Landmark → metres over the floor (at the reference stature) below which somebody lies on it."""


@dataclass(frozen=True)
class MomentTable:
    """What the clips of a scene hold, as far as moments are drawn by it.

    Attributes:
        fps: clip source → frames per second.
        frames: clip source → number of frames.
        bends: clip source → (T, 12) degrees, hundredths: ``biomech.variation.bends.region_bends``.
        planted: clip source → (T, 4) True while the left hand, right hand, left foot, right foot bears weight.
        lying: clip source → (T,) True while the chest, the back or the head is on the floor; nobody lies without it.
    """

    fps: dict[str, float]
    frames: dict[str, int]
    bends: dict[str, np.ndarray] = field(default_factory=dict)
    planted: dict[str, np.ndarray] = field(default_factory=dict)
    lying: dict[str, np.ndarray] = field(default_factory=dict)
    _digest: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        parts = [f"{source} {self.fps[source]} {self.frames[source]}".encode() for source in self.fps]
        parts += [np.ascontiguousarray(a).tobytes() for d in (self.bends, self.planted, self.lying) for a in d.values()]
        object.__setattr__(self, "_digest", sha256(b"\0".join(parts)))

    def __hash__(self) -> int:
        return hash(self._digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MomentTable) and self._digest == other._digest

    @classmethod
    def of(cls, fits: Mapping[str, SpineMotion]) -> MomentTable:
        """Looks at every fit."""
        planted = {}
        for source, fit in fits.items():
            support = find_support(fit)
            planted[source] = np.concatenate([support.hands, support.feet], 1)
        return cls(
            {s: fit.fps for s, fit in fits.items()},
            {s: fit.frames for s, fit in fits.items()},
            {s: np.round(region_bends(fit), 2) for s, fit in fits.items()},
            planted,
            {s: _lies(fit) for s, fit in fits.items()},
        )

    def lies(self, source: str) -> np.ndarray:
        """(T,) True while the chest, the back or the head is on the floor."""
        return self.lying.get(source, np.zeros(self.frames[source], bool))


def _lies(fit: SpineMotion) -> np.ndarray:
    points = sized_body(fit).points(fit.transforms, [*_LIES_ON])
    near = [points[name][:, 2] < far * fit.stature / reference_body().stature for name, far in _LIES_ON.items()]
    out: np.ndarray = np.any(near, axis=0)
    return out


def frames_of(clip: ClipSource, fps: float, frames: int) -> tuple[int, int]:
    """First and last frame of the part of a clip that pictures are taken from.

    Raises:
        InputError: that part holds no frame.
    """
    start, end = clip.time or (0.0, np.inf)
    first = int(np.ceil(start * fps - 1e-9))
    last = int(min(np.floor(min(end, 1e9) * fps + 1e-9), frames - 1))
    if first > last:
        raise InputError(
            "this part of the clip holds no frame",
            where=f"clips: {clip.source}",
            expected=f"a time within 0 … {(frames - 1) / fps:.2f} s",
            got=f"[{start:g}, {end:g}] s",
            remedy="change or remove 'time'",
        )
    return first, last
