"""Clips → fits, each looked up in the cache first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from synthgen.biomech.cache import cached_fit, fit_entry
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.cache import Cache
from synthgen.core.processes.maps import ProcessMap, mapped
from synthgen.motion.clip import Clip
from synthgen.pipeline.acceptance import refuse_fits
from synthgen.pipeline.store import Store, fit_store
from synthgen.scene import Scene
from synthgen.world.shot import SpineSpec


def fit_clips(
    scene: Scene, clips: dict[str, Clip], cache: Cache, workers: int | ProcessMap, progress: bool
) -> dict[str, SpineMotion]:
    """Source → fit, of fits that pass the scene's gate.

    Raises:
        InputError: fits are worse than ``accept`` allows and ``accept.clips`` does not name them.
    """
    fits = mapped(
        partial(cached_fit, cache=cache),
        list(clips.values()),
        workers=workers,
        label="fit",
        unit="clip",
        progress=progress,
        quick=lambda clip: fit_entry(clip, cache).exists(),
    )
    found = dict(zip(clips, fits, strict=True))
    refuse_fits(scene, found)
    return found


def kept_fits(clips: Mapping[str, Clip], cache: Cache) -> Store[SpineMotion]:
    """Source → fit, of clips that have been fitted; read when they are asked for."""
    return fit_store({source: fit_entry(clip, cache) for source, clip in clips.items()})


def fit_rms_mm(fit: SpineMotion) -> float:
    """Marker RMS of a whole fit in millimetres."""
    return 1000 * float(np.sqrt(np.nanmean(fit.marker_error**2)))


def spined(fit: SpineMotion, spine: SpineSpec | None) -> SpineMotion:
    """The fit, or a part of one, as a person with that spine would move; the fit itself without one."""
    if spine is None:
        return fit
    from synthgen.biomech.spines.apply import with_spine
    from synthgen.biomech.spines.spine import Spine

    return with_spine(fit, Spine.from_dict(spine.model_dump()))
