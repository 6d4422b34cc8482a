"""Anatomical sites on rest bodies of many shapes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from synthgen.characters.body import build_body
from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import load_rig
from synthgen.characters.site_set import SiteSet
from synthgen.characters.sites.place import place_sites, region_of, site_rules, spine_at_rest
from synthgen.characters.sites.spine_rest import LEVELS, SpineRest
from synthgen.characters.skin_surface import SkinSurface
from synthgen.characters.specs import BodySpec
from synthgen.core.skeleton import KEYPOINTS, REGIONS, SPINE_LEVELS
from tests.retarget.retarget_characters import Character


def by_name(sites: SiteSet) -> dict[str, np.ndarray]:
    return dict(zip(sites.names, sites.rest, strict=True))


def test_names_are_the_37_keypoints_then_three_points_per_level(mover: Character) -> None:
    _, sites = mover
    assert sites.names[:37] == KEYPOINTS
    assert set(sites.names[37:]) == {f"{n}.{kind}" for n in LEVELS for kind in ("body", "spinous", "skin")}
    assert set(sites.regions) <= set(REGIONS)
    assert np.allclose(sites.weights.sum(1), 1.0) and (sites.sigma > 0).all() and np.isfinite(sites.rest).all()


def check_spine(body: RestBody, sites: SiteSet) -> None:
    at, skin = by_name(sites), SkinSurface(body)
    inner = [n for n in sites.names if n.endswith((".body", ".spinous"))]
    assert skin.inside(np.stack([at[n] for n in inner])).all(), "an inner point lies outside the skin"
    bodies = np.stack([at[f"{n}.body"] for n in LEVELS])
    assert (np.diff(bodies[:, 2]) > 0.005 * body.stature / 1.756).all(), "vertebrae must rise"
    for kind in ("body", "spinous", "skin"):
        assert np.abs(np.stack([at[f"{n}.{kind}"] for n in LEVELS])[:, 1]).max() < 1e-9, "the spine lies in the midline"
    for n in LEVELS:
        assert at[f"{n}.skin"][0] < at[f"{n}.spinous"][0] < at[f"{n}.body"][0], n
    step = np.linalg.norm(np.diff(bodies, axis=0), axis=1)
    assert step.max() < 0.036 * body.stature, "no gap between neighbours"


def test_spine_is_inside_rising_and_in_order(character: Character) -> None:
    check_spine(*character)


@settings(max_examples=12, phases=[Phase.explicit, Phase.generate])
@given(
    st.builds(
        BodySpec,
        gender=st.floats(0, 1),
        age=st.floats(0.33, 1),
        muscle=st.floats(0, 1),
        weight=st.floats(0, 1),
        height=st.floats(0.25, 0.6),
        proportions=st.floats(0, 1),
    )
)
@example(BodySpec(gender=0.23, age=0.96, muscle=0.0, weight=0.0, height=0.405, proportions=0.025))  # skin on the sacrum
def test_spine_holds_for_any_shape(spec: BodySpec) -> None:
    body = build_body(spec)
    check_spine(body, place_sites(body))


def test_left_and_right_mirror_each_other(character: Character) -> None:
    at = by_name(character[1])
    for name in KEYPOINTS:
        if name.startswith("left_"):
            other = at["right_" + name[5:]] * (1.0, -1.0, 1.0)
            assert at[name][1] > 0 and np.linalg.norm(at[name] - other) < 0.004, name


def test_surface_points_lie_on_the_skin_and_joints_within(character: Character) -> None:
    body, sites = character
    tissue = dict(zip(sites.names, sites.tissue, strict=True))
    for name in ("nose", "left_big_toe", "right_small_toe", "left_heel", "right_latissimus", "head", "left_eye"):
        assert tissue[name] < 0.002, name
    for name in sites.names:
        if name.endswith(".skin"):
            assert tissue[name] < 0.002, name
    joints = [
        n for n in KEYPOINTS if n.split("_")[-1] in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "clavicle")
    ]
    assert SkinSurface(body).inside(np.stack([by_name(sites)[n] for n in joints])).all()
    assert all(tissue[n] > 0.008 for n in joints if not n.endswith("clavicle"))


def test_a_mans_depths_are_those_of_the_literature(man: Character) -> None:
    at = by_name(man[1])
    depth = {n: 1000 * np.linalg.norm(at[f"{n}.skin"] - at[f"{n}.body"]) for n in LEVELS}
    # SkinSurface to lumbar epidural space 44–54 mm, plus canal 17 and half a body 17: 78–88 mm, give or take 10.
    assert all(68 < depth[n] < 98 for n in ("L2", "L3", "L4"))
    # Thoracic: tissue 9, process and lamina 33, canal 16, half a body 14.
    assert all(50 < depth[n] < 75 for n in ("T3", "T6", "T9"))
    tips = {n: 1000 * np.linalg.norm(at[f"{n}.skin"] - at[f"{n}.spinous"]) for n in LEVELS}
    assert all(5 <= tips[n] <= 18 for n in LEVELS if n[0] in "LT")


def test_heights_agree_with_stature_fractions(man: Character) -> None:
    body, sites = man
    at = by_name(sites)
    assert at["C7.skin"][2] / body.stature == pytest.approx(0.864, abs=0.008)  # ANSUR II cervicale
    assert at["L4.body"][2] / body.stature == pytest.approx(0.604, abs=0.02)  # iliocristale: L4/L5
    assert abs(at["C1.body"][2] - at["left_ear"][2]) < 0.05
    assert abs(at["neck_03"][0] - at["left_ear"][0]) < 0.03


def test_spinous_tips_agree_with_palpation(character: Character) -> None:
    """Ernst 2013: where T4, T7, T10, L1 and L4 lie along the back between C7 and S2; not used for placing."""
    at = by_name(character[1])
    line = np.stack([at[f"{n}.skin"] for n in LEVELS[: LEVELS.index("C7") + 1]])
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    for level, percent in site_rules()["ernst_percent"].items():
        mine = 100 * (1 - along[LEVELS.index(level)] / along[-1])
        assert mine == pytest.approx(percent, abs=5.0), level


def test_more_fat_means_deeper_tips(body_cache) -> None:
    lean, heavy = (build_body(BodySpec(gender=0.0, height=0.37, weight=w, muscle=1.0), body_cache) for w in (0.0, 1.0))

    def tissue(body: RestBody) -> float:
        spine: SpineRest = spine_at_rest(body)
        return float(np.linalg.norm(spine.skin - spine.spinous, axis=1)[:18].mean())

    assert tissue(heavy) > tissue(lean) + 0.002


def test_keypoints_are_their_levels_bodies(mover: Character) -> None:
    at = by_name(mover[1])
    for name, level in SPINE_LEVELS.items():
        assert np.array_equal(at[name], at[f"{level}.body"])


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("neck", "neck"),
        ("spine_03", "trunk"),
        ("left_hip", "left_thigh"),
        ("right_small_toe", "right_foot"),
        ("C4.skin", "neck"),
        ("sacrum.body", "trunk"),
        ("left_ear", "head"),
        ("right_latissimus", "trunk"),
    ],
)
def test_regions(name: str, region: str) -> None:
    assert region_of(name) == region


def test_skin_points_stay_on_the_skin_when_the_body_bends(man: Character) -> None:
    from synthgen.characters.rest_body import blend
    from synthgen.retarget.retarget import retarget
    from tests.retarget.retarget_characters import motion_of

    body, sites = man
    motion = motion_of(1, lumbar_flexion=40.0, thoracic_flexion=15.0, cervical_flexion=20.0, pelvis_tilt=40.0)
    bones = retarget(motion, body, sites).bones[0]
    skin = blend(body.bones, bones, body.vertices, body.skin_indices, body.skin_weights)
    posed_body = RestBody(**{**body.__dict__, "vertices": skin})
    posed = sites.posed(body, bones)
    outline = SkinSurface(posed_body)
    rows = {kind: [sites.names.index(f"{n}.{kind}") for n in LEVELS] for kind in ("body", "spinous", "skin")}
    assert outline.nearest(posed[rows["skin"]])[1].max() < 0.004
    assert outline.inside(posed[rows["body"]]).all() and outline.inside(posed[rows["spinous"]]).all()


def test_bare_rig_gets_sites_at_standard_depths(manny: Character) -> None:
    body, sites = manny
    at = by_name(sites)
    assert at["neck"][0] == pytest.approx(body.bones[body.bone("neck_01"), 0, 3], abs=1e-6)
    assert np.linalg.norm(at["L3.skin"] - at["L3.body"]) == pytest.approx(0.083, abs=0.01)
    assert load_rig("ue5_mannequin").limbs["left", "toes"] == ("ball_l",)
    for name in KEYPOINTS:
        if name.startswith("left_"):
            assert np.allclose(at[name], at["right_" + name[5:]] * (1, -1, 1))
