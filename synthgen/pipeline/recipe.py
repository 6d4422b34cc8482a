"""The recipe, read top to bottom: clips → fits → bodies → rig motions → shots → frames → dataset."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthgen.core.cache import Cache
from synthgen.core.errors import InputError, RunError
from synthgen.core.scratch import sweep
from synthgen.pipeline.fit_warnings import first_few, fit_warnings
from synthgen.pipeline.stopwatch import Stopwatch
from synthgen.scene import Scene

if TYPE_CHECKING:
    from synthgen.world.cast import Character


@dataclass(frozen=True)
class RenderReport:
    """What a finished run made and how fast.

    Attributes:
        out: the dataset's folder.
        annotations: the COCO file.
        preview: the contact sheet.
        images: images of the whole dataset; ``rendered`` of them were made by this run.
        seconds: wall-clock seconds of the whole command, ``render_seconds`` of the rendering with workers' start.
        images_per_s: rendered images per second of ``render_seconds``.
        stage_seconds: stage → seconds; stages inside workers are summed over workers.
        peak_rss_mb: process kind → largest resident set of one process, MB.
        cores, workers: processor cores that may be used, worker processes.
        retries: tries beyond the first.
        mended: what was damaged in the folder and has been made anew, one sentence each.
        warnings: clip → what its spine fit warns of although it is accepted; clips without warnings are left out.
    """

    out: Path
    annotations: Path
    preview: Path
    images: int
    rendered: int
    seconds: float
    render_seconds: float
    images_per_s: float
    stage_seconds: dict[str, float]
    peak_rss_mb: dict[str, float]
    cores: int
    workers: int
    retries: int
    mended: tuple[str, ...] = ()
    warnings: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        paths = {"out": str(self.out), "annotations": str(self.annotations), "preview": str(self.preview)}
        return {**dataclasses.asdict(self), **paths}

    def text(self) -> str:
        """What a person wants to read at the end."""
        stages = sorted(self.stage_seconds.items(), key=lambda item: -item[1])
        return "\n".join(
            [
                f"{self.images} images in {self.out} ({self.rendered} rendered now, {self.retries} retries)",
                f"  speed    {self.images_per_s:.2f} images/s over {self.render_seconds:.1f} s of rendering, "
                f"{self.seconds:.1f} s in all; {self.workers} workers on {self.cores} cores",
                "  stages   " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in stages),
                "  memory   " + ", ".join(f"{kind} {mb:.0f} MB" for kind, mb in sorted(self.peak_rss_mb.items())),
                f"  labels   {self.annotations}",
                f"  preview  {self.preview}",
                *(f"  mended   {text}" for text in self.mended),
                *(
                    f"  warning  clip {clip}: " + "; ".join(first_few(told, 2, "see 'synthgen fit'"))
                    for clip, told in self.warnings.items()
                ),
            ]
        )


def default_workers() -> int:
    """As many workers as cores, at most one per 3 GB of memory."""
    import psutil

    return max(1, min(len(os.sched_getaffinity(0)), int(psutil.virtual_memory().available // 3e9)))


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
    from synthgen.biomech.travel import moments
    from synthgen.capture.visibility import VISIBILITY_RULE
    from synthgen.cluster.plan import RunPlan
    from synthgen.cluster.reporting import explained, warnings_on_terminal
    from synthgen.cluster.run import ShardWork, preflight, run_plan
    from synthgen.core.cache.in_use import using
    from synthgen.dataset.clips import write_clips
    from synthgen.dataset.coco import export_coco
    from synthgen.dataset.layout import committed
    from synthgen.dataset.pictures import OutputFormat
    from synthgen.dataset.report.card import write_card
    from synthgen.dataset.report.preview import contact_sheet
    from synthgen.dataset.report.wording import ClipNote
    from synthgen.pipeline.motions import fit_clips, fit_rms_mm, load_clips, make_actors, retarget_pairs
    from synthgen.pipeline.renderer import RendererFactory
    from synthgen.pipeline.versions import code_digest, library_versions
    from synthgen.scene import load_scene, scene_hash
    from synthgen.world.cast import make_cast
    from synthgen.world.make import make_shot

    sweep()  # what an earlier run left that was killed
    watch = Stopwatch()
    cache = Cache.at(cache_dir)
    workers = default_workers() if workers is None else workers
    with watch.stage("total"), warnings_on_terminal(progress), using(cache):
        scene = _overridden(scene if isinstance(scene, Scene) else load_scene(scene), images, seed)
        with watch.stage("clips"):
            clips = load_clips(scene)
        plan = RunPlan(
            shots=scene.shots,
            cameras=scene.camera.per_shot,
            shard_size=scene.shard_size,
            seed=scene.seed,
            scene=scene_hash(scene),
            assets={f"clip {source}": clip.digest() for source, clip in clips.items()} | {"code": code_digest()},
            versions={**library_versions(), "visibility rule": str(VISIBILITY_RULE)},
            output=OutputFormat(image=scene.output.image, depth=scene.output.depth),
        )
        preflight(plan, out)  # before minutes of work, not after
        with watch.stage("fit"):
            fits = fit_clips(scene, clips, cache, workers, progress)
        cast = make_cast(scene)
        with watch.stage("bodies"):
            actors = make_actors(cast, cache, workers, progress)
        with watch.stage("retarget"):
            pairs = _pairs(scene, cast)
            motions, infos = retarget_pairs(scene, pairs, fits, actors, cache, workers, progress)

        work = ShardWork(
            shot=lambda i: make_shot(scene, i, cast, infos),
            renderer=RendererFactory(scene.engine, cache, motions, actors),
        )
        # An external engine serves one client.
        rendering = min(workers, 1) if scene.engine.kind == "external" else workers
        summary = run_plan(
            plan, out, work, workers=rendering, progress=progress, shot_timeout=_shot_seconds(scene), thorough=thorough
        )
        if not committed(out):
            summary.check()  # there is nothing to export: the reason is what the user needs
        with watch.stage("export"), explained(out, RunError):
            # What is done can be used, also when some shots were set aside.
            annotations = export_coco(out)
            preview = contact_sheet(out)
            write_clips(out, {source: moments(fit) for source, fit in fits.items()})
            warnings = {source: fit_warnings(fit.report) for source, fit in fits.items()}
            notes = [
                ClipNote(source, c.source, c.licence, round(fit_rms_mm(fits[source]), 1), warnings[source])
                for source, c in clips.items()
            ]
            write_card(out, notes, title=scene.name)
        summary.check()
    return RenderReport(
        out=out,
        annotations=annotations,
        preview=preview,
        images=summary.images_planned,
        rendered=summary.images,
        seconds=round(watch.seconds.pop("total"), 2),
        render_seconds=round(summary.seconds, 2),
        images_per_s=round(summary.images_per_s, 3),
        stage_seconds={k: round(v, 2) for k, v in {**watch.seconds, **summary.stage_seconds}.items()},
        peak_rss_mb=summary.peak_rss_mb,
        cores=summary.cores,
        workers=summary.workers,
        retries=summary.retries,
        mended=summary.repaired,
        warnings={source: warnings[source] for source in sorted({s for s, _ in pairs}) if warnings[source]},
    )


def _pairs(scene: Scene, cast: Sequence[Character]) -> set[tuple[str, str]]:
    """Every (clip source, character name) of some shot; looks no further once all that there can be are found."""
    from synthgen.world.cast import roles

    most = len({c.source for c in scene.clips}) * len(cast)
    found: set[tuple[str, str]] = set()
    for shot in range(scene.shots):
        found |= {(r.clip.source, r.character.name) for r in roles(scene, shot, cast)}
        if len(found) == most:
            break
    return found


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
