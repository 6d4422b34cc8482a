"""The solver of record: OpenSim's inverse kinematics, started from the least-squares solution.

OpenSim gets the least squares' own goal: markers, orientations as markers off the segment's axis, and the prior as
coordinate references. Marker weights are normalised by their sum, coordinate weights are not, so the references'
weights are divided by that sum. A coordinate weight of 1 would freeze the solution (one published pipeline recovered
1.2° of a true 32.7° lumbar flexion that way). References are set so that the pull of the prior, which couples the
levels of a region, is the same at the start.

Which frames are solved here, ``confirmation.py`` decides.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from synthgen.biomech.observations import Observations
from synthgen.biomech.osim.quick_model import quick_osim
from synthgen.biomech.solving.reduction import PELVIS
from synthgen.biomech.solving.targets import ARM, landmark_points
from synthgen.core.bodymodel import BodyModel
from synthgen.core.frames import opensim_to_world, world_to_opensim
from synthgen.core.opensim_api import opensim_module

REACH = 0.5
"""Metres from a segment's origin to the four virtual markers that carry its measured orientation."""
UNIT = 10.0
"""The model is solved in decimetres: the optimizer stops when its goal, half the mean square marker error, gains
less than some 2e-9, and in m² it returns millimetre errors untouched whatever the accuracy asked for."""
NEGLIGIBLE = 1e-3
"""Share of the stiffest reference's weight: weaker ones, of limbs, only keep a start where it is."""
_CORNERS = REACH / np.sqrt(3) * np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1.0]])
_CORNER_WEIGHT = 0.75 * (ARM / REACH) ** 2
"""Makes them weigh what the orientation weighs in the least squares."""
ACCURACY = 1e-2
"""In those units; vertebrae end within 0.1 mm RMS (0.5 mm at most) of where 1e-3 in centimetres puts them, in a
quarter of the time."""


class Assembly:
    """A body in OpenSim, with the points and orientations that were measured: places the points, and solves frames.

    The model and its state stay together in here; a state does not outlive its model.
    """

    def __init__(self, body: BodyModel, seen: Observations) -> None:
        """
        Args:
            body: the scaled body.
            seen: measured points and orientations of T frames.
        """
        self._osim = opensim_module()
        self._body, self._seen = body, seen
        large = body.scaled(np.full((len(body.tree.segments), 3), UNIT))
        corners = {_virtual(n, i): (n, at) for n in seen.segment_names for i, at in enumerate(UNIT * _CORNERS)}
        self._model, signs = quick_osim(large, {n: large.landmarks[n] for n in seen.point_names} | corners)
        self._state = self._model.initSystem()
        self._signs = signs[PELVIS:]
        self._units = np.where([c.kind == "translation" for c in body.tree.coordinates], UNIT, signs)
        self._place = _places(self._model, self._state, body)

    def points(self, q: np.ndarray) -> np.ndarray:
        """(K, C) → (K, M, 3) metres, world: where OpenSim's model has the measured points."""
        markers = [self._model.getMarkerSet().get(n) for n in self._seen.point_names]
        out = np.empty((len(q), len(markers), 3))
        for t, row in enumerate(self._rows(q)):
            self._state.setQ(row)
            self._model.realizePosition(self._state)
            for m, marker in enumerate(markers):
                out[t, m] = marker.getLocationInGround(self._state).to_numpy()
        return opensim_to_world(out) / UNIT

    def solved(self, q: np.ndarray, frames: np.ndarray, references: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """OpenSim's assembly of some frames, each from where it is, its joint angles drawn to given ones.

        A measurement that is missing is held where the start puts it, which ties it to the prior and no more.

        Args:
            q: (K, C) of these frames, where OpenSim starts.
            frames: (K,) which of the frames that were measured they are.
            references: (K, C − 6) radians.
            weights: (C − 6,) m²/rad², against 1 for a marker.

        Returns:
            (K, C); OpenSim keeps bounds to its accuracy only.
        """
        osim, seen = self._osim, self._seen
        names, points = _markers(self._body, q, seen.take(frames))
        factors = [*seen.point_weights**2, *[_CORNER_WEIGHT] * (len(names) - len(seen.point_names))]
        solver = osim.InverseKinematicsSolver(
            self._model,
            _marker_reference(osim, names, UNIT * points, factors),
            _coordinate_references(osim, self._body, self._signs * references, weights * UNIT**2 / sum(factors)),
            float("inf"),
        )
        solver.setAccuracy(ACCURACY)
        out = np.empty_like(q)
        for t, row in enumerate(self._rows(q)):
            self._state.setTime(float(t))
            self._state.setQ(row)
            solver.assemble(self._state)
            out[t, self._place] = self._state.getQ().to_numpy()
        return out / self._units

    def slope(self, gradient: np.ndarray, q: np.ndarray, bounds: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """(K,) how steep OpenSim's goal is: its gradient's largest part that does not point out of the bounds.

        Args:
            gradient: (K, C) of the least squares' cost with the coordinates.
            q: (K, C); bounds: (C,) lower and upper ones.
        """
        units = np.abs(self._units)
        total = (self._seen.point_weights**2).sum() + len(self._seen.segment_names) * len(_CORNERS) * _CORNER_WEIGHT
        here, (low, high) = q * units, bounds
        step = np.clip(here - gradient * UNIT**2 / units / total, low * units, high * units) - here
        out: np.ndarray = np.abs(step).max(1)
        return out

    def _rows(self, q: np.ndarray) -> list[Any]:
        """OpenSim's vectors of coordinates."""
        return [self._osim.Vector.createFromMat(row) for row in (q * self._units)[:, self._place]]


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


def _places(model: Any, state: Any, body: BodyModel) -> np.ndarray:
    """(C,) which of the body's coordinates stands at each place of OpenSim's own vector of them."""
    for i, coordinate in enumerate(body.tree.coordinates):
        model.getCoordinateSet().get(coordinate.name).setValue(state, 1e-3 * i, False)
    out: np.ndarray = np.round(1e3 * state.getQ().to_numpy()).astype(int)
    return out


def _marker_reference(osim: Any, names: list[str], points: np.ndarray, weights: list[float]) -> Any:
    """Of points (T, N, 3); the frame's number is its time. Weights act on squares."""
    axes = ("_x", "_y", "_z")
    flat = _table(osim, [n + axis for n in names for axis in axes], points.reshape(len(points), -1))
    listed = osim.SetMarkerWeights()
    for name, weight in zip(names, weights, strict=True):
        listed.cloneAndAppend(osim.MarkerWeight(name, float(weight)))
    return osim.MarkersReference(flat.packVec3(osim.StdVectorString(axes)), listed)


def _coordinate_references(osim: Any, body: BodyModel, references: np.ndarray, weights: np.ndarray) -> Any:
    """Of joint angles (T, C − 6), interpolated linearly between the frames."""
    kept = np.flatnonzero(weights >= NEGLIGIBLE * weights.max())
    names = [body.tree.coordinates[PELVIS + i].name for i in kept]
    # A line needs two points; the last one is repeated behind the end.
    values = np.concatenate([references, references[-1:]])[:, kept]
    courses = osim.GCVSplineSet(_table(osim, names, values), osim.StdVectorString(names), 1, 0.0)
    out = osim.SimTKArrayCoordinateReference()
    for i, name in enumerate(names):
        reference = osim.CoordinateReference(name, courses.get(i))
        reference.setWeight(float(weights[kept[i]]))
        out.push_back(reference)
    return out


def _table(osim: Any, names: list[str], values: np.ndarray) -> Any:
    """(T, N) as OpenSim's table, at once: row by row it takes ten times as long."""
    times = osim.StdVectorDouble(np.arange(len(values), dtype=float).tolist())
    matrix = osim.Matrix.createFromMat(np.ascontiguousarray(values))
    return osim.TimeSeriesTable(times, matrix, osim.StdVectorString(names))
