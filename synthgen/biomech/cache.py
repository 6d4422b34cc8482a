"""Fits kept on disk, found again by what they were made from."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from synthgen.biomech.options import FitOptions
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core import archive
from synthgen.core.cache import keeping, load_kept
from synthgen.core.resources import resource
from synthgen.core.sources import imported_files
from synthgen.motion.clip import Clip

LIBRARIES = ("numpy", "opensim", "scipy")
"""Whose versions decide a fit's last digits."""


def fit_key(clip: Clip, options: FitOptions | None = None) -> str:
    """16 hex digits over the clip's content, the options, and the data, code and libraries that decide a fit."""
    header = {k: v for k, v in vars(clip).items() if k not in ("points", "orientations")}
    arrays = [x for kind in (clip.points, clip.orientations) for n in sorted(kind) for x in (n, kind[n])]
    return archive.digest(code_version(), (options or FitOptions()).to_dict(), header, *arrays)


def fit_path(clip: Clip, cache_dir: Path, options: FitOptions | None = None) -> Path:
    """Where :func:`cached_fit` keeps its result."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", clip.name)
    return Path(cache_dir) / f"{name}-{fit_key(clip, options)}.npz"


def cached_fit(clip: Clip, cache_dir: Path, options: FitOptions | None = None, *, workers: int = 1) -> SpineMotion:
    """The fit of a clip to the reference body, from ``cache_dir`` when it is there.

    A file that is damaged or of another version is made again. Files are written whole, so that processes may
    share the folder.

    Args:
        clip: what is fitted.
        cache_dir: folder of the fits.
        options: choices of the fit.
        workers: processes of a fit that has to be made; they change nothing of it.

    Raises:
        InputError: the clip cannot be fitted, or the cache not be written.
    """
    path = fit_path(clip, cache_dir, options)
    found = load_kept(path, "fit", SpineMotion.load)
    if found is not None:
        return found
    from synthgen.biomech.fit import fit_clip

    fit = fit_clip(clip, options, workers=workers)
    with keeping(path):
        fit.save(path)
    return SpineMotion.load(path)


@lru_cache(maxsize=1)
def code_version() -> str:
    """Digest of the data, sources and libraries that decide a fit; the sources are those that the fit imports."""
    data = sorted(resource("opensim_models").glob("*.yaml"))
    return archive.digest(*(version(n) for n in LIBRARIES), *data, *imported_files("synthgen.biomech.fit"))
