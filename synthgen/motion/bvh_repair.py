"""Two things that real BVH files carry and that no motion is: a chest without length, and a calibration pose.

- The CMU database's usual BVH conversion has lost a bone. Its ASF skeletons climb from the root over lower back,
  upper back and *thorax* to neck and clavicles; in the BVH files ``Neck`` and both shoulders lie on ``Spine1``, where
  the thorax begins. Legs and head then belong to people whose trunks differ by 0.12 m: the head of subject 05 ends
  1.45 m above a floor on which its hips are at 0.84 m.
- Its first frame is the rest pose, from which the motion is entered with a jump.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_NOWHERE = 1e-3
"""Share of the bone below under which an offset is none."""
_JUMP_DEGREES = 8.0
_JUMP_TIMES = 8.0
"""A first frame counts as a calibration pose when the joints turn, on average, by more than so many degrees into the
next one, and by so many times what they turn later on."""
_LATER = 60


def missing_chest(
    motion: Any, convention: dict[str, Any], names: dict[str, str]
) -> tuple[list[str], np.ndarray] | None:
    """The joints that a lost chest bone would carry, and its vector in the frame of ``bone`` (file units).

    Args:
        motion: the file as pybvh reads it; convention: an entry of ``bvh_joints.yaml``; names: plain name → file's.

    Returns:
        file names of the joints and (3,) the vector, that of the bone below; None where no bone is lost.
    """
    row = convention.get("chest")
    wanted = [row["bone"], *row["joints"]] if row else []
    if not row or any(n.lower() not in names for n in wanted):
        return None
    nodes = {node.name: node for node in motion.nodes}
    bone, *joints = (nodes[names[n.lower()]] for n in wanted)
    along = np.asarray(bone.offset, float)
    apart = max(float(np.linalg.norm(j.offset)) for j in joints)
    if any(j.parent is not bone for j in joints) or apart > _NOWHERE * np.linalg.norm(along):
        return None
    return [j.name for j in joints], along


def below(motion: Any, tops: list[str]) -> np.ndarray:
    """(N,) True for the named joints and everything that hangs on them."""
    hanging = np.zeros(len(motion.nodes), bool)
    for i, node in enumerate(motion.nodes):
        hanging[i] = node.name in tops or (node.parent is not None and hanging[motion.node_index[node.parent.name]])
    return hanging


def starts_with_a_calibration_pose(rotations: np.ndarray) -> bool:
    """True when the joints (T, N, 3, 3) leap from the first frame to the second and move smoothly from there."""
    if len(rotations) < 4:
        return False
    some = rotations[: _LATER + 1]
    cosine = (np.einsum("tnij,tnij->tn", some[1:], some[:-1]) - 1) / 2
    turned = np.degrees(np.arccos(np.clip(cosine, -1, 1))).mean(1)
    return bool(turned[0] > max(_JUMP_DEGREES, _JUMP_TIMES * float(np.median(turned[1:]))))
