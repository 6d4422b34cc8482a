"""Reflection: energy, reciprocity, limits; and tables against the functions that they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.engine.cpu.brdf import (
    environment_terms,
    fresnel,
    mirrored,
    scattered,
    sheen,
    sheen_all_round,
    specular,
)
from synthgen.engine.cpu.picture import drawn
from synthgen.meshes.mesh import Material

from .drawing import camera, lamps, looks, sky, surfaces

share = st.floats(0.0, 1.0)
cosine = st.floats(0.01, 1.0)
roughness = st.floats(0.0525, 1.0)


@given(roughness, cosine, cosine, share)
def test_gloss_is_the_same_both_ways(rough, n_l, n_v, n_h):
    a, b = specular(rough**2, n_l, n_v, n_h), specular(rough**2, n_v, n_l, n_h)
    assert a == pytest.approx(b, rel=1e-12) and a >= 0
    assert sheen(n_l, n_v, n_h) == pytest.approx(sheen(n_v, n_l, n_h), rel=1e-12)


@given(share, share)
def test_fresnel_between_its_limits(straight, v_h):
    assert fresnel(straight, 1.0) == pytest.approx(straight)
    assert fresnel(straight, 0.0) == pytest.approx(1.0)
    assert straight - 1e-12 <= fresnel(straight, v_h) <= 1 + 1e-12
    assert fresnel(straight, v_h) == pytest.approx(straight + (1 - straight) * (1 - v_h) ** 5)
    assert mirrored(0.0, straight) == 0.04 and mirrored(1.0, straight) == pytest.approx(straight)


def reflected(rough: float, n_v: float, count: int = 120) -> float:
    """Share of the light of a white surrounding that gloss alone sends to a viewer: an integral over half vectors.

    Walter et al. 2007: d(omega_l) = 4 (v·h) d(omega_h); half vectors are spread as the distribution itself is, so
    that a narrow lobe is met as well as a wide one.
    """
    a2 = rough**4
    x, turn = np.meshgrid((np.arange(count) + 0.5) / count, (np.arange(count) + 0.5) / count * 2 * np.pi)
    n_h = np.sqrt((1 - x) / (1 + (a2 - 1) * x))
    s = np.sqrt(1 - n_h**2)
    v = np.array([np.sqrt(1 - n_v**2), 0, n_v])
    v_h = v[0] * s * np.cos(turn) + v[2] * n_h
    n_l = 2 * v_h * n_h - n_v
    density = a2 / (np.pi * (n_h**2 * (a2 - 1) + 1) ** 2) * n_h  # of half vectors
    total = 0.0
    for h, w, light, d in zip(n_h.ravel(), v_h.ravel(), n_l.ravel(), density.ravel(), strict=True):
        if w > 0 and light > 0:
            total += specular(rough**2, min(light, 1.0), n_v, h) * light * 4 * w / d
    return total / count**2


@pytest.mark.parametrize("rough", [0.0525, 0.2, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("n_v", [0.1, 0.5, 1.0])
def test_gloss_sends_back_no_more_than_it_gets(rough, n_v):
    back = reflected(rough, n_v)
    assert back <= 1.005
    if rough < 0.1:  # nothing is lost between the facets of a smooth mirror
        assert back == pytest.approx(1.0, abs=0.005)


@pytest.mark.parametrize(("rough", "within"), [(0.0525, 0.04), (0.2, 0.11), (0.5, 0.17), (0.8, 0.08), (1.0, 0.05)])
def test_the_environments_terms_fit_what_gloss_sends_back(rough, within):
    """Karis' fit is of this integral, for a reflectance of one; over all viewers it is right to so much."""
    seen = (np.arange(6) + 0.5) / 6
    mean = sum(2 * n_v * reflected(rough, n_v, 60) for n_v in seen) / 6
    fit = sum(2 * n_v * sum(environment_terms(rough, n_v)) for n_v in seen) / 6
    assert fit == pytest.approx(mean, abs=within)


@given(roughness, share, share)
def test_the_environment_gets_back_no_more_than_it_gives(rough, n_v, straight):
    scale, bias = environment_terms(rough, n_v)
    once, more = scattered(straight, scale, bias)
    assert -0.01 <= once <= 1.001 and more >= -0.001
    assert once + more <= 1.001
    assert sum(scattered(1.0, scale, bias)) == pytest.approx(1.0, abs=1e-9)  # a white metal loses nothing


@given(share, st.one_of(st.sampled_from([0.0, 1.0]), share), share)
def test_white_in_an_even_white_surrounding_is_white(rough, metallic, tilt):
    """The white furnace: as much light comes from a surface as from the sky behind it.

    Less from what is a metal in part only: glTF lets no light that enters the metal's share come out again.
    """
    quad = np.array([(-9, -9, 3.0), (9, -9, 3), (9, 9, 3), (-9, 9, 3)])
    normal = np.array([np.sin(tilt), 0, -np.cos(tilt)])
    of = surfaces(quad, np.array([(0, 2, 1), (0, 3, 2)]), normal)
    how = looks(Material((1, 1, 1), roughness=rough, metallic=metallic, double_sided=True))
    grey = sky((120, 120, 120))
    with_it = drawn(camera(), 1.0, of, how, grey, lamps(), False)
    without = drawn(camera(), 1.0, of._replace(faces=of.faces[:0], part=of.part[:0]), how, grey, lamps(), False)
    assert (with_it.owner == 1).all() and (without.owner == 0).all()
    more = with_it.colour.astype(int) - without.colour
    assert more.max() <= 1
    assert more.min() >= -1 or 0.0 < metallic < 1.0


@given(share)
def test_tables_stand_for_their_functions(at):
    squared_sine = max(at, 2.0**-7)
    alpha = 0.36
    charlie = (2 + 1 / alpha) * squared_sine ** (0.5 / alpha) / (2 * np.pi)
    n_h = float(np.sqrt(1 - at))
    assert sheen(1.0, 1.0, n_h) == pytest.approx(charlie / 4, abs=2e-5)
    assert sheen_all_round(at) == pytest.approx((np.exp(-4.4228 * at - 0.5328) + 0.035) / np.pi, abs=2e-5)
    a = min((1 - 0.3) ** 2, 2 ** (-9.28 * at)) * (1 - 0.3) + 0.0425 - 0.0275 * 0.3
    assert environment_terms(0.3, at) == pytest.approx(
        (1.04 - 0.572 * 0.3 - 1.04 * a, 1.04 * a + 0.0066 - 0.04), abs=1e-4
    )


@given(cosine)
def test_cloth_shimmers_more_at_its_edge(n_v):
    assert sheen_all_round(0.0) >= sheen_all_round(n_v) >= sheen_all_round(1.0) > 0
