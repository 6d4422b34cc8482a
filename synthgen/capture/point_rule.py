"""What the visibility rule's table says about points, by their names and regions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from synthgen.capture.surface import rule_table
from synthgen.characters.site_set import SiteSet
from synthgen.core.skeleton import REGIONS


@dataclass(frozen=True)
class PointRule:
    """What the rule's table says about one person's points.

    Attributes:
        accepted: (N, R) True where region r (``skeleton.REGIONS``) may be the first surface on point n's ray.
        tolerance: (N,) metres that a surface point's margin may be; inf for inner points.
        cloth: (N,) the same through loose cloth; 0 for points that are not under it.
        hair: (N,) the same through hair; inf where it makes no difference.
        outline: (N,) metres from their part's outline within which they are seen; 0 for points without that.
    """

    accepted: np.ndarray
    tolerance: np.ndarray
    cloth: np.ndarray
    hair: np.ndarray
    outline: np.ndarray

    @classmethod
    def of(cls, sites: SiteSet) -> PointRule:
        """Looks every site up in ``data/visibility.yaml``."""
        return _point_rule(sites.names, sites.regions)


@lru_cache(maxsize=16)
def _point_rule(names: tuple[str, ...], regions: tuple[str, ...]) -> PointRule:
    """The rule of points by their names and regions; every character of a rig has the same."""
    table = rule_table()
    accepted = np.zeros((len(names), len(REGIONS)), bool)
    tolerance, cloth = np.full(len(names), np.inf), np.zeros(len(names))
    hair, outline = np.full(len(names), np.inf), np.zeros(len(names))
    for n, (name, region) in enumerate(zip(names, regions, strict=True)):
        accepted[n, REGIONS.index(region)] = True
        stem, _, kind = name.partition(".")
        side = stem.partition("_")[0]
        key = "*" + stem[len(side) :] if side in ("left", "right") else stem
        for neighbour in table["accept"].get(key, ()):
            accepted[n, REGIONS.index(neighbour.replace("*", side))] = True
        key = f".{kind}" if kind else key
        tolerance[n], cloth[n] = table["surface"].get(key, np.inf), table["cloth"].get(key, 0.0)
        hair[n], outline[n] = table["hair"].get(key, np.inf), table["outline"].get(key, 0.0)
    for array in (accepted, tolerance, cloth, hair, outline):
        array.setflags(write=False)
    return PointRule(accepted, tolerance, cloth, hair, outline)
