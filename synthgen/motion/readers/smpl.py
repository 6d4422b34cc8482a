"""Reader of SMPL-family motions in ``.npz`` files: AMASS parameters, or joint positions.

Only the motion file is read; body-model files are the user's and are not needed. Two kinds:

- joint positions (``joints``, ``Jtr`` or ``jtr``, (T, J ≥ 22, 3)): taken as they are, to lie where the set ``smpl_22``
  has them;
- parameters (``poses``, ``trans`` and a rate, as in AMASS): the file's rotations move a stand-in skeleton, which is
  our own reference adult at a stated stature, because SMPL's rest joints are under its licence. Rotations, and so the
  trunk's bends, are the file's; lengths are not. Who has the body model may give its rest joints (22 × 3, metres,
  SMPL's axes) as a ``.npy`` file: ``rest_joints: mine.npy`` in ``take.npz.yaml``.

``smpl.yaml`` holds the joints. Rest pose: arms to the sides, X left, Y up, Z forward.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.core.tables import table
from synthgen.core.userfiles.arrays import declared, numbers, one_array
from synthgen.motion.clip import Clip
from synthgen.motion.marker_sets import Place, shipped
from synthgen.motion.normalise.axes import to_world
from synthgen.motion.normalise.floor import lowest_point, settle
from synthgen.motion.normalise.recording import on_floor
from synthgen.motion.normalise.sides import check_pairs, check_sides
from synthgen.motion.normalise.size import unit_of
from synthgen.motion.normalise.upright import up_axis
from synthgen.motion.readers.smpl_frame import Roots, smpl_frame
from synthgen.motion.sidecar import sidecar

COUNT = 22
_POSITIONS = ("joints", "Jtr", "jtr")
_RATES = ("mocap_framerate", "mocap_frame_rate", "fps")
_AXES = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
"""Columns: our X (forward), Y (left) and Z (up) in SMPL's rest axes."""
_ORIGIN = np.array([0.0, -0.23, 0.03])
"""Where the stand-in's pelvis is before ``trans``, metres, file axes: SMPL's and SMPL+H's are there within 0.02 m (by
the waist markers of AMASS' public sample files), SMPL-X's is 0.12 m lower."""
_STATURES = (0.8, 2.4)


def _table() -> dict[str, Any]:
    return table("motion/readers/smpl.yaml")


def _joints() -> list[dict[str, Any]]:
    return _table()["joints"]


def read(path: Path) -> Clip:
    """Reads an SMPL-family ``.npz`` file.

    Raises:
        InputError: the file is damaged, lacks what is needed, or holds NaN, infinite or implausible numbers.
    """
    path = Path(path)
    given = sidecar(path)
    data = _arrays(path)
    key = next((k for k in _POSITIONS if k in data), None)
    if key is None and not {"poses", "trans"} <= set(data):
        raise InputError(
            "this .npz file holds no motion that is known",
            where=str(path),
            expected="a clip of synthgen's, AMASS parameters (poses, trans, mocap_framerate), or joint positions "
            f"({', '.join(_POSITIONS)}: frames × {COUNT} or more joints × 3)",
            got=", ".join(sorted(data)[:20]) or "nothing",
            remedy="export the motion with these names; a body model's own file holds no motion",
        )
    fps = _rate(data, given, path)
    if key is not None:
        return _from_positions(data[key], fps, given, path)
    return _from_parameters(data["poses"], data["trans"], fps, given, path)


def _from_positions(positions: np.ndarray, fps: float, given: dict[str, Any], path: Path) -> Clip:
    where = str(path)
    if positions.ndim != 3 or positions.shape[1] < COUNT or positions.shape[2] != 3 or not len(positions):
        raise InputError("the joint positions have another shape", where=where,
                         expected=f"(frames, {COUNT} or more, 3)", got=str(positions.shape),
                         remedy="save them as frames × joints × 3")  # fmt: skip
    body = reference_body()
    positions = np.asarray(positions[:, :COUNT], float)
    positions[~np.isfinite(positions).all(-1)] = np.nan
    if not np.isfinite(positions).any():
        raise InputError(
            "the file holds no measured point",
            where=where,
            expected="finite positions",
            got="none",
            remedy="export the motion again",
        )
    joints = shipped("smpl_22")
    placed = [(joints.called(row["name"]), i) for i, row in enumerate(_joints()) if row["name"] in joints.places]
    points = {name: positions[:, i] for name, i in placed}
    places: dict[str, Place] = {joints.called(n): place for n, place in joints.places.items()}
    say = f"{path.name}.yaml beside the file"
    pairs = tuple((n, "right_" + n[5:]) for n in points if n.startswith("left_"))
    check_pairs(points, places, pairs, where)
    hard = {n: p for n, p in points.items() if n not in body.soft}
    metres, unit_note = unit_of(hard, places, "", given.get("unit"), where, f"say it in {say} (unit: m)")
    points = {n: metres * p for n, p in points.items()}
    axis, up_note = up_axis(points, places, given.get("up"), where, f"say which axis points up in {say} (up: +z)")
    points = {n: p @ to_world(axis).T for n, p in points.items()}
    unsure = check_sides(points, places, pairs, where)
    gaps = [f"{n} missing in {k} of {len(p)} frames" for n, p in points.items() if (k := int(np.isnan(p[:, 0]).sum()))]
    notes = ["SMPL joints by position; the body's own shape is left to the fit", unit_note, up_note, *unsure, *gaps]
    clip = Clip(path.stem, points, {}, fps, where, "unknown: the user's file", notes=tuple(notes))
    own = {n: place for n, place in places.items() if n not in joints.landmarks.values()}
    sigma = {joints.called(n): metres for n, metres in joints.sigma.items()}
    return on_floor(replace(clip, markers=own, sigma=sigma), places)


def _from_parameters(poses: np.ndarray, trans: np.ndarray, fps: float, given: dict[str, Any], path: Path) -> Clip:
    where = str(path)
    if poses.ndim != 2 or poses.shape[1] < 3 * COUNT or trans.shape != (len(poses), 3) or not len(poses):
        raise InputError("the parameters have another shape", where=where,
                         expected=f"poses (frames, {3 * COUNT} or more) and trans (frames, 3)",
                         got=f"poses {poses.shape}, trans {trans.shape}",
                         remedy="save them as AMASS does")  # fmt: skip
    for name, values in (("poses", poses[:, : 3 * COUNT]), ("trans", trans)):
        if not np.isfinite(values).all():
            raise InputError(f"{name} are not finite", where=f"{where} frame "
                             f"{int(np.argmin(np.isfinite(values).all(1)))}", expected="finite numbers",
                             got="NaN or infinite numbers",
                             remedy="cut these frames out, or export the motion again")  # fmt: skip
    if np.abs(poses[:, : 3 * COUNT]).max() > 4 * np.pi:
        raise InputError("poses are no rotation vectors in radians", where=where,
                         got=f"{np.abs(poses[:, : 3 * COUNT]).max():.4g} at most",
                         expected="angles of at most 4 π",
                         remedy="convert degrees to radians, matrices to rotation vectors")  # fmt: skip
    rest, size, size_note = _rest(given, path)
    stand_in = "rest_joints" not in given
    turns, at = _posed(poses, rest)
    if stand_in:
        at += _ORIGIN - rest[0]
    low = partial(_low, path, turns, at, fps)
    roots = Roots(np.asarray(trans, float), at[:, _index("neck")] - at[:, 0], low, fps)
    axis, metres, frame_notes = smpl_frame(roots, given, where, f"{path.name}.yaml beside the file")
    at += metres * trans[:, None]
    world = to_world(axis)
    # The stand-in's own trunk joints would tell the fit nothing but where we have put them.
    points = _points(at, world, {"", *reference_body().soft} if stand_in else {""})
    marks = _marks()
    for name, joint in _table()["carried"].items() if stand_in else ():
        i = _index(joint)
        points[name] = (at[:, i] + turns[:, i] @ (size * (marks[name] - _stand_in()[i]))) @ world.T
    notes = (
        *_sex(path),
        "SMPL parameters: rotations are the file's, lengths are not",
        size_note,
        *frame_notes,
    )
    licence = "unknown: the user's file (AMASS has its own terms)"
    return settle(Clip(path.stem, points, _orientations(turns, world), fps, where, licence, notes=notes))


def _posed(poses: np.ndarray, rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T, 22, 3, 3) turns of the joints and (T, 22, 3) their places before ``trans``; the file's axes, metres."""
    local = Rotation.from_rotvec(poses[:, : 3 * COUNT].reshape(-1, 3)).as_matrix().reshape(-1, COUNT, 3, 3)
    turns, at = np.empty_like(local), np.empty((len(poses), COUNT, 3))
    for i, row in enumerate(_joints()):
        if row["parent"] is None:
            turns[:, i], at[:, i] = local[:, i], rest[i]
        else:
            above = _index(row["parent"])
            turns[:, i] = turns[:, above] @ local[:, i]
            at[:, i] = at[:, above] + turns[:, above] @ (rest[i] - rest[above])
    return turns, at


def _index(joint: str) -> int:
    return next(i for i, row in enumerate(_joints()) if row["name"] == joint)


def _points(at: np.ndarray, world: np.ndarray, left_out: set[str]) -> dict[str, np.ndarray]:
    """Landmark → (T, 3), from joints in the file's axes."""
    return {row["point"]: at[:, i] @ world.T for i, row in enumerate(_joints()) if row.get("point", "") not in left_out}


def _orientations(turns: np.ndarray, world: np.ndarray) -> dict[str, np.ndarray]:
    """Segment → (T, 3, 3), from turns in the file's axes."""
    return {
        row["turns"]: world @ turns[:, i] @ _AXES @ _to_rest(row["turns"])
        for i, row in enumerate(_joints()) if "turns" in row
    }  # fmt: skip


def _low(path: Path, turns: np.ndarray, at: np.ndarray, fps: float, axis: str) -> np.ndarray:
    """(T,) metres along an axis of the file to the lowest point of the body, before ``trans``."""
    world = to_world(axis)
    return lowest_point(Clip(path.stem, _points(at, world, {""}), _orientations(turns, world), fps, str(path), ""))


def _to_rest(segment: str) -> np.ndarray:
    """(3, 3) turn of a segment from quiet standing to the rest pose, in our axes: arms rise to the sides."""
    side, _, part = segment.partition("_")
    if part in ("upper_arm", "forearm"):
        return Rotation.from_euler("x", 90 if side == "left" else -90, degrees=True).as_matrix()
    return np.eye(3)


def _rest(given: dict[str, Any], path: Path) -> tuple[np.ndarray, float, str]:
    """(22, 3) rest joints in SMPL's axes, metres; their size against the reference adult's; and a note."""
    if "rest_joints" in given:
        file = given["rest_joints"]
        rest = one_array(file, "file of rest joints", f"a .npy file ({COUNT} or more, 3)")
        if rest.ndim != 2 or len(rest) < COUNT or rest.shape[1] != 3 or not np.isfinite(rest[:COUNT]).all():
            raise InputError("the rest joints have another shape", where=str(file), expected=f"({COUNT} or more, 3)",
                             got=str(rest.shape),
                             remedy="save the first 22 joints of the body model in its rest pose")  # fmt: skip
        tall = float(np.ptp(rest[:COUNT, 1]))
        if not 0.7 < tall < 2.1:
            raise InputError("the rest joints are no person's in metres", where=str(file),
                             expected="0.7 to 2.1 m from the toes up to the head's joint along Y",
                             got=f"{tall:.3g}",
                             remedy="save them in metres, Y up")  # fmt: skip
        return np.asarray(rest[:COUNT], float), 1.0, f"rest joints of {Path(file).name}"
    body = reference_body()
    stature = float(given.get("stature", body.stature))
    if not _STATURES[0] <= stature <= _STATURES[1]:
        raise InputError("the stature is no person's", where=f"{path.name}.yaml",
                         expected=f"{_STATURES[0]} to {_STATURES[1]} metres", got=f"{stature:g}",
                         remedy="write it in metres (stature: 1.70)")  # fmt: skip
    how = "given" if "stature" in given else f"assumed; say it in {path.name}.yaml (stature: 1.70)"
    note = f"lengths of a stand-in skeleton {stature:.3f} m tall ({how}); betas are not used"
    size = stature / body.stature
    return size * _stand_in(), size, note


def _marks() -> dict[str, np.ndarray]:
    """Landmarks of our reference adult in quiet standing, SMPL's axes, metres above the sole."""
    body = reference_body()
    marks = body.points(body.tree.forward(body.neutral())[0])
    return {n: _AXES @ (p - (0.0, 0.0, marks["left_heel"][2])) for n, p in marks.items()}


@lru_cache(maxsize=1)
def _stand_in() -> np.ndarray:
    """(22, 3) our reference adult's joints with the arms to the sides, SMPL's axes, metres above the sole."""
    body = reference_body()
    world = body.tree.forward(body.neutral())[0]
    marks = body.points(world)
    out = []
    for row in _joints():
        at = row["at"]
        if isinstance(at, list):
            place = np.array(at)
        else:
            place = marks[at] if at in marks else world[body.tree.segment_index[at], :3, 3]
        side, _, part = row["name"].partition("_")
        if part in ("elbow", "wrist"):
            shoulder = marks[f"{side}_shoulder"]
            place = shoulder + _to_rest(f"{side}_upper_arm") @ (place - shoulder)
        out.append(_AXES @ (place - (0.0, 0.0, marks["left_heel"][2])))
    return np.array(out)


def _rate(data: dict[str, np.ndarray], given: dict[str, Any], path: Path) -> float:
    value = given.get("fps", next((data[k] for k in _RATES if k in data), None))
    if value is None:
        raise InputError("the file does not say its frame rate", where=str(path), expected=" or ".join(_RATES),
                         remedy=f"say it in {path.name}.yaml beside the file (fps: 120)")  # fmt: skip
    try:
        fps = float(np.asarray(value).ravel()[0])
    except (ValueError, TypeError, IndexError):
        fps = float("nan")
    if not (np.isfinite(fps) and 0 < fps < 100_000):
        raise InputError(
            "the frame rate must be positive",
            where=str(path),
            got=str(value),
            expected="a rate above 0 and below 100,000 frames a second",
            remedy=f"say it in {path.name}.yaml beside the file (fps: 120)",
        )
    return fps


def _sex(path: Path) -> tuple[str, ...]:
    """What the file says of the subject's sex, as a note; nothing where it does not say or says it in a pickle."""
    try:
        with np.load(path, allow_pickle=False) as data:
            word = np.asarray(data["gender"]).ravel()[0]
    except (KeyError, ValueError, IndexError, OSError):
        return ()
    plain = word.decode("ascii", "replace") if isinstance(word, bytes) else str(word)
    return (f"the file says that the subject is {plain}",) if plain in ("female", "male") else ()


def _arrays(path: Path) -> dict[str, np.ndarray]:
    """The numeric arrays of the file that are needed; others (names, genders) are empty, and not opened."""
    kind = "motion file"
    names = declared(path, kind)
    return {k: np.zeros(0) for k in names} | numbers(path, kind, (*_POSITIONS, *_RATES, "poses", "trans"))
