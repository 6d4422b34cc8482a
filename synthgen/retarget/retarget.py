"""A fitted clip onto a character."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.core.rotations import transposed
from synthgen.retarget.fit_sigma import joint_sigma, vertebra_sigma
from synthgen.retarget.limbs import limb_turns
from synthgen.retarget.placement import stand
from synthgen.retarget.posing import Pose
from synthgen.retarget.puppet import Puppet
from synthgen.retarget.rig_motion import RigMotion
from synthgen.retarget.spine_solve import (
    SpineTargets,
    copied_turns,
    residuals,
    solve_spine,
    spine_targets,
)
from synthgen.retarget.support import Support, find_support


def retarget(motion: SpineMotion, body: RestBody, sites: SiteSet, support: Support | None = None) -> RigMotion:
    """Moves a character as a fitted clip does; see :func:`move`, which is for those who move a character often.

    Args:
        motion: the fitted clip; its floor is z = 0.
        body: the character at rest, of any shipped rig.
        sites: its anatomical sites (``sites.place_sites``).
        support: as there.

    Returns:
        Bone transforms in the clip's world, at the character's size: horizontal paths are scaled by leg length.
    """
    return move(Puppet.of(body, sites), motion, support)


def move(puppet: Puppet, motion: SpineMotion, support: Support | None = None) -> RigMotion:
    """Moves a character as a fitted clip, or a window of one, does.

    The spine follows the fitted vertebrae through the character's own sites (``spine_solve``), limbs follow directions
    through anatomical frames (``limbs``), and the character stands on the floor z = 0 with planted feet and hands
    (``placement``).

    Args:
        puppet: the character.
        motion: the fitted clip or some of its frames, varied or not; its floor is z = 0.
        support: what the whole clip says of these frames: of frames 40 to 56 of a clip that is
            ``find_support(clip).window(40, 57)``. Without it the frames are taken for the whole clip.

    Returns:
        Bone transforms in the clip's world, at the character's size: horizontal paths are scaled by leg length.
    """
    support = support or find_support(motion)
    targets = spine_targets(motion, puppet)
    turns, stretch = _spine_pose(motion, puppet, targets)
    turns = limb_turns(motion, puppet, support.pronates, turns)
    pose, depth = stand(motion, Pose(puppet, turns, np.zeros((motion.frames, 3)), stretch), support)
    bones = _ground_root(pose.bones(), puppet)
    residual, degrees = residuals(puppet, targets, bones)
    sigma = vertebra_sigma(motion, puppet.body.stature)
    joints = joint_sigma(motion, puppet.body.stature)
    return RigMotion(
        motion.name,
        puppet.rig.name,
        motion.fps,
        bones,
        residual,
        degrees,
        support.feet,
        1000 * depth,
        vertebra_sigma=sigma,
        joint_sigma=joints,
    )


def _spine_pose(motion: SpineMotion, puppet: Puppet, targets: SpineTargets) -> tuple[np.ndarray, np.ndarray]:
    """(T, B, 3, 3) turns and (T, B, 3) stretch with pelvis, spine, neck and head set."""
    body, rig = puppet.body, puppet.rig
    turns = np.tile(np.eye(3), (motion.frames, len(body.bone_names), 1, 1))
    stretch = np.zeros((motion.frames, len(body.bone_names), 3))
    solved, stretched = solve_spine(puppet, targets, copied_turns(targets, puppet))
    for k, name in enumerate(rig.spinal_chain):
        turns[:, body.bone(name)] = solved[:, k]
        if k:
            # From world axes into the parent's.
            stretch[:, body.bone(name)] = (transposed(solved[:, k - 1]) @ stretched[:, k, :, None])[..., 0]
    turns[:, body.bone(rig.pelvis)] = motion.turn("pelvis")
    return turns, stretch


def _ground_root(bones: np.ndarray, puppet: Puppet) -> np.ndarray:
    """Leaves a rig's extra root bone (Unreal's) on the floor below the pelvis, at its rest orientation."""
    body, rig = puppet.body, puppet.rig
    if rig.bone_names[0] != rig.pelvis:
        pelvis = bones[:, body.bone(rig.pelvis), :3, 3]
        bones[:, 0] = body.bones[0]
        bones[:, 0, :3, 3] = pelvis * (1.0, 1.0, 0.0)
    return bones
