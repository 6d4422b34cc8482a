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


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_bodies_stay_in_their_ranges(a, b, c, d):
    low, high = sorted((a, b)), sorted((c, d))
    for character in cast_of(count=5, height=tuple(low), weight=tuple(high)):
        assert 0.21 + 0.31 * low[0] - 1e-6 <= character.body.height <= 0.21 + 0.31 * low[1] + 1e-6
        assert high[0] - 1e-6 <= character.body.weight <= high[1] + 1e-6


def test_tallness_is_measured_in_adult_statures():
    """ANSUR II: men 1.756 ± 0.069 m, women 1.628 ± 0.064 m; built bodies must come out within 3 cm of it."""
    from synthgen.characters.body import build_body

    for women, mean, deviation in ((0.0, 1.756, 0.069), (1.0, 1.628, 0.064)):
        for share, stature in ((0.0, mean - 2.5 * deviation), (0.5, mean), (1.0, mean + 2.5 * deviation)):
            wish = {"women": women, "height": (share, share), "age": (30.0, 30.0), "proportions": (0.5, 0.5)}
            assert abs(build_body(cast_of(count=1, **wish)[0].body).stature - stature) < 0.03


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
