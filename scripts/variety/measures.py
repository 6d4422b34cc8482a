"""Rows of people and pictures → the measures of variety."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from synthgen.core.bodydata import body_data
from synthgen.core.bodyparts import PLANES
from synthgen.core.skeleton import SPINE_SEGMENTS

_FOLDS = 5
_RIDGE = tuple(10.0 ** np.arange(-3, 4))
_FROM_THE_END = 0.7
"""Cosine between the way to the camera and the trunk from which on it is seen from its end."""
_SIDE = float(np.cos(np.radians(45)))

TARGETS: dict[str, tuple[str, float]] = {
    "pc1_max": ("<=", 0.90),
    "two_planes": (">=", 0.35),
    "flexed_and_bent": (">=", 0.05),
    "extension": (">=", 0.10),
    "near_neutral": ("<=", 0.25),
    "sagitta_mm": (">=", 35.0),
    "sagitta_px": (">=", 5.0),
    "near_line": ("<=", 0.25),
    "side_view": (">=", 0.35),
    "body_to_bow_r2": ("<=", 0.60),
    "characters": (">=", 40),
    "outfits": (">=", 150),
    "bmi_min": ("<=", 18.0),
    "bmi_max": (">=", 38.0),
}
"""Measure → what the issue that asked for variety wants of 500 shots of the gym scene."""


def measures(people: Sequence[dict[str, Any]], pictures: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All measures; ``scripts/measure_variety.py`` says what each is.

    Args:
        people: one row per person of a shot (``rows.body_row``).
        pictures: one row per person and camera (``rows.picture_row``), with ``person``, its index in ``people``.
    """
    shares = pc1_shares(np.array([p["levels"] for p in people]))
    fits = {level: body_to_bow(people, pictures, level) for level in ("T8", "L3")}
    indices = np.array([p["bmi"] for p in people])
    view = np.array([p["view"] for p in pictures])
    out = {
        "people": len(people),
        "pictures": len(pictures),
        "pc1_max": _rounded(max(v for name, v in shares.items() if not name.startswith("upper_cervical"))),
        "pc1": {name: _rounded(v) for name, v in shares.items()},
        **bend_shares(np.array([p["bends"]["trunk"] for p in people])),
        "sagitta_mm": _median(p["sagitta_mm"] for p in people),
        "sagitta_px": _median(p["sagitta_px"] for p in pictures),
        "near_line": _share([p["line_px"] <= 2 for p in pictures]),
        "side_view": _share(np.abs(view[:, 1]) >= _SIDE),
        "back_view": _share(view[:, 0] <= -_SIDE),
        "front_view": _share(view[:, 0] >= _SIDE),
        "body_to_bow_r2": _rounded(max(max(rows.values()) for rows in fits.values())),
        "body_to_bow": {level: {k: _rounded(v) for k, v in rows.items()} for level, rows in fits.items()},
        "view_to_bow": {level: _rounded(view_to_bow(people, pictures, level)) for level in fits},
        "body_to_own_bow_r2": _rounded(max(max(body_to_own_bow(people, pictures, n).values()) for n in fits)),
        "characters": len({p["character"] for p in people}),
        "outfits": len({p["garments"] for p in people}),
        "bmi": [_rounded(indices.min(), 1), _rounded(indices.max(), 1)],
        "bmi_min": _rounded(indices.min(), 1),
        "bmi_max": _rounded(indices.max(), 1),
        "stature": [min(p["stature"] for p in people), max(p["stature"] for p in people)],
        "clips": len({p["clip"] for p in people}),
        "spine_off_image": _rounded(float(np.mean([p["spine_off_image"] for p in pictures]))),
    }
    return out | {"missed": missed(out)}


def missed(found: dict[str, Any]) -> list[str]:
    """The measures that are not what :data:`TARGETS` wants."""
    return [
        name
        for name, (sign, bound) in TARGETS.items()
        if not (found[name] <= bound if sign == "<=" else found[name] >= bound)
    ]


def pc1_shares(levels: np.ndarray) -> dict[str, float]:
    """Region and plane → the first principal component's share of the variance of its levels' angles.

    Args:
        levels: (P, 25, 3) degrees of every joint from L5 up to the skull, in flexion, lateral bend and rotation.
    """
    rows = body_data()["vertebrae"]
    out = {}
    for region in dict.fromkeys(r["region"] for r in rows.values()):
        at = [i for i, name in enumerate(SPINE_SEGMENTS[1:]) if rows[name]["region"] == region]
        for k, plane in enumerate(PLANES):
            angles = levels[:, at, k] - levels[:, at, k].mean(0)
            power = np.linalg.svd(angles, compute_uv=False) ** 2
            out[f"{region}_{plane}"] = float(power[0] / max(power.sum(), 1e-12))
    return out


def bend_shares(trunk: np.ndarray) -> dict[str, float]:
    """Shares of people by how their trunks (P, 3) bend: flexion, lateral bend and rotation in degrees."""
    flexion, lateral, _ = trunk.T
    far = np.abs(trunk) > 10
    return {
        "two_planes": _share(far.sum(1) >= 2),
        "flexed_and_bent": _share((flexion > 25) & (np.abs(lateral) > 10)),
        "extension": _share(flexion < -15),
        "near_neutral": _share(~far.any(1)),
    }


def body_to_bow(people: Sequence[dict[str, Any]], pictures: Sequence[dict[str, Any]], level: str) -> dict[str, float]:
    """Kind of normalisation → R² on held-out people of a ridge regression from the 17 body points to a bow.

    Characters are dealt to five parts; each part is foretold by a regression on the others, whose strength is the one
    that foretells their own held-out parts best. The points are taken from the middle of the hips: in lengths of the
    body's box as they lie, the same turned so that the trunk is upright, and turned in lengths of the trunk. Trunks
    that are seen from their ends have no bow to speak of and are left out.
    """
    seen = _seen(pictures)
    bow, points = np.array([p["bow"][level] for p in seen]), np.array([p["body"] for p in seen])
    kinds = {"as it lies": _boxed(points), "upright": _upright(points), "in trunks": _turned(points)}
    return {name: _held_out(features, bow, _parts(people, seen)) for name, features in kinds.items()}


def body_to_own_bow(
    people: Sequence[dict[str, Any]], pictures: Sequence[dict[str, Any]], level: str
) -> dict[str, float]:
    """The same for the bow in the person's own sagittal plane, which no side has that it is seen from."""
    seen = _seen(pictures)
    bow, points = np.array([people[p["person"]]["bow"][level] for p in seen]), np.array([p["body"] for p in seen])
    kinds = {"as it lies": _boxed(points), "upright": _upright(points), "in trunks": _turned(points)}
    return {name: _held_out(features, bow, _parts(people, seen)) for name, features in kinds.items()}


def view_to_bow(people: Sequence[dict[str, Any]], pictures: Sequence[dict[str, Any]], level: str) -> float:
    """R² of the bow in the picture as foretold from the true direction of view alone: what a spine that never changes
    would give.
    """
    seen = _seen(pictures)
    bow, view = np.array([p["bow"][level] for p in seen]), np.array([p["view"] for p in seen])
    return _held_out(view, bow, _parts(people, seen))


def _seen(pictures: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [p for p in pictures if abs(p["view"][2]) < _FROM_THE_END]


def _parts(people: Sequence[dict[str, Any]], seen: Sequence[dict[str, Any]]) -> np.ndarray:
    """(N,) the part of each picture; a character is in one part."""
    out: np.ndarray = np.unique([people[p["person"]]["character"] for p in seen], return_inverse=True)[1] % _FOLDS
    return out


def _boxed(points: np.ndarray) -> np.ndarray:
    """(N, 17, 2) pixels → (N, 34) from the middle of the hips, in lengths of the longer side of the points' box."""
    size = np.ptp(points, axis=1).max(1)
    out: np.ndarray = (points - points[:, 11:13].mean(1, keepdims=True)) / size[:, None, None]
    return out.reshape(len(points), -1)


def _upright(points: np.ndarray) -> np.ndarray:
    """(N, 17, 2) pixels → (N, 34) as :func:`_boxed`, along and across the trunk."""
    size, step = np.ptp(points, axis=1).max(1), points[:, 5:7].mean(1) - points[:, 11:13].mean(1)
    out: np.ndarray = _turned(points) * (np.linalg.norm(step, axis=1) / size)[:, None]
    return out


def _turned(points: np.ndarray) -> np.ndarray:
    """(N, 17, 2) pixels → (N, 34) with the way from the hips' to the shoulders' middle as the unit of both axes."""
    hips, shoulders = points[:, 11:13].mean(1), points[:, 5:7].mean(1)
    step = shoulders - hips
    length2 = np.maximum((step**2).sum(1), 1.0)[:, None]
    away = points - hips[:, None]
    along = np.einsum("nki,ni->nk", away, step) / length2
    across = (step[:, None, 0] * away[..., 1] - step[:, None, 1] * away[..., 0]) / length2
    # A trunk seen from its end has no such unit: its points fly off and are held.
    out: np.ndarray = np.clip(np.concatenate([along, across], 1), -3.0, 3.0)
    return out


def _held_out(features: np.ndarray, values: np.ndarray, parts: np.ndarray) -> float:
    """R² of values foretold part by part; NaN with one part."""
    if len(np.unique(parts)) < 2:
        return float("nan")
    foretold = np.full(len(values), np.nan)
    for part in np.unique(parts):
        rest = parts != part
        strength = max(_RIDGE, key=lambda r, rest=rest: _inner(features[rest], values[rest], parts[rest], r))  # type: ignore[misc]
        foretold[~rest] = _ridge(features[rest], values[rest], strength, features[~rest])
    return _r2(values, foretold)


def _inner(features: np.ndarray, values: np.ndarray, parts: np.ndarray, strength: float) -> float:
    foretold = np.full(len(values), values.mean())
    for part in np.unique(parts):
        rest = parts != part
        if rest.any():
            foretold[~rest] = _ridge(features[rest], values[rest], strength, features[~rest])
    return _r2(values, foretold)


def _ridge(features: np.ndarray, values: np.ndarray, strength: float, others: np.ndarray) -> np.ndarray:
    middle, spread = features.mean(0), features.std(0) + 1e-9
    x = (features - middle) / spread
    weights = np.linalg.solve(x.T @ x + strength * np.eye(x.shape[1]), x.T @ (values - values.mean()))
    out: np.ndarray = (others - middle) / spread @ weights + values.mean()
    return out


def _r2(values: np.ndarray, foretold: np.ndarray) -> float:
    return 1.0 - float(((values - foretold) ** 2).sum() / max(((values - values.mean()) ** 2).sum(), 1e-12))


def _share(mask: Any) -> float:
    return _rounded(float(np.mean(mask)))


def _median(values: Any) -> float:
    return _rounded(float(np.median([*values])), 1)


def _rounded(value: float, digits: int = 3) -> float:
    return round(float(value), digits)
