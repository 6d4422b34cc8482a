"""One small thing of every kind that is kept, made twice from different inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from synthgen.biomech.cache import cached_fit, fit_entry
from synthgen.characters.body import BODIES as BODY_KIND
from synthgen.characters.body import body_entry, build_body
from synthgen.characters.rest_body import RestBody
from synthgen.characters.sites.kept import cached_sites, sites_entry
from synthgen.characters.wardrobe import character_entry, dressed
from synthgen.core.bodymodel import reference_body
from synthgen.core.cache import Cache, Entry
from synthgen.pipeline.clips import cached_clip, clip_entry
from tests.biomech.synthetic import clip_of, lively
from tests.characters.people import BODIES, outfit


@dataclass(frozen=True)
class Pair:
    """Two things of one kind: where each is kept, and how each is had from a cache."""

    entries: Callable[[Cache], tuple[Entry[Any], Entry[Any]]]
    get: Callable[[Cache, int], Any]


def fits() -> Pair:
    clips = [clip_of(reference_body(), lively(reference_body(), 4, seed)) for seed in (1, 2)]
    return Pair(lambda c: (fit_entry(clips[0], c), fit_entry(clips[1], c)), lambda c, i: cached_fit(clips[i], c))


def bodies() -> Pair:
    specs = [BODIES["man"], BODIES["woman"]]
    return Pair(lambda c: (body_entry(specs[0], c), body_entry(specs[1], c)), lambda c, i: build_body(specs[i], c))


def characters() -> Pair:
    body, outfits = BODIES["man"], [outfit("shorts"), outfit("tshirt")]
    return Pair(
        lambda c: (character_entry(body, outfits[0], c), character_entry(body, outfits[1], c)),
        lambda c, i: dressed(body, outfits[i], c),
    )


def clips() -> Pair:
    names = ["builtin:squat", "builtin:side_bend"]
    return Pair(
        lambda c: (clip_entry(names[0], c), clip_entry(names[1], c)),
        lambda c, i: cached_clip(names[i], c),
    )


def sites() -> Pair:
    specs = [BODIES["man"], BODIES["woman"]]
    made = [build_body(spec) for spec in specs]

    def body(cache: Cache, i: int) -> Entry[RestBody]:  # what body_entry says, without the code that makes bodies
        return BODY_KIND.entry(cache, specs[i].model_dump())

    return Pair(
        lambda c: (sites_entry(body_entry(specs[0], c), c), sites_entry(body_entry(specs[1], c), c)),
        lambda c, i: cached_sites(body(c, i), made[i], c),
    )


PAIRS = {
    "fits": fits,
    "bodies": bodies,
    "characters": characters,
    "clips": clips,
    "sites": sites,
}
"""Kind → its two things."""
