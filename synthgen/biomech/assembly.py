"""The solver of record: OpenSim's inverse kinematics, started from and tied to the least-squares solution.

Marker weights are normalised by their sum, coordinate weights are not: with :data:`TIE` a level leaves the rhythm by
1° for about as much as the mean square marker error gains 0.3 mm². A coordinate weight of 1 would freeze the
solution (one published pipeline recovered 1.2° of a true 32.7° lumbar flexion that way).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from synthgen.biomech.leastsquares import ARM, landmark_points
from synthgen.biomech.model import build_osim
from synthgen.biomech.observations import Observations
from synthgen.biomech.reduction import PELVIS
from synthgen.bodymodel import BodyModel
from synthgen.frames import world_to_opensim
from synthgen.opensim_api import opensim_module

TIE = 1e-3
"""Weight of every coordinate's reference but the pelvis'."""
REACH = 0.5
"""Metres from a segment's origin to the four virtual markers that carry its measured orientation."""
UNIT = 10.0
"""The model is solved in decimetres: the optimizer stops when its goal, half the mean square marker error, gains
less than some 2e-9, and in m² it returns millimetre errors untouched whatever the accuracy asked for."""
_CORNERS = REACH / np.sqrt(3) * np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1.0]])
_CORNER_WEIGHT = 0.75 * (ARM / REACH) ** 2
"""Makes them weigh what the orientation weighs in the least squares."""
ACCURACY = 1e-2
"""In those units; vertebrae end within 0.1 mm RMS (0.5 mm at most) of where 1e-3 in centimetres puts them, in a
quarter of the time."""


def assemble(body: BodyModel, q: np.ndarray, seen: Observations, tie: float = TIE) -> np.ndarray:
    """Lets OpenSim finish a least-squares solution; single levels may leave the rhythm.

    Args:
        body: the scaled body.
        q: (T, C) the least-squares solution: start and coordinate references.
        seen: measured points and orientations. A missing one is held where the least squares put it, which
            ties it to the rhythm and no more. Orientations act as markers off the segment's axis.
        tie: weight of the coordinate references.

    Returns:
        (T, C) coordinates within their bounds.
    """
    osim = opensim_module()
    names, points = _markers(body, q, seen)
    model = build_osim(body.scaled(np.full((len(body.tree.segments), 3), UNIT)), shapes=False)
    for segment in seen.segment_names:
        for i, corner in enumerate(world_to_opensim(UNIT * _CORNERS).tolist()):
            model.addMarker(osim.Marker(_virtual(segment, i), model.getBodySet().get(segment), osim.Vec3(*corner)))
    state = model.initSystem()
    coordinates = [model.getCoordinateSet().get(c.name) for c in body.tree.coordinates]
    solver = osim.InverseKinematicsSolver(
        model,
        _marker_reference(osim, names, UNIT * points, seen.point_weights),
        _coordinate_references(osim, body, q, tie * UNIT**2),
        float("inf"),
    )
    solver.setAccuracy(ACCURACY)
    units = np.where([c.kind == "translation" for c in body.tree.coordinates], UNIT, 1.0)
    out = np.empty_like(q)
    for t, row in enumerate((q * units).tolist()):
        state.setTime(float(t))
        for coordinate, value in zip(coordinates, row, strict=True):
            coordinate.setValue(state, value, False)
        solver.assemble(state)
        out[t] = [coordinate.getValue(state) for coordinate in coordinates]
    return out / units


def _markers(body: BodyModel, q: np.ndarray, seen: Observations) -> tuple[list[str], np.ndarray]:
    """Names and (T, N, 3) positions in OpenSim's frame: measured points, then four corners per orientation.

    The corners of a tetrahedron around the origin where the least squares put it: a turn of it has no net pull on
    the origin, and far corners of small weight hold that origin only loosely.
    """
    world = body.tree.forward(q)
    points = np.where(seen.point_seen[..., None], seen.points, landmark_points(body, seen, world))
    fitted = world[:, seen.rotation_segments]
    rotations = np.where(seen.rotation_seen[..., None, None], seen.rotations, fitted[..., :3, :3])
    corners = fitted[..., None, :3, 3] + _CORNERS @ np.swapaxes(rotations, -1, -2)
    names = [*seen.point_names, *(_virtual(s, i) for s in seen.segment_names for i in range(len(_CORNERS)))]
    return names, world_to_opensim(np.concatenate([points, corners.reshape(len(q), -1, 3)], 1))


def _virtual(segment: str, corner: int) -> str:
    return f"{segment}_corner_{corner}"


def _marker_reference(osim: Any, names: list[str], points: np.ndarray, factors: np.ndarray) -> Any:
    """The frame's number is its time. Weights act on squares; names beyond the factors are corners."""
    table = osim.TimeSeriesTableVec3()
    table.setColumnLabels(names)
    for t, frame in enumerate(points.tolist()):
        table.appendRow(float(t), osim.RowVectorVec3([osim.Vec3(*p) for p in frame]))
    weights = osim.SetMarkerWeights()
    for name, weight in zip(names, [*factors**2, *[_CORNER_WEIGHT] * (len(names) - len(factors))], strict=True):
        weights.cloneAndAppend(osim.MarkerWeight(name, float(weight)))
    return osim.MarkersReference(table, weights)


def _coordinate_references(osim: Any, body: BodyModel, q: np.ndarray, tie: float) -> Any:
    out = osim.SimTKArrayCoordinateReference()
    for coordinate, values in zip(body.tree.coordinates[PELVIS:], q.T[PELVIS:].tolist(), strict=True):
        course = osim.PiecewiseLinearFunction()
        # A function needs two points; the last one is repeated behind the end.
        for t, value in enumerate([*values, values[-1]]):
            course.addPoint(float(t), value)
        reference = osim.CoordinateReference(coordinate.name, course)
        reference.setWeight(tie)
        out.push_back(reference)
    return out
