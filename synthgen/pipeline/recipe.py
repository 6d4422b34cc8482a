"""The recipe, read top to bottom: clips → fits → script → shots → frames → dataset.

The workers make the shots and what is in them, bodies and rig motions, one shot after the other (``company.py``).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
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
from synthgen.pipeline.clips import load_clips
from synthgen.pipeline.company import Company
from synthgen.pipeline.crew import Crew, RenderRequest
from synthgen.pipeline.fits import fit_clips, fit_rms_mm, kept_fits
from synthgen.pipeline.render_report import RenderReport, report_of
from synthgen.pipeline.script import Script
from synthgen.pipeline.versions import code_digest, library_versions
from synthgen.scene import Scene, scene_hash
from synthgen.world.moment_table import MomentTable


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
    plan = _plan(ask, clips)
    preflight(plan, out)  # before minutes of work, not after
    if pending(plan, out):
        crew.begin()

    with process_map(ask.workers) as helpers:
        preparing = Stages(lambda: time.process_time() + helpers.cpu_seconds())
        with preparing.stage("fit"):
            fits = fit_clips(scene, clips, cache, helpers, progress)
    watch.add_all(preparing.spent)

    script = Script(scene, kept_fits(clips, cache), MomentTable.of(fits), cache, ask.sample)
    crew.follow(script)
    company = Company(script)
    preparation = children_cpu() - helped
    summary = run_plan(
        plan,
        out,
        ShardWork(
            shot=company.shot,
            renderer=crew.factory,
            pixels=scene.camera.per_shot * max(width * height for width, height in scene.sizes),
        ),
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
    warnings = {source: fits[source].report.reasons for source in sorted(fits)}
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


def _plan(ask: RenderRequest, clips: Mapping[str, Clip]) -> RunPlan:
    """What the output folder is for: a run of another plan is refused there."""
    scene = ask.scene
    return RunPlan(
        shots=len(ask.sample) or scene.shots,
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
