"""Keypoints off the spine and the face: limb joints, head top, toes, heels, latissimi and clavicles.

Each rule is geometry on the rest body (extremes within a region, rays from a placed point, bone heads), so it holds for
every shape of body; none names a vertex. Character frame, metres.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import SIDES, Rig
from synthgen.characters.sites.face import SIGN, face_sites
from synthgen.characters.sites.spine_rest import LEVELS, SpineRest
from synthgen.characters.skin_surface import SkinSurface

JOINTS = {
    "shoulder": "upper_arm",
    "elbow": "forearm",
    "wrist": "hand",
    "hip": "thigh",
    "knee": "shank",
    "ankle": "foot",
}
"""Keypoint → the part whose first bone begins at that joint."""


def joint_sites(body: RestBody, rig: Rig, rules: dict[str, Any]) -> dict[str, np.ndarray]:
    """Shoulders, elbows, wrists, hips, knees and ankles: the joint centres about which the rig's limbs turn.

    Only the hips stand elsewhere: at the rig's height and depth, but beside the midline by the anatomical distance.
    """
    out = {
        f"{side}_{name}": body.bones[body.bone(rig.limbs[side, part][0]), :3, 3].copy()
        for side in SIDES
        for name, part in JOINTS.items()
    }
    for side in SIDES:
        out[f"{side}_hip"][1] = SIGN[side] * rules["hip_of_stature"] * body.stature
    return out


def surface_sites(
    body: RestBody, rig: Rig, spine: SpineRest, skin: SkinSurface, rules: dict[str, Any]
) -> dict[str, np.ndarray]:
    """The keypoints that lie on (or are measured from) the skin."""
    out = {"head": _head_top(skin), **face_sites(body, rig, skin, rules)}
    for side in SIDES:
        out |= {f"{side}_{n}": p for n, p in _foot(body, rig, skin, side).items()}
        out[f"{side}_latissimus"] = _latissimus(spine, skin, side, rules)
        out[f"{side}_clavicle"] = _clavicle(body, rig, spine, skin, side, rules)
    return out


def _head_top(skin: SkinSurface) -> np.ndarray:
    """The highest point of the scalp, in the midline."""
    top = skin.body.vertices[skin.region("head")]
    top = top[top[:, 2] > top[:, 2].max() - 1e-4].mean(0)
    hit = skin.rays(np.array([[top[0], 1e-4, top[2] + 1.0]]), np.array([0.0, 0.0, -1.0]))[0]
    return np.array([hit[0], 0.0, hit[2]])


def _foot(body: RestBody, rig: Rig, skin: SkinSurface, side: str) -> dict[str, np.ndarray]:
    """Tips of the big and the small toe and the rearmost point of the heel."""
    foot = skin.region(f"{side}_foot")
    ankle = body.bones[body.bone(rig.limbs[side, "foot"][0]), :3, 3]
    toes = [body.bone(n) for n in rig.limbs[side, "toes"]]
    middle = body.bones[toes, :3, 3].mean(0)
    forward = (middle - ankle) * (1.0, 1.0, 0.0)
    forward /= np.linalg.norm(forward)
    at = body.vertices[foot]
    heel = at[at[:, 2] < 0.6 * ankle[2]]
    out = {"heel": heel[(heel @ forward).argmin()]}
    for name, k in (("big_toe", 0), ("small_toe", -1)):
        family = [i for i in range(len(body.bone_names)) if _descends(body, i, toes[k])]
        strongest = body.skin_indices[np.arange(len(body.vertices)), body.skin_weights.argmax(1)]
        toe = body.vertices[np.isin(strongest, family)]
        out[name] = toe[(toe @ forward).argmax()]
    return out


def _descends(body: RestBody, bone: int, ancestor: int) -> bool:
    while bone >= 0:
        if bone == ancestor:
            return True
        bone = int(body.parents[bone])
    return False


def _latissimus(spine: SpineRest, skin: SkinSurface, side: str, rules: dict[str, Any]) -> np.ndarray:
    """SkinSurface over the latissimus dorsi at T8: a ray from T8's body sideways and a little backwards."""
    angle = np.radians(rules["latissimus_angle"])
    direction = np.array([-np.sin(angle), SIGN[side] * np.cos(angle), 0.0])
    out: np.ndarray = skin.rays(spine.body[LEVELS.index("T8")][None], direction)[0]
    return out


def _clavicle(
    body: RestBody, rig: Rig, spine: SpineRest, skin: SkinSurface, side: str, rules: dict[str, Any]
) -> np.ndarray:
    """The clavicle's middle: half way from its bone's head to the shoulder, just under the skin in front and above."""
    inner = body.bones[body.bone(rig.limbs[side, "clavicle"][0]), :3, 3]
    shoulder = body.bones[body.bone(rig.limbs[side, "upper_arm"][0]), :3, 3]
    middle = (inner + shoulder) / 2
    outward = np.array([np.sqrt(0.5), 0.0, np.sqrt(0.5)])
    hit = skin.rays((middle + 0.5 * outward)[None], -outward)[0]
    out: np.ndarray = hit - rules["clavicle_skin"] * spine.trunk_scale * outward
    return out
