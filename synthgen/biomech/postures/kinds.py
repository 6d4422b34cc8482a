"""What a posture is, and the tables of what is published about them: ``data/postures.yaml``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from synthgen.core.tables import table

ANGLES = ("thoracic_kyphosis", "lumbar_lordosis", "craniovertebral_angle", "pelvic_tilt")
"""What a posture may ask for besides scoliosis, degrees in standing; a forward head has a small third one."""


def tables() -> dict[str, Any]:
    """``data/postures.yaml``."""
    return table("biomech/data/postures.yaml")


@dataclass(frozen=True)
class Scoliosis:
    """A lateral curve, or two.

    Attributes:
        type: ``thoracic``, ``thoracolumbar``, ``lumbar`` or ``double_major``.
        apex: vertebra farthest to the side; of the thoracic curve in a double major.
        cobb: degrees, of the larger curve.
        convex: side of the convexity, ``right`` or ``left``.
        rotation: degrees that the apical vertebra's body turns towards the convexity.
    """

    type: str
    apex: str
    cobb: float
    convex: str = "right"
    rotation: float = 0.0


@dataclass(frozen=True)
class Posture:
    """Clinical angles in neutral standing, degrees; None leaves an angle to what the others make of it."""

    name: str = "custom"
    thoracic_kyphosis: float | None = None
    lumbar_lordosis: float | None = None
    craniovertebral_angle: float | None = None
    pelvic_tilt: float | None = None
    scoliosis: Scoliosis | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-able, without what is not asked for."""
        return {k: v for k, v in asdict(self).items() if v is not None and k != "name"}


def names() -> tuple[str, ...]:
    """Postures that can be drawn."""
    return tuple(tables()["postures"])
