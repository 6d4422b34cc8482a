"""Faces that differ: how much of which target, drawn for one person (``characters/data/faces.yaml``)."""

from __future__ import annotations

from synthgen.core.seeding import stream
from synthgen.core.tables import table


def drawn_face(seed: int) -> dict[str, float]:
    """Target → how much of it, 0…1; the same for the same seed."""
    rng, out = stream(seed, 0, "face"), dict[str, float]()
    for name, row in table("characters/data/faces.yaml")["targets"].items():
        more, less, reach = row if isinstance(row, list) else ("incr", "decr", row)
        amount = reach * float(rng.uniform(-1.0, 1.0))
        for side in ("l", "r") if "*" in name else ("",):
            out[f"{name.replace('*', side)}-{more if amount > 0 else less}"] = abs(amount)
    return out
