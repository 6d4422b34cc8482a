"""What a character's anatomical sites are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.characters.rest_body import RestBody, blend


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
