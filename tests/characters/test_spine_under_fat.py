"""Vertebrae of thin and heavy bodies: inside the body, as deep under the skin as measured, where their bones are."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.characters.body import build_body
from synthgen.characters.rest_body import RestBody
from synthgen.characters.sites.place import place_sites, spine_at_rest
from synthgen.characters.sites.spine_rest import LEVELS, SpineRest
from synthgen.characters.skin_surface import SkinSurface
from synthgen.characters.specs import BodySpec

INDEX = (16.0, 19.0, 22.0, 26.0, 30.0, 34.0, 38.0, 42.0)
LUMBAR = [LEVELS.index(n) for n in ("L4", "L3", "L2")]
THORACIC = [LEVELS.index(n) for n in ("T9", "T7", "T5", "T3")]


@pytest.fixture(scope="module", params=[(0.1, 1.76), (0.9, 1.62)], ids=["man", "woman"])
def bodies(request: pytest.FixtureRequest) -> list[RestBody]:
    gender, stature = request.param
    return [build_body(BodySpec(gender=gender, age=0.8, stature=stature, bmi=bmi)) for bmi in INDEX]


def over_tips(spine: SpineRest, levels: list[int]) -> float:
    return float(1000 * np.linalg.norm(spine.skin - spine.spinous, axis=1)[levels].mean())


def test_tissue_grows_as_measured(bodies: list[RestBody]) -> None:
    """Skin to epidural space grows by 0.98 (Ravi 2011) to 1.2 mm (Lee 2004) for each kg/m², lower thoracic by 0.84."""
    spines = [spine_at_rest(body) for body in bodies]
    lumbar = [over_tips(spine, LUMBAR) for spine in spines]
    thoracic = [over_tips(spine, THORACIC) for spine in spines]
    assert (np.diff(lumbar[1:]) > 0).all()
    assert (np.diff(thoracic) > 0).all()
    heavy = slice(INDEX.index(22.0), None)
    assert 0.9 < np.polyfit(INDEX[heavy], lumbar[heavy], 1)[0] < 1.3
    assert 0.6 < np.polyfit(INDEX[heavy], thoracic[heavy], 1)[0] < 1.0
    assert min(*lumbar, *thoracic) > 2.0


def test_epidural_depths_agree_with_sources(bodies: list[RestBody]) -> None:
    """Not used for placing: Ravi 2011, skin to epidural space = 17.8 + 0.978 BMI mm, men and women from 18 to 40.

    The epidural space lies 30 mm in front of a lumbar spinous tip (``opensim_models/body.yaml``: process and lamina).
    """
    for bmi, body in zip(INDEX, bodies, strict=True):
        if bmi >= 22:
            assert over_tips(spine_at_rest(body), LUMBAR) + 30 == pytest.approx(17.8 + 0.978 * bmi, abs=9)


def test_vertebrae_stay_where_the_bones_are(bodies: list[RestBody]) -> None:
    """Seen from the hip joints no vertebra moves by more than 15 mm from BMI 22 to 42, and hips stay as wide."""

    def seen_from_hips(body: RestBody) -> np.ndarray:
        hips = (body.bones[body.bone("upperleg01.L"), :3, 3] + body.bones[body.bone("upperleg01.R"), :3, 3]) / 2
        out: np.ndarray = spine_at_rest(body).body - hips
        return out

    lean, *others = (seen_from_hips(body) for body in bodies[INDEX.index(22.0) :])
    for other in others:
        assert np.linalg.norm(other - lean, axis=1).max() < 0.015
    hips = [place_sites(body) for body in (bodies[2], bodies[-1])]
    wide = [s.rest[s.names.index("left_hip"), 1] - s.rest[s.names.index("right_hip"), 1] for s in hips]
    assert wide[1] == pytest.approx(wide[0], abs=0.002)


def test_vertebrae_of_all_kinds_of_people_are_inside_them() -> None:
    rng = np.random.default_rng(5)
    for k in range(40):
        woman, child = bool(k % 2), k % 5 == 0
        spec = BodySpec(
            gender=float(rng.uniform(0.8, 1.0) if woman else rng.uniform(0.0, 0.2)),
            age=float(rng.uniform(0.3, 0.45) if child else rng.uniform(0.77, 0.95)),
            muscle=float(rng.uniform(0.35, 0.75)),
            proportions=float(rng.uniform(0.3, 0.7)),
            belly=float(rng.random()),
            stature=float(rng.uniform(1.1, 1.4) if child else rng.uniform(1.5, 1.7) + 0.12 * (not woman)),
            bmi=float(rng.uniform(14, 26) if child else 16 + 26 * k / 39),
        )
        body = build_body(spec)
        spine, skin = spine_at_rest(body), SkinSurface(body)
        assert skin.inside(np.concatenate([spine.body, spine.joints])).all(), spec
        assert (spine.spinous[:-2, 0] > spine.skin[:-2, 0]).all(), spec
        below_throat = spine.body[: LEVELS.index("C4")]  # from C4 upwards the throat's wall is near, in front
        assert skin.nearest(below_throat)[1].min() > 0.02 * body.stature / 1.75, spec
        assert (np.diff(spine.body[:, 2]) > 0).all(), spec
