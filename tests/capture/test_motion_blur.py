"""Motion blur through a real engine: pictures smear about the labels, and labels are those of the middle."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from synthgen.capture.capture import capture_shot
from synthgen.capture.frame import Frame
from synthgen.capture.motion_blur import Stroke, bones_after
from synthgen.capture.process import EngineProcess
from synthgen.capture.sensor import mean_light
from synthgen.characters.sites.place import place_sites
from synthgen.core.srgb import linear_from_srgb
from synthgen.retarget.rig_motion import RigMotion
from synthgen.world.shot import CameraSpec, SensorSpec, Shot
from synthgen.world.surroundings import LightSpec, RoomSpec, SkySpec

from .people import STANDING, body_of, motion, person, pose

W, H = 320, 240
SPEED = 3.0
"""Metres per second."""


@pytest.fixture(scope="module")
def engine() -> Iterator[EngineProcess]:
    with EngineProcess() as running:
        yield running


def striding(speed: float = SPEED) -> RigMotion:
    """Somebody who moves stiffly to the left, three frames of it, 30 a second."""
    still = pose(body_of(0.0), STANDING)
    frames = []
    for k in (-1, 0, 1):
        frames.append(still.copy())
        frames[-1][:, 1, 3] += speed * k / 30
    return motion("stride", body_of(0.0), frames)


def taken(engine: EngineProcess, shutter: float, *, there: bool = True, speed: float = SPEED) -> Frame:
    """One picture from in front, in even light; of nobody, unless somebody is ``there``."""
    body = body_of(0.0)
    walker = person(10, "stride", (0.0, 0.0), 0.0).model_copy(update={"frame": 1})
    camera = CameraSpec(position=(6.0, 0.0, 0.95), target=(0.0, 0.0, 0.95), width=W, height=H, hfov=0.7)
    camera = camera.model_copy(update={"sensor": SensorSpec(shutter=shutter)})
    shot = Shot(
        id=1,
        seed=1,
        people=(walker,) if there else (),
        props=(),
        room=RoomSpec(size=(30.0, 60.0, 9.0)),
        lights=(LightSpec(kind="sun", position=(4, 0, 4), shadow=False),),
        sky=SkySpec(),
        cameras=(camera,),
        exposure=1.0,
    )
    return capture_shot(engine, shot, {("stride", "c0"): striding(speed)}, {"c0": body}, {"c0": place_sites(body)})[0]


def middle_of(frame: Frame, empty: Frame) -> np.ndarray:
    """(2,) mean column and row of what is not background, weighted with how much the light differs."""
    away = np.abs(linear_from_srgb(frame.image / 255) - linear_from_srgb(empty.image / 255)).sum(-1)
    away[away < 0.01] = 0
    v, u = np.mgrid[:H, :W]
    return np.array([(away * u).sum(), (away * v).sum()]) / away.sum()


def test_a_moving_person_smears_to_both_sides_of_the_labels(engine: EngineProcess) -> None:
    empty, sharp, blurred = taken(engine, 0, there=False), taken(engine, 0), taken(engine, 1 / 30)
    expected = SPEED / 30 * blurred.camera.focal / 6.0  # pixels, by similar triangles
    assert blurred.blur == pytest.approx(expected, rel=0.1) and sharp.blur == 0
    assert blurred.exposure == 1 / 30 and sharp.exposure == 0
    assert (blurred.image != sharp.image).any(-1).sum() > 500
    assert np.abs(middle_of(blurred, empty) - middle_of(sharp, empty))[0] < 0.1


def test_labels_masks_and_depth_are_those_of_the_middle(engine: EngineProcess) -> None:
    sharp, blurred = taken(engine, 0), taken(engine, 1 / 30)
    assert (blurred.depth == sharp.depth).all()
    one, other = sharp.people[0], blurred.people[0]
    assert (one.mask == other.mask).all() and (one.bones == other.bones).all()
    assert np.array_equal(one.points.pixels, other.points.pixels, equal_nan=True) and list(one.points.flags) == list(
        other.points.flags
    )


def test_who_hardly_moves_is_taken_at_once(engine: EngineProcess) -> None:
    sharp, slow = taken(engine, 0, speed=0.3), taken(engine, 1 / 30, speed=0.3)
    assert 0 < slow.blur <= 1.0 and (slow.image == sharp.image).all()


@pytest.mark.parametrize(("extent", "pictures"), [(0.0, 1), (1.0, 1), (1.5, 3), (5.9, 3), (7.0, 5), (200.0, 9)])
def test_steps_are_even_and_lie_alike_before_and_after(extent: float, pictures: int) -> None:
    offsets = Stroke(0.01, extent, ()).offsets
    assert len(offsets) + 1 == pictures
    assert sum(offsets) == pytest.approx(0) and all(abs(t) < 0.005 for t in offsets)
    if offsets:
        np.testing.assert_allclose(np.diff(sorted([*offsets, 0.0])), 0.01 / pictures)


def test_bones_go_on_as_they_move(engine: EngineProcess) -> None:
    class Actor:
        motion, row = striding(), 1

    now, later = striding().bones[1], bones_after(Actor(), 0.01)  # type: ignore[arg-type]
    np.testing.assert_allclose(later[:, :3, 3] - now[:, :3, 3], np.broadcast_to([0, 0.01 * SPEED, 0], (len(now), 3)))
    np.testing.assert_allclose(later[:, :3, :3], now[:, :3, :3], atol=1e-9)


def test_light_is_averaged_not_what_the_eye_sees() -> None:
    black, white = np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8)
    mixed = mean_light([black, white])
    assert linear_from_srgb(mixed / 255) == pytest.approx(0.5, abs=0.004)
    assert mixed[0, 0, 0] > 180  # half the light is lighter than middle grey
