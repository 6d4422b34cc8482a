"""Who is there: the characters of a dataset, and which of them are in which shot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from synthgen.characters.specs import BodySpec, OutfitSpec
from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.scene import Scene
from synthgen.scene.sections.cast import Cast
from synthgen.world import population
from synthgen.world.draws import rounded, uniform
from synthgen.world.outfits import draw_look, draw_outfits, outfit_of
from synthgen.world.shot import PostureSpec, SpineSpec
from synthgen.world.troupe import Troupe, cast_size, who_appears

_YEARS = (0.0, 1.0, 4.0, 11.0, 16.0, 18.0, 64.0, 110.0)
_ANNY_AGE = (0.0, 0.05, 0.215, 0.415, 0.67, 0.77, 0.83, 1.0)
"""Years → Anny's age parameter: the calibration that the package ships (data/shape_calibration, by WHO statures)."""
_LEAN = 16.0
"""Body mass index of thin adults whom a survey of the United States hardly has."""
_EVEN = ("women", "skin", "outfit", "age", "height", "weight", "posture")
_MIX = 6
"""What spreads evenly over every six characters, so that a small cast is mixed too."""


@dataclass(frozen=True)
class Character:
    """One person of the cast: a name, a body, the outfit that is worn, a spine, all outfits to draw from."""

    name: str
    body: BodySpec
    outfit: OutfitSpec
    spine: SpineSpec | None = None
    outfits: tuple[OutfitSpec, ...] = ()

    @property
    def posture(self) -> PostureSpec | None:
        """The simulated posture or deformity that the spine holds, if any."""
        return self.spine.posture if self.spine else None


def make_cast(scene: Scene) -> Troupe[Character]:
    """The scene's characters, each made when it is asked for.

    Character k's draws are its own: a larger cast leaves the first ones as they are.
    """
    return Troupe(cast_size(scene), partial(_character, scene))


def roles(scene: Scene, shot_index: int, cast: Sequence[Character]) -> tuple[Character, ...]:
    """The people of one shot: distinct characters (``world/troupe.py`` says which) in what they wear there."""
    people = [cast[k] for k in who_appears(scene, shot_index, len(cast))]
    return tuple(replace(p, outfit=outfit_of(scene, shot_index, p.name, p.outfits)) for p in people)


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
        proportions=rounded(uniform(rng, wish.proportions)),
        stature=rounded(population.within("stature", woman, years, even["height"], wish.stature)),
        bmi=rounded(_bmi(wish, woman, years, even["weight"])),
        belly=rounded(uniform(rng, table("world/data/population.yaml")["belly"]["female" if woman else "male"])),
        face=int(stream(scene.seed, k, "face").integers(2**31)),
    )
    look = draw_look(stream(scene.seed, k, "outfit"), woman, years, even["skin"])
    outfits = draw_outfits(scene, k, look, even["outfit"])
    spine = _spine(scene, k, years, woman, even["posture"] < wish.postures.share)
    return Character(f"person_{k:03d}", body, outfits[0], spine, outfits)


def _bmi(wish: Cast, woman: bool, years: float, share: float) -> float:
    """Body mass index: as people have it, or evenly over the range, of children over what children have of it."""
    if wish.population == "published":
        return population.within("bmi", woman, years, share, wish.bmi)
    thinnest, heaviest = population.usual("bmi", woman, years)
    low, high = (min(max(end, min(thinnest, _LEAN)), heaviest) for end in wish.bmi)
    return low + (high - low) * share


def _spine(scene: Scene, k: int, years: float, woman: bool, postured: bool) -> SpineSpec | None:
    """Character k's own spine, with a simulated posture of one of the scene's kinds if there is to be one."""
    from synthgen.biomech.postures.simulated import draw_kind, draw_posture
    from synthgen.biomech.spines.draw import draw_spine

    wish = scene.cast
    if not (wish.spines.own or postured):
        return None
    rng, kinds = stream(scene.seed, k, "posture"), wish.postures.kinds
    posture = draw_posture(draw_kind(kinds, years, rng), rng) if postured else None
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
