"""What a scene accepts: its bounds on fits and rig motions, and the end of a run that breaks them."""

from __future__ import annotations

from collections.abc import Mapping

from synthgen.biomech.gate.bounds import FitBounds
from synthgen.biomech.gate.judge import judge_motion
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.errors import InputError
from synthgen.scene import Scene


def fit_bounds(scene: Scene) -> FitBounds:
    """The bounds of the scene's ``accept`` on its fits."""
    wish = scene.accept
    return FitBounds(
        rms_mm=wish.fit_rms_mm,
        max_mm=wish.fit_max_mm,
        offset_mm=wish.offset_mm,
        interpolated=wish.interpolated,
        jumps=wish.jumps,
        spikes=wish.spikes,
        beyond_range=wish.beyond_range,
        pressed=wish.pressed,
        sigma_mm=wish.sigma_mm,
        speed_m_s=wish.speed_m_s,
        floor_m=wish.floor_m,
        afloat=wish.afloat,
    )


def refuse_fits(scene: Scene, fits: Mapping[str, SpineMotion]) -> None:
    """Ends a run whose clips are not good enough.

    Raises:
        InputError: lists every refused clip with its reasons.
    """
    bounds = fit_bounds(scene)
    judged = {source: judge_motion(fit, bounds) for source, fit in fits.items() if source not in scene.accept.clips}
    refused = {source: verdict.refusals for source, verdict in judged.items() if not verdict.accepted}
    if not refused:
        return
    these = "fits of these clips are" if len(refused) > 1 else "fit of this clip is"
    raise InputError(
        f"the spine {these} not good enough to be labelled",
        where=f"clip {', '.join(refused)}",
        expected="what the keys of 'accept' allow",
        got="; ".join(f"{source}: {', '.join(why)}" for source, why in refused.items()),
        remedy="see 'synthgen fit'; leave the clip out, or name it in accept.clips if it is good enough for you",
    )
