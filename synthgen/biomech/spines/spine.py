"""``Spine``: what one person's spine is like, as plain numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from synthgen.biomech.postures.kinds import Posture
from synthgen.biomech.postures.simulated import posture_from

SENSES = ("flexion", "extension", "lateral", "rotation")
"""Ways in which a level bends and takes a share of its own."""
_LISTS = ("shares", "lead", "ranges", "stiff", "hypermobile")


@dataclass(frozen=True)
class Spine:
    """One person's spine; rows are the levels L5 … C1 and the skull (``postures.turns.LEVELS``).

    Attributes:
        curve: clinical measure → what the person has in neutral standing, degrees or millimetres, and
            ``pelvic_incidence``, which was drawn with it (the model's pelvis has one shape: 54 degrees).
        neutral: (25, 3) degrees of flexion, side bend and rotation that every level stands at.
        pelvis: degrees that the pelvis stands turned backwards.
        shares: (25, 4) of :data:`SENSES`, what a level takes of its region's bend; a region's sum is 1. Empty: as the
            motion has them.
        lead: (25,) what a level takes more at the start of a flexion of its region, as a share; a region's sum is 0.
        ranges: (25, 3) factors on the model's ranges in flexion and extension, to the sides, in rotation.
        stiff, hypermobile: levels that give little, and much.
        posture: a simulated posture or deformity that ``neutral`` holds, or None.
    """

    curve: dict[str, float]
    neutral: tuple[tuple[float, float, float], ...]
    pelvis: float
    shares: tuple[tuple[float, float, float, float], ...] = ()
    lead: tuple[float, ...] = ()
    ranges: tuple[tuple[float, float, float], ...] = ()
    stiff: tuple[str, ...] = ()
    hypermobile: tuple[str, ...] = ()
    posture: Posture | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; ``world.shot.SpineSpec`` takes it."""
        out = asdict(self)
        out["posture"] = None if self.posture is None else {"name": self.posture.name, **self.posture.to_dict()}
        return out

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Spine:
        """What :meth:`to_dict` gave, or the same from JSON.

        Raises:
            InputError: its posture is none.
        """
        read: dict[str, Any] = {n: _tuples(data[n]) for n in ("neutral", *_LISTS) if n in data}
        asked = data.get("posture")
        posture = None if asked is None else posture_from(_without_none(asked), "spine posture")
        return cls(curve=_without_none(data["curve"]), pelvis=data["pelvis"], posture=posture, **read)


def _tuples(rows: Any) -> Any:
    return tuple(_tuples(row) for row in rows) if isinstance(rows, list | tuple) else rows


def _without_none(data: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if v is not None}
