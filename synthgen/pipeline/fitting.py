"""Fits of single clips as files for people who work with OpenSim: ``synthgen fit``."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthgen.core.errors import InputError, SynthgenError
from synthgen.core.files.transaction import transaction
from synthgen.core.files.whole import write_whole
from synthgen.core.scratch import sweep
from synthgen.pipeline.fit_warnings import first_few, fit_warnings
from synthgen.pipeline.gate import Gate, delivered, failed, judge
from synthgen.pipeline.spine_evidence import spine_evidence
from synthgen.pipeline.verdict import Check

if TYPE_CHECKING:
    from synthgen.biomech.options import FitOptions
    from synthgen.biomech.postures.kinds import Posture
    from synthgen.biomech.spine_motion import SpineMotion
    from synthgen.core.cache import Cache
    from synthgen.motion.clip import Clip


@dataclass(frozen=True)
class FitOutcome:
    """What became of one clip.

    Attributes:
        source: the clip as it was asked for.
        status: ``accepted``, ``refused`` (by the gate; its files are written) or ``failed`` (nothing is written).
        reasons: why it was refused or failed.
        files: kind (``osim``, ``mot``, ``npz``, ``csv``, ``html``) → path.
        frames, rms_mm, max_mm, worst_marker: the fit in numbers; rms_mm is the mean over frames.
        bad_input: True when it failed because the input does not fit.
        warnings: what the fit itself warns of (``pipeline/fit_warnings.py``), of accepted ones too.
        evidence: what the recording shows of the spine and what is the prior's (``pipeline/spine_evidence.py``).
        report: :func:`report_numbers` of the fit; empty when it failed.
    """

    source: str
    status: str
    reasons: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    frames: int = 0
    rms_mm: float | None = None
    max_mm: float | None = None
    worst_marker: str = ""
    bad_input: bool = False
    warnings: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    report: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return asdict(self)


def exit_code(outcomes: Sequence[FitOutcome]) -> int:
    """2 when an input did not fit, else 1 when a clip failed or was refused, else 0."""
    if any(o.bad_input for o in outcomes):
        return 2
    return int(any(o.status != "accepted" for o in outcomes))


def fit_files(
    sources: Sequence[str],
    out: Path,
    options: FitOptions | None = None,
    *,
    cache: Cache | None = None,
    workers: int | None = None,
    posture: Posture | None = None,
    gate: Gate | None = None,
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
        gate: what is accepted.
        progress: show a progress bar on standard error.

    Raises:
        InputError: ``out`` is a file. Faults of clips stand in their outcomes.
    """
    from tqdm import tqdm

    from synthgen.cluster.reporting import warnings_on_terminal

    if Path(out).exists() and not Path(out).is_dir():
        raise InputError("this is a file, not a folder", where=str(out), remedy="name another folder with --out")
    sweep()  # what an earlier call left that was killed
    count = workers or len(os.sched_getaffinity(0))
    outcomes: list[FitOutcome] = []
    names: set[str] = set()
    with warnings_on_terminal(progress), tqdm(total=len(sources), desc="fit", unit="clip", disable=not progress) as bar:
        for source in sources:
            bar.set_postfix_str(source[-30:])
            outcomes.append(_one(source, Path(out), names, options, cache, count, posture, gate or Gate()))
            bar.update()
    return outcomes


def _one(
    source: str,
    out: Path,
    names: set[str],
    options: FitOptions | None,
    cache: Cache | None,
    workers: int,
    posture: Posture | None,
    gate: Gate,
) -> FitOutcome:
    from synthgen.motion import load

    try:
        motion = _fit(load(source), options, cache, workers)
        if posture is not None:
            from synthgen.biomech.postures.simulated import apply_posture

            motion = delivered(apply_posture(motion, posture))
        checks = judge(motion.report, gate)
        motion = replace(motion, name=_free_name(motion.name, names))
        evidence = spine_evidence(motion.report, gate)
        motion, files = write_fit(motion, checks, out, evidence)
    except InputError as error:
        return FitOutcome(source, "failed", (str(error),), bad_input=True)
    except SynthgenError as error:
        return FitOutcome(source, "failed", (str(error),))
    except OSError as error:
        return FitOutcome(source, "failed", (_disk_fault(error, error.filename or out, "the system refuses"),))
    except Exception as error:  # one clip that breaks the fit must not lose the others
        return FitOutcome(source, "failed", (f"the fit broke: {type(error).__name__}: {error}",))
    reasons, markers = failed(checks), motion.report["markers"]
    return FitOutcome(
        source,
        "refused" if reasons else "accepted",
        tuple(reasons),
        {kind: str(path) for kind, path in files.items()},
        motion.frames,
        markers["rms_mean_mm"],
        markers["max_mm"],
        markers["worst_marker"],
        warnings=fit_warnings(motion.report),
        evidence=evidence,
        report=report_numbers(motion.report),
    )


def _fit(clip: Clip, options: FitOptions | None, cache: Cache | None, workers: int) -> SpineMotion:
    if cache is not None:
        from synthgen.biomech.cache import cached_fit

        return cached_fit(clip, cache, options, workers=workers)
    from synthgen.biomech.fit import fit_clip

    return fit_clip(clip, options, workers=workers)


def report_numbers(report: dict[str, Any]) -> dict[str, Any]:
    """What a program wants to know of a report (``biomech/report.py``); it stays small however long the clip."""
    kept = ("options", "stature_m", "marker_sigma_mm", "vertebra_sigma_mm", "observability", "further_markers",
            "jumps", "beyond_range", "offsets_mm", "notes", "rhythm_distance_degrees", "clinical", "gate", "posture",
            "travel")  # fmt: skip
    markers = ("rms_mean_mm", "rms_worst_mm", "rms_worst_frame", "max_mm", "worst_marker", "worst_frame")
    done, limits = report["conditioning"], report["limits"]
    return {
        **{k: report[k] for k in kept if k in report},
        "markers": {k: report["markers"][k] for k in markers},
        "conditioning": {
            **{k: done[k] for k in ("filter", "noise_mm", "max_gap_s")},
            "samples_closed": sum(g["closed"] for g in done["gaps"].values()),
            "samples_left_open": sum(g["left_open"] for g in done["gaps"].values()),
            "spikes": {name: len(row["frames"]) for name, row in done["spikes"].items()},
        },
        "limits": {k: v for k, v in limits.items() if k != "share_of_frames_at_limit"},
        "frames_interpolated": len(report["frames_interpolated"]),
    }


def _free_name(name: str, taken: set[str]) -> str:
    """A file name of its own for every clip of one call."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", name) or "clip"
    free, k = stem, 2
    while free in taken:
        free, k = f"{stem}-{k}", k + 1
    taken.add(free)
    return free


def write_fit(
    motion: SpineMotion, checks: Sequence[Check], out: Path, evidence: Sequence[str] = ()
) -> tuple[SpineMotion, dict[str, Path]]:
    """Writes one fit as ``.osim``, ``.mot``, ``.npz``, ``.csv`` and ``.html``, named after the motion.

    Returns:
        the motion as it was written, with the clinical measures' summary and the gate's verdict in its report; and
        kind → path.

    Raises:
        SynthgenError: the files could not be written; then none of them is, and older ones of that name are as before.
    """
    from synthgen.biomech.clinical import clinical_measures
    from synthgen.biomech.osim.files import write_opensim
    from synthgen.biomech.page.page import fit_page
    from synthgen.biomech.postures.marks import posture_name

    measures = clinical_measures(motion)
    gate = {
        "accepted": all(c.passed for c in checks),
        "checks": [asdict(c) for c in checks],
        "evidence": list(evidence),
    }
    motion = replace(motion, report={**motion.report, "clinical": measures.summary(), "gate": gate})
    texts = {
        "csv": measures.table(motion.fps, posture_name(motion.report)),
        "html": fit_page(motion, measures, checks, evidence),
    }
    try:
        with transaction(Path(out)) as folder:
            opensim = write_opensim(motion, folder)
            files = dict(zip(("osim", "mot"), opensim, strict=True))
            files |= {kind: opensim[0].with_suffix(f".{kind}") for kind in ("npz", "csv", "html")}
            motion.save(files["npz"])
            for kind, text in texts.items():
                write_whole(files[kind], text.encode())
    except OSError as error:
        raise SynthgenError(_disk_fault(error, out, "the files of a fit cannot be written")) from error
    return motion, {kind: Path(out) / path.name for kind, path in files.items()}


def _disk_fault(error: OSError, where: Path | str, what: str) -> str:
    """What the file system said, and what to do."""
    return f"{where}: {what}\n  got: {error.strerror or error}\n  remedy: free room, or choose another folder"


def summary_lines(outcomes: Sequence[FitOutcome]) -> list[str]:
    """The table at the end, why clips were not accepted, what shows of their spines, and the first warnings of each."""
    width = max((len(o.source) for o in outcomes), default=4)
    lines = [f"{'clip':<{width}}  verdict   frames  RMS mm  max mm  worst marker"]
    for o in outcomes:
        numbers = "" if o.rms_mm is None else f"{o.frames:>6}  {o.rms_mm:>6.1f}  {o.max_mm:>6.1f}  {o.worst_marker}"
        lines.append(f"{o.source:<{width}}  {o.status:<8}  {numbers}".rstrip())
    for o in outcomes:
        lines += [f"{o.source}: {o.status}: {reason}" for reason in o.reasons]
        lines += [f"{o.source}: spine: {sentence}" for sentence in o.evidence]
        lines += [f"{o.source}: warning: {warning}" for warning in first_few(o.warnings)]
    return lines
