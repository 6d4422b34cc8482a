"""The recipe, read top to bottom: clips → fits → characters → rig motions → shots → frames → dataset."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.travel import moments
from synthgen.capture.visibility import VISIBILITY_RULE
from synthgen.cluster.plan import RunPlan, pending
from synthgen.cluster.reporting import explained
from synthgen.cluster.run import ShardWork, preflight, run_plan
from synthgen.core.errors import RunError
from synthgen.core.processes.maps import process_map
from synthgen.core.processes.usage import Spent, Stages, children_cpu
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
from synthgen.pipeline.crew import Crew, RenderRequest
from synthgen.pipeline.fits import fit_clips, fit_rms_mm
from synthgen.pipeline.motion_store import Pair
from synthgen.pipeline.render_report import RenderReport, report_of
from synthgen.pipeline.rig_motions import retarget_pairs
from synthgen.pipeline.versions import code_digest, library_versions
from synthgen.scene import Scene, scene_hash
from synthgen.world.cast import Character, make_cast, roles
from synthgen.world.make import make_shot


def make_dataset(ask: RenderRequest, crew: Crew, watch: Stages, began: Spent) -> RenderReport:
    """The whole chain of one run.

    Args:
        ask: what is asked for.
        crew: who renders.
        watch: counts what the stages take; began: when the run did.

    Raises:
        InputError, RunError: as :func:`synthgen.pipeline.run.render` has them.
    """
    scene, out, cache, progress = ask.scene, ask.out, ask.cache, ask.progress
    helped = children_cpu()
    with watch.stage("clips"):
        clips = load_clips(scene, cache)
    plan = _plan(scene, clips)
    preflight(plan, out)  # before minutes of work, not after
    if pending(plan, out):
        crew.begin()

    with process_map(ask.workers) as helpers:
        preparing = Stages(lambda: time.process_time() + helpers.cpu_seconds())
        with preparing.stage("fit"):
            fits = fit_clips(scene, clips, cache, helpers, progress)

        cast = make_cast(scene)
        with preparing.stage("bodies"):
            actors = make_actors(cast, cache, helpers, progress)

        with preparing.stage("retarget"):
            motions = retarget_pairs(scene, _pairs(scene, cast), fits, actors, cache, helpers, progress)
    watch.add_all(preparing.spent)

    crew.meet(motions.store, actors)
    preparation = children_cpu() - helped
    summary = run_plan(
        plan,
        out,
        ShardWork(shot=lambda i: make_shot(scene, i, cast, motions.infos), renderer=crew.factory),
        workers=crew.count,
        begun=crew.pool,
        progress=progress,
        shot_timeout=crew.timeout,
        thorough=ask.thorough,
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
