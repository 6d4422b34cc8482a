"""What a variation is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthgen.core.bodydata import body_data
from synthgen.core.bodyparts import PLANES
from synthgen.core.errors import InputError
from synthgen.core.tables import table

AMPLITUDES = (0.0, 2.0)
"""Factors on a clip's bends that can be asked for."""
TEMPI = (0.25, 4.0)
"""Factors on a clip's speed that can be asked for."""
SHOULDERS = ("left_elevation", "left_protraction", "right_elevation", "right_protraction")
"""Coordinates of the shoulder girdle: the clavicles' on the thorax."""


@cache
def bend_names() -> tuple[str, ...]:
    """The 12 bends, as ``BodyModel.rhythm_names``: ``lumbar_flexion`` … ``upper_cervical_rotation``."""
    regions = dict.fromkeys(row["region"] for row in body_data()["vertebrae"].values())
    return tuple(f"{region}_{plane}" for region in regions for plane in PLANES)


@cache
def bend_ranges() -> np.ndarray:
    """(2, 12) degrees: how far a variation may bend each region (``data/variation.yaml``)."""
    rows = table("biomech/data/variation.yaml")["ranges"]
    spans = [rows[region][plane] for region, plane in (name.rsplit("_", 1) for name in bend_names())]
    out = np.array(spans, float).T
    out.setflags(write=False)
    return out


@dataclass(frozen=True)
class Variation:
    """What is done to a clip's motion.

    Attributes:
        mirror: left and right change places, in the clip's sagittal plane; before all else.
        amplitude: factor on the spine's bends away from neutral standing.
        tempo: factor on the speed; the frames stay, the time between them changes.
        layer: (12,) degrees that are added to the bends :func:`bend_names`, in every frame.
        shoulders: (4,) of :data:`SHOULDERS`, −1 … 1: the share of the way from where the clip has a shoulder to the
            lower or the upper end of its range (``data/variation.yaml``).
    """

    mirror: bool = False
    amplitude: float = 1.0
    tempo: float = 1.0
    layer: tuple[float, ...] = (0.0,) * 12
    shoulders: tuple[float, ...] = (0.0,) * 4

    def __post_init__(self) -> None:
        if len(self.layer) != len(bend_names()) or not np.isfinite(self.layer).all():
            raise _wrong("layer", f"{len(bend_names())} numbers, degrees", str(self.layer))
        if len(self.shoulders) != len(SHOULDERS) or not all(abs(v) <= 1 for v in self.shoulders):
            raise _wrong("shoulders", f"{len(SHOULDERS)} shares, −1 … 1", str(self.shoulders))
        for name, (low, high) in (("amplitude", AMPLITUDES), ("tempo", TEMPI)):
            if not low <= getattr(self, name) <= high:
                raise _wrong(name, f"a factor of {low:g} to {high:g}", str(getattr(self, name)))

    @property
    def poses(self) -> bool:
        """Whether it changes how far the spine bends, or where the shoulders are on the thorax."""
        return self.amplitude != 1.0 or any(self.layer) or any(self.shoulders)


def _wrong(name: str, expected: str, got: str) -> InputError:
    return InputError("this is no variation", where=f"variation.{name}", expected=expected, got=got)


UNVARIED = Variation()
"""Leaves a motion as it is."""
