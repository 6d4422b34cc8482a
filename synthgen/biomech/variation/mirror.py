"""A motion in the mirror: its exact reflection in the plane y = 0 of the clip's world, left and right exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion

_SIDES = {"left_": "right_", "right_": "left_"}
_LETTERS = {"L": "R", "R": "L"}
_FLIP = np.array([1.0, -1.0, 1.0])
_TURNED = ("pelvis_ty", "pelvis_rotation", "pelvis_list")
"""Coordinates of the pelvis that change their sign; the spine's are told by their planes, the limbs' change places."""


def mirrored(motion: SpineMotion) -> SpineMotion:
    """The motion of the mirrored subject: geometry, sizes, markers and their errors. Twice is the motion itself."""
    segments = _partners(motion.segment_names)
    coordinates = _partners(motion.coordinate_names)
    signs = np.array([-1.0 if _turned(name) else 1.0 for name in motion.coordinate_names])
    return replace(
        motion,
        q=motion.q[:, coordinates] * signs,
        transforms=_reflected(motion.transforms[:, segments]),
        neutral=_reflected(motion.neutral[segments]),
        scale=motion.scale[segments],
        marker_names=tuple(_other(name, motion.marker_names) for name in motion.marker_names),
        marker_segments=tuple(_other(name, motion.segment_names) for name in motion.marker_segments),
        marker_offsets=motion.marker_offsets * _FLIP,
        vertebra_covariance=motion.vertebra_covariance
        * np.outer(_FLIP, _FLIP).astype(motion.vertebra_covariance.dtype),
        joint_sigma={_other(name, ()): sigma for name, sigma in motion.joint_sigma.items()},
    )


def _turned(name: str) -> bool:
    """Whether a coordinate changes its sign in the mirror; those of the limbs change places instead."""
    limb = name.startswith(tuple(_SIDES))
    return name in _TURNED or (name.endswith(("_lateral", "_rotation")) and not limb)


def _other(name: str, names: Sequence[str]) -> str:
    """The name of what lies on the other side: ``left_`` for ``right_``, or L for R where a marker set has both."""
    for side, other in _SIDES.items():
        if name.startswith(side):
            return other + name.removeprefix(side)
    swapped = _LETTERS.get(name[:1], "") + name[1:]
    return swapped if swapped != name[1:] and swapped in names and not name[1:].isdigit() else name


def _partners(names: Sequence[str]) -> np.ndarray:
    """Index of every name's other side."""
    index = {name: i for i, name in enumerate(names)}
    return np.array([index[_other(name, ())] for name in names])


def _reflected(transforms: np.ndarray) -> np.ndarray:
    """(…, 4, 4) frames in the mirror, right-handed again: their own Y axes are turned round as well."""
    flip = np.append(_FLIP, 1.0)
    out: np.ndarray = transforms * np.outer(flip, flip)
    return out
