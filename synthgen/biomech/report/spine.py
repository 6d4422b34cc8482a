"""Records of a fit's spine: its ranges of motion, its rhythm, and how well it is known."""

from __future__ import annotations

from dataclasses import dataclass, field

from synthgen.core.records import LEFT_OUT, Record


@dataclass(frozen=True)
class RangeExcess(Record):
    """The joint angle that is farthest beyond a range: by so many degrees, of which coordinate, in which frame."""

    degrees: float
    coordinate: str
    frame: int


@dataclass(frozen=True)
class MeanRangeExcess(Record):
    """How the spine goes beyond the published mean ranges, which the model widens.

    Attributes:
        share_of_frames: 0 … 1, in which some level does.
        degrees: the most of any frame, 0 where none does.
        coordinate, frame: where that is.
    """

    share_of_frames: float
    degrees: float
    coordinate: str | None = field(default=None, metadata=LEFT_OUT)
    frame: int | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True)
class RegionUse(Record):
    """How a motion uses the range of one region in one plane.

    Attributes:
        pressed: share of frames, 0 … 1, in which levels with more than half of the region's range stand at their
            limits to one side.
        most: share of the range, 0 … 1, whose levels stand at their limits, the largest of any frame.
    """

    pressed: float
    most: float


@dataclass(frozen=True)
class RangeUse(Record):
    """How a motion uses its joints' ranges (``solving/ranges.py``).

    Attributes:
        violations: number of values beyond their range.
        largest_violation: None without one.
        share_of_frames_with_a_level_at_its_limit: 0 … 1.
        share_of_frames_at_limit: coordinate → 0 … 1, of the eight that are there most.
        regions: rhythm name → its use; regions that are never at a limit are left out.
        published_mean: the same question with the ranges' margin taken off.
    """

    violations: int
    largest_violation: RangeExcess | None
    share_of_frames_with_a_level_at_its_limit: float
    share_of_frames_at_limit: dict[str, float]
    regions: dict[str, RegionUse]
    published_mean: MeanRangeExcess


@dataclass(frozen=True)
class BeyondRange(Record):
    """What the measurements ask of a region beyond its range, were it let free.

    Attributes:
        frames: number of frames in which a region is asked for more than 10° beyond its range.
        degrees: the most of any frame.
        region, frame: where that is; ``region`` is empty where nothing is asked.
    """

    frames: int
    degrees: float
    region: str
    frame: int


@dataclass(frozen=True)
class RhythmDistance(Record):
    """Degrees that single levels stand off the rhythm of their region: RMS over levels and frames, and the most."""

    rms: float
    max: float


@dataclass(frozen=True)
class Jumps(Record):
    """Turns of a vertebra or the skull against the pelvis that no trunk makes.

    Attributes:
        count: number of frames into which something jumps.
        largest_degrees: the largest turn from one frame to the next.
        segment, frame: what makes it, and into which frame.
    """

    count: int
    largest_degrees: float
    segment: str
    frame: int


@dataclass(frozen=True)
class Observability(Record):
    """What the measurements say of the bend of one region in one plane (``solving/uncertainty.py``).

    Attributes:
        verdict: ``observed`` or ``set by the prior``.
        measured_share: 0 … 1 of the prior variance that the measurements remove.
        sigma_degrees: σ of the region's bend.
        levels: ``observed`` or ``set by the prior``, of how the region shares its bend among its levels.
        levels_measured_share: 0 … 1.
    """

    verdict: str
    measured_share: float
    sigma_degrees: float
    levels: str
    levels_measured_share: float


@dataclass(frozen=True)
class VertebraSigma(Record):
    """How well the vertebrae's places are known, millimetres, σ per axis; None where nothing is known.

    Attributes:
        rms: over frames and vertebrae.
        worst: the worst vertebra's RMS over frames.
        vertebra: its name.
    """

    rms: float | None
    worst: float | None
    vertebra: str


@dataclass(frozen=True)
class FurtherMarkers(Record):
    """What markers on the back would tell that a recording does not have (``solving/further_markers.py``).

    Attributes:
        markers: those that were not there.
        vertebra_sigma_mm: millimetres, σ per axis, RMS over frames and vertebrae, with all of them.
        alone_mm: marker → the same with that one alone; empty where there is only one.
        sigma_degrees: rhythm name → σ of the region's bend with all of them.
    """

    markers: tuple[str, ...]
    vertebra_sigma_mm: float
    alone_mm: dict[str, float]
    sigma_degrees: dict[str, float]
