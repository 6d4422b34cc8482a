"""Texture rasters against geometry known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.meshes.baking import normal_map, rasterise

SQUARE = np.array([[(0.25, 0.25), (0.75, 0.25), (0.75, 0.75)], [(0.25, 0.25), (0.75, 0.75), (0.25, 0.75)]])
FACES = np.array([[0, 1, 2], [0, 2, 3]])


def test_a_square_covers_its_pixels_and_paints_what_its_corners_have():
    raster = rasterise(SQUARE, 64)
    rows, columns = np.nonzero(raster.inside)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (16, 47, 16, 47)
    assert len(raster.face) == 32 * 32
    assert raster.weights.sum(1) == pytest.approx(1) and raster.weights.min() >= -1e-6
    # A value that is linear over the square is met at the middles of pixels.
    place = np.array([(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)])
    painted = raster.paint(FACES, place)
    assert painted == pytest.approx(np.stack([columns + 0.5, rows + 0.5], 1) / 64)
    assert raster.paint(FACES, place[:, 0]) == pytest.approx(painted[:, 0])


def test_pixels_outside_show_the_nearest_one_inside():
    raster = rasterise(SQUARE, 64)
    rows, columns = np.indices((64, 64))
    image = raster.image(np.stack(np.nonzero(raster.inside), 1))
    assert np.array_equal(image, np.stack([np.clip(rows, 16, 47), np.clip(columns, 16, 47)], -1))


def test_triangles_without_area_paint_nothing():
    flat = np.array([[(0.1, 0.1), (0.9, 0.9), (0.5, 0.5)]])
    assert not rasterise(flat, 32).inside.any()


def test_a_slope_leans_its_normals_away():
    height = np.broadcast_to(np.arange(8) * 0.001, (8, 8))  # rises by its pixel's side along x: 45°
    normal = normal_map(height, 0.001).astype(float) / 127.5 - 1
    assert normal == pytest.approx(np.broadcast_to([-np.sqrt(0.5), 0, np.sqrt(0.5)], (8, 8, 3)), abs=0.01)
