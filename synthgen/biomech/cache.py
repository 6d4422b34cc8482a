"""Fits kept on disk, found again by what they were made from."""

from __future__ import annotations

from synthgen.biomech.options import FitOptions
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.cache import Cache, Entry, Kind
from synthgen.motion.clip import Clip

FITS = Kind(
    name="fits",
    what="fit",
    folder="fits",
    makers=("synthgen.biomech.fit",),
    load=SpineMotion.load,
    save=SpineMotion.save,
)
"""Fitted clips, kept by the clip and the options; their files begin with the clip's name."""


def fit_entry(clip: Clip, cache: Cache, options: FitOptions | None = None) -> Entry[SpineMotion]:
    """Where :func:`cached_fit` keeps its result: named by the clip's content and the options."""
    header = {k: v for k, v in vars(clip).items() if k not in ("points", "orientations")}
    arrays = [x for kind in (clip.points, clip.orientations) for n in sorted(kind) for x in (n, kind[n])]
    return FITS.entry(cache, (options or FitOptions()).to_dict(), header, *arrays, label=clip.name)


def cached_fit(clip: Clip, cache: Cache, options: FitOptions | None = None, *, workers: int = 1) -> SpineMotion:
    """The fit of a clip to the reference body, from the cache when it is there.

    A file that is damaged or of another version is made again. Files are written whole, so that processes may
    share the folder.

    Args:
        clip: what is fitted.
        cache: where fits are kept.
        options: choices of the fit.
        workers: processes of a fit that has to be made; they change nothing of it.

    Raises:
        InputError: the clip cannot be fitted, or the cache not be written.
    """
    entry = fit_entry(clip, cache, options)
    found = entry.find()
    if found is not None:
        return found
    from synthgen.biomech.fit import fit_clip

    entry.keep(fit_clip(clip, options, workers=workers))
    return entry.read()
