"""Clips → fits → rig motions, each looked up in the cache first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from synthgen.biomech.cache import cached_fit, fit_entry
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.core.cache import Cache, Entry
from synthgen.core.errors import InputError
from synthgen.core.processes import parallel
from synthgen.motion.clip import Clip
from synthgen.pipeline.gate import Gate, failed, judge_motion
from synthgen.retarget.cache import cached_retarget, motion_entry
from synthgen.retarget.rig_motion import RigMotion
from synthgen.scene import Scene
from synthgen.world.cast import Character
from synthgen.world.clipinfo import ClipInfo
from synthgen.world.extents import cached_extent, extent_entry
from synthgen.world.people import frames_of
from synthgen.world.shot import PostureSpec

if TYPE_CHECKING:
    from synthgen.characters.asset import CharacterAsset

Pair = tuple[str, str]
"""(clip source as the scene file writes it, character name)."""


@dataclass(frozen=True)
class Actor:
    """A character's rest body, its anatomical points and its simulated posture, if any."""

    body: RestBody
    sites: SiteSet
    posture: PostureSpec | None = None


def load_clips(scene: Scene) -> dict[str, Clip]:
    """Source → clip, for every clip of the scene.

    Raises:
        InputError: a clip cannot be read, or the scene asks for a part that it does not have.
    """
    from synthgen.motion import load

    clips = {c.source: load(scene.locate(c.source)) for c in scene.clips}
    for c in scene.clips:
        frames_of(c, clips[c.source].fps, clips[c.source].frames)
    return clips


def fit_clips(
    scene: Scene, clips: dict[str, Clip], cache: Cache, workers: int, progress: bool
) -> dict[str, SpineMotion]:
    """Source → fit. Refuses clips whose fit does not pass the scene's gate (``pipeline/gate.py``).

    Raises:
        InputError: fits are worse than ``accept`` allows and ``accept.clips`` does not name them.
    """
    fits = parallel.over(
        partial(cached_fit, cache=cache), list(clips.values()),
        workers=workers, label="fit", unit="clip", progress=progress,
        quick=lambda clip: fit_entry(clip, cache).exists(),
    )  # fmt: skip
    found = dict(zip(clips, fits, strict=True))
    refuse(scene, found)
    return found


def refuse(scene: Scene, fits: Mapping[str, SpineMotion]) -> None:
    """Ends a run whose clips are not good enough.

    Raises:
        InputError: lists every refused clip with its reasons.
    """
    wish = scene.accept
    gate = Gate(
        rms_mm=wish.fit_rms_mm, max_mm=wish.fit_max_mm, offset_mm=wish.offset_mm, sigma_mm=wish.sigma_mm,
        interpolated=wish.interpolated, jumps=wish.jumps, spikes=wish.spikes, beyond_range=wish.beyond_range,
        pressed=wish.pressed, speed_m_s=wish.speed_m_s, floor_m=wish.floor_m, afloat=wish.afloat,
    )  # fmt: skip
    reasons = {source: failed(judge_motion(fit, gate)) for source, fit in fits.items() if source not in wish.clips}
    bad = {source: why for source, why in reasons.items() if why}
    if bad:
        raise InputError(
            "the spine fits of these clips are not good enough to be labelled" if len(bad) > 1
            else "the spine fit of this clip is not good enough to be labelled",
            where=f"clip {', '.join(bad)}",
            expected="what the keys of 'accept' allow",
            got="; ".join(f"{source}: {', '.join(why)}" for source, why in bad.items()),
            remedy="see 'synthgen fit'; leave the clip out, or name it in accept.clips if it is good enough for you",
        )  # fmt: skip


def fit_rms_mm(fit: SpineMotion) -> float:
    """Marker RMS of a whole fit in millimetres."""
    return 1000 * float(np.sqrt(np.nanmean(fit.marker_error**2)))


def make_actors(cast: Iterable[Character], cache: Cache, workers: int, progress: bool) -> dict[str, Actor]:
    """Character name → rest body and sites."""
    people = list(cast)
    actors = parallel.over(
        partial(_actor, cache=cache), people,
        workers=workers, label="bodies", unit="body", progress=progress,
        quick=lambda character: _dressed(character, cache).exists(),
    )  # fmt: skip
    return {character.name: actor for character, actor in zip(people, actors, strict=True)}


def _actor(character: Character, cache: Cache) -> Actor:
    from synthgen.characters.body import build_body
    from synthgen.characters.sites.place import place_sites
    from synthgen.characters.wardrobe import dressed

    if character.body.rig == "anny" and not _dressed(character, cache).exists():
        dressed(character.body, character.outfit, cache)  # here once, not in every engine
    body = build_body(character.body, cache)
    return Actor(body, place_sites(body), character.posture)


def _dressed(character: Character, cache: Cache) -> Entry[CharacterAsset]:
    """Where the engines look for the dressed character."""
    from synthgen.characters.wardrobe import character_entry

    return character_entry(character.body, character.outfit, cache)


def retarget_pairs(
    scene: Scene,
    pairs: Iterable[Pair],
    fits: Mapping[str, SpineMotion],
    actors: Mapping[str, Actor],
    cache: Cache,
    workers: int,
    progress: bool,
) -> tuple[MotionStore, dict[Pair, ClipInfo]]:
    """Puts every clip on every character that needs it.

    Raises:
        InputError: a rig motion is worse than ``accept.retarget_mm``.
    """
    todo = sorted(pairs)
    jobs = [(postured(fits[source], actors[name].posture), actors[name]) for source, name in todo]
    results = parallel.over(
        partial(_retarget, cache=cache), jobs,
        workers=workers, label="retarget", unit="motion", progress=progress,
        quick=lambda job: extent_entry(motion_entry(job[0], job[1].body, job[1].sites, cache), cache).exists(),
    )  # fmt: skip
    infos, entries = {}, {}
    for pair, (entry, info, residual) in zip(todo, results, strict=True):
        if residual > scene.accept.retarget_mm:
            raise InputError(
                "a character cannot follow this clip closely enough to be labelled",
                where=f"clip {pair[0]} on {pair[1]}",
                expected=f"a mean distance of at most {scene.accept.retarget_mm:g} mm (accept.retarget_mm)",
                got=f"{residual:.1f} mm",
                remedy="leave the clip out, or raise accept.retarget_mm if that is good enough for you",
            )
        infos[pair], entries[pair] = info, entry
    return MotionStore(entries), infos


def postured(fit: SpineMotion, posture: PostureSpec | None) -> SpineMotion:
    """The fit as a person with that posture would move; the fit itself without one."""
    if posture is None:
        return fit
    from synthgen.biomech.postures.simulated import apply_posture, posture_from

    return apply_posture(fit, posture_from(posture.model_dump(exclude_none=True)))


def _retarget(job: tuple[SpineMotion, Actor], cache: Cache) -> tuple[Entry[RigMotion], ClipInfo, float]:
    """Where the rig motion is kept, its extent and its mean residual in mm."""
    fit, actor = job
    motion = cached_retarget(fit, actor.body, actor.sites, cache)
    entry = motion_entry(fit, actor.body, actor.sites, cache)
    return entry, cached_extent(entry, motion, actor.body, cache), float(motion.residual_mm.mean())


class MotionStore(Mapping[Pair, RigMotion]):
    """Rig motions by (clip source, character), read from the cache when they are first asked for."""

    def __init__(self, entries: Mapping[Pair, Entry[RigMotion]]) -> None:
        self._entries = dict(entries)
        self._loaded: dict[Pair, RigMotion] = {}

    def __getitem__(self, pair: Pair) -> RigMotion:
        if pair not in self._loaded:
            self._loaded[pair] = self._entries[pair].read()
        return self._loaded[pair]

    def __iter__(self) -> Iterator[Pair]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __getstate__(self) -> dict:
        """Only where they are kept travels to another process."""
        return {"_entries": self._entries, "_loaded": {}}
