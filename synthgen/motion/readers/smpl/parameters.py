"""AMASS parameters of an SMPL-family file: its rotations move a stand-in skeleton, or the user's rest joints."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.keys import Given
from synthgen.motion.normalise.axes import to_world
from synthgen.motion.normalise.floor import lowest_point, settle
from synthgen.motion.readers.smpl.frame import Roots, smpl_frame
from synthgen.motion.readers.smpl.rest import RestJoints, rest_joints
from synthgen.motion.readers.smpl.skeleton import (
    AXES,
    COUNT,
    carried,
    index,
    joints,
    landmarks,
    posed,
    stand_in,
    to_rest,
)

ORIGIN = np.array([0.0, -0.23, 0.03])
"""Where the stand-in's pelvis is before ``trans``, metres, file axes: SMPL's and SMPL+H's are there within 0.02 m (by
the waist markers of AMASS' public sample files), SMPL-X's is 0.12 m lower."""


def from_parameters(poses: np.ndarray, trans: np.ndarray, fps: float, given: Given, path: Path) -> Clip:
    """The clip of parameters.

    Args:
        poses: (T, P ≥ 66) rotation vectors of the joints to those above them, radians.
        trans: (T, 3) of the root, in the file's unit and axes.
        fps: frames a second.
        given: ``unit``, ``up``, ``stature`` and ``rest_joints``, where the user says them; path: the file.

    Raises:
        InputError: they have another shape, are not finite or no angles, or unit or axis stay ambiguous.
    """
    where = str(path)
    _check(poses, trans, where)
    rest = rest_joints(given, path)
    turns, at = posed(poses, rest.at)
    if not rest.own:
        at += ORIGIN - rest.at[0]
    low = partial(_low, path, turns, at, fps)
    roots = Roots(np.asarray(trans, float), at[:, index("neck")] - at[:, 0], low, fps)
    axis, metres, frame_notes = smpl_frame(roots, given, where, f"{path.name}.yaml beside the file")
    at += metres * trans[:, None]
    world = to_world(axis)
    # The stand-in's own trunk joints would tell the fit nothing but where we have put them.
    points = _points(at, world, {""} if rest.own else {"", *reference_body().soft})
    points |= {} if rest.own else _carried(turns, at, world, rest)
    notes = (
        *_sex(path),
        "SMPL parameters: rotations are the file's, lengths are not",
        rest.note,
        *frame_notes,
    )
    licence = "unknown: the user's file (AMASS has its own terms)"
    return settle(Clip(path.stem, points, _orientations(turns, world), fps, where, licence, notes=notes))


def _check(poses: np.ndarray, trans: np.ndarray, where: str) -> None:
    if poses.ndim != 2 or poses.shape[1] < 3 * COUNT or trans.shape != (len(poses), 3) or not len(poses):
        raise InputError(
            "the parameters have another shape",
            where=where,
            expected=f"poses (frames, {3 * COUNT} or more) and trans (frames, 3)",
            got=f"poses {poses.shape}, trans {trans.shape}",
            remedy="save them as AMASS does",
        )
    used = poses[:, : 3 * COUNT]
    for name, values in (("poses", used), ("trans", trans)):
        if not np.isfinite(values).all():
            raise InputError(
                f"{name} are not finite",
                where=f"{where} frame {int(np.argmin(np.isfinite(values).all(1)))}",
                expected="finite numbers",
                got="NaN or infinite numbers",
                remedy="cut these frames out, or export the motion again",
            )
    if np.abs(used).max() > 4 * np.pi:
        raise InputError(
            "poses are no rotation vectors in radians",
            where=where,
            got=f"{np.abs(used).max():.4g} at most",
            expected="angles of at most 4 π",
            remedy="convert degrees to radians, matrices to rotation vectors",
        )


def _points(at: np.ndarray, world: np.ndarray, left_out: set[str]) -> dict[str, np.ndarray]:
    """Landmark → (T, 3), from joints in the file's axes."""
    return {row["point"]: at[:, i] @ world.T for i, row in enumerate(joints()) if row.get("point", "") not in left_out}


def _carried(turns: np.ndarray, at: np.ndarray, world: np.ndarray, rest: RestJoints) -> dict[str, np.ndarray]:
    """Landmark that no joint is → (T, 3), from turns and joints of the stand-in in the file's axes."""
    marks, standing = landmarks(), stand_in()
    out = {}
    for name, joint in carried().items():
        i = index(joint)
        out[name] = (at[:, i] + turns[:, i] @ (rest.size * (marks[name] - standing[i]))) @ world.T
    return out


def _orientations(turns: np.ndarray, world: np.ndarray) -> dict[str, np.ndarray]:
    """Segment → (T, 3, 3), from turns in the file's axes."""
    return {
        row["turns"]: world @ turns[:, i] @ AXES @ to_rest(row["turns"])
        for i, row in enumerate(joints())
        if "turns" in row
    }


def _low(path: Path, turns: np.ndarray, at: np.ndarray, fps: float, axis: str) -> np.ndarray:
    """(T,) metres along an axis of the file to the lowest point of the body, before ``trans``."""
    world = to_world(axis)
    return lowest_point(Clip(path.stem, _points(at, world, {""}), _orientations(turns, world), fps, str(path), ""))


def _sex(path: Path) -> tuple[str, ...]:
    """What the file says of the subject's sex, as a note; nothing where it does not say or says it in a pickle."""
    try:
        with np.load(path, allow_pickle=False) as data:
            word = np.asarray(data["gender"]).ravel()[0]
    except (KeyError, ValueError, IndexError, OSError):
        return ()
    plain = word.decode("ascii", "replace") if isinstance(word, bytes) else str(word)
    return (f"the file says that the subject is {plain}",) if plain in ("female", "male") else ()
