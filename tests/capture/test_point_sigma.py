"""A label's uncertainty is the root of its sources' squares, each known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.capture.point_sigma import SOURCES, sigma_sources, total
from synthgen.characters.site_set import SiteSet
from synthgen.characters.sites.place import place_sites
from synthgen.core.skeleton import VERTEBRAE

from .people import body_of


@pytest.fixture(scope="module")
def sites() -> SiteSet:
    return place_sites(body_of(0.0))


def sources(sites: SiteSet, **changes: object) -> dict[str, np.ndarray]:
    given: dict = {
        "vertebra_sigma": np.full(len(VERTEBRAE), 0.003),
        "joint_sigma": {"left_knee": 0.004, "head_centre": 0.002, "sacrum": 0.006},
        "residual_mm": np.zeros(len(VERTEBRAE)),
        "cover": np.zeros(len(sites.names)),
    }
    return sigma_sources(sites, **{**given, **changes})


def of(sites: SiteSet, values: np.ndarray, name: str) -> float:
    return float(values[sites.names.index(name)])


def test_each_point_takes_what_the_fit_says_of_its_own_vertebra_or_joint(sites: SiteSet) -> None:
    sigma = np.full(len(VERTEBRAE), 0.003)
    sigma[VERTEBRAE.index("L3")] = 0.0125  # a clip whose fit says so of L3
    fit = sources(sites, vertebra_sigma=sigma)["fit"]
    for name in ("spine_02", "L3.body", "L3.spinous", "L3.skin"):
        assert of(sites, fit, name) == 0.0125
    assert of(sites, fit, "spine_01") == of(sites, fit, "left_latissimus") == 0.003
    assert of(sites, fit, "left_knee") == 0.004
    assert of(sites, fit, "nose") == of(sites, fit, "right_ear") == of(sites, fit, "head") == 0.002
    assert of(sites, fit, "hip") == of(sites, fit, "sacrum.body") == 0.006
    assert of(sites, fit, "right_knee") == 0.005, "nothing is told of it: a joint centre as it usually is"


def test_a_lumbar_label_of_an_uncertain_fit_is_uncertain(sites: SiteSet) -> None:
    """A fit of 12.5 mm used to be labelled with the anatomy's 9 mm alone."""
    found = total(sources(sites, vertebra_sigma=np.full(len(VERTEBRAE), 0.0125)))
    assert of(sites, found, "spine_02") > 0.0125
    anatomy = of(sites, sites.sigma, "spine_02")
    assert of(sites, found, "spine_02") == pytest.approx(np.hypot(anatomy, 0.0125), rel=0.05)


def test_residual_is_told_for_one_axis_of_three(sites: SiteSet) -> None:
    residual = np.zeros(len(VERTEBRAE))
    residual[VERTEBRAE.index("T8")] = 6.0
    retarget = sources(sites, residual_mm=residual)["retarget"]
    assert of(sites, retarget, "T8.body") == pytest.approx(0.006 / np.sqrt(3))
    assert of(sites, retarget, "T9.body") == of(sites, retarget, "left_knee") == 0


def test_cloth_adds_a_uniform_gap_along_one_axis(sites: SiteSet) -> None:
    cover = np.zeros(len(sites.names))
    cover[sites.names.index("T8.skin")] = 0.03
    found = sources(sites, cover=cover)["cover"]
    assert of(sites, found, "T8.skin") == pytest.approx(0.03 / np.sqrt(12) / np.sqrt(3), rel=1e-3)
    assert (found > 0).sum() == 1


def test_skin_slides_and_bones_do_not(sites: SiteSet) -> None:
    tissue = sources(sites)["tissue"]
    assert of(sites, tissue, "T8.skin") > of(sites, tissue, "T8.spinous") > 0
    assert of(sites, tissue, "left_wrist") == 0


def test_the_whole_is_the_root_of_the_squares(sites: SiteSet) -> None:
    found = sources(sites, residual_mm=np.full(len(VERTEBRAE), 3.0), cover=np.full(len(sites.names), 0.01))
    assert tuple(found) == SOURCES
    assert total(found) == pytest.approx(np.sqrt(sum(v**2 for v in found.values())))
    assert (total(found) >= sites.sigma).all()
