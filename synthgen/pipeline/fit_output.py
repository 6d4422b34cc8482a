"""The files of one fit: OpenSim's model and motion, the fit itself, clinical measures and a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from synthgen.biomech.clinical_angles import clinical_measures
from synthgen.biomech.osim.files import write_opensim
from synthgen.biomech.page.page import fit_page
from synthgen.biomech.postures.marks import posture_name
from synthgen.biomech.report.fit_report import GateDecision
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.errors import SynthgenError
from synthgen.core.files.transaction import transaction
from synthgen.core.files.whole import write_whole


def write_fit(motion: SpineMotion, gate: GateDecision, out: Path) -> tuple[SpineMotion, dict[str, Path]]:
    """Writes one fit as ``.osim``, ``.mot``, ``.npz``, ``.csv`` and ``.html``, named after the motion.

    Args:
        motion: the fit.
        gate: what the gate decided; it is kept in the report.
        out: folder.

    Returns:
        the motion as it was written, with the clinical measures' summary and the gate's decision in its report; and
        kind → path.

    Raises:
        SynthgenError: the files could not be written; then none of them is, and older ones of that name are as before.
    """
    measures = clinical_measures(motion)
    motion = replace(motion, report=replace(motion.report, clinical=measures.summary(), gate=gate))
    texts = {
        "csv": measures.table(motion.fps, posture_name(motion.report)),
        "html": fit_page(motion, measures),
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
        raise SynthgenError(disk_fault(error, out, "the files of a fit cannot be written")) from error
    return motion, {kind: Path(out) / path.name for kind, path in files.items()}


def disk_fault(error: OSError, where: Path | str, what: str) -> str:
    """What the file system said, and what to do."""
    return f"{where}: {what}\n  got: {error.strerror or error}\n  remedy: free room, or choose another folder"
