"""Pictures that a user names: photographs, panoramas and environments, read within limits and as they were meant.

OpenCV reads them (JPEG, PNG, WebP, TIFF, BMP, Radiance .hdr) and turns photographs as their EXIF says; OpenEXR reads
.exr where it is installed (the extra ``environments``). Pillow reads headers, so that nothing too large is unpacked.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.userfiles.content import read_bytes

PLAIN = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp")
"""Endings of pictures of eight bits."""
LIGHT = (".hdr", ".exr")
"""Endings of pictures that hold light."""

LONGEST, SHORTEST = 16_384, 64
"""Pixels along a side, at most and at least."""
_PIXELS = 2**27
"""Pixels of a whole picture, at most: 1.6 GB as numbers of four bytes."""
_BYTES = 2**30

HFOV = math.radians(65.0)
"""Field of view of a photograph whose file says nothing of it: a telephone's main camera."""


@dataclass(frozen=True)
class UserPicture:
    """A picture.

    Attributes:
        pixels: (H, W, 3) red, green and blue: uint8 sRGB, or float32 linear light of any unit.
        panorama: True where it covers all directions (twice as wide as high).
        hfov: horizontal angle that it covers, radians; 2π for a panorama.
    """

    pixels: np.ndarray
    panorama: bool
    hfov: float


def picture_files(path: Path, endings: tuple[str, ...], kind: str) -> tuple[Path, ...]:
    """The pictures of a folder, by name, or the one file.

    Raises:
        InputError: there is no such folder or file, or the folder holds none.
    """
    if path.is_dir():
        found = tuple(sorted(p for p in path.iterdir() if p.suffix.lower() in endings and p.is_file()))
        if not found:
            raise InputError(
                f"this folder holds no {kind}", where=str(path), expected=f"files that end in {_or(endings)}"
            )
        return found
    if not path.is_file():
        raise InputError(
            f"there is no such {kind}", where=str(path), expected="a folder or a file", remedy="check the path"
        )
    if path.suffix.lower() not in endings:
        raise InputError(f"this is no {kind}", where=str(path), expected=f"a file that ends in {_or(endings)}")
    return (path,)


def read_picture(path: Path, halve: int = 0) -> UserPicture:
    """Reads a picture.

    Args:
        path: the file.
        halve: how often its sides may be halved on the way, which photographs do quickly: 0 … 3.

    Raises:
        InputError: it cannot be read, is too large or too small, or holds what is no light.
    """
    data, ending = read_bytes(path, "picture", _BYTES), path.suffix.lower()
    width, height = _measured(data, ending, path)
    if max(width, height) > LONGEST or width * height > _PIXELS or min(width, height) < SHORTEST:
        raise InputError(
            "a picture of this size cannot be used",
            where=str(path),
            expected=f"sides of {SHORTEST} … {LONGEST} pixels and at most {_PIXELS // 10**6} megapixels",
            got=f"{width} × {height}",
            remedy="scale it down" if min(width, height) >= SHORTEST else "take a larger one",
        )
    pixels = _exr(data, path) if ending == ".exr" else _opencv(data, ending, halve, path)
    if pixels.dtype != np.uint8:
        _check_light(pixels, path)
    # Where a photograph is turned by its EXIF, sides are exchanged: what was read counts.
    high, wide = pixels.shape[:2]
    panorama = abs(wide / high - 2.0) < 0.02
    hfov = 2 * math.pi if panorama else _hfov(data, ending, turned=(wide > high) != (width > height))
    return UserPicture(pixels, panorama, hfov)


def _measured(data: bytes, ending: str, path: Path) -> tuple[int, int]:
    """Width and height from the header."""
    try:
        if ending == ".hdr":
            found = re.search(rb"\n[-+]([XY]) (\d+) [-+][XY] (\d+)\n", data[:8192])
            if not data.startswith(b"#?") or found is None:
                raise ValueError("it has no Radiance header")
            first, second = int(found[2]), int(found[3])
            return (second, first) if found[1] == b"Y" else (first, second)
        if ending == ".exr":
            box = _exr_file(data).header()["dataWindow"]
            return int(box[1][0] - box[0][0]) + 1, int(box[1][1] - box[0][1]) + 1
        from PIL import Image

        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except InputError:
        raise
    except Exception as error:  # whatever the libraries raise on bytes that are no picture
        raise _damaged(path, error) from None


def _opencv(data: bytes, ending: str, halve: int, path: Path) -> np.ndarray:
    import cv2

    reduced = (cv2.IMREAD_COLOR, cv2.IMREAD_REDUCED_COLOR_2, cv2.IMREAD_REDUCED_COLOR_4, cv2.IMREAD_REDUCED_COLOR_8)
    if ending not in (*LIGHT, ".jpg", ".jpeg"):
        _check_whole(data, path)
    flag = cv2.IMREAD_UNCHANGED if ending == ".hdr" else reduced[halve if ending in (".jpg", ".jpeg") else 0]
    try:
        image: Any = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    except cv2.error as error:
        raise _damaged(path, error) from None
    if image is None or image.ndim != 3:
        raise _damaged(path, ValueError("it cannot be decoded"))
    return np.ascontiguousarray(image[..., 2::-1])


def _check_whole(data: bytes, path: Path) -> None:
    """OpenCV fills what is missing of a file that is cut off; Pillow says so."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise _damaged(path, error) from None


def _exr_file(data: bytes) -> Any:
    try:
        import OpenEXR
    except ImportError:
        raise InputError(
            "OpenEXR is not installed",
            expected="the package OpenEXR for .exr files",
            remedy="pip install 'synthgen[environments]', or convert the file to .hdr",
        ) from None
    return OpenEXR.File(io.BytesIO(data))


def _exr(data: bytes, path: Path) -> np.ndarray:
    try:
        channels = _exr_file(data).channels()
        planes = channels["RGB"].pixels if "RGB" in channels else channels["RGBA"].pixels[..., :3]
    except InputError:
        raise
    except Exception as error:
        raise _damaged(path, error) from None
    return np.ascontiguousarray(planes, np.float32)


def _check_light(pixels: np.ndarray, path: Path) -> None:
    bad = int((~np.isfinite(pixels)).sum()) + int((pixels < 0).sum())
    if bad or not float(pixels.max()) > 0:
        raise InputError(
            "this picture holds what is no light",
            where=str(path),
            expected="finite numbers ≥ 0, some of them above",
            got=f"{bad} values that are infinite, not a number or below 0" if bad else "nothing but black",
            remedy="export it again from the program that made it",
        )


def _hfov(data: bytes, ending: str, turned: bool) -> float:
    """From EXIF's focal length as on 35 mm film, whose frame is 36 mm × 24 mm; the usual one where it is not said."""
    from PIL import Image

    if ending in LIGHT:
        return HFOV
    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
        focal = image.getexif().get_ifd(0x8769).get(0xA405)
    if not isinstance(focal, int) or not 8 <= focal <= 400:
        focal = 18 / math.tan(HFOV / 2)
    diagonal = math.hypot(width, height)
    side = height if turned else width
    return 2 * math.atan(math.hypot(36, 24) * side / diagonal / 2 / focal)


def _damaged(path: Path, error: Exception) -> InputError:
    return InputError(
        "this picture cannot be read",
        where=str(path),
        got=re.sub(r" <[^>]*>", "", f"{type(error).__name__}: {error}")[:300],
        remedy="open it in an image program and save it again, or leave it out",
    )


def _or(words: tuple[str, ...]) -> str:
    return ", ".join(words)
