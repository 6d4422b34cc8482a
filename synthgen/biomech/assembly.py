"""The solver of record: OpenSim's inverse kinematics, started from and tied to the least-squares solution.

Marker weights are normalised by their sum, coordinate weights are not: with :data:`TIE` a level leaves the rhythm by
1° for about as much as the mean square marker error gains 0.3 mm². A coordinate weight of 1 would freeze the
solution (one published pipeline recovered 1.2° of a true 32.7° lumbar flexion that way).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from synthgen.biomech.leastsquares import ARM, landmark_points
from synthgen.biomech.model import build_osim, opensim_module
from synthgen.biomech.observations import Observations
from synthgen.biomech.reduction import PELVIS
from synthgen.bodymodel import BodyModel
from synthgen.frames import world_to_opensim

TIE = 1e-3
"""Weight of every coordinate's reference but the pelvis'."""
ACCURACY = 1e-3
"""1e-4 takes twice as long and moves vertebrae by 0.5 mm RMS (2 mm at most) on captured motion."""


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
    model = build_osim(body, shapes=False)
    for segment in seen.segment_names:
        for axis, end in zip("xyz", ARM * np.eye(3), strict=True):
            place = osim.Vec3(*world_to_opensim(end).tolist())
            model.addMarker(osim.Marker(_virtual(segment, axis), model.getBodySet().get(segment), place))
    state = model.initSystem()
    coordinates = [model.getCoordinateSet().get(c.name) for c in body.tree.coordinates]
    solver = osim.InverseKinematicsSolver(
        model,
        _marker_reference(osim, names, points, seen.point_weights),
        _coordinate_references(osim, body, q, tie),
        float("inf"),
    )
    solver.setAccuracy(ACCURACY)
    out = np.empty_like(q)
    for t, row in enumerate(q.tolist()):
        state.setTime(float(t))
        for coordinate, value in zip(coordinates, row, strict=True):
            coordinate.setValue(state, value, False)
        solver.assemble(state)
        out[t] = [coordinate.getValue(state) for coordinate in coordinates]
    return out


def _markers(body: BodyModel, q: np.ndarray, seen: Observations) -> tuple[list[str], np.ndarray]:
    """Names and (T, N, 3) positions in OpenSim's frame: measured points, then three ends per orientation."""
    world = body.tree.forward(q)
    points = np.where(seen.point_seen[..., None], seen.points, landmark_points(body, seen, world))
    fitted = world[:, seen.rotation_segments]
    rotations = np.where(seen.rotation_seen[..., None, None], seen.rotations, fitted[..., :3, :3])
    ends = fitted[..., None, :3, 3] + ARM * np.swapaxes(rotations, -1, -2)
    names = [*seen.point_names, *(_virtual(s, a) for s in seen.segment_names for a in "xyz")]
    return names, world_to_opensim(np.concatenate([points, ends.reshape(len(q), -1, 3)], 1))


def _virtual(segment: str, axis: str) -> str:
    return f"{segment}_end_{axis}"


def _marker_reference(osim: Any, names: list[str], points: np.ndarray, factors: np.ndarray) -> Any:
    """The frame's number is its time. Weights act on squares; those of the ends of orientations are 1."""
    table = osim.TimeSeriesTableVec3()
    table.setColumnLabels(names)
    for t, frame in enumerate(points.tolist()):
        table.appendRow(float(t), osim.RowVectorVec3([osim.Vec3(*p) for p in frame]))
    weights = osim.SetMarkerWeights()
    for name, factor in zip(names, [*factors.tolist(), *[1.0] * (len(names) - len(factors))], strict=True):
        weights.cloneAndAppend(osim.MarkerWeight(name, factor**2))
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
