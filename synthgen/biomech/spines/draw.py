"""A person's spine, drawn once: the curve, the small lateral curve, the posture, and how its levels share a bend."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthgen.biomech.clinical import constants
from synthgen.biomech.clinical_angles import measure
from synthgen.biomech.postures.kinds import Posture, Scoliosis, tables
from synthgen.biomech.postures.standing import Standing, standing_offsets
from synthgen.biomech.postures.turns import LEVELS, lateral_profiles, level_angles, level_columns, standing_turns
from synthgen.biomech.spines.curve import draw_angles, draw_levels
from synthgen.biomech.spines.shares import Sharing, draw_sharing
from synthgen.biomech.spines.spine import Spine
from synthgen.core.bodydata import spine_tables
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.seeding import stream
from synthgen.scene.sections.cast import Spines


def draw_spine(
    rng: np.random.Generator, years: float, woman: bool, wish: Spines, posture: Posture | None = None
) -> Spine:
    """The spine of one person.

    Args:
        rng: of the person.
        years: age; children have a grown-up's curve.
        woman: sex.
        wish: what the scene asks for.
        posture: simulated, on top of the person's own curve; its scoliosis stands for the small lateral curve.
    """
    body = reference_body(sex="female" if woman else "male")
    standing, incidence = Standing(body.neutral()[0], 0.0, {}), None
    sharing: Sharing | None = None
    if wish.own:
        angles = draw_angles(rng, max(18.0, years), woman, wish.spread)
        incidence = angles["pelvic_incidence"]
        bends = draw_levels(rng, body, angles, max(18.0, years), woman, wish.spread)
        aside, turn = _draw_asymmetry(rng, body, bends, wish.spread)
        if posture is not None and posture.scoliosis is not None:
            aside, turn = np.zeros_like(aside), np.zeros_like(turn)
        turns = np.stack([aside, np.cumsum(bends), turn], -1)
        pelvis = np.radians(constants()["sacral_slope"] - angles["sacral_slope"])
        standing = Standing(level_angles(body, turns), float(pelvis), {})
        sharing = draw_sharing(rng, years, wish.spread, wish.stiff, wish.hypermobile)
    if posture is not None:
        standing = standing_offsets(body, posture, tables(), standing)
    return _spine(body, standing, incidence, sharing, posture)


def spine_of(seed: int, sex: str, posture: Posture | None = None) -> Spine:
    """What ``--spine`` means: a grown-up between 20 and 80, drawn from the stream (seed, 0, "spine")."""
    rng = stream(seed, 0, "spine")
    years = float(rng.uniform(20.0, 80.0))
    return draw_spine(rng, years, sex == "female", Spines(), posture)


def _draw_asymmetry(
    rng: np.random.Generator, body: BodyModel, bends: np.ndarray, spread: float
) -> tuple[np.ndarray, np.ndarray]:
    """(25,) lean to the right and turn to the left, radians, of a lateral curve that is no scoliosis yet."""
    row, types = spine_tables()["asymmetry"], tables()["scoliosis"]
    kinds = list(types)
    weights = np.cumsum([types[k]["weight"] for k in kinds])
    draws = rng.random(4)
    kind = kinds[int(np.searchsorted(weights / weights[-1], draws[0], side="right"))]
    apexes = types[kind]["apex"]
    size = abs(rng.standard_normal())
    while size * row["sd"] > row["most"]:
        size = abs(rng.standard_normal())
    cobb = float(min(spread * size * row["sd"], row["most"]))
    low, high = row["rotation_per_cobb"]
    right = row["right"] if kind in ("thoracic", "double_major") else types[kind]["right"]
    curve = Scoliosis(
        type=kind,
        apex=apexes[int(draws[1] * len(apexes))],
        cobb=cobb,
        convex="right" if draws[2] < right else "left",
        rotation=cobb * (low + (high - low) * draws[3]),
    )
    # C7 stands over the sacrum: the share of the lean below the apex that has it do so is found on a straight line.
    heights = np.array([body.heights.get(n, 0.0) for n in LEVELS]) * np.cos(np.cumsum(bends))
    upto = np.arange(len(LEVELS)) <= LEVELS.index("T1")
    (first, turn), (second, _) = (lateral_profiles(curve, types[kind], lean=x) for x in (0.0, 0.1))
    off, change = ((heights * upto) @ a for a in (first, second - first))
    lean = float(np.clip(-0.1 * off / change, -0.4, 0.4)) if abs(change) > 1e-9 else 0.0
    aside = lateral_profiles(curve, types[kind], lean=lean)[0]
    neck = len(LEVELS) - LEVELS.index("C7")
    uneven = spread * np.radians(row["neck"]) * rng.standard_normal((2, neck))
    uneven = np.cumsum(uneven - uneven.mean(1, keepdims=True), axis=1)
    aside[-neck:] += uneven[0]
    turn[-neck:] += uneven[1]
    return aside, turn


def _spine(
    body: BodyModel, standing: Standing, incidence: float | None, sharing: Sharing | None, posture: Posture | None
) -> Spine:
    """The record, rounded to a thousandth of a degree; its curve is what the rounded levels have."""
    neutral = np.round(np.degrees(standing.spine[level_columns(body)]), 3) + 0.0
    pelvis = round(float(np.degrees(standing.pelvis)), 3) + 0.0
    curve = standing_measures(body, neutral, pelvis)
    if incidence is not None:
        curve["pelvic_incidence"] = round(incidence, 2)
    if sharing is None:
        return Spine(curve, _rows(neutral), pelvis, posture=posture)
    return Spine(
        curve,
        _rows(neutral),
        pelvis,
        shares=_rows(np.round(sharing.shares, 4)),
        lead=tuple((np.round(sharing.lead, 4) + 0.0).tolist()),
        ranges=_rows(np.round(sharing.ranges, 3)),
        stiff=sharing.stiff,
        hypermobile=sharing.hypermobile,
        posture=posture,
    )


def _rows(values: np.ndarray) -> Any:
    return tuple(map(tuple, values.tolist()))


def standing_measures(body: BodyModel, neutral: np.ndarray, pelvis: float) -> dict[str, float]:
    """Clinical measures of a body that stands with ``neutral`` (25, 3) and ``pelvis``, degrees; and its slopes."""
    q = body.neutral()[0]
    q[level_columns(body)] = np.radians(neutral)
    q[body.tree.coordinate_index["pelvis_tilt"]] = -np.radians(pelvis)
    found = measure(body.tree.forward(q[None]), body).values
    out = {name: round(float(value[0]), 2) + 0.0 for name, value in found.items()}
    out["sacral_slope"] = round(float(constants()["sacral_slope"]) - pelvis, 2)
    first = standing_turns(body, q)[LEVELS.index("T1"), 1]
    out["t1_slope"] = round(float(np.degrees(first)) - pelvis, 2)
    return out
