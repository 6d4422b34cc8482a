"""Lens and sensor: pictures bend as points do, noise and blur are what they are said to be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthgen.capture.lens import Bend, through_pinhole, with_lens
from synthgen.capture.sensor import exposed
from synthgen.core.frames import Camera, look_at
from synthgen.core.srgb import linear_from_srgb
from synthgen.world.shot import SensorSpec

BARREL, PINCUSHION = (-0.25, 0.05, 0.0, 0.0, 0.0), (0.12, 0.0, 0.0, 0.0, 0.0)
ASKEW = (-0.2, 0.0, 0.004, -0.003, 0.0)


def camera(distortion: tuple[float, ...]) -> Camera:
    return replace(look_at(np.zeros(3), np.array([1.0, 0.0, 0.0]), 1.1, 640, 480), distortion=distortion)


def dots(seen: Camera, rays: np.ndarray) -> np.ndarray:
    """(h, w, 3) bright discs of 3 pixels' radius around the pinhole's projections of rays (N, 2)."""
    v, u = np.mgrid[: seen.height, : seen.width] + 0.5
    at = rays * seen.focal + (seen.width / 2, seen.height / 2)
    away = np.hypot(u[..., None] - at[:, 0], v[..., None] - at[:, 1]).min(-1)
    return np.repeat((255 * np.clip(3.5 - away, 0, 1)).astype(np.uint8)[..., None], 3, 2)


@pytest.mark.parametrize("distortion", [BARREL, PINCUSHION, ASKEW])
def test_dots_land_where_points_are_projected(distortion: tuple[float, ...]) -> None:
    wanted = camera(distortion)
    pinhole = through_pinhole(wanted)
    x, y = np.meshgrid((-0.5, -0.2, 0.0, 0.35), (-0.35, 0.0, 0.3))
    rays = np.stack([x.ravel(), y.ravel()], -1)
    picture = Bend.of(pinhole, wanted).smooth(dots(pinhole, rays))[..., 0].astype(float)
    points = np.column_stack([rays, np.ones(len(rays))]) @ wanted.rotation * 3.0
    v, u = np.mgrid[:480, :640] + 0.5
    for at in wanted.project(points)[:, :2]:
        near = picture * (np.hypot(u - at[0], v - at[1]) < 9)
        found = np.array([(near * u).sum(), (near * v).sum()]) / near.sum()
        assert np.hypot(*(found - at)) < 0.1, at


@pytest.mark.parametrize("distortion", [BARREL, PINCUSHION, ASKEW])
def test_the_pinhole_shows_all_that_the_lens_does(distortion: tuple[float, ...]) -> None:
    wanted = camera(distortion)
    pinhole = through_pinhole(wanted)
    assert pinhole.focal == wanted.focal and not pinhole.distortion
    corners = wanted.normalised(np.array([[0.0, 0], [640, 0], [0, 480], [640, 480], [320, 0], [0, 240]]))
    inside = corners * pinhole.focal + (pinhole.width / 2, pinhole.height / 2)
    assert (inside >= 0).all() and (inside <= (pinhole.width, pinhole.height)).all()
    behind = with_lens(pinhole, wanted)
    assert (behind.width, behind.height, behind.distortion) == (640, 480, distortion)


def test_without_a_lens_nothing_is_drawn_otherwise() -> None:
    plain = camera(())
    assert through_pinhole(plain) is plain and with_lens(plain, plain) is plain


def test_masks_keep_their_numbers() -> None:
    wanted = camera(BARREL)
    pinhole = through_pinhole(wanted)
    ids = np.where(np.arange(pinhole.width) < pinhole.width // 2, 3, -1) + np.zeros((pinhole.height, 1), int)
    bent = Bend.of(pinhole, wanted).nearest(ids)
    assert set(np.unique(bent)) == {-1, 3} and (bent[:, 100] == 3).all() and (bent[:, 600] == -1).all()


GREY = np.full((200, 300, 3), 120, np.uint8)
FAR = np.full((200, 300), np.inf, np.float32)


def test_a_perfect_sensor_takes_the_picture_as_it_is() -> None:
    assert exposed(GREY, FAR, SensorSpec()) is GREY
    assert exposed(GREY, FAR, SensorSpec(focus=2.0, seed=9, quality=80)) is GREY


@pytest.mark.parametrize("level", [60, 120, 220])
def test_the_variance_of_noise_grows_with_light(level: int) -> None:
    spec = SensorSpec(shot_noise=4e-4, read_noise=0.004, seed=3)
    noisy = linear_from_srgb(exposed(np.full_like(GREY, level), FAR, spec) / 255)
    light = float(linear_from_srgb(np.array(level / 255)))
    assert noisy.mean() == pytest.approx(light, rel=0.01)
    assert noisy.var() == pytest.approx(4e-4 * light + 0.004**2, rel=0.06)
    assert abs(np.corrcoef(noisy[..., 0].ravel(), noisy[..., 1].ravel())[0, 1]) < 0.02


def test_noise_is_the_same_for_the_same_seed_only() -> None:
    spec = SensorSpec(shot_noise=4e-4, seed=3)
    once, again, other = (exposed(GREY, FAR, s) for s in (spec, spec, spec.model_copy(update={"seed": 4})))
    assert (once == again).all() and (once != other).any()


def test_white_balance_is_a_factor_on_light() -> None:
    out = exposed(GREY, FAR, SensorSpec(gains=(1.5, 1.0, 0.5)))[0, 0]
    light = linear_from_srgb(np.array([120, 120, 120]) / 255) * (1.5, 1.0, 0.5)
    np.testing.assert_allclose(linear_from_srgb(out / 255), light, atol=0.003)
    assert (exposed(np.full_like(GREY, 240), FAR, SensorSpec(gains=(3.0, 1.0, 1.0)))[..., 0] == 255).all()


def test_corners_get_darker() -> None:
    light = linear_from_srgb(exposed(GREY, FAR, SensorSpec(vignette=0.4))[..., 0] / 255)
    grey = float(linear_from_srgb(np.array(120 / 255)))
    assert light[100, 150] == pytest.approx(grey, rel=0.02) and light[0, 0] == pytest.approx(0.6 * grey, rel=0.03)


def test_blur_grows_with_the_distance_from_the_focus() -> None:
    edge = np.where(np.arange(300) < 150, 40, 200).astype(np.uint8)[None, :, None] + np.zeros_like(GREY)

    def width(metres: float) -> float:
        row = exposed(edge, np.full_like(FAR, metres), SensorSpec(aperture=6.0, focus=3.0))[100, :, 0].astype(float)
        return float(((row > 50) & (row < 190)).sum())

    sharp, near, far, farther = (width(z) for z in (3.0, 1.5, 5.0, 1e3))
    assert sharp <= 1 and near > far > sharp and farther > far
