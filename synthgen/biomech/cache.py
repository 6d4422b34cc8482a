"""Fits kept on disk, found again by what they were made from."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import synthgen
from synthgen import archive
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.bodymodel import DEFAULT_RHYTHM
from synthgen.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.resources import resource


def fit_key(clip: Clip, rhythm: str = DEFAULT_RHYTHM) -> str:
    """16 hex digits over the clip's content, the rhythm, the body file and the code that fits."""
    header = {k: v for k, v in vars(clip).items() if k not in ("points", "orientations")}
    arrays = [x for kind in (clip.points, clip.orientations) for n in sorted(kind) for x in (n, kind[n])]
    return archive.digest(_code_version(), rhythm, header, *arrays)


def fit_path(clip: Clip, cache_dir: Path, rhythm: str = DEFAULT_RHYTHM) -> Path:
    """Where :func:`cached_fit` keeps its result."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", clip.name)
    return Path(cache_dir) / f"{name}-{fit_key(clip, rhythm)}.npz"


def cached_fit(clip: Clip, cache_dir: Path, rhythm: str = DEFAULT_RHYTHM) -> SpineMotion:
    """The fit of a clip to the reference body, from ``cache_dir`` when it is there.

    A file that is damaged or of another version is made again. Files are written whole, so that processes may
    share the folder. ``rhythm`` is one of ``bodymodel.rhythm_tables``.
    """
    path = fit_path(clip, cache_dir, rhythm)
    if path.exists():
        try:
            return SpineMotion.load(path)
        except (InputError, TypeError, KeyError):
            pass  # damaged: made again below
    from synthgen.biomech.fit import fit_clip

    fit_clip(clip, rhythm=rhythm).save(path)
    return SpineMotion.load(path)


@lru_cache(maxsize=1)
def _code_version() -> str:
    """Digest of the body's files and of the sources that decide a fit."""
    package = Path(synthgen.__file__).parent
    shared = [package / f"{n}.py" for n in ("bodydata", "bodymodel", "kinematics")]
    sources = [*sorted((package / "biomech").glob("*.py")), *shared]
    return archive.digest(*sorted(resource("opensim_models").glob("*.yaml")), *sources)
