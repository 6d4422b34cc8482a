"""``Sitter``: the skin of one who sits at the moment that is shown, to which a seat and a desk are fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.core.skeleton import REGIONS

SINKS = 0.003
"""Metres that flesh sinks into a seat: nobody hovers, and nobody is deeper than the 5 mm that contacts are held to."""

CLEAR = 0.004
"""Metres between a body and what it leans on, stands beside or has its hands on: skin is known to some millimetres."""

ON_TOP = 0.02
"""Metres about the height of a seat at which calves would rub on its edge."""


@dataclass(frozen=True)
class Sitter:
    """Points of the skin, world of the clip, metres.

    Attributes:
        flesh: (N, 3) trunk and thighs, which the seat carries.
        legs: (M, 3) shanks and feet, which stay before it.
        rest: (K, 3) arms, neck and head.
        hands: (H, 3) those of the arms that are hands.
    """

    flesh: np.ndarray
    legs: np.ndarray
    rest: np.ndarray
    hands: np.ndarray

    @classmethod
    def of(cls, skin: np.ndarray, regions: np.ndarray) -> Sitter:
        """Of a posed skin (N, 3) and its regions (N,), indices into ``skeleton.REGIONS``."""
        flesh, legs, hands = (
            np.isin(regions, [i for i, n in enumerate(REGIONS) if n.endswith(parts)])
            for parts in (("trunk", "thigh"), ("shank", "foot"), ("hand",))
        )
        return cls(skin[flesh], skin[legs], skin[~flesh & ~legs], skin[hands])

    def seen_from(self, middle: np.ndarray, yaw: float) -> Sitter:
        """The same in a frame on the floor at ``middle`` (2,) whose X points to ``yaw``."""
        c, s = np.cos(yaw), np.sin(yaw)
        turn, origin = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]), np.array([*middle, 0.0])
        parts = ((points - origin) @ turn for points in (self.flesh, self.legs, self.rest, self.hands))
        return Sitter(*parts)

    def legs_from(self, top: float, thick: float, half: float) -> float:
        """X from which on legs are below the top of a seat, infinite where none is.

        Args:
            top: height of the seat.
            thick: metres down from there that the seat is solid.
            half: metres of its half width.
        """
        x, y, z = self.legs.T
        below = (z < top + ON_TOP) & (z > top - thick - CLEAR) & (np.abs(y) < half + CLEAR)
        return float(x[below].min(initial=np.inf))

    def legs_out(self, until: float) -> float:
        """Half a width that the lower legs behind ``until`` need between the legs of a chair."""
        x, y, _ = self.legs.T
        return float(np.abs(y[x < until]).max(initial=0.0))

    def back(self, top: float, half: float) -> float:
        """X from which on trunk and arms are over the back half of a seat, above where its cushion ends."""
        points = np.concatenate([self.flesh, self.rest])
        x, y, z = points.T
        return float(x[(z > top + 0.05) & (np.abs(y) < half + CLEAR)].min(initial=np.inf))

    def lowest(self, back: float, front: float, half: float) -> float:
        """Height of the lowest flesh over a seat from ``back`` to ``front``, infinite beside it."""
        x, y, z = self.flesh.T
        return float(z[(x > back - CLEAR) & (x < front + CLEAR) & (np.abs(y) < half + CLEAR)].min(initial=np.inf))
