"""Reading images, their coarser levels, and the pool that keeps them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.engine.cpu.images import ImagePool, fill_levels, level_shapes
from synthgen.engine.cpu.textures import bilinear, sample


def image(seed: int, height: int = 8, width: int = 8, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)


def image_levels(pixels: np.ndarray) -> list[np.ndarray]:
    shapes = level_shapes(pixels)
    out = np.zeros((sum(h * w for h, w in shapes), 3), np.uint8)
    fill_levels(pixels, out, shapes)
    ends = np.cumsum([h * w for h, w in shapes])
    return [out[end - h * w : end].reshape(h, w, 3) for end, (h, w) in zip(ends, shapes, strict=True)]


def size_of(levels: list[np.ndarray]) -> int:
    return sum(level.shape[0] * level.shape[1] for level in levels)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(-3, 3), st.integers(-3, 3), st.integers(0, 5))
def test_the_middle_of_a_texel_is_the_texel_however_often_the_image_repeats(height, width, over_u, over_v, begin):
    pixels = image(1, height, width)
    texels = np.concatenate([image(2, 1, 5).reshape(-1, 3)[:begin], pixels.reshape(-1, 3)])
    for y in range(height):
        for x in range(width):
            u, v = (x + 0.5) / width + over_u, (y + 0.5) / height + over_v
            got = bilinear(texels, begin, width, height, u, v)
            assert got == pytest.approx(pixels[y, x].astype(float), abs=1e-9)


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_between_texels_it_is_linear_across_the_seam_too(u, v):
    pixels = image(3, 4, 6).astype(float)
    x, y = u * 6 - 0.5, v * 4 - 0.5
    left, top = int(np.floor(x)), int(np.floor(y))
    fx, fy = x - left, y - top
    a, b, c, d = (pixels[(top + j) % 4, (left + i) % 6] for j in (0, 1) for i in (0, 1))
    expected = (1 - fy) * ((1 - fx) * a + fx * b) + fy * ((1 - fx) * c + fx * d)
    got = bilinear(pixels.astype(np.uint8).reshape(-1, 3), 0, 6, 4, u, v)
    assert got == pytest.approx(expected, abs=1e-7)


@given(st.sampled_from([1, 2, 8, 32]), st.integers(0, 9))
def test_coarser_levels_keep_the_mean(size, seed):
    pixels = image(seed, size, size)
    levels = image_levels(pixels)
    assert [len(level) for level in levels] == [size >> n for n in range(len(levels))]
    assert levels[-1].shape == (1, 1, 3)
    for n, level in enumerate(levels):  # every halving rounds by half a step at most
        assert np.abs(level.mean((0, 1)) - pixels.mean((0, 1))).max() <= 0.5 * n


def test_a_level_is_the_mean_of_two_by_two_and_odd_ends_are_left_out():
    pixels = image(4, 5, 3)
    levels = image_levels(pixels)
    assert [level.shape[:2] for level in levels] == [(5, 3), (2, 1), (1, 1)]
    expected = (pixels[:4, :2].astype(int).reshape(2, 2, 1, 2, 3).sum((1, 3)) + 2) // 4
    assert (levels[1] == expected).all()
    assert [level.shape[:2] for level in image_levels(image(5, 1, 4))] == [(1, 4), (1, 2), (1, 1)]


def test_alpha_is_left_out():
    pixels = image(6, 4, 4, channels=4)
    assert (image_levels(pixels)[0] == pixels[..., :3]).all()


def read(pixels: np.ndarray, u: float, v: float, footprint: float) -> np.ndarray:
    rows, texels = ImagePool().rows([pixels])
    return 255 * np.array(sample(texels, rows[0], u, v, footprint))


@pytest.mark.parametrize("level", range(6))
def test_a_footprint_of_so_many_texels_reads_the_level_of_that_size(level):
    pixels = image(7, 32, 32)
    levels = image_levels(pixels)
    n = len(levels[level])
    for x, y in ((0, 0), (n // 2, n - 1)):
        got = read(pixels, (x + 0.5) / n, (y + 0.5) / n, 2.0**level / 32)
        assert got == pytest.approx(levels[level][y, x].astype(float), abs=1e-6)


def test_between_two_levels_it_is_their_mixture():
    pixels = image(8, 16, 16)
    fine, coarse = (read(pixels, 0.3, 0.7, share / 16) for share in (2.0, 4.0))
    assert read(pixels, 0.3, 0.7, 3.0 / 16) == pytest.approx((fine + coarse) / 2, abs=1e-6)
    assert read(pixels, 0.3, 0.7, 0.0) == pytest.approx(read(pixels, 0.3, 0.7, 0.9 / 16))
    whole = image_levels(pixels)[-1][0, 0].astype(float)
    for huge in (1.0, 7.0, 1e9):
        assert read(pixels, 0.3, 0.7, huge) == pytest.approx(whole, abs=1e-6)


def stored(row: np.ndarray, texels: np.ndarray) -> np.ndarray:
    begin, width, height, _ = row
    return texels[begin : begin + width * height].reshape(height, width, 3)


def test_the_pool_grows_and_what_was_in_it_stays_where_it_was():
    pool = ImagePool(most=300_000)
    pictures = [image(n, 64, 48) for n in range(40)]
    first_rows, first_texels = pool.rows(pictures[:1])
    before = stored(first_rows[0], first_texels).copy()
    rows, texels = pool.rows(pictures)
    assert (rows[0] == first_rows[0]).all() and (stored(rows[0], texels) == before).all()
    assert len(texels) > len(first_texels)
    assert (stored(first_rows[0], first_texels) == before).all()  # an older picture's array is not touched
    for row, pixels in zip(rows, pictures, strict=True):
        assert (stored(row, texels) == pixels).all() and row[3] == len(image_levels(pixels))


def test_an_image_is_known_by_identity():
    pool, one = ImagePool(), image(1)
    same = one.copy()
    rows, _ = pool.rows([one, same, one])
    assert (rows[0] == rows[2]).all() and rows[0][0] != rows[1][0]
    assert (pool.rows([one])[0][0] == rows[0]).all()
    assert pool.rows([])[0].shape == (0, 4)


@given(st.lists(st.lists(st.integers(0, 29), min_size=1, max_size=4), min_size=1, max_size=40))
def test_a_pool_that_forgets_still_gives_everyone_their_image(pictures):
    """Room for about ten of thirty images: rows are right after every forgetting, and memory stays bounded."""
    each = 3 * size_of(image_levels(image(0, 16, 16)))
    pool = ImagePool(most=10 * each)
    all_images = [image(n, 16, 16) for n in range(30)]
    for wanted in pictures:
        rows, texels = pool.rows([all_images[n] for n in wanted])
        for n, row in zip(wanted, rows, strict=True):
            assert (stored(row, texels) == all_images[n]).all()
            coarsest = row[0] + size_of(image_levels(all_images[n])) - 1
            assert (texels[coarsest] == image_levels(all_images[n])[-1][0, 0]).all()
        assert 3 * pool._used <= (10 + 4) * each


def test_what_a_forgetting_pool_holds_does_not_grow():
    pool = ImagePool(most=2**20)
    for n in range(60):
        _, texels = pool.rows([image(n, 256, 256), image(n + 1000, 64, 64)])
        assert texels.nbytes <= 2 * 2**20
        assert sum(kept.nbytes for kept, _ in pool._known.values()) <= texels.nbytes
