"""How pictures go on the wire."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image

from synthgen.engine.picture import bmp, mask_colours, png


def test_a_bitmap_is_laid_out_as_the_official_client_reads_it() -> None:
    """The last width × height × 4 bytes are the pixels, the top row first, blue, green, red, alpha."""
    rgba = np.random.default_rng(0).integers(0, 256, (3, 5, 4), dtype=np.uint8)
    data = bmp(rgba)
    assert np.array_equal(np.frombuffer(data[-60:], np.uint8).reshape(3, 5, 4), rgba[..., [2, 1, 0, 3]])
    assert struct.unpack_from("<2sI", data) == (b"BM", len(data)) and struct.unpack_from("<ii", data, 18) == (5, -3)


def test_bitmap_and_png_are_the_same_picture() -> None:
    rgba = np.random.default_rng(1).integers(0, 256, (4, 6, 4), dtype=np.uint8)
    read = [np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) for data in (bmp(rgba), png(rgba))]
    assert np.array_equal(read[0], read[1]) and np.array_equal(read[0], rgba[..., :3])


def test_the_mask_shows_colours_where_there_are_some() -> None:
    owner = np.array([[0, 7, 9], [8, 2_000_000, 6]], np.int32)
    mask = mask_colours(owner, {7: (1, 2, 3), 9: (255, 0, 4)})
    black = [0, 0, 0, 255]
    assert mask.tolist() == [[black, [1, 2, 3, 255], [255, 0, 4, 255]], [black, black, black]]
    assert (mask_colours(owner, {}) == black).all()
