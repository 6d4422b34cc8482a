"""Which libraries decide results, and in which versions they are installed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version

DECIDING = {
    "PIL": ("pillow",),
    "anny": ("anny", "torch"),
    "embreex": ("embreex",),
    "ezc3d": ("ezc3d",),
    "numba": ("numba",),
    "numpy": ("numpy",),
    "opensim": ("opensim",),
    "pyarrow": ("pyarrow",),
    "pycocotools": ("pycocotools",),
    "pygfx": ("pygfx", "wgpu"),
    "scipy": ("scipy",),
    "torch": ("torch",),
    "trimesh": ("trimesh", "embreex"),  # which casts its rays
    "wgpu": ("wgpu",),
}
"""Name that is imported → packages whose versions may change results with it. What is not listed changes none."""


def installed(imported: Iterable[str]) -> dict[str, str]:
    """Package → version, in the order of names, of the libraries that decide results among imported top-level names.

    Nothing is imported for it. A library that is not installed is left out: nothing can have been made with it.
    """
    packages = sorted({package for name in imported for package in DECIDING.get(name, ())})
    return {package: number for package in packages if (number := _version(package)) is not None}


@cache
def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
