"""Fits of single clips as files for people who work with OpenSim: ``synthgen fit``."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from synthgen.biomech.cache import cached_fit
from synthgen.biomech.fit import fit_clip
from synthgen.biomech.gate.bounds import FitBounds
from synthgen.biomech.gate.judge import decision, delivered, judge
from synthgen.biomech.options import FitOptions
from synthgen.biomech.postures.kinds import Posture
from synthgen.biomech.report.summary import fit_summary
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.spines.spine import Spine
from synthgen.cluster.reporting import warnings_on_terminal
from synthgen.core.cache import Cache
from synthgen.core.errors import InputError, SynthgenError
from synthgen.core.scratch import sweep
from synthgen.motion import load
from synthgen.motion.clip import Clip
from synthgen.pipeline.fit_outcome import FitOutcome
from synthgen.pipeline.fit_output import disk_fault, write_fit


@dataclass(frozen=True)
class _How:
    """What holds for every clip of one call; as :func:`fit_files` has it."""

    out: Path
    options: FitOptions | None
    cache: Cache | None
    workers: int
    spine: Spine | None
    posture: Posture | None
    bounds: FitBounds


def fit_files(
    sources: Sequence[str],
    out: Path,
    options: FitOptions | None = None,
    *,
    cache: Cache | None = None,
    workers: int | None = None,
    posture: Posture | None = None,
    spine: Spine | None = None,
    bounds: FitBounds | None = None,
    progress: bool = True,
) -> list[FitOutcome]:
    """Fits clips one after the other; a clip that fails does not end the others.

    Args:
        sources: what ``motion.load`` takes.
        out: folder for ``NAME.osim``, ``.mot``, ``.npz``, ``.csv`` (clinical measures) and ``.html`` of every clip.
        options: choices of the fits.
        cache: where fits are taken from and kept, or None.
        workers: processes for a long clip; as many as there are processors by default. They change nothing of a fit.
        posture: added to every motion and marked as simulated.
        spine: a person's, which every motion is carried over to and which is marked as drawn.
        bounds: what is accepted; the standard ones by default.
        progress: show a progress bar on standard error.

    Raises:
        InputError: ``out`` is a file. Faults of clips are in their outcomes.
    """
    if Path(out).exists() and not Path(out).is_dir():
        raise InputError("this is a file, not a folder", where=str(out), remedy="name another folder with --out")
    sweep()  # what an earlier call left that was killed
    count = workers or len(os.sched_getaffinity(0))
    how = _How(Path(out), options, cache, count, spine, posture, bounds or FitBounds())
    outcomes: list[FitOutcome] = []
    names: set[str] = set()
    with warnings_on_terminal(progress), tqdm(total=len(sources), desc="fit", unit="clip", disable=not progress) as bar:
        for source in sources:
            bar.set_postfix_str(source[-30:])
            outcomes.append(_outcome(source, names, how))
            bar.update()
    return outcomes


def _outcome(source: str, names: set[str], how: _How) -> FitOutcome:
    """Fits and writes one clip, whatever happens."""
    try:
        return _fitted(source, names, how)
    except InputError as error:
        return FitOutcome(source, "failed", (str(error),), bad_input=True)
    except SynthgenError as error:
        return FitOutcome(source, "failed", (str(error),))
    except OSError as error:
        return FitOutcome(source, "failed", (disk_fault(error, error.filename or how.out, "the system refuses"),))
    except Exception as error:  # one clip that breaks the fit must not lose the others
        return FitOutcome(source, "failed", (f"the fit broke: {type(error).__name__}: {error}",))


def _fitted(source: str, names: set[str], how: _How) -> FitOutcome:
    motion = _fit(load(source), how)
    if how.spine is not None:
        from synthgen.biomech.spines.apply import with_spine

        motion = delivered(with_spine(motion, how.spine))
    if how.posture is not None:
        from synthgen.biomech.postures.simulated import apply_posture

        motion = delivered(apply_posture(motion, how.posture))
    verdict = judge(motion.report, how.bounds)
    motion = replace(motion, name=free_name(motion.name, names))
    motion, files = write_fit(motion, decision(motion.report, verdict, how.bounds), how.out)
    report = motion.report
    return FitOutcome(
        source,
        "accepted" if verdict.accepted else "refused",
        verdict.refusals,
        {kind: str(path) for kind, path in files.items()},
        motion.frames,
        report.markers.rms_mean_mm,
        report.markers.max_mm,
        report.markers.worst_marker,
        warnings=verdict.warnings,
        evidence=report.gate.evidence if report.gate else (),
        report=fit_summary(report),
    )


def _fit(clip: Clip, how: _How) -> SpineMotion:
    if how.cache is not None:
        return cached_fit(clip, how.cache, how.options, workers=how.workers)
    return fit_clip(clip, how.options, workers=how.workers)


def free_name(name: str, taken: set[str]) -> str:
    """A file name of its own for every clip of one call."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", name) or "clip"
    free, k = stem, 2
    while free in taken:
        free, k = f"{stem}-{k}", k + 1
    taken.add(free)
    return free
