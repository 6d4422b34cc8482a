"""What people wear: a look that is a person's own, outfits that a person owns, and the one of a shot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.characters.specs import GarmentSpec, OutfitSpec
from synthgen.core.digests import sha256_file
from synthgen.core.errors import InputError
from synthgen.core.plain import FileSpec
from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.core.userfiles.pictures import PLAIN, picture_files
from synthgen.scene import Scene
from synthgen.world.draws import at, choose, rounded

_GREY_FROM = 50.0
"""Years from which hair turns grey in some."""
_OLD = (45.0, 85.0)
"""Years from which skin looks old, and at which it looks as old as we paint it."""
_OUTDOORS = ("park", "track")
_VARIANTS = 2**16
_ALL_OVER = ("leggings", "capri", "shorts", "long_shorts", "short_shorts")
_PRINTABLE = (
    *_ALL_OVER,
    *("tshirt", "loose_tshirt", "vneck", "tank_top", "long_sleeve", "hoodie", "sweatshirt", "polo", "crop_top"),
)
"""Garments that show prints; those of the first row only all over."""


@dataclass(frozen=True)
class Appearance:
    """What of a person's looks stays from shot to shot: hair and skin, as an outfit without garments."""

    bare: OutfitSpec
    woman: bool
    years: float


def draw_look(rng: np.random.Generator, woman: bool, years: float, skin: float) -> Appearance:
    """Hair and skin from ``world/data/wardrobe.yaml``; ``skin`` in 0 … 1 chooses among the tones."""
    wardrobe, gender = table("world/data/wardrobe.yaml"), "female" if woman else "male"
    hair = choose(rng, [h for h in wardrobe["hair"] if h["genders"] in (gender, "any")])
    tone = at(skin, wardrobe["skin_tones"]) + 0.06 * (rng.random() - 0.5)
    # Natural colours go with skin: the darker the skin, the fewer light colours; grey comes with the years.
    colours = wardrobe["hair_colours"]
    colour = choose(rng, [c for c in colours if tone < 0.5 or max(c["colour"]) < 0.4] or colours)["colour"]
    grey = max(0.0, min(1.0, (years - _GREY_FROM) / 25.0)) * rng.random()
    jitter = 1.0 + 0.15 * (rng.random() - 0.5)
    aged = (years - _OLD[0]) / (_OLD[1] - _OLD[0]) + 0.3 * (rng.random() - 0.5)
    bare = OutfitSpec(
        hair=hair["kind"],
        hair_colour=_colour([jitter * (c + (0.62 - c) * grey) for c in colour]),
        skin_tone=rounded(min(1.0, max(0.0, tone))),
        skin_age=rounded(min(1.0, max(0.0, aged))) if years > _OLD[0] else 0.0,
        texture_seed=int(rng.integers(2**31)),
    )
    return Appearance(bare, woman, years)


def draw_outfits(scene: Scene, k: int, look: Appearance, first: float) -> tuple[OutfitSpec, ...]:
    """The outfits that character k owns, as many as the scene says; no two alike in their garments, where it can be.

    Args:
        scene: with its wishes for outfits.
        k: number of the character.
        look: hair and skin.
        first: 0 … 1 chooses the first outfit, so that a small cast is mixed.
    """
    rows, wish = _suitable(scene, look), scene.cast.outfits
    out: list[OutfitSpec] = []
    rng = stream(scene.seed, k, "wardrobe")
    left: list[Mapping[str, Any]] = []
    prints = _prints(wish.prints, scene.locate(wish.prints)) if wish.prints else ()
    for n in range(wish.each):
        bare = None if wish.bare_backs is None else bool(rng.random() < wish.bare_backs)
        left = left or list(rows)
        these = [r for r in left if bare is None or bool(r.get("bare_back")) == bare]
        these = these or [r for r in rows if bare is None or bool(r.get("bare_back")) == bare] or rows
        row = at(first, these) if n == 0 else choose(rng, these)
        left = [r for r in left if r is not row]
        garments = _garments(rng, row["garments"])
        garments = _printed(garments, wish.print_share, stream(scene.seed, k, f"prints/{n}"), prints)
        out.append(look.bare.model_copy(update={"garments": garments}))
    return tuple(out)


def outfit_of(scene: Scene, shot: int, name: str, outfits: Sequence[OutfitSpec]) -> OutfitSpec:
    """The outfit that a character wears in a shot."""
    return outfits[int(stream(scene.seed, shot, f"outfit/{name}").integers(len(outfits)))]


def outfit_kinds() -> tuple[str, ...]:
    """Names of the outfits that there are."""
    return tuple(o["name"] for o in table("world/data/wardrobe.yaml")["outfits"])


def _suitable(scene: Scene, look: Appearance) -> list[Mapping[str, Any]]:
    """The outfits that suit somebody: those that the scene names, or those that place, age and sex allow.

    Raises:
        InputError: a name that no outfit has.
    """
    wish, gender = scene.cast.outfits, "female" if look.woman else "male"
    outfits = table("world/data/wardrobe.yaml")["outfits"]
    unknown = set(wish.kinds or ()) - set(outfit_kinds())
    if unknown:
        raise InputError(
            "there is no outfit of this name",
            where="cast.outfits.kinds",
            expected=", ".join(outfit_kinds()),
            got=", ".join(sorted(unknown)),
        )
    own = [o for o in outfits if o["genders"] in (gender, "any")]
    if wish.kinds is not None:
        return [o for o in own if o["name"] in wish.kinds] or [o for o in outfits if o["name"] in wish.kinds]
    of_age = [o for o in own if o.get("ages", (0, 200))[0] <= look.years <= o.get("ages", (0, 200))[1]]
    places = set(wish.places or _places(scene))
    return [o for o in of_age if places & set(o["places"])] or of_age


def _places(scene: Scene) -> tuple[str, ...]:
    kinds = scene.room.kind or ()
    if "photo" in kinds or scene.room.images or scene.room.environment:
        return ("gym", "studio", "clinic", "office", "warehouse", "outdoors")
    return tuple("outdoors" if kind in _OUTDOORS else kind for kind in kinds) or ("gym",)


def _garments(rng: np.random.Generator, rows: Sequence[Mapping[str, Any]]) -> tuple[GarmentSpec, ...]:
    """The garments of an outfit; those that are ``like`` another one have its colours: two parts of one thing."""
    out: list[GarmentSpec] = []
    for row in rows:
        if "like" in row:
            out.append(next(g for g in out if g.kind == row["like"]).model_copy(update={"kind": row["kind"]}))
        else:
            out.append(_garment(rng, row))
    return tuple(out)


def _garment(rng: np.random.Generator, row: Mapping[str, Any]) -> GarmentSpec:
    palettes = table("world/data/wardrobe.yaml")["palettes"]
    pattern = choose(rng, row["patterns"])
    colour = _near(rng, choose(rng, palettes[row["palette"]]))
    others = [c for c in palettes[row["accents"]] if np.abs(np.subtract(c, colour)).max() > 0.15]
    return GarmentSpec(
        kind=row["kind"],
        colour=colour,
        accent=_near(rng, choose(rng, others or palettes[row["accents"]])),
        pattern=pattern,
        variant=int(rng.integers(_VARIANTS)),
    )


@lru_cache(maxsize=8)
def _prints(wish: str, place: str) -> tuple[FileSpec, ...]:
    """The user's pictures: those of a folder by name, or the one file."""
    files = picture_files(Path(place), PLAIN, "print")
    folder = Path(place).is_dir()
    return tuple(FileSpec(path=f"{wish}/{f.name}" if folder else wish, digest=sha256_file(f)) for f in files)


def _printed(
    garments: tuple[GarmentSpec, ...], share: float, rng: np.random.Generator, prints: Sequence[FileSpec]
) -> tuple[GarmentSpec, ...]:
    """The garments with prints on some that can have one: on the chest, on the back, or all over."""
    out = []
    for garment in garments:
        wanted, which, where = rng.random(3)
        if prints and wanted < share and garment.kind in _PRINTABLE:
            at = "all" if garment.kind in _ALL_OVER else ("chest", "back", "all")[int(3 * where)]
            file = prints[int(which * len(prints))]
            garment = garment.model_copy(update={"print": file, "print_at": at})
        out.append(garment)
    return tuple(out)


def _near(rng: np.random.Generator, colour: Sequence[float]) -> tuple[float, float, float]:
    """A colour near to one of a palette."""
    light, tint = 1 + 0.16 * (rng.random() - 0.5), 0.05 * (rng.random(3) - 0.5)
    return _colour([light * c + t for c, t in zip(colour, tint, strict=True)])


def _colour(values: Sequence[float]) -> tuple[float, float, float]:
    r, g, b = (rounded(min(1.0, max(0.0, v))) for v in values)
    return r, g, b
