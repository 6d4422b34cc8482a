"""A fitted clip onto a character."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import Rig, load_rig
from synthgen.characters.site_set import SiteSet
from synthgen.characters.sites.place import spine_at_rest
from synthgen.characters.sites.spine_rest import SpineRest
from synthgen.core.rotations import transposed
from synthgen.retarget.fit_sigma import joint_sigma, vertebra_sigma
from synthgen.retarget.limbs import limb_turns
from synthgen.retarget.placement import stand
from synthgen.retarget.posing import Pose
from synthgen.retarget.rig_motion import RigMotion
from synthgen.retarget.spine_solve import (
    SpineTargets,
    copied_turns,
    residuals,
    solve_spine,
    spine_targets,
)
from synthgen.retarget.support import find_support


def retarget(motion: SpineMotion, body: RestBody, sites: SiteSet) -> RigMotion:
    """Moves a character as a fitted clip does.

    The spine follows the fitted vertebrae through the character's own sites (``spine_solve``), limbs follow directions
    through anatomical frames (``limbs``), and the character stands on the floor z = 0 with planted feet and hands
    (``placement``).

    Args:
        motion: the fitted clip; its floor is z = 0.
        body: the character at rest, of any shipped rig.
        sites: its anatomical sites (``sites.place_sites``).

    Returns:
        Bone transforms in the clip's world, at the character's size: horizontal paths are scaled by leg length.
    """
    rig = load_rig(body.rig)
    spine = spine_at_rest(body)
    targets = spine_targets(motion, spine, body, rig)
    turns, stretch = _spine_pose(motion, body, rig, sites, targets, spine)
    turns = limb_turns(motion, body, rig, turns)
    support = find_support(motion)
    pose = stand(motion, Pose(body, turns, np.zeros((motion.frames, 3)), stretch), rig, support)
    bones = _ground_root(pose.bones(), body, rig)
    residual, degrees = residuals(body, rig, sites, targets, bones)
    sigma = vertebra_sigma(motion, body.stature)
    joints = joint_sigma(motion, body.stature)
    return RigMotion(motion.name, body.rig, motion.fps, bones, residual, degrees, support.feet, sigma, joints)


def _spine_pose(
    motion: SpineMotion, body: RestBody, rig: Rig, sites: SiteSet, targets: SpineTargets, spine: SpineRest
) -> tuple[np.ndarray, np.ndarray]:
    """(T, B, 3, 3) turns and (T, B, 3) stretch with pelvis, spine, neck and head set."""
    turns = np.tile(np.eye(3), (motion.frames, len(body.bone_names), 1, 1))
    stretch = np.zeros((motion.frames, len(body.bone_names), 3))
    solved, stretched = solve_spine(body, rig, sites, targets, copied_turns(targets, spine, body, rig))
    for k, name in enumerate(rig.spinal_chain):
        turns[:, body.bone(name)] = solved[:, k]
        if k:
            # From world axes into the parent's.
            stretch[:, body.bone(name)] = (transposed(solved[:, k - 1]) @ stretched[:, k, :, None])[..., 0]
    turns[:, body.bone(rig.pelvis)] = motion.turn("pelvis")
    return turns, stretch


def _ground_root(bones: np.ndarray, body: RestBody, rig: Rig) -> np.ndarray:
    """Leaves a rig's extra root bone (Unreal's) on the floor below the pelvis, at its rest orientation."""
    if rig.bone_names[0] != rig.pelvis:
        pelvis = bones[:, body.bone(rig.pelvis), :3, 3]
        bones[:, 0] = body.bones[0]
        bones[:, 0, :3, 3] = pelvis * (1.0, 1.0, 0.0)
    return bones
