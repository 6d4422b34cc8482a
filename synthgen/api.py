"""What ``import synthgen`` offers as functions: the verbs of the command line for programs.

They take paths as strings or :class:`pathlib.Path`, show no progress bar unless asked, write nothing but what they say,
and return typed results. What does not fit raises :class:`synthgen.InputError` before anything is written.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthgen.biomech.options import FitOptions
    from synthgen.biomech.spine_motion import SpineMotion
    from synthgen.dataset.checks.issues import Issue
    from synthgen.motion.clip import Clip
    from synthgen.pipeline import RenderReport
    from synthgen.scene import Scene


def load_scene(path: str | Path) -> Scene:
    """Reads and checks a scene file.

    Args:
        path: the YAML file; ``synthgen scene schema`` lists its keys.

    Returns:
        the scene, frozen, every key with its default.

    Raises:
        InputError: the file does not fit; ``error.problems`` lists everything that is wrong, each with its line.

    Example:
        >>> scene = synthgen.load_scene("scenes/hello.yaml")
        >>> scene.name, scene.images
        ('hello', 2)
    """
    from synthgen import scene

    return scene.load_scene(Path(path))


def load_clip(source: str | Path) -> Clip:
    """Reads a motion clip.

    Args:
        source: a motion file (``docs/motion.md`` lists the formats), or a name that ``synthgen clips`` prints:
            ``builtin:squat``, ``deepmimic:humanoid3d_walk``.

    Returns:
        named points (T, 3) in metres and orientations (T, 3, 3); world frame, Z up, the floor at z = 0.

    Raises:
        InputError: there is no such clip, the file cannot be read, or nobody moves so.

    Example:
        >>> clip = synthgen.load_clip("builtin:squat")
        >>> clip.frames, clip.fps, clip.points["C7"].shape
        (108, 30.0, (108, 3))
    """
    from synthgen import motion

    return motion.load(str(source))


def fit_clip(
    clip: Clip | str | Path,
    options: FitOptions | None = None,
    *,
    out: str | Path | None = None,
    workers: int = 1,
) -> SpineMotion:
    """Fits the spine model to a motion clip, and has the gate judge the fit.

    Args:
        clip: a clip, or what :func:`load_clip` takes.
        options: choices of the fit: the reference adult, its rhythms, the filter.
        out: folder for ``NAME.osim``, ``.mot``, ``.npz``, ``.csv`` (clinical angles) and ``.html`` (the report), named
            after the clip, as ``synthgen fit`` writes them; nothing is written by default.
        workers: processes for clips of several thousand frames; they change nothing of the result.

    Returns:
        every vertebra from L5 to C1 in every frame, (T, S, 4, 4) in metres; ``report`` says how far to trust it, and
        ``report.gate`` whether ``render`` would take it. A fit that the gate refuses is returned like any other.

    Raises:
        InputError: the clip cannot be read or fitted.
        SynthgenError: the files cannot be written; then none of them is.

    Example:
        >>> motion = synthgen.fit_clip("builtin:squat", synthgen.FitOptions(sex="female"))
        >>> motion.segment("T6").shape, motion.report.gate.accepted
        ((108, 4, 4), True)
    """
    from synthgen.biomech import fit
    from synthgen.biomech.gate.judge import decision, judge
    from synthgen.motion.clip import Clip
    from synthgen.pipeline.fit_output import write_fit
    from synthgen.pipeline.fitting import free_name

    motion = fit.fit_clip(clip if isinstance(clip, Clip) else load_clip(clip), options, workers=workers)
    gate = decision(motion.report, judge(motion.report))
    if out is None:
        return replace(motion, report=replace(motion.report, gate=gate))
    written, _ = write_fit(replace(motion, name=free_name(motion.name, set())), gate, Path(out))
    return written


def render(
    scene: Scene | str | Path,
    out: str | Path | None = None,
    *,
    images: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    cache: str | Path | None = None,
    progress: bool = False,
    thorough: bool = False,
) -> RenderReport:
    """Renders a scene into a COCO dataset, or finishes an interrupted one and mends a damaged one.

    Args:
        scene: a scene, or its file.
        out: folder of the dataset: new, empty, or begun with the same scene; ``out/NAME`` by default.
        images: instead of the scene's number of images.
        seed: instead of the scene's.
        workers: processes; 0 renders in this one, None takes what suits the machine.
        cache: folder of fits and bodies that later runs use again; ``$SYNTHGEN_CACHE`` or the user's by default.
        progress: show progress bars on standard error.
        thorough: read every file that is there to find damage.

    Returns:
        what was made and how fast; ``annotations`` is the COCO file, ``preview`` the contact sheet.

    Raises:
        InputError: the scene, a clip or the folder does not fit; nothing was written to ``out``.
        RunError: some shots could not be rendered; what is done stays done.

    Example:
        >>> report = synthgen.render("scenes/hello.yaml", "out/hello", images=4)
        >>> report.images, report.annotations.name
        (4, 'person_keypoints.json')
    """
    from synthgen import pipeline
    from synthgen.scene import Scene

    asked = scene if isinstance(scene, Scene) else load_scene(scene)
    return pipeline.render(
        asked,
        Path("out") / asked.name if out is None else Path(out),
        images=images,
        seed=seed,
        workers=workers,
        cache_dir=None if cache is None else Path(cache),
        progress=progress,
        thorough=thorough,
    )


def validate(out: str | Path, *, pictures: bool = True, workers: int | None = None) -> list[Issue]:
    """Checks a dataset against what is promised of it (``docs/dataset.md``).

    Args:
        out: folder of the dataset.
        pictures: read images, masks and depth; without it their sizes alone are compared.
        workers: processes that check a large dataset side by side; None takes one a core, and none for a small one.

    Returns:
        all faults; empty for a sound dataset. One of ``severity == "error"`` breaks a promise.

    Raises:
        InputError: the folder holds no dataset.

    Example:
        >>> [str(issue) for issue in synthgen.validate("out/hello")]
        []
    """
    from synthgen.dataset.checks import validate as checks

    return checks.validate(Path(out), pictures=pictures, workers=workers)


def preview(out: str | Path, image: int | None = None) -> Path:
    """Draws skeletons and spines over the pictures of a dataset; ``preview_scene`` shows a scene before it is rendered.

    Args:
        out: folder of the dataset.
        image: id of one image, drawn large with the names of its points; a contact sheet of up to 24 by default.

    Returns:
        the picture that was drawn, inside ``out``.

    Raises:
        InputError: there is no such dataset or image.

    Example:
        >>> synthgen.preview("out/hello", image=1)
        PosixPath('out/hello/preview/000000000001.png')
    """
    from synthgen.dataset.report.preview import contact_sheet, preview_image

    return contact_sheet(Path(out)) if image is None else preview_image(Path(out), image)


def preview_scene(
    scene: Scene | str | Path,
    picture: str | Path | None = None,
    *,
    images: int = 24,
    seed: int | None = None,
    workers: int | None = None,
    cache: str | Path | None = None,
    progress: bool = False,
) -> Path:
    """Draws a contact sheet of a scene before a long run: of shots that the run would make, spread evenly over it.

    Args:
        scene: a scene, or its file.
        picture: the PNG file that is written; ``out/NAME-preview.png`` by default.
        images: at most so many.
        seed, workers, cache, progress: as of :func:`render`.

    Returns:
        the picture.

    Raises:
        InputError: the scene or a clip does not fit, or the picture cannot be written there; nothing is written then.
        RunError: shots were set aside.

    Example:
        >>> synthgen.preview_scene("scenes/gym.yaml", images=12)
        PosixPath('out/gym-preview.png')
    """
    from synthgen.pipeline import run
    from synthgen.scene import Scene, load_scene

    scene = scene if isinstance(scene, Scene) else load_scene(Path(scene))
    return run.preview_scene(
        scene,
        Path(picture) if picture is not None else Path("out") / f"{scene.name}-preview.png",
        images=images,
        seed=seed,
        workers=workers,
        cache_dir=Path(cache) if cache is not None else None,
        progress=progress,
    )
