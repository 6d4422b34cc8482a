"""The script that compares renderers finds what is planted, and nothing in frames that are equal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scripts.compare_renderers import summary
from scripts.parity.differences import difference, edges
from synthgen.capture.frame import Frame, PersonLabels, PointLabels
from synthgen.core.frames import look_at

CAMERA = look_at(np.array([0.0, 0.0, 1.5]), np.array([2.0, 0.0, 1.2]), 1.0, 64, 48)


def floor_depth() -> np.ndarray:
    """(48, 64) planar depth of the floor z = 0, worked out from the ray of every pixel; inf above the horizon."""
    u, v = np.meshgrid(np.arange(64) + 0.5, np.arange(48) + 0.5)
    rays = np.stack([(u - 32) / CAMERA.focal, (v - 24) / CAMERA.focal, np.ones_like(u)], -1) @ CAMERA.rotation
    with np.errstate(divide="ignore"):
        depth = -1.5 / rays[..., 2]
    return np.where(rays[..., 2] < 0, depth, np.inf).astype(np.float32)


def frame() -> Frame:
    """A person as a square on a floor, 10 cm above it towards the camera."""
    depth, mask = floor_depth(), np.zeros((48, 64), bool)
    mask[20:30, 20:30] = True
    depth[mask] = 1.0
    points = PointLabels(
        names=("nose", "L5.body"),
        world=np.array([[1.0, 0.0, 1.0], [1.0, 0.1, 1.0]]),
        pixels=np.array([[25.0, 25.0, 1.0], [np.nan, np.nan, np.nan]]),
        reasons=("visible", "self:trunk"),
        margin=np.array([0.0, np.nan]),
        flags=np.array([2, 1]),
        sigma=np.array([0.01, 0.01]),
        sigma_sources={},
    )
    person = PersonLabels(1, points, np.zeros((1, 3)), ("root",), mask, np.zeros(24))
    image = np.full((48, 64, 3), 100, np.uint8)
    return Frame(0, 0, CAMERA, image, depth, (person,), "engine")


def changed_points(**changes: object) -> Frame:
    person = frame().people[0]
    return replace(frame(), people=(replace(person, points=replace(person.points, **changes)),))


def test_equal_frames_differ_in_nothing() -> None:
    found = difference(frame(), frame())
    assert (found.labels, found.mask_equal, found.depth_m, found.colour) == ((), 1.0, 0.0, 0.0)
    assert found.flags == 2 and found.depth_share > 0.8
    assert summary([found])["holds"]


def test_a_plane_has_no_edge_however_it_lies() -> None:
    depth = floor_depth()
    floor = np.isfinite(depth)
    assert depth[floor].max() > 9 * depth[floor].min(), "seen almost along itself"
    horizon = np.argmax(floor.any(1))
    found = edges(depth, np.zeros_like(depth, int))
    assert 5 < horizon < 20 and found[horizon - 1 : horizon + 1].all()
    assert not found[: horizon - 2].any() and not found[horizon + 2 :].any()


def test_a_step_of_two_millimetres_is_an_edge() -> None:
    depth = np.full((9, 9), 2.0)
    depth[:, 5:] += 0.002
    found = edges(depth, np.zeros((9, 9), int))
    assert found[:, 4:6].all() and not found[:, :3].any() and not found[:, 7:].any()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"flags": np.array([1, 1])}, "nose is 2 (visible) and 1 (visible)"),
        ({"reasons": ("visible", "person:2")}, "L5.body is 1 (self:trunk) and 1 (person:2)"),
        ({"pixels": np.array([[25.0, 25.0, 1.0], [3.0, 3.0, 1.0]])}, "pixels of L5.body"),
        ({"world": np.array([[1.0, 0.0, 1.000001], [1.0, 0.1, 1.0]])}, "world of nose"),
    ],
)
def test_a_planted_label_is_found(changes: dict[str, object], words: str) -> None:
    found = difference(frame(), changed_points(**changes))
    assert found.labels == (f"person 1: {words}",)
    assert not summary([found])["holds"]


def test_planted_pixels_are_found() -> None:
    person = frame().people[0]
    mask = person.mask.copy()
    mask[20, 20] = False
    found = difference(frame(), replace(frame(), people=(replace(person, mask=mask),)))
    assert found.mask_equal == 1 - 1 / (48 * 64)
    assert not summary([found])["holds"], "one pixel of 3072 is more than 0.01 %"


def test_depth_counts_on_surfaces_and_not_at_edges() -> None:
    base = frame()
    surface, edge = base.depth.copy(), base.depth.copy()
    surface[38:46, 5:13] += 0.002  # its border is an edge, what lies within is none
    edge[20, 20] += 0.5
    assert difference(base, replace(base, depth=surface)).depth_m == pytest.approx(0.002, abs=1e-4)
    assert difference(base, replace(base, depth=edge)).depth_m == 0.0
    assert not summary([difference(base, replace(base, depth=surface))])["holds"]
    hole = base.depth.copy()
    hole[38:46, 5:13] = np.inf
    found = difference(base, replace(base, depth=hole))
    assert found.depth_m == np.inf and not summary([found])["holds"]


def test_colour_is_a_mean_of_absolute_differences() -> None:
    image = frame().image.copy()
    image[::2] += 14
    image[1::2] -= 2
    found = difference(frame(), replace(frame(), image=image))
    assert found.colour == 8.0 and not summary([found])["holds"]
    assert summary([found, *[difference(frame(), frame())] * 3])["holds"], "the mean over all images is 2"
