"""From an SMPL-family ``.npz`` file to a clip.

Only the motion file is read; body-model files are the user's and are not needed. Two kinds:

- joint positions (``joints``, ``Jtr`` or ``jtr``, (T, J ≥ 22, 3)): taken as they are, to lie where the set ``smpl_22``
  has them;
- parameters (``poses``, ``trans`` and a rate, as in AMASS): the file's rotations move a stand-in skeleton, which is
  our own reference adult at a stated stature, because SMPL's rest joints are under its licence. Rotations, and so the
  trunk's bends, are the file's; lengths are not. Who has the body model may give its rest joints (22 × 3, metres,
  SMPL's axes) as a ``.npy`` file: ``rest_joints: mine.npy`` in ``take.npz.yaml``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.userfiles.arrays import declared, numbers
from synthgen.motion.clip import Clip
from synthgen.motion.keys import Given
from synthgen.motion.readers.smpl.parameters import from_parameters
from synthgen.motion.readers.smpl.positions import from_positions
from synthgen.motion.readers.smpl.skeleton import COUNT

_POSITIONS = ("joints", "Jtr", "jtr")
_RATES = ("mocap_framerate", "mocap_frame_rate", "fps")


def read(path: Path, given: Given) -> Clip:
    """Reads an SMPL-family ``.npz`` file.

    Raises:
        InputError: the file is damaged, lacks what is needed, or holds NaN, infinite or implausible numbers.
    """
    data = _arrays(path)
    key = next((k for k in _POSITIONS if k in data), None)
    if key is None and not {"poses", "trans"} <= set(data):
        raise InputError(
            "this .npz file holds no motion that is known",
            where=str(path),
            expected="a clip of synthgen's, AMASS parameters (poses, trans, mocap_framerate), or joint positions "
            f"({', '.join(_POSITIONS)}: frames × {COUNT} or more joints × 3)",
            got=", ".join(sorted(data)[:20]) or "nothing",
            remedy="export the motion with these names; a body model's own file holds no motion",
        )
    fps = _rate(data, given, path)
    if key is not None:
        return from_positions(data[key], fps, given, path)
    return from_parameters(data["poses"], data["trans"], fps, given, path)


def _rate(data: dict[str, np.ndarray], given: Given, path: Path) -> float:
    value = given.get("fps", next((data[k] for k in _RATES if k in data), None))
    if value is None:
        raise InputError(
            "the file does not say its frame rate",
            where=str(path),
            expected=" or ".join(_RATES),
            remedy=f"say it in {path.name}.yaml beside the file (fps: 120)",
        )
    try:
        fps = float(np.asarray(value).ravel()[0])
    except (ValueError, TypeError, IndexError):
        fps = float("nan")
    if not (np.isfinite(fps) and 0 < fps < 100_000):
        raise InputError(
            "the frame rate must be positive",
            where=str(path),
            got=str(value),
            expected="a rate above 0 and below 100,000 frames a second",
            remedy=f"say it in {path.name}.yaml beside the file (fps: 120)",
        )
    return fps


def _arrays(path: Path) -> dict[str, np.ndarray]:
    """The numeric arrays of the file that are needed; others (names, genders) are empty, and not opened."""
    kind = "motion file"
    names = declared(path, kind)
    return {k: np.zeros(0) for k in names} | numbers(path, kind, (*_POSITIONS, *_RATES, "poses", "trans"))
