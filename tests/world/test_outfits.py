"""Outfits: what suits whom, what changes from shot to shot and what stays."""

from __future__ import annotations

from typing import Any

import pytest

from synthgen.characters.clothing.cuts import garment_kinds
from synthgen.characters.clothing.patterns import PATTERNS
from synthgen.characters.hair import hair_styles
from synthgen.core.errors import InputError
from synthgen.core.tables import table
from synthgen.scene import ClipSource, Scene
from synthgen.scene.sections.cast import Cast
from synthgen.scene.sections.outfits import Outfits
from synthgen.scene.sections.surroundings import Room
from synthgen.world.cast import make_cast, roles

WARDROBE = table("world/data/wardrobe.yaml")


def scene_of(room: str = "gym", seed: int = 3, count: int = 40, **outfits: Any) -> Scene:
    return Scene(
        name="dressed",
        seed=seed,
        images=200,
        clips=(ClipSource(source="builtin:squat"),),
        cast=Cast(count=count, outfits=Outfits(**outfits)),
        room=Room(kind=(room,)),
    )


def kinds_of(outfit: Any) -> tuple[str, ...]:
    return tuple(g.kind for g in outfit.garments)


def rows_of(outfit: Any) -> list[Any]:
    return [o for o in WARDROBE["outfits"] if tuple(g["kind"] for g in o["garments"]) == kinds_of(outfit)]


def test_the_wardrobe_names_only_what_there_is():
    places = {"gym", "studio", "clinic", "office", "warehouse", "outdoors"}
    for row in WARDROBE["outfits"]:
        assert set(row["places"]) <= places and row["genders"] in ("male", "female", "any")
        for garment in row["garments"]:
            assert garment["kind"] in garment_kinds()
            if "like" in garment:
                assert garment["like"] in {g["kind"] for g in row["garments"]}
                continue
            assert set(garment["patterns"]) <= set(PATTERNS)
            assert {garment["palette"], garment["accents"]} <= WARDROBE["palettes"].keys()
    assert {h["kind"] for h in WARDROBE["hair"]} <= set(hair_styles())
    assert len({row["name"] for row in WARDROBE["outfits"]}) == len(WARDROBE["outfits"]) >= 40
    for place in places:  # there is something for everybody everywhere
        for gender in ("male", "female"):
            fits = [r for r in WARDROBE["outfits"] if place in r["places"] and r["genders"] in (gender, "any")]
            assert len(fits) >= 4


@pytest.mark.parametrize("room", ["gym", "studio", "clinic", "office", "warehouse", "park"])
def test_everyone_is_dressed_for_place_and_sex(room):
    worn = set()
    for character in make_cast(scene_of(room)):
        gender = "female" if character.body.gender >= 0.5 else "male"
        for outfit in character.outfits:
            place = "outdoors" if room == "park" else room
            assert any(place in r["places"] and r["genders"] in (gender, "any") for r in rows_of(outfit))
            colours = [*outfit.hair_colour, *(c for g in outfit.garments for c in (*g.colour, *g.accent))]
            assert 0 <= min(colours) <= max(colours) <= 1 and 0 <= outfit.skin_tone <= 1
            worn.add(kinds_of(outfit))
    assert len(worn) >= 6


def test_clothes_change_from_shot_to_shot_hair_and_skin_do_not():
    scene = scene_of(count=3, each=4)
    cast, seen = make_cast(scene), {}
    for shot in range(60):
        for person in roles(scene, shot, cast):
            seen.setdefault(person.name, []).append(person.outfit)
    for character in cast:
        worn = seen[character.name]
        assert set(worn) == set(character.outfits) and len(set(worn)) == 4
        own = {(o.hair, o.hair_colour, o.skin_tone, o.skin_age, o.texture_seed) for o in worn}
        assert len(own) == 1


def test_a_shot_dresses_the_same_again_and_a_larger_cast_changes_nobody():
    scene = scene_of()
    first, again = (roles(scene, 17, make_cast(scene)) for _ in range(2))
    assert [p.outfit for p in first] == [p.outfit for p in again]
    small, large = make_cast(scene_of(count=5)), make_cast(scene_of(count=30))
    assert [c.outfits for c in small] == [large[k].outfits for k in range(5)]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_bare_backs_come_as_often_as_the_scene_says(share):
    for character in make_cast(scene_of("clinic", bare_backs=share)):
        for outfit in character.outfits:
            assert any(bool(r.get("bare_back")) == (share == 1.0) for r in rows_of(outfit))


def test_kinds_are_those_that_the_scene_names():
    for character in make_cast(scene_of(kinds=("scrubs",))):
        assert {kinds_of(o) for o in character.outfits} == {("trousers", "scrub_top", "shoes")}
    with pytest.raises(InputError, match="tuxedo") as error:
        list(make_cast(scene_of(kinds=("tuxedo",))))
    assert "scrubs" in str(error.value)


def test_places_overrule_the_room():
    for character in make_cast(scene_of("gym", places=("office",))):
        assert all(any("office" in r["places"] for r in rows_of(o)) for o in character.outfits)
    with pytest.raises(ValueError, match="empty"):
        Outfits(places=())


def test_old_people_look_old_and_young_ones_do_not():
    def ages(years):
        scene = Scene(
            name="a", images=1, clips=(ClipSource(source="builtin:squat"),), cast=Cast(count=24, age=(years, years))
        )
        return [c.outfit.skin_age for c in make_cast(scene)]

    assert set(ages(30.0)) == {0.0}
    assert min(ages(85.0)) > 0.6


def test_two_parts_of_one_garment_have_the_same_colours():
    for character in make_cast(scene_of("clinic", kinds=("patient_gown_woman", "patient_gown_man"))):
        for outfit in character.outfits:
            _, top, skirt = outfit.garments
            assert (top.kind, skirt.kind) == ("gown_top", "gown_skirt")
            assert skirt == top.model_copy(update={"kind": "gown_skirt"})
