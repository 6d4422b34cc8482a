"""Keypoints off the spine for a rig without skin: bone positions plus standard distances. Character frame, metres.

The distances are those of a reference adult below, scaled with stature [book: rounded from ANSUR II head, foot
and shoulder dimensions]; they stand in until the character's own skin is known.
"""

from __future__ import annotations

import numpy as np

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import SIDES, Rig
from synthgen.characters.sites.spine_rest import LEVELS, SpineRest

REFERENCE_STATURE = 1.756

FACE = {"nose": (0.115, 0.0, 0.005), "eye": (0.090, 0.032, 0.035), "ear": (0.010, 0.077, 0.010)}
"""From the joint between atlas and skull, left side."""

FOOT = {"big_toe": (0.065, -0.020, 0.0), "small_toe": (0.020, 0.040, 0.0)}
"""From the ball of the foot along the foot, left side."""

HEEL = -0.055
LATISSIMUS = (-0.050, 0.150, 0.0)
CLAVICLE = (0.020, 0.0, 0.020)


def bare_sites(body: RestBody, rig: Rig, spine: SpineRest) -> dict[str, np.ndarray]:
    """The keypoints that :func:`surface_sites` takes from the skin, by standard distances."""
    size = body.stature / REFERENCE_STATURE
    atlas = spine.joints[-1]
    out = {
        "head": np.array([atlas[0], 0.0, body.stature]),
        "nose": atlas + size * np.array(FACE["nose"]),
    }
    for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
        mirror = np.array([1.0, sign, 1.0])

        def at(part: str, side: str = side) -> np.ndarray:
            return body.bones[body.bone(rig.limbs[side, part][0]), :3, 3]

        for name in ("eye", "ear"):
            out[f"{side}_{name}"] = atlas + size * mirror * FACE[name]
        ball, ankle = at("toes"), at("foot")
        forward = (ball - ankle) * (1.0, 1.0, 0.0)
        forward /= np.linalg.norm(forward)
        across = np.array([-forward[1], forward[0], 0.0])
        for name, (along, aside, up) in FOOT.items():
            out[f"{side}_{name}"] = ball + size * (along * forward + sign * aside * across + np.array([0, 0, up]))
        out[f"{side}_heel"] = (ankle + size * HEEL * forward) * (1.0, 1.0, 0.0) + np.array([0, 0, 0.02 * size])
        out[f"{side}_latissimus"] = spine.body[LEVELS.index("T8")] + size * mirror * LATISSIMUS
        out[f"{side}_clavicle"] = (at("clavicle") + at("upper_arm")) / 2 + size * mirror * CLAVICLE
    return out
