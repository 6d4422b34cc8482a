"""The OpenSim model of a body, built by API from the same data as the numpy tree.

OpenSim's frame (X forward, Y up, Z right) lives in this module and in ``assembly.py``; it does not leave them.
A ``State`` must not outlive its ``Model``: keep both in one object or one function.
"""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.core.bodymodel import BodyModel
from synthgen.core.files.whole import write_whole
from synthgen.core.frames import OPENSIM_TO_WORLD, world_to_opensim
from synthgen.core.kinematics import Coordinate, Segment
from synthgen.core.opensim_api import opensim_module
from synthgen.core.scratch import Scratch

Colour = tuple[float, float, float]
"""Red, green and blue, 0 … 1."""

_BONE, _SOFT, _LEFT, _RIGHT = (0.93, 0.89, 0.78), (0.8, 0.8, 0.85), (0.85, 0.5, 0.45), (0.45, 0.55, 0.85)


def build_osim(body: BodyModel, path: Path | None = None, *, shapes: bool = True) -> Any:
    """Builds the OpenSim model of a body.

    Args:
        body: any body; lengths are taken as they are, scaled or not.
        path: where to write the ``.osim`` file as well, or None.
        shapes: False leaves out what is only for the eye.

    Returns:
        an ``opensim.Model`` with finalized connections and clamped coordinates, named as the tree's; its markers are
        the body's landmarks. It has masses only because OpenSim demands them: it serves kinematics.
    """
    osim = opensim_module()
    model = osim.Model()
    model.setName("synthgen_body")
    model.setAuthors("synthgen; sources of the numbers are in opensim_models/body.yaml")
    frames: dict[str | None, Any] = {None: model.getGround()}
    for segment in body.tree.segments:
        frame = osim.Body(segment.name, 1.0, osim.Vec3(0), osim.Inertia(0.01, 0.01, 0.01))
        model.addBody(frame)
        joint = custom_joint(osim, segment, frames[segment.parent], frame)
        model.addJoint(joint)  # a joint has its coordinates only once a model holds it
        for i, coordinate in enumerate(segment.coordinates):
            set_range(joint.upd_coordinates(i), coordinate, free=segment.parent is None)
        frames[segment.name] = frame
    for name, (segment_name, at) in body.landmarks.items():
        model.addMarker(osim.Marker(name, frames[segment_name], opensim_vector(osim, at)))
    if shapes:
        _add_shapes(osim, body, frames)
    model.finalizeConnections()
    if path is not None:
        write_whole(Path(path), osim_text(model).encode())
    return model


def osim_text(model: Any) -> str:
    """The model as an ``.osim`` document, without OpenSim's comments on every property.

    Raises:
        OSError: OpenSim could not write its temporary file.
    """
    with Scratch("opensim") as folder:
        path = folder / "model.osim"
        try:
            model.printToXML(str(path))
        except RuntimeError as error:
            raise unwritten(path) from error
        text = path.read_text(encoding="utf-8")
        if not text.rstrip().endswith("</OpenSimDocument>"):
            raise unwritten(path)
    return re.sub(r"[ \t]*<!--.*?-->\n?", "", text, flags=re.DOTALL)


def unwritten(path: Path) -> OSError:
    """The error of a temporary file that OpenSim wrote not at all or not to its end, which it may not even tell."""
    return OSError(errno.ENOSPC, f"OpenSim cannot write its temporary files to {path.parent.parent}")


def custom_joint(osim: Any, segment: Segment, parent: Any, child: Any) -> Any:
    """A segment's joint: the parent's frame carries offset and neutral rotation, the child's origin is the joint."""
    name = f"{segment.name}_joint"
    angles = Rotation.from_matrix(opensim_rotation(segment.neutral)).as_euler("XYZ")
    place = (opensim_vector(osim, segment.offset), osim.Vec3(*angles))
    zero = (osim.Vec3(0), osim.Vec3(0))
    if not segment.coordinates:
        return osim.WeldJoint(name, parent, *place, child, *zero)
    return osim.CustomJoint(name, parent, *place, child, *zero, _spatial_transform(osim, segment))


def set_range(target: Any, coordinate: Coordinate, free: bool, mirrored: bool = False) -> None:
    """Name and range of one of OpenSim's coordinates; a mirrored one has the other sign."""
    target.setName(coordinate.name)
    lower, upper = (-coordinate.upper, -coordinate.lower) if mirrored else (coordinate.lower, coordinate.upper)
    target.setRangeMin(float(lower))
    target.setRangeMax(float(upper))
    target.setDefaultValue(0.0)
    target.setDefaultClamped(not free)


def _spatial_transform(osim: Any, segment: Segment) -> Any:
    """OpenSim's body-fixed sequence: rotations in the tree's order, translations along the parent's axes.

    ``set_function`` copies; ``setFunction`` would adopt an object that Python also frees.
    """
    out = osim.SpatialTransform()
    for first, kind in ((0, "rotation"), (3, "translation")):
        rows = [c for c in segment.coordinates if c.kind == kind]
        axes = [np.asarray(c.axis) for c in rows]
        for spare in np.eye(3):  # axes that do not move must still be independent of those that do
            if len(axes) < 3 and np.linalg.matrix_rank(np.array([*axes, spare])) == len(axes) + 1:
                axes.append(spare)
        for i, axis in enumerate(axes):
            slot = osim.TransformAxis()
            slot.setAxis(opensim_vector(osim, axis))
            if i < len(rows):
                names = osim.ArrayStr()
                names.append(rows[i].name)
                slot.setCoordinateNames(names)
                slot.set_function(osim.LinearFunction(1.0, 0.0))
            else:
                slot.set_function(osim.Constant(0.0))
            out.setTransformAxis(first + i, slot)
    return out


def _add_shapes(osim: Any, body: BodyModel, frames: dict[str | None, Any]) -> None:
    """Simple shapes for the eye: bodies and processes of vertebrae, bones of limbs, a head and a rib cage's outline."""
    for name, points in body.vertebra_points.items():
        height = body.heights.get(name, 0.03)
        width = 0.5 * (0.022 + 0.6 * height)
        _attach(
            osim,
            frames[name],
            f"{name}_body",
            osim.Ellipsoid(width, 0.42 * height, 1.2 * width),
            points["body"],
            None,
            _BONE,
        )
        _rod(osim, frames[name], f"{name}_process", points["body"], points["spinous"], 0.004, _BONE)
    tree = body.tree
    for segment in tree.segments:
        limb = segment.parent is not None and segment.parent.startswith(("left_", "right_"))
        if limb or segment.name.endswith(("thigh", "clavicle")):
            colour = _LEFT if segment.name.startswith("left") else _RIGHT
            _rod(osim, frames[segment.parent], f"to_{segment.name}", np.zeros(3), segment.offset, 0.012, colour)
    for tip in ("left_toe_tip", "right_toe_tip", "left_hand_tip", "right_hand_tip", "left_heel", "right_heel"):
        owner, at = body.landmarks[tip]
        _rod(osim, frames[owner], f"to_{tip}", np.zeros(3), at, 0.012, _LEFT if tip.startswith("left") else _RIGHT)
    owner, at = body.landmarks["head_top"]
    _attach(
        osim, frames[owner], "head", osim.Ellipsoid(0.095, 0.5 * at[2], 0.075), at * 0.5 + (0.02, 0, 0.01), None, _SOFT
    )
    _attach(osim, frames["pelvis"], "hip_axis", osim.Ellipsoid(0.03, 0.03, 0.09), np.zeros(3), None, _BONE)


def _rod(osim: Any, frame: Any, name: str, a: np.ndarray, b: np.ndarray, radius: float, colour: Colour) -> None:
    """A cylinder from a to b, both in the frame; OpenSim's cylinders stand along Y."""
    way = world_to_opensim(b - a)
    length = float(np.linalg.norm(way))
    if length < 1e-4:
        return
    turn = Rotation.align_vectors([way / length], [[0.0, 1.0, 0.0]])[0].as_matrix()
    _attach(osim, frame, name, osim.Cylinder(radius, length / 2), (a + b) / 2, turn, colour)


def _attach(
    osim: Any, frame: Any, name: str, shape: Any, at: np.ndarray, turn: np.ndarray | None, colour: Colour
) -> None:
    angles = Rotation.from_matrix(np.eye(3) if turn is None else turn).as_euler("XYZ")
    pose = osim.Transform(osim.Rotation(osim.BodyRotationSequence, *_euler(osim, angles)), opensim_vector(osim, at))
    place = osim.PhysicalOffsetFrame(f"{name}_place", frame, pose)
    shape.setName(name)
    shape.setColor(osim.Vec3(*colour))
    place.attachGeometry(shape)
    frame.addComponent(place)


def _euler(osim: Any, angles: np.ndarray) -> tuple[Any, ...]:
    x, y, z = (float(a) for a in angles)
    return x, osim.CoordinateAxis(0), y, osim.CoordinateAxis(1), z, osim.CoordinateAxis(2)


def opensim_vector(osim: Any, point: np.ndarray) -> Any:
    """OpenSim's vector of a point or direction of ours."""
    return osim.Vec3(*(float(x) for x in world_to_opensim(point)))


def opensim_rotation(rotation: np.ndarray) -> np.ndarray:
    """(3, 3) a rotation of ours in OpenSim's axes."""
    out: np.ndarray = OPENSIM_TO_WORLD.T @ rotation @ OPENSIM_TO_WORLD
    return out
