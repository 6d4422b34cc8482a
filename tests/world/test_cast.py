"""Characters: within the wished ranges, dressed from the wardrobe."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from synthgen.core.tables import table
from synthgen.scene.model import Scene
from synthgen.scene.sections.cast import Cast
from synthgen.scene.sections.clips import ClipSource
from synthgen.world.cast import make_cast


def cast_of(**wish):
    return make_cast(Scene(name="a", seed=1, images=1, clips=(ClipSource(source="builtin:squat"),), cast=Cast(**wish)))


@given(
    st.floats(14, 44),
    st.floats(14, 44),
    st.floats(1.3, 2.0),
    st.floats(1.3, 2.0),
    st.sampled_from(["even", "published"]),
)
def test_bodies_stay_in_their_ranges(a, b, c, d, population):
    low, high = sorted((a, b)), sorted((c, d))
    for character in cast_of(count=5, bmi=tuple(low), stature=tuple(high), population=population):
        body = character.body
        assert low[0] - 1e-6 <= max(body.bmi, 16.0) or low[1] < 16
        assert body.bmi <= max(low[1], 16.0) + 1e-6
        assert high[0] - 1e-6 <= body.stature <= high[1] + 1e-6


def test_defaults_hold_the_thin_and_the_heavy_the_young_and_the_old():
    for seed in range(4):
        scene = Scene(name="a", seed=seed, images=200, clips=(ClipSource(source="builtin:squat"),))
        cast = list(make_cast(scene))
        index = sorted(c.body.bmi for c in cast)
        assert len(cast) == 40
        assert index[0] < 18
        assert index[-1] > 38
        assert min(c.body.age for c in cast) < 0.785
        assert max(c.body.age for c in cast) > 0.86
        assert max(c.body.stature for c in cast) - min(c.body.stature for c in cast) > 0.3


def test_a_published_population_is_as_heavy_and_tall_as_published():
    """NHANES 2021-2023, 40 to 49 years: men 28.9 kg/m² and 1.762 m, women 28.5 and 1.620, a quarter over 35.1."""
    for women, mass, stature in ((0.0, 28.9, 1.762), (1.0, 28.5, 1.620)):
        wish = {"women": women, "population": "published", "age": (45.0, 45.0), "bmi": (12.0, 45.0)}
        bodies = [c.body for c in cast_of(count=300, **wish)]
        assert abs(np.median([b.bmi for b in bodies]) - mass) < 1.0
        assert abs(np.median([b.stature for b in bodies]) - stature) < 0.01
    assert 0.17 < np.mean([b.bmi > 35.1 for b in bodies]) < 0.3


def test_children_are_as_tall_and_as_heavy_as_children():
    """NHANES 2021-2023: six to seven years 1.108 … 1.343 m (5th … 95th percentile) and 13.5 … 23.0 kg/m²."""
    bodies = [c.body for c in cast_of(count=60, age=(7.0, 7.0))]
    assert all(1.05 < b.stature < 1.42 for b in bodies)
    assert all(12 < b.bmi < 31 for b in bodies)
    assert abs(np.median([b.stature for b in bodies]) - 1.225) < 0.02


def test_built_bodies_are_what_was_drawn():
    """Whoever is drawn, children and extremes too, can be built as drawn, within 5 mm and 0.3 kg/m²."""
    from synthgen.characters.body import build_body
    from synthgen.characters.shapes.fatness import bmi_of

    drawn = [*cast_of(count=14), *cast_of(count=6, age=(6.0, 14.0)), *cast_of(count=4, bmi=(41.9, 42.0))]
    for character in drawn:
        body = build_body(character.body)
        assert abs(body.stature - character.body.stature) < 0.005
        assert abs(bmi_of(body.vertices, body.faces) - character.body.bmi) < 0.3


def test_shares_of_women():
    assert all(c.body.gender < 0.5 for c in cast_of(count=30, women=0.0))
    assert all(c.body.gender >= 0.5 for c in cast_of(count=30, women=1.0))
    assert sum(c.body.gender >= 0.5 for c in cast_of(count=60, women=0.5)) == 30


def test_years_become_annys_age():
    def ages(*years):
        return [c.body.age for c in cast_of(count=3, age=years)]

    assert all(np.isclose(a, 0.77) for a in ages(18.0, 18.0))
    assert all(np.isclose(a, 0.83) for a in ages(64.0, 64.0))
    for young, old in pairwise([ages(y, y)[0] for y in (5.0, 10.0, 15.0, 30.0, 90.0)]):
        assert young < old


def test_a_small_cast_is_mixed():
    for seed in range(20):
        scene = Scene(name="a", seed=seed, images=1, clips=(ClipSource(source="builtin:squat"),), cast=Cast(count=6))
        cast = make_cast(scene)
        tones = [c.outfit.skin_tone for c in cast]
        assert max(tones) - min(tones) > 0.4
        assert sum(c.body.gender >= 0.5 for c in cast) == 3
        assert len({tuple(g.kind for g in c.outfit.garments) for c in cast}) >= 3


def test_sizes_of_props_are_near_what_is_built():
    from synthgen.places.props import default_size, prop_kinds

    sizes = table("world/data/props.yaml")
    assert set(sizes) == set(prop_kinds())
    for kind, row in sizes.items():
        spans = np.array(row["size"] * (3 if len(row["size"]) == 1 else 1))
        usual = np.array(default_size(kind))
        assert (spans[:, 0] <= 1.2 * usual).all() and (spans[:, 1] >= 0.8 * usual).all(), kind


def test_props_of_every_set_have_a_size():
    sizes = table("world/data/props.yaml")
    for kind, rows in table("world/data/sets.yaml").items():
        for row in rows["props"]:
            assert row["kind"] in sizes, f"{kind}: {row['kind']}"
            assert row["place"] in ("wall", "edge", "floor")
