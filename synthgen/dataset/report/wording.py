"""What the card and the report both say: where clips come from, and what the labels are and are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synthgen.core.skeleton import VERTEBRAE
from synthgen.dataset.report.statistics import Statistics


@dataclass(frozen=True)
class ClipNote:
    """What the card says about a clip.

    Attributes:
        clip: its name, as the annotations have it.
        source: file or program that it came from.
        licence: SPDX name or a sentence.
        fit_rms_mm: distance of the fitted model's markers from the clip's, root mean square in mm; None if unknown.
        warnings: what the fit warns of although it was accepted, as sentences.
    """

    clip: str
    source: str
    licence: str
    fit_rms_mm: float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClipRow:
    """A clip of the dataset as the tables have it; what no note says is empty.

    Attributes:
        name: its name.
        people: annotation records that show it.
        frames: how many of its frames are used.
        fit: distance of the fitted model's markers from the clip's, mm.
        source, licence: as in its note.
    """

    name: str
    people: int
    frames: int
    fit: str
    source: str
    licence: str


def clip_rows(statistics: Statistics, clips: Sequence[ClipNote]) -> list[ClipRow]:
    """The clips that occur, by name."""
    notes = {note.clip: note for note in clips}
    rows = []
    for clip, people in sorted(statistics.clips.items()):
        note = notes.get(clip) or ClipNote(clip, "", "")
        fit = f"{note.fit_rms_mm:.1f}" if note.fit_rms_mm is not None else ""
        rows.append(ClipRow(clip, people, len(statistics.clip_frames[clip]), fit, note.source, note.licence))
    return rows


def labels_wording(statistics: Statistics) -> str:
    """What the vertebral labels are and are not."""
    from synthgen.core.bodymodel import reference_body

    body = reference_body()
    joints = sum(any(c.name.startswith(f"{v}_") for c in body.tree.coordinates) for v in (*VERTEBRAE, "skull"))
    spine = [c for c in body.tree.coordinates if c.name.split("_")[0] in (*VERTEBRAE, "skull")]
    sigma = 1000 * statistics.sigma / max(1, statistics.people)
    return (
        "No vertebra was measured. A spine model (OpenSim; "
        f"{joints} joints with {len(spine)} degrees of freedom between sacrum and skull, guided by "
        f"{len(body.rhythm_names)} regional rhythms) is fitted to each motion clip, the fit drives a character, and "
        "the labels are anatomical points fixed to that character's body. What a motion source does not record of the "
        "spine, the model supplies. Every keypoint carries its own uncertainty (`keypoint_sigma`, one standard "
        f"deviation): {sigma.min():.0f} to {sigma.max():.0f} mm here. The table says how far each labelled vertebra "
        "lies from the fitted one brought to the character's size (`retarget_residual_mm`)."
    )
