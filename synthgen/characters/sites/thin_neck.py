"""The cervical column of necks that are thinner than the reference adult's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from synthgen.characters.sites.spine_rest import LEVELS, SpineRest
from synthgen.characters.skin_surface import SkinSurface


def thin_neck(
    rest: SpineRest, profile: np.ndarray, skin: SkinSurface, auricle: float, rule: dict[str, Any]
) -> SpineRest:
    """Draws the cervical column towards the nape where the neck is thinner than the reference adult's.

    A neck's depth differs between characters more than its height does. The column keeps its share of the depth: every
    distance from the midline skin is multiplied, by 1 at T1 and by the neck's own factor from C4 upwards.
    """
    levels = [LEVELS.index(n) for n in ("C5", "C4")]
    z = rest.body[levels, 2]
    back = np.interp(z, profile[:, 1], profile[:, 0])
    start = np.stack([back + 0.01, np.full_like(z, 1e-4), z], -1)
    depth = skin.rays(start, np.array([1.0, 0.0, 0.0]))[:, 0] - back
    share = ((rest.body[levels, 0] - back) / depth).mean()
    factor = min(1.0, rule["body_share_of_depth"] / share)
    knots = rest.body[[LEVELS.index("T1"), LEVELS.index("C4")], 2]

    def drawn(at: np.ndarray) -> np.ndarray:
        nape = np.interp(at[:, 2], profile[:, 1], profile[:, 0])
        by = np.interp(at[:, 2], knots, (1.0, factor))
        return np.stack([nape + by * (at[:, 0] - nape), at[:, 1], at[:, 2]], -1)

    # Upwards of C5 the column leans to the head: the atlas stands below the auricles' middle.
    lean = (rest.joints[LEVELS.index("C5"), 2], rest.joints[-1, 2])
    atlas = drawn(rest.joints[-1:])[0, 0]

    def leaning(at: np.ndarray) -> np.ndarray:
        by = np.interp(at[:, 2], lean, (0.0, auricle - rule["atlas_behind_auricle"] * rest.neck_scale - atlas))
        out: np.ndarray = drawn(at) + by[:, None] * np.array([1.0, 0.0, 0.0])
        return out

    cervical = rest.joints[:, 2] > knots[0]
    above = rest.body[:, 2] > knots[0]
    return replace(
        rest,
        joints=np.where(cervical[:, None], leaning(rest.joints), rest.joints),
        body=np.where(above[:, None], leaning(rest.body), rest.body),
        spinous=np.where(above[:, None], leaning(rest.spinous), rest.spinous),
    )
