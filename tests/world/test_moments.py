"""Moments by coverage: even where clips are not, the same everywhere, every clip by its weight, as a scene asks."""

from __future__ import annotations

import pickle
from collections import Counter

import numpy as np
import pytest

from synthgen.biomech.variation.bends import varied_bends
from synthgen.biomech.variation.kinds import bend_names
from synthgen.core.errors import InputError
from synthgen.core.seeding import stream
from synthgen.scene import load_scene
from synthgen.scene.sections.clips import ClipSource
from synthgen.scene.sections.moments import BendTarget, Moments, VariationRanges
from synthgen.world.coverage import spread
from synthgen.world.moment_table import MomentTable
from synthgen.world.moments import Moment, draw_moment
from tests.world.test_make_shot import make_scene

CLIPS = ("builtin:squat", "builtin:walking", "builtin:plank", "builtin:lunge")
TARGET = BendTarget(flexion=(-30, 60), side_bend=(-30, 30), twist=(-30, 30))


def toy(frames: int = 60) -> MomentTable:
    """Clips whose frames stand nearly neutral, nine of ten; one bends forwards and one to the right."""
    rng, bends = np.random.default_rng(7), {}
    for k, clip in enumerate(CLIPS):
        rows = rng.normal(size=(frames, 12)) * 2
        rows[: frames // 10, 0 if k == 0 else 1] += 25.0 * (k < 2)
        bends[clip] = np.round(rows, 2)
    planted = {clip: np.tile([False, False, True, True], (frames, 1)) for clip in CLIPS}
    planted["builtin:plank"] = np.ones((frames, 4), bool)
    return MomentTable(dict.fromkeys(CLIPS, 30.0), dict.fromkeys(CLIPS, frames), bends, planted)


TABLE = toy()


def scene_of(coverage: float = 1.0, **changes):
    wish = {"clips": tuple(ClipSource(source=c) for c in CLIPS), "moments": Moments(coverage=coverage, target=TARGET)}
    return make_scene(**(wish | changes))


def drawn(scene, shots: int, place: int = 0, table: MomentTable = TABLE) -> list[Moment]:
    return [draw_moment(scene, i, place, 0, table) for i in range(shots)]


def trunk(moments: list[Moment], table: MomentTable = TABLE) -> np.ndarray:
    """(N, 3) degrees of flexion, side bend and twist of the whole trunk."""
    bends = np.stack([varied_bends(table.bends[m.clip][m.frame], m.variation) for m in moments])
    return bends[:, :3] + bends[:, 3:6]


def unevenness(bends: np.ndarray) -> float:
    """χ² per degree of freedom against a ball that is filled evenly: shells of its marginals, 8 bins an axis."""
    low, high = np.array([TARGET.flexion, TARGET.side_bend, TARGET.twist]).T
    places = np.where(bends < 0, -bends / low, bends / high)
    edges = np.linspace(-1, 1, 9)
    below = (3 * edges - edges**3) / 4
    total = 0.0
    for axis in range(3):
        expected = np.diff(below)
        if axis == 0:  # the halves hold as much as they are long
            expected = expected * np.where(edges[:-1] < 0, -low[0], high[0]) * 2 / (high[0] - low[0])
        counts = np.histogram(np.clip(places[:, axis], -1, 1), edges)[0]
        wanted = expected / expected.sum() * len(bends)
        total += float(((counts - wanted) ** 2 / wanted).sum())
    return total / (3 * 7)


def test_a_crowd_of_neutral_frames_comes_out_even():
    free = VariationRanges(layer=60.0)
    even = unevenness(trunk(drawn(scene_of(variation=free), 800)))
    plain = unevenness(trunk(drawn(scene_of(0.0, variation=free), 800)))
    assert even < 1.5, (even, plain)
    assert plain > 50


def test_small_layers_still_fill_most_of_the_target():
    bends = trunk(drawn(scene_of(), 400))
    far = np.abs(bends) > 10
    assert (far.sum(1) >= 2).mean() > 0.35
    assert (~far.any(1)).mean() < 0.25
    assert (bends[:, 0] < -15).mean() > 0.05 and (bends[:, 0] > 25).mean() > 0.15


def test_every_turn_of_the_deck_covers():
    wishes = spread(16, TARGET, stream(5, 0, "test"))
    flexion = wishes[:, 0] + wishes[:, 3]
    assert (flexion < 0).sum() in (5, 6) and (flexion > 20).sum() >= 4
    assert ((wishes[:, 1] + wishes[:, 4]) > 0).sum() in range(4, 13)


def test_deep_bends_go_to_the_clip_that_has_them():
    moments = drawn(scene_of(variation=VariationRanges(layer=15.0)), 400)
    deep = Counter(m.clip for m, b in zip(moments, trunk(moments), strict=True) if b[0] > 40)
    assert deep.most_common(1)[0][0] == "builtin:squat"


def test_it_is_the_same_from_a_pickled_table_in_any_order():
    scene, copied = scene_of(), pickle.loads(pickle.dumps(TABLE))
    forwards = [draw_moment(scene, i, p, a, TABLE) for i in range(40) for p in range(2) for a in range(2)]
    backwards = [draw_moment(scene, i, p, a, copied) for i in reversed(range(40)) for p in (1, 0) for a in (1, 0)]
    assert forwards == backwards[::-1]
    assert copied == TABLE and hash(copied) == hash(TABLE) and toy(30) != TABLE


def test_every_clip_appears_by_its_weight():
    clips = (ClipSource(source=CLIPS[0], weight=3.0), ClipSource(source=CLIPS[1]))
    for coverage in (0.0, 1.0):
        counts = Counter(m.clip for m in drawn(scene_of(coverage, clips=clips), 40))
        assert counts == {CLIPS[0]: 30, CLIPS[1]: 10}


def test_moments_keep_to_the_part_of_the_clip():
    clips = (ClipSource(source=CLIPS[0], time=(1.0, 1.5)),)
    for coverage in (0.0, 1.0):
        assert {m.frame for m in drawn(scene_of(coverage, clips=clips), 60)} <= set(range(30, 46))


def test_the_variation_keeps_to_the_scene():
    wish = VariationRanges(mirror=0.0, amplitude=(0.9, 1.1), tempo=(1.0, 1.5), layer=9.0)
    for coverage in (0.0, 1.0):
        made = [m.variation for m in drawn(scene_of(coverage, variation=wish), 100)]
        assert not any(v.mirror for v in made)
        assert all(0.9 <= v.amplitude <= 1.1 and 1.0 <= v.tempo <= 1.5 for v in made)
        assert all(np.abs(v.layer[:6]).max() <= 9.0 + 1e-9 for v in made)
    none = VariationRanges(layer=0.0, mirror=1.0)
    made = [m.variation for m in drawn(scene_of(variation=none), 50)]
    assert all(v.mirror and not any(v.layer) for v in made)


def test_who_cannot_take_it_is_asked_for_less_then_for_something_else():
    scene = scene_of()
    for shot in range(20):
        tries = [draw_moment(scene, shot, 0, k, TABLE) for k in range(12)]
        assert len({m.clip for m in tries[:4]}) == 1
        assert any(tries[0].variation.layer) and not any(tries[3].variation.layer)
        assert not any(any(m.variation.layer) for m in tries[8:])
    assert len({draw_moment(scene, 3, 0, k, TABLE).clip for k in range(12)}) > 1


def test_those_on_their_hands_get_less_on_top():
    made = [m for m in drawn(scene_of(), 200) if m.clip == "builtin:plank"]
    assert max(np.abs(m.variation.layer[:6]).max() for m in made) <= 0.7 * 22 + 0.1


def test_those_who_lie_hardly_bend_otherwise_than_the_clip():
    table = MomentTable(TABLE.fps, TABLE.frames, TABLE.bends, TABLE.planted, {CLIPS[2]: np.ones(60, bool)})
    for coverage in (0.0, 1.0):
        made = [m.variation for m in drawn(scene_of(coverage), 160, table=table) if m.clip == CLIPS[2]]
        assert all(v.amplitude == 1.0 for v in made)
        assert max(np.abs(np.array(v.layer)[[0, 3]]).max() for v in made) <= 0.15 * 22 + 0.1
        assert max(abs(v.layer[6] + v.layer[9]) for v in made) <= 0.3 * 22 + 0.2


def test_lumbar_and_thoracic_spine_go_their_own_ways():
    wishes = spread(400, TARGET, stream(1, 0, "test"))
    assert abs(np.corrcoef(wishes[:, 0], wishes[:, 3])[0, 1]) < 0.75
    assert ((wishes[:, 0] > 8) & (wishes[:, 3] < -3)).sum() > 5
    assert bend_names()[0] == "lumbar_flexion" and bend_names()[3] == "thoracic_flexion"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("moments: {coverage: 1.5}", "coverage"),
        ("moments: {target: {flexion: [10, 60]}}", "leaves neutral standing out"),
        ("moments: {target: {twist: [-200, 60]}}", "no trunk bends that far"),
        ("variation: {amplitude: [0.5, 3]}", "too far from 1"),
        ("variation: {layer: -3}", "layer"),
        ("variation: {wobble: 3}", "wobble"),
        ("camera: {rig: {alike: true}}", "at no angle"),
        ("camera: {rig: {angle: [60, 200]}}", "too wide"),
    ],
)
def test_what_a_scene_cannot_ask_for_is_refused(tmp_path, text, where):
    path = tmp_path / "scene.yaml"
    path.write_text(f"name: s\nimages: 2\nclips: [builtin:squat]\n{text}\n")
    with pytest.raises(InputError, match=where):
        load_scene(path)


def test_shoulders_are_anywhere_in_the_share_of_their_range_that_a_scene_asks_for():
    for coverage in (0.0, 1.0):
        found = np.array([m.variation.shoulders for m in drawn(scene_of(coverage), 300)])
        assert (np.histogram(found[:, 1], 4, (-1, 1))[0] > 45).all()
        assert np.corrcoef(found[:, 1], found[:, 3])[0, 1] > 0.8 > abs(np.corrcoef(found[:, 0], found[:, 1])[0, 1])
        half = drawn(scene_of(coverage, variation=VariationRanges(shoulders=0.5)), 100)
        assert 0.4 < max(max(map(abs, m.variation.shoulders)) for m in half) <= 0.5
        none = drawn(scene_of(coverage, variation=VariationRanges(shoulders=0.0)), 20)
        assert not any(any(m.variation.shoulders) for m in none)


def test_who_lies_on_the_floor_hardly_moves_the_shoulders():
    lying = {clip: np.ones(60, bool) for clip in CLIPS}
    flat = MomentTable(TABLE.fps, TABLE.frames, TABLE.bends, TABLE.planted, lying)
    assert max(max(map(abs, m.variation.shoulders)) for m in drawn(scene_of(), 60, table=flat)) <= 0.3
