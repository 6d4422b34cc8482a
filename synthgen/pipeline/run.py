"""A run, from its beginning: nothing heavy is loaded before a worker has begun to get ready beside it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from synthgen.cluster.reporting import warnings_on_terminal
from synthgen.core.cache import Cache
from synthgen.core.cache.in_use import using
from synthgen.core.errors import InputError
from synthgen.core.files.whole import write_whole
from synthgen.core.processes.usage import Stages, ended_cpu
from synthgen.core.scratch import Scratch, sweep
from synthgen.dataset.layout import plan_path
from synthgen.pipeline.crew import RenderRequest, crew_of
from synthgen.scene import Scene, load_scene

if TYPE_CHECKING:
    from synthgen.pipeline.render_report import RenderReport


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
    began = watch.now()
    cache = Cache.at(cache_dir)
    workers = default_workers() if workers is None else workers
    with warnings_on_terminal(progress), using(cache):
        scene = _overridden(scene if isinstance(scene, Scene) else load_scene(scene), images, seed)
        ask = RenderRequest(scene, out, cache, workers, progress, thorough)
        with crew_of(ask) as crew:
            if not plan_path(out).exists():  # else there may be nothing left to render
                crew.begin()
            from synthgen.pipeline.recipe import make_dataset

            return make_dataset(ask, crew, watch, began)


_LARGE_TILES = 24
"""So many images at most are drawn large on a contact sheet."""


def preview_scene(
    scene: Scene | Path,
    picture: Path,
    *,
    images: int = 24,
    seed: int | None = None,
    workers: int | None = None,
    cache_dir: Path | None = None,
    progress: bool = True,
) -> Path:
    """As :func:`synthgen.api.preview_scene`: renders the sample into a scratch folder, and keeps its contact sheet."""
    scene = _overridden(scene if isinstance(scene, Scene) else load_scene(scene), None, seed)
    if picture.suffix.lower() != ".png":
        raise InputError("a contact sheet is a PNG file", where=str(picture), remedy=f"call it {picture.stem}.png")
    _check_writable(picture)
    shots = min(scene.shots, max(1, images // scene.camera.per_shot))
    sample = tuple(i * scene.shots // shots for i in range(shots))
    cache = Cache.at(cache_dir)
    workers = default_workers() if workers is None else workers
    watch = Stages(ended_cpu)
    with warnings_on_terminal(progress), using(cache), Scratch("preview") as folder:
        ask = RenderRequest(scene, folder / scene.name, cache, workers, progress, sample=sample)
        with crew_of(ask) as crew:
            crew.begin()
            from synthgen.pipeline.recipe import make_dataset

            make_dataset(ask, crew, watch, watch.now())
        from synthgen.dataset.report.preview import contact_sheet

        columns, tile = (4, 440) if images <= _LARGE_TILES else (8, 300)
        write_whole(picture, contact_sheet(ask.out, images, columns, tile).read_bytes())
    return picture


def _check_writable(picture: Path) -> None:
    """Makes the picture's folder, before minutes of work and not after.

    Raises:
        InputError: the picture cannot be written there.
    """
    got = "a folder of that name"
    try:
        picture.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=picture.parent):
            if not picture.is_dir():
                return
    except OSError as error:
        got = error.strerror or str(error)
    raise InputError(
        "the picture cannot be written there", where=str(picture), got=got, remedy="give another file: --out"
    )


def default_workers() -> int:
    """As many workers as cores, at most one per 3 GB of memory."""
    import psutil

    return max(1, min(len(os.sched_getaffinity(0)), int(psutil.virtual_memory().available // 3e9)))


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
