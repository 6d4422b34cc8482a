"""What of a person's first surfaces is hair or a shoe, from plain data: where the body lies under it, and the outfit.

No engine is asked what it drew: a surface over the part of the head where hair grows, or well off the rest of head and
neck, is hair where hair is worn, and that of a foot is a shoe's where shoes are worn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.capture.surface import BodySurface, rule_table
from synthgen.characters.site_set import SiteSet
from synthgen.characters.specs import OutfitSpec
from synthgen.core.skeleton import REGIONS
from synthgen.core.tables import table

NO_HAIR = ("bald", "buzz")
"""Styles that are no more than a tint of the skin."""
_BROW = 0.55
"""The hairline's height over the eyes in front, as a share of the way to the top of the head."""
_EARS = 0.035
"""Metres around an ear where no hair grows."""
_FEET = frozenset({REGIONS.index("left_foot"), REGIONS.index("right_foot")})
_HEAD, _NECK = REGIONS.index("head"), REGIONS.index("neck")
HAIR, SHOE = "self:hair", "self:shoe"


@dataclass(frozen=True)
class Covering:
    """What is worn over a :class:`~synthgen.capture.surface.BodySurface`.

    Attributes:
        scalp: (M,) True for the surface's spheres over which hair grows; none where none is worn.
        hair, shoes: whether they are worn.
    """

    scalp: np.ndarray
    hair: bool
    shoes: bool

    @classmethod
    def of(cls, surface: BodySurface, sites: SiteSet, outfit: OutfitSpec | None) -> Covering:
        """From a person's outfit; without one nothing is worn."""
        hair = outfit is not None and outfit.hair not in NO_HAIR
        scalp = _scalp(surface, sites) if hair else np.zeros(len(surface.centres), bool)
        return cls(scalp, hair, outfit is not None and any(_is_shoe(g.kind) for g in outfit.garments))

    def told(self, nearest: np.ndarray, regions: np.ndarray, heights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(N,) whether first surfaces are hair, and (N,) whether they are a shoe's.

        Args:
            nearest: (N,) the body's spheres nearest to them; regions: (N,) those spheres' regions.
            heights: (N,) metres off the skin.
        """
        off = rule_table()["hair_height"]
        head, neck = regions == _HEAD, regions == _NECK
        high = (head & (self.scalp[nearest] | (heights > off["head"]))) | (neck & (heights > off["neck"]))
        return high & self.hair, np.isin(regions, list(_FEET)) & self.shoes


def _is_shoe(kind: str) -> bool:
    return bool(table("characters/data/garments.yaml").get(kind, {}).get("shape") == "shoe")


def _scalp(surface: BodySurface, sites: SiteSet) -> np.ndarray:
    """(M,) True over the plane from the hairline over the brow to the nape at C2, away from the ears."""
    at = dict(zip(sites.names, sites.rest, strict=True))
    head = surface.regions == _HEAD
    try:
        eyes, ears = (np.stack([at[f"{side}_{part}"] for side in ("left", "right")]) for part in ("eye", "ear"))
        eye, top, nape = eyes.mean(0), at["head"], at["C2.skin"]
    except KeyError:  # points of no person: nothing says where hair grows
        return np.zeros(len(head), bool)
    brow = np.array([eye[0], 0.0, eye[2] + _BROW * (top[2] - eye[2])])
    along = brow - nape
    up = np.array([-along[2], 0.0, along[0]])
    grown = (surface.centres - nape) @ up > 0
    away = np.linalg.norm(surface.centres[:, None] - ears, axis=-1).min(1) > _EARS
    return np.asarray(head & grown & away)
