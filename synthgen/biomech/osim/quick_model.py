"""A body as the OpenSim model that its assembly runs fastest with: the same kinematics, made of OpenSim's own joints.

``model.py`` writes custom joints, which name, order and sign coordinates as the body does. The pin, universal and
gimbal joints here take a third less time to solve. They turn about the axes Z, XY and XYZ of their own frames, so the
frames are turned to fit, and the third angle of a left-handed trio of axes has the other sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from synthgen.biomech.osim.model import custom_joint, opensim_rotation, opensim_vector, set_range
from synthgen.core.bodymodel import BodyModel
from synthgen.core.frames import world_to_opensim
from synthgen.core.kinematics import Segment
from synthgen.core.opensim_api import opensim_module


def quick_osim(body: BodyModel, markers: Mapping[str, tuple[str, np.ndarray]]) -> tuple[Any, np.ndarray]:
    """Builds the model of a body for one assembly.

    Args:
        body: any body.
        markers: name → segment and place (3,) in its frame.

    Returns:
        an ``opensim.Model`` with finalized connections and clamped coordinates, named as the tree's, and (C,) 1 or
        −1, by which the tree's coordinates are multiplied to be the model's.
    """
    # Into the sets at once: Model.addBody and its like go through the whole model every time.
    osim = opensim_module()
    model, signs = osim.Model(), np.ones(len(body.tree.coordinates))
    bodies, joints = model.updBodySet(), model.updJointSet()
    for segment in body.tree.segments:
        bodies.cloneAndAppend(osim.Body(segment.name, 1.0, osim.Vec3(0), osim.Inertia(0.01, 0.01, 0.01)))
    for segment in body.tree.segments:
        axes = np.array([world_to_opensim(np.array(c.axis)) for c in segment.coordinates]).reshape(-1, 3)
        native = _native(segment, axes)
        frames = model.getGround() if segment.parent is None else bodies.get(segment.parent), bodies.get(segment.name)
        joint = _joint(osim, segment, axes, *frames) if native else custom_joint(osim, segment, *frames)
        joints.cloneAndAppend(joint)
        _connect(joints.get(joints.getSize() - 1), segment)
        if native and len(axes) == 3 and np.linalg.det(axes) < 0:
            signs[body.tree.coordinate_index[segment.coordinates[2].name]] = -1.0
    for name, (owner, at) in markers.items():
        marker = osim.Marker()
        marker.setName(name)
        marker.setParentFrameName(_path(owner))
        marker.set_location(opensim_vector(osim, at))
        model.updMarkerSet().cloneAndAppend(marker)
    model.finalizeFromProperties()  # a joint has its coordinates only once a model holds it
    for segment, joint in zip(body.tree.segments, (joints.get(i) for i in range(joints.getSize())), strict=True):
        for i, coordinate in enumerate(segment.coordinates):
            mirrored = bool(signs[body.tree.coordinate_index[coordinate.name]] < 0)
            set_range(joint.upd_coordinates(i), coordinate, free=segment.parent is None, mirrored=mirrored)
    model.finalizeConnections()
    return model, signs


def _connect(joint: Any, segment: Segment) -> None:
    """Says by paths what a joint connects: a copy has forgotten it."""
    for i, (socket, name) in enumerate((("parent_frame", segment.parent), ("child_frame", segment.name))):
        joint.upd_frames(i).updSocket("parent").setConnecteePath(_path(name))
        joint.updSocket(socket).setConnecteePath(joint.get_frames(i).getName())


def _path(segment: str | None) -> str:
    return "/ground" if segment is None else f"/bodyset/{segment}"


def _native(segment: Segment, axes: np.ndarray) -> bool:
    """Whether OpenSim has a joint of the segment's kind: one to three rotations about perpendicular axes."""
    turns = bool(segment.coordinates) and all(c.kind == "rotation" for c in segment.coordinates)
    return turns and len(axes) <= 3 and np.allclose(axes @ axes.T, np.eye(len(axes)), atol=1e-12)


def _joint(osim: Any, segment: Segment, axes: np.ndarray, parent: Any, child: Any) -> Any:
    """A pin, universal or gimbal joint; its frames' axes are the segment's own."""
    if len(axes) == 1:
        beside = np.cross(axes[0], np.eye(3)[np.abs(axes[0]).argmin()])
        beside /= np.linalg.norm(beside)
        turn = np.stack([beside, np.cross(axes[0], beside), axes[0]], -1)
    else:
        turn = np.stack([axes[0], axes[1], np.cross(axes[0], axes[1])], -1)
    kind = (osim.PinJoint, osim.UniversalJoint, osim.GimbalJoint)[len(axes) - 1]
    before = _angles(osim, opensim_rotation(segment.neutral) @ turn)
    offset = opensim_vector(osim, segment.offset)
    return kind(f"{segment.name}_joint", parent, offset, before, child, osim.Vec3(0), _angles(osim, turn))


def _angles(osim: Any, rotation: np.ndarray) -> Any:
    """Body-fixed XYZ angles. Any of the many solutions will do where the second one is a right angle."""
    y = np.arcsin(np.clip(rotation[0, 2], -1, 1))
    if np.abs(rotation[0, 2]) < 1 - 1e-9:
        x, z = np.arctan2(-rotation[1, 2], rotation[2, 2]), np.arctan2(-rotation[0, 1], rotation[0, 0])
        return osim.Vec3(float(x), float(y), float(z))
    return osim.Vec3(float(np.arctan2(rotation[2, 1], rotation[1, 1])), float(y), 0.0)
