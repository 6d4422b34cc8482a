"""Counter-based random streams.

Every draw that decides a shot comes from a stream keyed by (dataset seed, shot index, stream name),
so that adding a randomizer, a worker or a shard changes nothing else. Seed 0 is a seed.
"""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, shot: int, name: str) -> np.random.Generator:
    """The random generator of one purpose in one shot.

    Args:
        seed: dataset seed, any integer ≥ 0 (0 is a seed like any other).
        shot: shot index ≥ 0; use 0 with a name of its own for draws that belong to the whole dataset.
        name: what the draws are for, such as ``"camera"``; its SHA-256 enters the key.

    Returns:
        A Philox generator, the same for the same key on every machine.
    """
    if seed < 0 or shot < 0:
        raise ValueError(f"seed and shot must be ≥ 0, got {seed} and {shot}")
    word = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, shot, word])))
