"""Two things that real BVH files carry and that no motion is: a chest without length, and a calibration pose.

- The CMU database's usual BVH conversion has lost a bone. Its ASF skeletons climb from the root over lower back,
  upper back and *thorax* to neck and clavicles; in the BVH files ``Neck`` and both shoulders lie on ``Spine1``, where
  the thorax begins. Legs and head then belong to people whose trunks differ by 0.12 m: the head of subject 05 ends
  1.45 m above a floor on which its hips are at 0.84 m.
- Its first frame is the rest pose, from which the motion is entered with a jump.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.motion.readers.bvh.kinematics import JointMotion, joint_motion
from synthgen.motion.readers.bvh.parse import BvhFile

_NOWHERE = 1e-3
"""Share of the bone below under which an offset is none."""
_JUMP_DEGREES = 8.0
_JUMP_TIMES = 8.0
"""A first frame counts as a calibration pose when the joints turn, on average, by more than so many degrees into the
next one, and by so many times what they turn later on."""
_LATER = 60


def with_chest(whole: JointMotion, bone: int, joints: list[int]) -> JointMotion | None:
    """The joints with a chest as long as the bone below, where ``joints`` lie on ``bone``; None where none is lost."""
    above = int(whole.parents[bone])
    if above < 0 or any(whole.parents[j] != bone for j in joints):
        return None
    along = whole.rest[bone] - whole.rest[above]
    nowhere = _NOWHERE * float(np.linalg.norm(along))
    # Joints that are on the bone at rest but have a place of their own in the motion have lost nothing.
    apart = [whole.rest[joints] - whole.rest[bone], whole.positions[:, joints] - whole.positions[:, [bone]]]
    if nowhere == 0 or any(np.linalg.norm(a, axis=-1).max() > nowhere for a in apart):
        return None
    hanging = whole.below(joints)
    lifted = (whole.rotations[:, bone] @ along)[:, None]
    return replace(
        whole,
        positions=whole.positions + np.where(hanging[:, None], lifted, 0.0),
        rest=whole.rest + np.where(hanging[:, None], along, 0.0),
    )


def starts_with_a_calibration_pose(file: BvhFile) -> bool:
    """True when the joints of a file leap from the first frame to the second and move smoothly from there."""
    if len(file.values) < 4:
        return False
    some = joint_motion(replace(file, values=file.values[: _LATER + 1]), range(len(file.names))).rotations
    cosine = (np.einsum("tnij,tnij->tn", some[1:], some[:-1]) - 1) / 2
    # The last joint of a limb turns the limb's end as well, and counts for both.
    shares = np.where(np.isin(np.arange(len(file.names)), file.parents), 1.0, 2.0)
    turned = np.average(np.degrees(np.arccos(np.clip(cosine, -1, 1))), axis=1, weights=shares)
    return bool(turned[0] > max(_JUMP_DEGREES, _JUMP_TIMES * float(np.median(turned[1:]))))
