"""Fits on characters → rig motions, each looked up in the cache first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core import archive
from synthgen.core.acceptance import Verdict
from synthgen.core.cache import Cache, keeping, load_kept
from synthgen.core.processes import parallel
from synthgen.pipeline.acceptance import refuse_rig_motion
from synthgen.pipeline.actors import Actor
from synthgen.pipeline.fits import postured
from synthgen.retarget.gate import judge_rig_motion
from synthgen.retarget.retarget import cached_retarget, motion_path
from synthgen.retarget.rig_motion import RigMotion
from synthgen.scene import Scene
from synthgen.world import clipinfo
from synthgen.world.clipinfo import ClipInfo, clip_info

Pair = tuple[str, str]
"""(clip source as the scene file writes it, character name)."""


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
    workers: int,
    progress: bool,
) -> RigMotions:
    """Puts every clip on every character that needs it.

    Raises:
        InputError: a rig motion is worse than ``accept.retarget_mm``.
    """
    todo = sorted(pairs)
    jobs = [(postured(fits[source], actors[name].posture), actors[name]) for source, name in todo]
    results = parallel.over(
        partial(_retarget, cache=cache, limit_mm=scene.accept.retarget_mm),
        jobs,
        workers=workers,
        label="retarget",
        unit="motion",
        progress=progress,
        quick=lambda job: _extent_path(motion_path(job[0], job[1].body, job[1].sites, cache.motions)).exists(),
    )
    infos, paths = {}, {}
    warnings: dict[str, tuple[str, ...]] = {source: () for source, _ in todo}
    for pair, (path, info, verdict) in zip(todo, results, strict=True):
        refuse_rig_motion(*pair, verdict)
        infos[pair], paths[pair] = info, path
        warnings[pair[0]] += tuple(f"on {pair[1]}: {warning}" for warning in verdict.warnings)
    return RigMotions(MotionStore(paths), infos, warnings)


def _retarget(job: tuple[SpineMotion, Actor], cache: Cache, limit_mm: float) -> tuple[Path, ClipInfo, Verdict]:
    """The rig motion's file, its extent (kept beside it) and what the gate says of it."""
    fit, actor = job
    path = motion_path(fit, actor.body, actor.sites, cache.motions)
    motion = cached_retarget(fit, actor.body, actor.sites, cache.motions)
    extent = _extent_path(path)
    info = load_kept(extent, "extent of a motion", ClipInfo.load)
    if info is None:
        info = clip_info(motion, actor.body)
        with keeping(extent):
            info.save(extent)
    return path, info, judge_rig_motion(motion, limit_mm)


def _extent_path(motion: Path) -> Path:
    """Where a rig motion's extent is kept: named by the code that measures it too."""
    return motion.with_name(f"{motion.stem}-extent-{archive.digest(Path(clipinfo.__file__))}.npz")


class MotionStore(Mapping[Pair, RigMotion]):
    """Rig motions by (clip source, character), loaded from their files when they are first asked for."""

    def __init__(self, paths: Mapping[Pair, Path]) -> None:
        self._paths = dict(paths)
        self._loaded: dict[Pair, RigMotion] = {}

    def __getitem__(self, pair: Pair) -> RigMotion:
        if pair not in self._loaded:
            self._loaded[pair] = RigMotion.load(self._paths[pair])
        return self._loaded[pair]

    def __iter__(self) -> Iterator[Pair]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __getstate__(self) -> dict[str, Any]:
        """Only the paths travel to another process."""
        return {"_paths": self._paths, "_loaded": {}}
