"""Fits a seat to the one who sits on it: where it ends, how high its top is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthgen.world.sitter import CLEAR, SINKS, Sitter

BEHIND = 0.24
"""Metres that a seat reaches behind the middle of the buttocks."""
SHALLOWEST = 0.36
"""Metres: no box that people sit on is less deep; where calves are far back it stands further back."""
KEPT = 0.08
"""Metres before the middle of the buttocks that a seat keeps under them, however far back the calves are."""
STAYS = 0.01
"""Metres between calves and the edge of a seat."""
SITS = 0.05
"""Metres above the top of the clip's seat up to which somebody still sits on it, or is taken to."""
BELLY = 0.08
"""Metres above and below its top at which a desk stays before the belly."""
WIDEST = 0.64
"""Metres: no chair is wider."""


@dataclass(frozen=True)
class Seat:
    """A seat in the frame of the one who sits: the buttocks' middle on the floor, X ahead. Metres.

    Attributes:
        forward: where its middle is.
        depth, width: its size ahead and across.
        top: height of what is sat on.
    """

    forward: float
    depth: float
    width: float
    top: float


def fit_seat(row: dict[str, Any], seat: np.ndarray, sitter: Sitter | None) -> Seat:
    """The seat of a kind for somebody.

    Args:
        row: what ``exercises.yaml`` says of the kind.
        seat: ``ClipInfo.seat``.
        sitter: who sits, seen from the seat; None where no skin is known.
    """
    top, ahead, behind = float(seat[2]), float(seat[4]), float(seat[5])
    if sitter is None:
        depth, width = row.get("size", (ahead + BEHIND, 0.48))
        forward = row.get("forward", (ahead - BEHIND) / 2)
        forward = min(forward, row["back"] - behind - CLEAR) if "back" in row else forward
        return Seat(forward, depth, width, top - CLEAR)
    whole = _box(sitter, top) if "size" not in row else _made(row, sitter, top)
    lowest = sitter.lowest(whole.forward - whole.depth / 2, whole.forward + whole.depth / 2, whole.width / 2)
    return Seat(whole.forward, whole.depth, whole.width, (lowest if lowest < top + SITS else top) + SINKS)


def _box(sitter: Sitter, top: float, width: float = 0.48) -> Seat:
    """A box that ends before the calves."""
    ahead = float(np.clip(sitter.legs_from(top, np.inf, width / 2) - STAYS, -KEPT, 0.22))
    depth = max(ahead + BEHIND, SHALLOWEST)
    return Seat(ahead - depth / 2, depth, width, top)


def _made(row: dict[str, Any], sitter: Sitter, top: float) -> Seat:
    """A chair or bench of its own size that stands as far back as calves and back want it to."""
    depth, width = row["size"]
    edge, forward = row["edge"], row["forward"]
    if "legs" in row:  # a wide chair for who needs one between its legs
        needed = 2 * (sitter.legs_out(forward + edge) + CLEAR) / row["legs"]
        width = float(np.clip(needed, width, WIDEST))
    forward = min(forward, sitter.legs_from(top, row["cushion"], width / 2) - STAYS - edge)
    if "back" in row:
        forward = min(forward, sitter.back(top, width / 2) - CLEAR + row["back"])
    return Seat(max(forward, KEPT - edge), depth, width, top)


def desk_under(sitter: Sitter, near: float) -> tuple[float, float]:
    """A desk before who sits, its top under hands and forearms.

    Args:
        sitter: seen from between the hands.
        near: metres that the desk should reach from there towards who sits; less where the belly is.

    Returns:
        How far it reaches, and the height of its top, metres.
    """
    low = float(sitter.hands[:, 2].min())
    belly = sitter.flesh[np.abs(sitter.flesh[:, 2] - low) < BELLY]
    near = min(near, -float(belly[:, 0].max(initial=-np.inf)) - STAYS)
    over = sitter.rest[sitter.rest[:, 0] > -near - STAYS]
    return near, float(min(low, over[:, 2].min(initial=np.inf)))
