"""One input, read as the command line would read it, and what came of it."""

from __future__ import annotations

import re
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scripts.fuzzing.sound import Sound
from synthgen.biomech.postures.simulated import read_posture
from synthgen.core.errors import MESSAGE, SynthgenError
from synthgen.motion import load
from synthgen.motion.clip import Clip
from synthgen.scene import load_scene, scene_hash

_FOREIGN = re.compile(r"std::|bad_alloc|Traceback|github\.com|open an issue|terminate called", re.IGNORECASE)
"""Words of libraries that no user of ours can do anything about."""


@dataclass(frozen=True)
class Outcome:
    """What came of one input.

    Attributes:
        verdict: ``accepted`` or ``refused``, or a finding: ``traceback``, ``silent_nan``, ``warning``,
            ``long_message``, ``foreign_words``, and from outside ``hang`` and ``crash``.
        told: the message, the trace, or what is not finite.
        seconds: wall-clock time.
    """

    verdict: str
    told: str = ""
    seconds: float = 0.0

    @property
    def finding(self) -> bool:
        """True for what must not be."""
        return self.verdict not in ("accepted", "refused")


def tried(case: Sound, folder: Path) -> Outcome:
    """Reads a case that lies in a folder."""
    began = time.perf_counter()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        outcome = _read(case, folder / case.main)
    seconds = time.perf_counter() - began
    numeric = [w for w in told if issubclass(w.category, RuntimeWarning)]
    if numeric and not outcome.finding:
        first = numeric[0]
        outcome = Outcome("warning", f"{first.filename}:{first.lineno}: {first.message}\n{outcome.told}")
    return Outcome(outcome.verdict, outcome.told, seconds)


def _read(case: Sound, path: Path) -> Outcome:
    try:
        if case.kind == "scene":
            scene_hash(load_scene(path))
        elif case.kind == "posture":
            read_posture(path)
        elif wrong := _not_finite(load(str(path)), case.gaps):
            return Outcome("silent_nan", wrong)
    except SynthgenError as error:
        return _message(str(error))
    except Exception:  # that is what is looked for
        return Outcome("traceback", traceback.format_exc(limit=-6))
    return Outcome("accepted")


def _message(text: str) -> Outcome:
    if len(text.encode()) > MESSAGE:
        return Outcome("long_message", f"{len(text.encode())} bytes: {text[:500]}")
    if _FOREIGN.search(text):
        return Outcome("foreign_words", text)
    return Outcome("refused", text)


def _not_finite(clip: Clip, gaps: bool) -> str:
    """What of an accepted clip is neither a number nor a noted gap."""
    wrong = [n for n, o in clip.orientations.items() if not np.isfinite(o).all()]
    for name, points in clip.points.items():
        missing = np.isnan(points).any(-1)
        if np.isinf(points).any() or missing.all() or (missing.any() and not gaps):
            wrong.append(name)
    if not np.isfinite(clip.fps):
        wrong.append("fps")
    return ", ".join(wrong)
