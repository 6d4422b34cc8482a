"""The rest joints that SMPL parameters move: the user's own, or a stand-in's at a stated stature."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.core.userfiles.arrays import one_array
from synthgen.motion.keys import Given
from synthgen.motion.readers.smpl.skeleton import COUNT, stand_in

_STATURES = (0.8, 2.4)
"""Metres that a person may be tall."""
_TALL = (0.7, 2.1)
"""Metres from the toes up to the head's joint."""


@dataclass(frozen=True)
class RestJoints:
    """Joints in the rest pose.

    Attributes:
        at: (22, 3) SMPL's axes, metres.
        size: theirs against the reference adult's.
        note: where they come from.
        own: True for the user's, False for the stand-in's.
    """

    at: np.ndarray
    size: float
    note: str
    own: bool


def rest_joints(given: Given, path: Path) -> RestJoints:
    """The rest joints for a motion.

    Args:
        given: ``rest_joints`` (a ``.npy`` file) or ``stature`` (metres), where the user says them; path: the motion.

    Raises:
        InputError: they are no person's.
    """
    if "rest_joints" in given:
        return _of_file(Path(given["rest_joints"]))
    body = reference_body()
    stature = float(given.get("stature", body.stature))
    if not _STATURES[0] <= stature <= _STATURES[1]:
        raise InputError(
            "the stature is no person's",
            where=f"{path.name}.yaml",
            expected=f"{_STATURES[0]} to {_STATURES[1]} metres",
            got=f"{stature:g}",
            remedy="write it in metres (stature: 1.70)",
        )
    how = "given" if "stature" in given else f"assumed; say it in {path.name}.yaml (stature: 1.70)"
    note = f"lengths of a stand-in skeleton {stature:.3f} m tall ({how}); betas are not used"
    size = stature / body.stature
    return RestJoints(size * stand_in(), size, note, own=False)


def _of_file(file: Path) -> RestJoints:
    rest = one_array(file, "file of rest joints", f"a .npy file ({COUNT} or more, 3)")
    if rest.ndim != 2 or len(rest) < COUNT or rest.shape[1] != 3 or not np.isfinite(rest[:COUNT]).all():
        raise InputError(
            "the rest joints have another shape",
            where=str(file),
            expected=f"({COUNT} or more, 3)",
            got=str(rest.shape),
            remedy="save the first 22 joints of the body model in its rest pose",
        )
    tall = float(np.ptp(rest[:COUNT, 1]))
    if not _TALL[0] < tall < _TALL[1]:
        raise InputError(
            "the rest joints are no person's in metres",
            where=str(file),
            expected=f"{_TALL[0]} to {_TALL[1]} m from the toes up to the head's joint along Y",
            got=f"{tall:.3g}",
            remedy="save them in metres, Y up",
        )
    return RestJoints(np.asarray(rest[:COUNT], float), 1.0, f"rest joints of {file.name}", own=True)
