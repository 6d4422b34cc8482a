"""Records of a fit's markers: errors, places, and what was done to the measured trajectories."""

from __future__ import annotations

from dataclasses import dataclass, field

from synthgen.core.records import LEFT_OUT, Record


@dataclass(frozen=True)
class MarkerErrors(Record):
    """Distances of the model's points from the measured ones; zeros where nothing was measured.

    Attributes:
        rms_mean_mm: millimetres, RMS over the markers of a frame, mean over frames.
        rms_worst_mm: millimetres, RMS of the worst frame, which is ``rms_worst_frame``.
        max_mm: millimetres, of ``worst_marker`` in ``worst_frame``.
        per_marker_rms_mm: marker → millimetres, RMS over frames.
        per_marker_max_mm: marker → millimetres, the most of any frame.
    """

    rms_mean_mm: float
    rms_worst_mm: float
    rms_worst_frame: int
    max_mm: float
    worst_marker: str
    worst_frame: int
    per_marker_rms_mm: dict[str, float]
    per_marker_max_mm: dict[str, float]


@dataclass(frozen=True)
class Misplacement(Record):
    """The marker that is farthest from its place throughout, for how surely it is placed.

    Attributes:
        marker: its name; empty where no marker belongs to that part of the body.
        mm: millimetres, its mean distance from the place that its marker set gives it.
        sigma_mm: millimetres per axis, how surely the set places it.
    """

    marker: str
    mm: float
    sigma_mm: float


@dataclass(frozen=True)
class Placement(Record):
    """The worst placed markers of the trunk (with pelvis, head and shoulder girdle) and of the limbs."""

    trunk: Misplacement
    limbs: Misplacement


@dataclass(frozen=True)
class Spikes(Record):
    """Samples of one trajectory that were rejected as spikes.

    Attributes:
        frames: in which they are.
        mm: millimetres from the median of the neighbourhood, of points.
        degrees: the same of orientations.
    """

    frames: tuple[int, ...]
    mm: tuple[float, ...] | None = field(default=None, metadata=LEFT_OUT)
    degrees: tuple[float, ...] | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True)
class Gaps(Record):
    """Frames of one trajectory in which nothing was measured, rejected samples among them.

    Attributes:
        closed: frames in gaps that were short enough to be closed.
        left_open: frames in longer ones.
    """

    closed: int
    left_open: int


@dataclass(frozen=True)
class LowPass(Record):
    """The filter that the trajectories went through.

    Attributes:
        kind: ``none``, or what it is.
        order: of both passes together.
        cutoff_hz: Hz; None where nothing was filtered.
        why: how it was chosen.
    """

    kind: str
    order: int
    cutoff_hz: float | None
    why: str


@dataclass(frozen=True)
class Conditioning(Record):
    """What ``signals/conditioning.py`` did to the measured trajectories.

    Attributes:
        spikes: point, or segment as ``T6 orientation`` → rejected samples.
        gaps: point, or segment as ``T6 orientation`` → frames without measurement.
        max_gap_s: seconds, the longest gap that was closed.
        noise_mm: millimetres per axis, median of the points; None where it could not be told from motion.
        noise_left_mm: millimetres per axis that the filter leaves of it.
        filter: what took noise away.
    """

    spikes: dict[str, Spikes]
    gaps: dict[str, Gaps]
    max_gap_s: float
    noise_mm: float | None
    noise_left_mm: float
    filter: LowPass

    @property
    def samples_closed(self) -> int:
        """Samples of all trajectories in gaps that were closed."""
        return sum(g.closed for g in self.gaps.values())

    @property
    def samples_left_open(self) -> int:
        """Samples of all trajectories in gaps that were left open."""
        return sum(g.left_open for g in self.gaps.values())
