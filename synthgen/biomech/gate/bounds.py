"""What a fit must keep to be accepted."""

from __future__ import annotations

from dataclasses import dataclass

from synthgen.motion.travel import FASTEST


@dataclass(frozen=True)
class FitBounds:
    """Bounds on a fit's report; shares are of frames or samples, 0 … 1.

    Attributes:
        rms_mm: largest marker RMS of any frame, mm; OpenSim's guidance for inverse kinematics is 20 (user's guide).
        max_mm: largest distance of any marker in any frame, mm; OpenSim's guidance is 40.
        offset_mm: largest distance of a trunk's marker from where its set has it, throughout, mm; OpenSim's guidance
            for any error. Twice as much for limbs, which move no vertebra. A point whose place its set calls uncertain
            (keypoints) may be off by four times that σ, and the σ of the vertebrae is the larger for it.
        interpolated: largest share of frames that were filled in because too little was measured.
        jumps: largest share of frames into which a vertebra jumps faster than a trunk can. One jump in a few
            seconds is a hiccup of a recording that spoils one frame; more of them are a motion that is not one.
        spikes: largest share of one marker's samples that were rejected as spikes; two pass in a short clip.
        beyond_range: largest share of frames in which a region of the spine is asked for 10° more than its range
            holds (``biomech/solving/ranges.py``); one frame passes, unless it is 0.
        pressed: largest share of frames in which one region stands at its limit. Nobody moves so: it is the posture
            of a misplaced marker, or of another model.
        sigma_mm: largest uncertainty of the vertebrae, σ per axis, RMS over frames and vertebrae, mm. A clip without
            any point on the back has 13; one of two hips and a sacrum says nothing of a spine.
        speed_m_s: largest speed of the pelvis over half a second, m/s; a sprinter's record is 12.4
            (``motion/travel.py``).
        floor_m: largest distance of the body's lowest part from the floor while it stands, lies or crawls, m; samples
            have 0.08, by feet and hands whose flesh nobody knows.
        afloat: largest share of frames in which nothing holds the body and it does not fall
            (``motion/contacts.py``); one frame passes, unless it is 0.
    """

    rms_mm: float = 20.0
    max_mm: float = 40.0
    offset_mm: float = 40.0
    interpolated: float = 0.1
    jumps: float = 0.01
    spikes: float = 0.02
    beyond_range: float = 0.01
    pressed: float = 0.8
    sigma_mm: float = 20.0
    speed_m_s: float = FASTEST
    floor_m: float = 0.15
    afloat: float = 0.1
