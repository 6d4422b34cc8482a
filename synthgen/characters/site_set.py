"""What a character's anatomical sites are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthgen.characters.rest_body import RestBody, blend
from synthgen.core import archive


@dataclass(frozen=True)
class SiteSet:
    """Anatomical points fixed to one rest body (``docs/keypoints.md`` says what each is).

    Names: the 37 keypoints by their own names; for every vertebra ``L5.body``, ``L5.spinous``, ``L5.skin``
    (and ``sacrum.*``).

    Attributes:
        names: (N,).
        rest: (N, 3) character frame, metres.
        indices, weights: (N, K) carrying bones, blended linearly like skin.
        regions: (N,) names from ``skeleton.REGIONS``: the region that carries the point.
        tissue: (N,) metres between the point and the nearest skin at rest.
        sigma: (N,) positional uncertainty in metres (one standard deviation).
    """

    names: tuple[str, ...]
    rest: np.ndarray
    indices: np.ndarray
    weights: np.ndarray
    regions: tuple[str, ...]
    tissue: np.ndarray
    sigma: np.ndarray

    def posed(self, body: RestBody, bones: np.ndarray) -> np.ndarray:
        """Posed bones (…, B, 4, 4) → sites (…, N, 3) in the bones' frame."""
        return blend(body.bones, bones, self.rest, self.indices, self.weights)

    def save(self, path: Path, key: str | None = None) -> None:
        """Writes one ``.npz`` file, as the entry ``key`` of the cache if there is one."""
        header = {"names": self.names, "regions": self.regions}
        archive.save(path, "sites", 1, header, {n: getattr(self, n) for n in _ARRAYS}, key)

    @classmethod
    def load(cls, path: Path, key: str | None = None) -> SiteSet:
        """Reads what :meth:`save` wrote, with that key if one is given."""
        h, arrays = archive.load(path, "sites", 1, key=key)
        return cls(names=tuple(h["names"]), regions=tuple(h["regions"]), **{n: arrays[n] for n in _ARRAYS})


_ARRAYS = ("rest", "indices", "weights", "tissue", "sigma")
