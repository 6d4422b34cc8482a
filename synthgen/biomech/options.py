"""What may be chosen about a fit: :class:`FitOptions`, handed on as one from the command line to the fit and its cache.

Everything in it decides the result; what does not (processes, folders) is not in it.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from synthgen.core.bodydata import DEFAULT_RHYTHM
from synthgen.core.bodymodel import DEFAULT_SEX, BodyModel, reference_body
from synthgen.core.errors import InputError

MAX_GAP = 0.1
"""Seconds: longer gaps are left open."""
OPENSIM_EVERY = 20
"""Frames: OpenSim solves every so many in any case. What it solves for other reasons does not depend on it."""
LOWEST_CUTOFF = 0.1
"""Hz: below this nothing of a motion is left."""


@dataclass(frozen=True)
class FitOptions:
    """Choices of one fit.

    Attributes:
        rhythm: how a region's bend is shared out to its levels, one of ``bodydata.rhythm_tables``.
        sex: of the reference adult that is scaled to the subject, one of ``bodydata.sexes``.
        cutoff_hz: of the low-pass filter in Hz; None filters nothing; ``"auto"`` filters what is noisy
            (``conditioning.condition``).
        max_gap: seconds; longer gaps are left open.
        opensim_every: OpenSim solves every so many frames, as a sample, besides those that need it
            (``solving/confirmation.py``); 1 has it solve all of them.

    Raises:
        InputError: one of them makes no sense.
    """

    rhythm: str = DEFAULT_RHYTHM
    sex: str = DEFAULT_SEX
    cutoff_hz: float | str | None = "auto"
    max_gap: float = MAX_GAP
    opensim_every: int = OPENSIM_EVERY

    def __post_init__(self) -> None:
        self.reference()
        cutoff = self.cutoff_hz
        if isinstance(cutoff, str) and cutoff != "auto":
            raise InputError("unknown cut-off", expected='a frequency in Hz, None or "auto"', got=repr(cutoff))
        if isinstance(cutoff, float | int) and not (math.isfinite(cutoff) and cutoff >= LOWEST_CUTOFF):
            raise InputError(
                "the filter's cut-off must be a positive frequency in Hz",
                expected=f"at least {LOWEST_CUTOFF:g} Hz",
                got=f"{cutoff}",
                remedy="6 suits walking",
            )
        if not (math.isfinite(self.max_gap) and self.max_gap >= 0):
            raise InputError("the longest gap must be a number of seconds, 0 or more", got=f"{self.max_gap}")
        if self.opensim_every < 1:
            raise InputError("OpenSim's sample must be every so many frames, 1 or more", got=f"{self.opensim_every}")

    def reference(self) -> BodyModel:
        """The reference adult that is scaled.

        Raises:
            InputError: the rhythm or the sex is unknown.
        """
        return reference_body(rhythm=self.rhythm, sex=self.sex)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return asdict(self)
