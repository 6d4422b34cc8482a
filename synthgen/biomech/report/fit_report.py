"""``FitReport``: what a fit measured, what was added to it, and what the gate decided."""

from __future__ import annotations

from dataclasses import dataclass, field

from synthgen.biomech.options import FitOptions
from synthgen.biomech.report.markers import Conditioning, MarkerErrors, Placement
from synthgen.biomech.report.opensim import OpenSimCheck
from synthgen.biomech.report.spine import (
    BeyondRange,
    FurtherMarkers,
    Jumps,
    Observability,
    RangeUse,
    RhythmDistance,
    VertebraSigma,
)
from synthgen.biomech.report.travel import Travel
from synthgen.core.acceptance import Criterion
from synthgen.core.records import LEFT_OUT, Record

Asked = dict[str, float | dict[str, float | str]]
"""A posture as it was asked for: clinical angle → degrees, and ``scoliosis`` → its keys (``Posture.to_dict``)."""


@dataclass(frozen=True)
class SimulatedPosture(Record):
    """A posture that was added to the fitted motion and not measured.

    Attributes:
        simulated: True, for whoever reads the file.
        name: its kind.
        asked: what was asked for.
        standing: clinical measure → value of the standing subject with the posture, degrees or millimetres.
    """

    simulated: bool
    name: str
    asked: Asked
    standing: dict[str, float]


@dataclass(frozen=True)
class DrawnSpine(Record):
    """A person's spine that the fitted motion was carried over to and that was not measured.

    Attributes:
        drawn: True, for whoever reads the file.
        standing: clinical measure → value of the person in neutral standing, degrees or millimetres.
        stiff, hypermobile: levels that give little, and much.
    """

    drawn: bool
    standing: dict[str, float]
    stiff: tuple[str, ...]
    hypermobile: tuple[str, ...]


@dataclass(frozen=True)
class MeasureSummary(Record):
    """One clinical measure over a motion, in its unit (``data/clinical.yaml``); None where no frame has it.

    Attributes:
        median, min, max: over the frames that have it.
        frames: how many have it.
        upper, apex, lower, frame: vertebrae of the largest lateral curve, from above, and its frame; of the Cobb angle
            only.
    """

    median: float | None
    min: float | None
    max: float | None
    frames: int
    upper: str | None = field(default=None, metadata=LEFT_OUT)
    apex: str | None = field(default=None, metadata=LEFT_OUT)
    lower: str | None = field(default=None, metadata=LEFT_OUT)
    frame: int | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True)
class GateDecision(Record):
    """What the gate said of the motion as it was delivered.

    Attributes:
        accepted: whether every check passed.
        checks: the gate's rows.
        evidence: what is observed of the spine and what is the prior's, as sentences.
    """

    accepted: bool
    checks: tuple[Criterion, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class FitReport(Record):
    """The report of one fit; angles in degrees, lengths in millimetres where a name or a part does not say otherwise.

    Attributes:
        verdict: ``accept`` or ``warn``: whether the fit itself finds something unusual. The gate's word is ``gate``.
        reasons: what it finds, as sentences.
        frames: number of frames; ``frames_interpolated`` are those in which too little was measured.
        markers: errors against the points as measured, of points that stand for anatomy.
        soft_markers: the same of ``BodyModel.soft``, which the gate leaves out because a source's trunk joints are no
            anatomical points; None without any.
        conditioned_markers: as ``markers``, against the points after conditioning.
        opensim: what OpenSim's own model says of the frames, and which it solved.
        offsets_mm: marker → millimetres from its place throughout, of markers that are 20 mm off or more.
        placement: the worst placed markers.
        limits: how the joints' ranges are used; ``beyond_range`` what is asked beyond them.
        rhythm_distance_degrees: how far single levels left the rhythm of their region.
        jumps: turns that no trunk makes.
        stature_m: metres, estimated.
        spinal_degrees_of_freedom: of the model; ``independent_spinal_degrees_of_freedom`` of its regional rhythms.
        notes: what was left out or assumed.
        options: the choices of the fit.
        rhythm: name of the table by which regions share their bends.
        conditioning: what was done to the measured trajectories.
        marker_sigma_mm: millimetres, σ per axis of the markers.
        observability: rhythm name → what the measurements say of it.
        travel: speed, floor, what holds the person, how the trunk stands.
        vertebra_sigma_mm: how well the vertebrae's places are known.
        further_markers: what more markers would tell; None where the vertebrae are well known, or all are there.
        posture: a simulated posture, or None.
        spine: the drawn spine that the motion was carried over to, or None: it has the subject's own.
        clinical: clinical measure → summary over the motion; None until the fit is written.
        gate: the gate's decision; None until the fit is written.
    """

    verdict: str
    reasons: tuple[str, ...]
    frames: int
    frames_interpolated: tuple[int, ...]
    markers: MarkerErrors
    soft_markers: MarkerErrors | None
    conditioned_markers: MarkerErrors
    opensim: OpenSimCheck
    offsets_mm: dict[str, float]
    placement: Placement
    limits: RangeUse
    beyond_range: BeyondRange
    rhythm_distance_degrees: RhythmDistance
    jumps: Jumps
    stature_m: float
    spinal_degrees_of_freedom: int
    independent_spinal_degrees_of_freedom: int
    notes: tuple[str, ...]
    options: FitOptions
    rhythm: str
    conditioning: Conditioning
    marker_sigma_mm: float
    observability: dict[str, Observability]
    travel: Travel
    vertebra_sigma_mm: VertebraSigma
    further_markers: FurtherMarkers | None
    posture: SimulatedPosture | None = field(default=None, metadata=LEFT_OUT)
    spine: DrawnSpine | None = field(default=None, metadata=LEFT_OUT)
    clinical: dict[str, MeasureSummary] | None = field(default=None, metadata=LEFT_OUT)
    gate: GateDecision | None = field(default=None, metadata=LEFT_OUT)

    @property
    def altered(self) -> bool:
        """Whether neutral standing itself was moved, by a posture or another spine: no range of the model binds it."""
        return self.posture is not None or self.spine is not None
