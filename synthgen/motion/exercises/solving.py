"""Exact inverse kinematics of a figure: from what its feet, hands, trunk and balance shall do to its coordinates.

Arrays ``q`` are (T, C) coordinates of the figure's tree, filled in limb by limb; ``world`` are (T, S, 4, 4) transforms.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.kinematics import Segment
from synthgen.core.rotations import axis_angle
from synthgen.motion.exercises.balance import centre_of_mass
from synthgen.motion.exercises.figure import Figure
from synthgen.motion.exercises.limbs import coordinates_of
from synthgen.motion.exercises.targets import SIDES, Arm, ArmCourse, BodyTargets, Foot, Transforms
from synthgen.motion.exercises.truth import Truth

_ROUNDS = 8
"""Corrections of the pelvis' place at most, until the centre of mass is where it shall be."""
_BALANCED = 1e-3
"""Metres from there."""
_MISSED = 1e-3
"""Metres from a foot to its place, beyond which the body cannot take the posture."""


def solve(figure: Figure, targets: BodyTargets) -> Truth:
    """The motion that does what ``targets`` ask.

    Raises:
        InputError: a foot cannot reach its place with this body.
    """
    pelvis = np.array(np.broadcast_to(targets.pelvis, (targets.frames, 3)))
    q = figure.trunk_coordinates(targets, 0.0 * pelvis)
    places = [figure.tree.coordinate_index[f"pelvis_t{axis}"] for axis in "xyz"]
    trunk = figure.tree.forward(q)  # over hips at the origin; its bends do not depend on where the hips are
    for _ in range(1 if targets.balance is None else _ROUNDS):
        if targets.knee is not None:
            pelvis[:, 2] = figure.height(targets, pelvis)
        q[:, places] = pelvis
        world = trunk.copy()
        world[..., :3, 3] += pelvis[:, None]
        _set_legs(figure, targets, q, world)
        _set_arms(figure, targets, q, world)
        world = figure.tree.forward(q)
        if targets.balance is not None:
            error = np.nan_to_num(targets.balance - centre_of_mass(figure.body, world)[:, :2])
            if np.abs(error).max() < _BALANCED:
                break
            pelvis[:, :2] += error
    _check(figure, targets, world)
    return Truth(figure.body, q, world, _planted(targets))


def _joint(part: Segment, relative: np.ndarray) -> dict[str, np.ndarray]:
    """A segment's coordinates by name, from its (T, 3, 3) rotation to its parent."""
    values, _ = coordinates_of(part, relative)
    return {c.name: values[:, k] for k, c in enumerate(part.coordinates)}


def _set(figure: Figure, q: np.ndarray, part: Segment, relative: np.ndarray) -> None:
    """Sets a segment's coordinates from its (T, 3, 3) rotation to its parent."""
    for name, values in _joint(part, relative).items():
        q[:, figure.tree.coordinate_index[name]] = values


def _set_legs(figure: Figure, targets: BodyTargets, q: np.ndarray, world: np.ndarray) -> None:
    for side in SIDES:
        foot, hinge = targets.feet[side], figure.legs[side]
        hip = figure.of(world, f"{side}_thigh")[:, :3, 3]
        pelvis = figure.of(world, "pelvis")[:, :3, :3]
        thigh, knee = hinge.solve(hip, foot.ankle, _knee_axis(foot, hip))
        shank = thigh @ hinge.lower.neutral @ axis_angle((0.0, hinge.sign, 0.0), knee)
        _set(figure, q, figure.segment(f"{side}_thigh"), np.swapaxes(pelvis, -1, -2) @ thigh)
        index = figure.tree.coordinate_index
        q[:, index[hinge.lower.coordinates[0].name]] = knee
        if foot.knee_towards is None:
            _set(figure, q, figure.segment(f"{side}_foot"), np.swapaxes(shank, -1, -2) @ foot.rotation)
        else:
            q[:, index[f"{side}_ankle_dorsiflexion"]] = foot.dorsiflexion
            q[:, index[f"{side}_ankle_inversion"]] = foot.inversion
        q[:, index[f"{side}_toe_extension"]] = foot.toes


def _knee_axis(foot: Foot, hip: np.ndarray) -> np.ndarray:
    """(T, 3) about which the knee of a leg from ``hip`` to the foot's ankle bends."""
    if foot.knee_towards is not None:
        return np.cross(foot.knee_towards, foot.ankle - hip)
    # The ankle cannot turn about the shank, so the knee bends in the plane that holds the foot's axis.
    axis = np.cross(foot.rotation[:, :, 0], foot.ankle - hip)
    out: np.ndarray = axis * np.where((axis * foot.rotation[:, :, 1]).sum(-1, keepdims=True) < 0, -1.0, 1.0)
    return out


def _set_arms(figure: Figure, targets: BodyTargets, q: np.ndarray, world: np.ndarray) -> None:
    for side in SIDES:
        for name, values in arm_coordinates(figure, targets.arms, side, lambda name: figure.of(world, name)).items():
            q[:, figure.tree.coordinate_index[name]] = values


def arm_coordinates(figure: Figure, course: ArmCourse, side: str, transforms: Transforms) -> dict[str, np.ndarray]:
    """Name → (T,) of the coordinates of an arm that does what ``course`` says on this trunk, radians."""
    arm, hinge = course(side, transforms), figure.arms[side]
    upper, elbow = _upper_arm(figure, arm, side, transforms)
    clavicle = transforms(f"{side}_clavicle")[:, :3, :3]
    out = _joint(figure.segment(f"{side}_upper_arm"), np.swapaxes(clavicle, -1, -2) @ upper)
    out[hinge.lower.coordinates[0].name] = elbow
    if arm.hand is None:
        zero = np.zeros(len(elbow))
        return out | {f"{side}_pronation": zero + arm.pronation, f"{side}_wrist_flexion": zero + arm.wrist_flexion}
    lower = upper @ hinge.lower.neutral @ axis_angle((0.0, hinge.sign, 0.0), elbow)
    return out | _joint(_unpronated_hand(figure, side), np.swapaxes(lower, -1, -2) @ arm.hand)


def _upper_arm(figure: Figure, arm: Arm, side: str, transforms: Transforms) -> tuple[np.ndarray, np.ndarray]:
    """(T, 3, 3) rotation of an upper arm and (T,) flexion of its elbow."""
    joint = transforms(f"{side}_upper_arm")
    if arm.wrist is not None and arm.elbow_towards is not None:
        axis = np.cross(arm.wrist - joint[:, :3, 3], arm.elbow_towards)
        return figure.arms[side].solve(joint[:, :3, 3], arm.wrist, axis)
    assert arm.rotation is not None
    return np.broadcast_to(arm.rotation, joint[:, :3, :3].shape), np.broadcast_to(
        np.asarray(arm.elbow, float), len(joint)
    )


def _unpronated_hand(figure: Figure, side: str) -> Segment:
    """The hand as it hangs from the forearm before that turns: pronation and wrist as one joint."""
    forearm, hand = (figure.segment(f"{side}_{n}") for n in ("forearm", "hand"))
    return replace(hand, coordinates=(*forearm.coordinates[1:], *hand.coordinates))


def _check(figure: Figure, targets: BodyTargets, world: np.ndarray) -> None:
    for side in SIDES:
        miss = np.linalg.norm(figure.of(world, f"{side}_foot")[:, :3, 3] - targets.feet[side].ankle, axis=-1)
        if miss.max() > _MISSED:
            raise InputError(
                "the figure cannot take this posture",
                where=f"exercise, frame {int(miss.argmax())}",
                got=f"the {side} foot is {1000 * miss.max():.0f} mm from its place",
                remedy="lower depth",
            )


def _planted(targets: BodyTargets) -> dict[str, np.ndarray]:
    """Landmark → (T,) True while it stands on the floor."""
    out = {}
    for side, foot in targets.feet.items():
        out[f"{side}_heel"] = foot.heel_down
        out[f"{side}_toe_base"] = out[f"{side}_toe_tip"] = foot.toes_down
        on = targets.on_hands if isinstance(targets.on_hands, bool) else targets.on_hands.get(side, False)
        out[f"{side}_wrist"] = out[f"{side}_hand_tip"] = np.broadcast_to(on, targets.frames)
    for point, lies in targets.lying.items():
        out[point] = np.broadcast_to(lies, targets.frames)
    return {point: mask for point, mask in out.items() if mask.any()}
