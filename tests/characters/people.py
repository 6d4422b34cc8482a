"""Bodies and outfits that the tests of characters share."""

from __future__ import annotations

from synthgen.characters.specs import BodySpec, GarmentSpec, OutfitSpec

BODIES = {
    "man": BodySpec(gender=0.0, muscle=0.6),
    "woman": BodySpec(gender=1.0),
    "heavy": BodySpec(gender=0.1, weight=1.0, muscle=0.2),
    "thin": BodySpec(gender=0.9, weight=0.0, muscle=0.0),
    "child": BodySpec(gender=0.5, age=0.40),
    "tall_strong": BodySpec(gender=0.0, muscle=1.0, height=1.0),
}


def outfit(*kinds: str, pattern: str = "plain", hair: str = "bald") -> OutfitSpec:
    """Garments in one colour."""
    garments = tuple(GarmentSpec(kind=k, colour=(0.3, 0.4, 0.6), pattern=pattern) for k in kinds)
    return OutfitSpec(garments=garments, hair=hair, texture_seed=3)


FULL = outfit("shorts", "tshirt", "socks", "shoes", hair="short")
LONG = outfit("leggings", "long_sleeve", "shoes", hair="bob")
