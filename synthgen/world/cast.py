"""Who is there: the characters of a dataset, and which of them does what in which shot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from synthgen.characters.specs import BodySpec, GarmentSpec, OutfitSpec
from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.scene import ClipSource, Scene
from synthgen.world.draws import at, choose, rounded, uniform
from synthgen.world.shot import PostureSpec, SpineSpec
from synthgen.world.troupe import Troupe, cast_size, who_appears

_YEARS = (0.0, 1.0, 4.0, 11.0, 16.0, 18.0, 64.0, 110.0)
_ANNY_AGE = (0.0, 0.05, 0.215, 0.415, 0.67, 0.77, 0.83, 1.0)
"""Years → Anny's age parameter: the calibration that the package ships (data/shape_calibration, by WHO statures)."""
_TALLNESS = (0.0, 0.5, 1.0)
_ANNY_HEIGHT = (0.21, 0.365, 0.52)
"""Tallness → Anny's height parameter: at the middle the mean adult stature of ANSUR II (1.756 m men, 1.628 m women),
at the ends 2.5 standard deviations (6.9 and 6.4 cm) from it. Anny 0.6 adds 1.089 m of stature per unit, measured."""
_GREY_FROM = 50.0
"""Years from which hair turns grey in some."""
_LARGEST_DECK = 500
_EVEN = ("women", "skin", "outfit", "age", "height", "weight", "posture")
_MIX = 6
"""What spreads evenly over every six characters, so that a small cast is mixed too."""


@dataclass(frozen=True)
class Character:
    """One person of the cast: a name, a body, the outfit worn where a shot draws no other, a spine."""

    name: str
    body: BodySpec
    outfit: OutfitSpec
    spine: SpineSpec | None = None

    @property
    def posture(self) -> PostureSpec | None:
        """The simulated posture or deformity that the spine holds, if any."""
        return self.spine.posture if self.spine else None


@dataclass(frozen=True)
class Role:
    """Who does what in a shot."""

    character: Character
    clip: ClipSource


def make_cast(scene: Scene) -> Troupe[Character]:
    """The scene's characters, each made when it is asked for.

    Character k's draws are its own: a larger cast leaves the first ones as they are.
    """
    return Troupe(cast_size(scene), partial(_character, scene))


def roles(scene: Scene, shot_index: int, cast: Sequence[Character]) -> tuple[Role, ...]:
    """The people of one shot: distinct characters (``world/troupe.py`` says which), each with a clip.

    The first person of shot after shot goes through a shuffled deck that holds every clip by its weight, so that
    even a small dataset shows many clips; the others have decks of their own.
    """
    who = who_appears(scene, shot_index, len(cast))
    return tuple(Role(cast[k], _from_deck(scene, shot_index, place)) for place, k in enumerate(who))


def _from_deck(scene: Scene, shot_index: int, place: int) -> ClipSource:
    smallest = min(c.weight for c in scene.clips)
    deck = [c for c in scene.clips for _ in range(round(c.weight / smallest))][:_LARGEST_DECK]
    turn, at = divmod(shot_index, len(deck))
    return deck[int(stream(scene.seed, turn, f"clips/{place}").permutation(len(deck))[at])]


def _character(scene: Scene, k: int) -> Character:
    wish, rng = scene.cast, stream(scene.seed, k, "body")
    even = _evenly(scene.seed, k)

    def within(name: str, span: tuple[float, float]) -> float:
        return span[0] + (span[1] - span[0]) * even[name]

    years, woman = within("age", wish.age), even["women"] < wish.women
    body = BodySpec(
        rig=wish.rig,
        gender=rounded(uniform(rng, (0.8, 1.0) if woman else (0.0, 0.2))),
        age=rounded(np.interp(years, _YEARS, _ANNY_AGE)),
        muscle=rounded(uniform(rng, wish.muscle)),
        weight=rounded(within("weight", wish.weight)),
        height=rounded(np.interp(within("height", wish.height), _TALLNESS, _ANNY_HEIGHT)),
        proportions=rounded(uniform(rng, wish.proportions)),
    )
    outfit = _outfit(stream(scene.seed, k, "outfit"), woman, years, even["outfit"], even["skin"])
    spine = _spine(scene, k, years, woman, even["posture"] < wish.postures.share)
    return Character(f"person_{k:03d}", body, outfit, spine)


def _spine(scene: Scene, k: int, years: float, woman: bool, postured: bool) -> SpineSpec | None:
    """Character k's own spine, with a simulated posture of one of the scene's kinds if there is to be one."""
    from synthgen.biomech.postures.simulated import draw_posture
    from synthgen.biomech.spines.draw import draw_spine

    wish = scene.cast
    if not (wish.spines.own or postured):
        return None
    rng, kinds = stream(scene.seed, k, "posture"), wish.postures.kinds
    posture = draw_posture(kinds[int(rng.integers(len(kinds)))], rng) if postured else None
    spine = draw_spine(stream(scene.seed, k, "spine"), years, woman, wish.spines, posture)
    return SpineSpec(**spine.to_dict())


def _evenly(seed: int, k: int) -> dict[str, float]:
    """Numbers in 0 … 1 for character k, by name: a Latin hypercube over every six characters of the cast."""
    turn, place = divmod(k, _MIX)
    out = {}
    for name in _EVEN:
        rng = stream(seed, turn, f"cast/{name}")
        out[name] = float((rng.permutation(_MIX)[place] + rng.random(_MIX)[place]) / _MIX)
    return out


def _outfit(rng: np.random.Generator, woman: bool, years: float, which: float, skin: float) -> OutfitSpec:
    """Clothes, hair and skin from ``world/data/wardrobe.yaml``; ``which`` and ``skin`` in 0 … 1 choose among them."""
    wardrobe, gender = table("world/data/wardrobe.yaml"), "female" if woman else "male"
    outfit = at(which, [o for o in wardrobe["outfits"] if o["genders"] in (gender, "any")])
    garments = tuple(_garment(rng, g) for g in outfit["garments"])
    hair = choose(rng, [h for h in wardrobe["hair"] if h["genders"] in (gender, "any")])
    tone = at(skin, wardrobe["skin_tones"]) + 0.06 * (rng.random() - 0.5)
    # Natural colours go with skin: the darker the skin, the fewer light colours; grey comes with the years.
    colours = wardrobe["hair_colours"]
    colour = choose(rng, [c for c in colours if tone < 0.5 or max(c["colour"]) < 0.4] or colours)["colour"]
    grey = max(0.0, min(1.0, (years - _GREY_FROM) / 25.0)) * rng.random()
    jitter = 1.0 + 0.15 * (rng.random() - 0.5)
    return OutfitSpec(
        garments=garments,
        hair=hair["kind"],
        hair_colour=_colour([jitter * (c + (0.55 - c) * grey) for c in colour]),
        skin_tone=rounded(min(1.0, max(0.0, tone))),
        texture_seed=int(rng.integers(2**31)),
    )


def _garment(rng: np.random.Generator, row: dict[str, Any]) -> GarmentSpec:
    return GarmentSpec(
        kind=row["kind"],
        colour=_colour(choose(rng, row["palette"])),
        accent=_colour(choose(rng, row.get("accents") or [[1.0, 1.0, 1.0]])),
        pattern=choose(rng, row.get("patterns") or ["plain"]),
    )


def _colour(values: Sequence[float]) -> tuple[float, float, float]:
    r, g, b = (rounded(min(1.0, max(0.0, v))) for v in values)
    return r, g, b
