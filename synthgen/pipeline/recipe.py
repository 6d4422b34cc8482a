"""The recipe, read top to bottom: clips → fits → characters → rig motions → shots → frames → dataset."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.travel import moments
from synthgen.capture.visibility import VISIBILITY_RULE
from synthgen.cluster.plan import RunPlan
from synthgen.cluster.reporting import explained, warnings_on_terminal
from synthgen.cluster.run import ShardWork, preflight, run_plan
from synthgen.core.cache import Cache
from synthgen.core.cache.in_use import using
from synthgen.core.errors import InputError, RunError
from synthgen.core.processes.usage import Stages, children_cpu, ended_cpu
from synthgen.core.scratch import sweep
from synthgen.dataset.clips import write_clips
from synthgen.dataset.coco import export_coco
from synthgen.dataset.layout import committed
from synthgen.dataset.pictures import OutputFormat
from synthgen.dataset.report.card import write_card
from synthgen.dataset.report.preview import contact_sheet
from synthgen.dataset.report.wording import ClipNote
from synthgen.motion.clip import Clip
from synthgen.pipeline.actors import make_actors
from synthgen.pipeline.clips import load_clips
from synthgen.pipeline.fits import fit_clips, fit_rms_mm
from synthgen.pipeline.render_report import RenderReport, report_of
from synthgen.pipeline.renderer import RendererFactory
from synthgen.pipeline.rig_motions import Pair, retarget_pairs
from synthgen.pipeline.versions import code_digest, library_versions
from synthgen.scene import Scene, load_scene, scene_hash
from synthgen.world.cast import Character, make_cast, roles
from synthgen.world.make import make_shot


def render(
    scene: Scene | Path,
    out: Path,
    *,
    images: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    cache_dir: Path | None = None,
    progress: bool = True,
    thorough: bool = False,
) -> RenderReport:
    """Renders a scene into a dataset, or finishes an interrupted one and repairs a damaged one.

    Args:
        scene: the scene, checked, or its file.
        out: output folder; new, empty, or begun with the same scene, seed and versions.
        images, seed: instead of the scene's.
        workers: processes; 0 renders in this process, None takes what suits the machine.
        cache_dir: the cache's folder; None for ``$SYNTHGEN_CACHE`` or the user's cache folder.
        progress: show progress bars on standard error.
        thorough: read every file that is there to find damage, however many there are.

    Raises:
        InputError: the scene, a clip or the output folder does not fit; nothing was written to ``out``.
        RunError: shots were set aside, or the disk filled up; what is done stays done.
    """
    sweep()  # what an earlier run left that was killed
    watch = Stages(ended_cpu)
    began, helped = watch.now(), children_cpu()
    cache = Cache.at(cache_dir)
    workers = default_workers() if workers is None else workers
    with warnings_on_terminal(progress), using(cache):
        scene = _overridden(scene if isinstance(scene, Scene) else load_scene(scene), images, seed)

        with watch.stage("clips"):
            clips = load_clips(scene, cache)
        plan = _plan(scene, clips)
        preflight(plan, out)  # before minutes of work, not after

        with watch.stage("fit"):
            fits = fit_clips(scene, clips, cache, workers, progress)

        cast = make_cast(scene)
        with watch.stage("bodies"):
            actors = make_actors(cast, cache, workers, progress)

        with watch.stage("retarget"):
            pairs = _pairs(scene, cast)
            motions = retarget_pairs(scene, pairs, fits, actors, cache, workers, progress)

        work = ShardWork(
            shot=lambda i: make_shot(scene, i, cast, motions.infos),
            renderer=RendererFactory(scene.engine, cache, motions.store, actors),
        )
        preparation = children_cpu() - helped
        summary = run_plan(
            plan,
            out,
            work,
            workers=_rendering(scene, workers),
            progress=progress,
            shot_timeout=_shot_seconds(scene),
            thorough=thorough,
        )

        if not committed(out):
            summary.check()  # there is nothing to export: the reason is what the user needs
        with watch.stage("export"), explained(out, RunError):
            # What is done can be used, also when some shots were set aside.
            annotations, preview = _export(out, scene, clips, fits)
        summary.check()
    warnings = {source: fits[source].report.reasons + motions.warnings[source] for source in sorted(motions.warnings)}
    return report_of(
        summary,
        watch.spent,
        watch.now() - began,
        children={"preparation": preparation, "rendering": children_cpu() - helped - preparation},
        first_image_s=None if summary.first_image_at is None else round(summary.first_image_at - began.wall, 2),
        out=out,
        annotations=annotations,
        preview=preview,
        warnings={source: sentences for source, sentences in warnings.items() if sentences},
    )


def _plan(scene: Scene, clips: Mapping[str, Clip]) -> RunPlan:
    """What the output folder is for: a run of another plan is refused there."""
    return RunPlan(
        shots=scene.shots,
        cameras=scene.camera.per_shot,
        shard_size=scene.shard_size,
        seed=scene.seed,
        scene=scene_hash(scene),
        assets={f"clip {source}": clip.digest() for source, clip in clips.items()} | {"code": code_digest()},
        versions={**library_versions(), "visibility rule": str(VISIBILITY_RULE)},
        output=OutputFormat(image=scene.output.image, depth=scene.output.depth),
    )


def _export(out: Path, scene: Scene, clips: Mapping[str, Clip], fits: Mapping[str, SpineMotion]) -> tuple[Path, Path]:
    """Annotations and preview of what is committed, with the clips' stances and the card."""
    annotations = export_coco(out)
    preview = contact_sheet(out)
    write_clips(out, {source: moments(fit) for source, fit in fits.items()})
    notes = [
        ClipNote(source, c.source, c.licence, round(fit_rms_mm(fits[source]), 1), fits[source].report.reasons)
        for source, c in clips.items()
    ]
    write_card(out, notes, title=scene.name)
    return annotations, preview


def _pairs(scene: Scene, cast: Sequence[Character]) -> set[Pair]:
    """Every (clip source, character name) of some shot; looks no further once all that there can be are found."""
    most = len({c.source for c in scene.clips}) * len(cast)
    found: set[Pair] = set()
    for shot in range(scene.shots):
        found |= {(r.clip.source, r.character.name) for r in roles(scene, shot, cast)}
        if len(found) == most:
            break
    return found


def default_workers() -> int:
    """As many workers as cores, at most one per 3 GB of memory."""
    import psutil

    return max(1, min(len(os.sched_getaffinity(0)), int(psutil.virtual_memory().available // 3e9)))


def _rendering(scene: Scene, workers: int) -> int:
    """Processes that render: an external engine serves one client."""
    return min(workers, 1) if scene.engine.kind == "external" else workers


def _shot_seconds(scene: Scene) -> float:
    """Longest that a try at a shot may take: an engine's start, and for every camera the slowest of its commands."""
    return scene.engine.start_timeout + (2 + scene.camera.per_shot) * scene.engine.timeout + 60


def _overridden(scene: Scene, images: int | None, seed: int | None) -> Scene:
    """The scene with another number of images or another seed."""
    wanted = {k: v for k, v in (("images", images), ("seed", seed)) if v is not None}
    changed = scene.model_copy(update=wanted)
    if changed.images % changed.camera.per_shot:
        raise InputError(
            "every shot gives one image per camera",
            where="--images",
            expected=f"a multiple of camera.per_shot, {changed.camera.per_shot}",
            got=str(changed.images),
        )
    return changed
