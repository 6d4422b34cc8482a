"""Fits on characters → rig motions, each looked up in the cache first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.acceptance import Verdict
from synthgen.core.cache import Cache, Entry
from synthgen.core.processes.maps import ProcessMap, mapped
from synthgen.pipeline.acceptance import refuse_rig_motion
from synthgen.pipeline.actors import Actor
from synthgen.pipeline.fits import spined
from synthgen.pipeline.motion_store import MotionStore, Pair
from synthgen.retarget.cache import cached_retarget, character_digest, entry_of, motion_digest
from synthgen.retarget.gate import judge_rig_motion
from synthgen.retarget.rig_motion import RigMotion
from synthgen.scene import Scene
from synthgen.world.clipinfo import ClipInfo
from synthgen.world.extents import cached_extent, extent_entry


@dataclass(frozen=True)
class RigMotions:
    """The rig motions of a run.

    Attributes:
        store: pair → rig motion, loaded when it is first asked for.
        infos: pair → extent of the motion.
        warnings: clip source → sentences about motions that are accepted and marked.
    """

    store: MotionStore
    infos: dict[Pair, ClipInfo]
    warnings: dict[str, tuple[str, ...]]


def retarget_pairs(
    scene: Scene,
    pairs: Iterable[Pair],
    fits: Mapping[str, SpineMotion],
    actors: Mapping[str, Actor],
    cache: Cache,
    workers: int | ProcessMap,
    progress: bool,
) -> RigMotions:
    """Puts every clip on every character that needs it.

    Raises:
        InputError: a rig motion is worse than ``accept.retarget_mm``.
    """
    jobs = _jobs(sorted(pairs), fits, actors, cache)
    results = mapped(
        partial(_retarget, cache=cache, limit_mm=scene.accept.retarget_mm),
        jobs,
        workers=workers,
        label="retarget",
        unit="motion",
        progress=progress,
        quick=lambda job: extent_entry(job.entry, cache).exists(),
    )
    infos, entries, verdicts = {}, {}, {}
    for job, (info, verdict) in zip(jobs, results, strict=True):
        refuse_rig_motion(*job.pair, verdict)
        infos[job.pair], entries[job.pair], verdicts[job.pair] = info, job.entry, verdict
    return RigMotions(MotionStore(entries), infos, marked(verdicts))


def marked(verdicts: Mapping[Pair, Verdict]) -> dict[str, tuple[str, ...]]:
    """Clip source → the warnings about it on any character, each with the character's name; empty ones too."""
    out: dict[str, tuple[str, ...]] = {source: () for source, _ in verdicts}
    for (source, character), verdict in verdicts.items():
        out[source] += tuple(f"on {character}: {warning}" for warning in verdict.warnings)
    return out


@dataclass(frozen=True)
class _Job:
    """A clip to be put on a character, and where the rig motion is kept."""

    pair: Pair
    fit: SpineMotion
    actor: Actor
    entry: Entry[RigMotion]


def _jobs(
    pairs: Iterable[Pair], fits: Mapping[str, SpineMotion], actors: Mapping[str, Actor], cache: Cache
) -> list[_Job]:
    """One job for each pair. Every fit and every character is digested once, however many pairs it is in."""
    plain = {source: motion_digest(fit) for source, fit in fits.items()}
    people = {name: character_digest(actor.body, actor.sites) for name, actor in actors.items()}
    jobs = []
    for source, name in pairs:
        actor = actors[name]
        fit = spined(fits[source], actor.spine)
        moved = plain[source] if fit is fits[source] else motion_digest(fit)
        jobs.append(_Job((source, name), fit, actor, entry_of(moved, people[name], cache)))
    return jobs


def _retarget(job: _Job, cache: Cache, limit_mm: float) -> tuple[ClipInfo, Verdict]:
    """The extent of the rig motion, which is kept, and what the gate says of it."""
    motion = cached_retarget(job.fit, job.actor.body, job.actor.sites, cache, job.entry)
    return cached_extent(job.entry, motion, job.actor.body, cache), judge_rig_motion(motion, limit_mm)
