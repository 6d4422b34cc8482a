"""Where the body's centre of mass is.

Masses and centres: fractions of body mass, and of the way from the proximal to the distal joint
(Winter, Biomechanics and Motor Control of Human Movement, 4th ed. 2009, table 4.1 [book]; the trunk's 0.497 is
laid on three vertebrae as pelvis 0.142, abdomen 0.139 and thorax 0.216).
"""

from __future__ import annotations

import numpy as np

from synthgen.core.bodymodel import BodyModel

# segment that carries the mass, segment whose joint ends it (None: at its own origin), fraction along, share of mass
_LIMBS = (
    ("upper_arm", "forearm", 0.436, 0.028),
    ("forearm", "hand", 0.430, 0.022),  # with the hand
    ("thigh", "shank", 0.433, 0.100),
    ("shank", "foot", 0.433, 0.0465),
    ("foot", "toes", 0.5, 0.0145),
)
# segment, share of mass, metres in front of the joint (at the reference stature)
_TRUNK = (("sacrum", 0.142, 0.04), ("L2", 0.139, 0.04), ("T7", 0.216, 0.06), ("skull", 0.081, 0.02))
_STATURE = 1.756


def centre_of_mass(body: BodyModel, world: np.ndarray) -> np.ndarray:
    """(T, S, 4, 4) transforms of the body's segments → (T, 3) metres."""
    index = body.tree.segment_index
    total = np.zeros((len(world), 3))
    for name, share, ahead in _TRUNK:
        part = world[:, index[name]]
        total += share * (part[:, :3, 3] + part[:, :3, 0] * ahead * body.stature / _STATURE)
    for side in ("left", "right"):
        for name, end, along, share in _LIMBS:
            a, b = world[:, index[f"{side}_{name}"], :3, 3], world[:, index[f"{side}_{end}"], :3, 3]
            total += share * (a + along * (b - a))
    return total / (sum(t[1] for t in _TRUNK) + 2 * sum(limb[3] for limb in _LIMBS))
