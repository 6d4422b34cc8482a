"""Which pairs on the limbs have exchanged names: the fewest that make all distances within a limb those of a body."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from synthgen.core.bodymodel import reference_body
from synthgen.motion.marker_sets import Place
from synthgen.motion.normalise.size import positions_in_standing, relative_size

Pair = tuple[str, str]

_LIMBS = (("thigh", "shank", "foot", "toes"), ("upper_arm", "forearm", "hand"))
"""From the trunk outwards: distances are compared within a part and to the next one."""
_ODD = 0.04
"""Metres by which a distance differs from the reference's before its end is suspected to be the other side's."""
_CLEAR = 0.3
"""Share of one side's misfit below which the other side's must lie to be the right one."""
_MOST = 14
"""Suspects at most whose combinations are all tried."""


def swapped_on_limbs(
    points: dict[str, np.ndarray], places: dict[str, Place], pairs: tuple[Pair, ...], sure: tuple[Pair, ...] = ()
) -> list[list[Pair]]:
    """The smallest sets of pairs whose names must be exchanged, as alternatives; empty when all is well.

    Every two pairs of a limb vote whether they belong to the same side, by the distances between them. One odd pair is
    crossed with all of its neighbours, and is named alone though each of them is crossed too.

    Args:
        points: (T, 3) in any unit, right-handed axes; places: where they sit on the body.
        pairs: (left, right) names; sure: those of them that are right by other evidence.
    """
    standing = positions_in_standing({n: places[n] for p in pairs for n in p}, reference_body())
    wrong: list[list[Pair]] = [[]]
    for limb in _LIMBS:
        level = {p: limb.index(part) for p in pairs if (part := places[p[0]][0].removeprefix("left_")) in limb}
        # Exchanged ends would belie the size, so the rest of the body gives it where it can.
        own = {n for p in level for n in p}
        size = relative_size({n: p for n, p in points.items() if n not in own}, places) or relative_size(points, places)
        if size is None:
            continue
        votes: dict[tuple[Pair, Pair], bool] = {}
        for a, b in combinations(level, 2):
            model = size * float(np.linalg.norm(standing[a[0]] - standing[b[0]]))
            if abs(level[a] - level[b]) <= 1 and (vote := _crossed(points, a, b, model, _ODD * size)) is not None:
                votes[a, b] = vote
        wrong = [w + more for w in wrong for more in _fewest(votes, sure)]
    return [w for w in wrong if w]


def _fewest(votes: dict[tuple[Pair, Pair], bool], sure: tuple[Pair, ...]) -> list[list[Pair]]:
    """The smallest of the sets of pairs, none of them sure, whose exchange contradicts the fewest votes."""
    if not any(votes.values()):
        return [[]]
    # Fingers go with a wrist though only the wrist is crossed with the elbow: whoever votes may have to be exchanged.
    suspects = list(dict.fromkeys(p for edge in votes for p in edge if p not in sure))
    suspects = sorted(suspects, key=lambda p: -sum(c for edge, c in votes.items() if p in edge))[:_MOST]
    chosen = (np.arange(2 ** len(suspects))[:, None] >> np.arange(len(suspects)) & 1).astype(bool)
    exchanged = {p: chosen[:, i] for i, p in enumerate(suspects)}
    never = np.zeros(len(chosen), bool)
    against = sum(
        ((exchanged.get(a, never) ^ exchanged.get(b, never)) != crossed).astype(int)
        for (a, b), crossed in votes.items()
    )
    cost = (len(suspects) + 1) * np.asarray(against) + chosen.sum(1)
    return [[p for p, yes in zip(suspects, row, strict=True) if yes] for row in chosen[cost == cost.min()]]


def _crossed(points: dict[str, np.ndarray], a: Pair, b: Pair, model: float, odd: float) -> bool | None:
    """True where a pair is as far from the other side's points as it should be from its own; None where unclear."""
    (own, near), (other, far) = (_misfit(points, a, sides, model) for sides in (b, b[::-1]))
    if own > odd and other < _CLEAR * own and near > far:
        return True
    if other > odd and own < _CLEAR * other and far > near:
        return False
    return None


def _misfit(points: dict[str, np.ndarray], a: Pair, b: Pair, model: float) -> tuple[float, float]:
    """Median difference between the distances of two pairs and the model's, and median distance; 0 if unseen."""
    away = np.concatenate([np.linalg.norm(points[p] - points[q], axis=1) for p, q in zip(a, b, strict=True)])
    away = away[np.isfinite(away)]
    return (float(np.median(np.abs(away - model))), float(np.median(away))) if away.size else (0.0, 0.0)
