"""Reader of BVH files, over the library ``pybvh``.

Joint names are recognised by ``bvh_joints.yaml`` or by a file of the user's in the same form. The unit and the up axis
are found from the rest skeleton's stature and direction, or given; both are named in the clip's notes. What cannot be
found may be given as arguments or in a file beside the motion, ``take.bvh.yaml`` for ``take.bvh``, with the keys
``unit``, ``up`` and ``joints`` (the path of a mapping file, seen from there).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pybvh
import yaml

from synthgen.errors import InputError
from synthgen.motion.axes import AXES
from synthgen.motion.beside import beside
from synthgen.motion.bvh_check import check_text
from synthgen.motion.bvh_repair import below, missing_chest, starts_with_a_calibration_pose
from synthgen.motion.clip import Clip
from synthgen.motion.floor import settle
from synthgen.motion.names import close_matches
from synthgen.motion.size import UNITS

STATURE = (1.2, 2.3)
"""Metres: a rest skeleton outside of this is not taken for a person."""


def read(path: Path, *, joints: Path | None = None, unit: str | float | None = None, up: str | None = None) -> Clip:
    """Reads a BVH file.

    Args:
        path: the file.
        joints: a mapping file like ``bvh_joints.yaml``; the shipped one when missing.
        unit: ``m``, ``cm``, ``mm``, ``inch``, a unit of the mapping file, or metres per file unit. Found when missing.
        up: ``+y``, ``+z`` … the axis of the file that points up. Found when missing.

    Raises:
        InputError: the file is missing or damaged, its joints are not known, or unit or up axis stay ambiguous.
    """
    path = Path(path)
    check_text(path)
    given = beside(path)
    unit = given.get("unit") if unit is None else unit
    up = given.get("up") if up is None else up
    joints = given.get("joints") if joints is None else joints
    try:
        motion = pybvh.read_bvh_file(path, world_up="+y")  # of no consequence for the kinematics
    except (ValueError, IndexError, OSError) as error:
        raise InputError("this BVH file cannot be read", where=str(path), got=str(error)) from error
    name, convention, names = _recognise(motion, joints, path)
    skeleton, repairs = _Skeleton.of(motion, convention, names)
    axes, up_note = _axes(skeleton, up, path)
    metres, unit_note = _unit(skeleton, axes, unit, convention.get("units", {}), path)
    points = {n: metres * skeleton.positions[:, i] @ axes.T for n, i in skeleton.points.items()}
    points["pelvis"] = (points["left_hip"] + points["right_hip"]) / 2
    return settle(
        Clip(
            name=path.stem,
            points=points,
            orientations=_orientations(skeleton, axes),
            fps=1.0 / motion.frame_time,
            source=str(path),
            licence="unknown: the user's file",
            notes=(f"joints named as {name}", unit_note, up_note, *repairs),
        ),
        tolerance=0.01,
    )


@dataclass(frozen=True)
class _Skeleton:
    """A BVH motion, by node index: positions (T, N, 3), rotations (T, N, 3, 3), rest positions (N, 3)."""

    positions: np.ndarray
    rotations: np.ndarray
    rest: np.ndarray
    points: dict[str, int]
    segments: dict[str, int]

    @classmethod
    def of(cls, motion: Any, convention: dict, names: dict[str, str]) -> tuple[_Skeleton, list[str]]:
        """The skeleton, and notes on what was repaired."""
        index = motion.node_index
        root_and_local = motion.to_rotmat()
        local = dict(zip(motion.joint_names, np.moveaxis(root_and_local[1], 1, 0), strict=True))
        rotations = np.zeros((motion.frame_count, len(motion.nodes), 3, 3))
        rest = np.zeros((len(motion.nodes), 3))
        for i, node in enumerate(motion.nodes):
            turn = local.get(node.name, np.eye(3))
            if node.parent is None:
                rotations[:, i] = turn
            else:
                above = index[node.parent.name]
                rotations[:, i] = rotations[:, above] @ turn
                rest[i] = rest[above] + node.offset
        positions, wanted, repairs = motion.node_positions(), dict(convention["points"]), []
        lost = missing_chest(motion, convention, names)
        if lost is not None:
            joints, along = lost
            hanging, bone = below(motion, joints), index[names[_plain(convention["chest"]["bone"])]]
            positions = positions + np.where(hanging[:, None], (rotations[:, bone] @ along)[:, None], 0.0)
            rest[hanging] += along
            wanted["neck_base"] = convention["chest"]["neck_base"] + "?"
            repairs.append(
                f"{convention['chest']['bone']} and {joints[0]} are one point, so the chest has no length: one as "
                "long as the bone below was put in (the CMU database's conversion lost it)"
            )
        if starts_with_a_calibration_pose(rotations):
            positions, rotations = positions[1:], rotations[1:]
            repairs.append("the first frame is a calibration pose, from which the motion jumps: left out")
        found = {n: index[names[plain]] for n, j in wanted.items() if (plain := _plain(j)) in names}
        segments = {n: index[names[plain]] for n, j in convention["segments"].items() if (plain := _plain(j)) in names}
        return cls(positions, rotations, rest, found, segments), repairs


def _plain(joint: str) -> str:
    """A joint's name for comparing: no prefix up to ``:``, no mark ``?``, lower case."""
    return joint.rpartition(":")[2].rstrip("?").lower()


def _recognise(motion: Any, mapping: Path | None, path: Path) -> tuple[str, dict, dict[str, str]]:
    """Name and content of the convention that fits, and plain joint name → the file's."""
    source = mapping or Path(__file__).with_name("bvh_joints.yaml")
    try:
        conventions = yaml.safe_load(Path(source).read_text(encoding="utf-8"))["conventions"]
        wanted = {n: [_plain(j) for j in c["points"].values() if not j.endswith("?")] for n, c in conventions.items()}
        marks = {n: [_plain(j) for j in c.get("marks", ())] for n, c in conventions.items()}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            "the joint mapping cannot be read",
            where=str(source),
            expected="conventions: NAME: {points: {landmark: joint}, segments: {segment: joint}}",
            got=f"{type(error).__name__}: {error}",
        ) from error
    names = {_plain(j): j for j in motion.joint_names}
    fitting = [n for n in wanted if all(j in names for j in (*wanted[n], *marks[n]))]
    if fitting:
        best = max(fitting, key=lambda n: len(conventions[n]["points"]) + len(marks[n]))
        return best, conventions[best], names
    nearest = min(wanted, key=lambda n: sum(j not in names for j in (*wanted[n], *marks[n])))
    missing = [j for j in (*wanted[nearest], *marks[nearest]) if j not in names]
    raise InputError(
        "the skeleton's joint names are not known",
        where=str(path),
        expected=f"the joints of one of {', '.join(wanted)}; nearest is {nearest}, which lacks {', '.join(missing)}",
        got=", ".join(motion.joint_names),
        remedy=close_matches(missing[0], names)
        or f"name a mapping file in the form of {source} in {path.name}.yaml beside it (joints: mine.yaml)",
    )


def _axes(skeleton: _Skeleton, up: str | None, path: Path) -> tuple[np.ndarray, str]:
    """(3, 3) file → world (rows are forward, left and up in the file's axes), and a note."""
    rest, points = skeleton.rest, skeleton.points
    hips = (rest[points["left_hip"]] + rest[points["right_hip"]]) / 2
    spine = rest[points["neck_base"]] - hips
    spine /= np.linalg.norm(spine)
    found = max(AXES, key=lambda a: float(AXES[a] @ spine))
    ask = f"say in {path.name}.yaml beside it which axis points up (up: +x, -x, +y, -y, +z or -z)"
    if up is not None and up not in AXES:
        raise InputError("the up axis is not known", where=str(path), expected="one of " + ", ".join(AXES), got=up)
    if up is None:
        if AXES[found] @ spine < 0.85:
            raise InputError(
                "the up axis is ambiguous: the rest skeleton's trunk follows no axis",
                where=str(path), got=f"direction {np.round(spine, 2).tolist()}", remedy=ask,
            )  # fmt: skip
        trunk = skeleton.positions[:, points["neck_base"]] - skeleton.positions[:, points["left_hip"]]
        mean = trunk.mean(0) / np.linalg.norm(trunk.mean(0))
        moving = max(AXES, key=lambda a: float(AXES[a] @ mean))
        if moving != found and AXES[moving] @ mean > 0.8:
            raise InputError(
                f"the up axis is ambiguous: the rest skeleton stands along {found}, the motion along {moving}",
                where=str(path), remedy=ask + f"; for somebody lying or kneeling that is probably {found}",
            )  # fmt: skip
    vertical = AXES[up or found]
    left = rest[points["left_hip"]] - rest[points["right_hip"]]
    # The rest skeleton's left decides where forward is; a main axis is taken where it is one but for a few degrees.
    left = left - (left @ vertical) * vertical
    left /= np.linalg.norm(left)
    nearest = max(AXES.values(), key=lambda a: float(a @ left))
    left = nearest if nearest @ left > 0.97 else left
    return np.stack([np.cross(left, vertical), left, vertical]), f"up axis {up or found} ({'given' if up else 'found'})"


def _unit(
    skeleton: _Skeleton, axes: np.ndarray, unit: str | float | None, more: dict[str, float], path: Path
) -> tuple[float, str]:
    """Metres per file unit, and a note."""
    along = skeleton.rest @ axes[2]
    tall = float(np.ptp(along))
    known = {**UNITS, **more}
    if isinstance(unit, str) and unit not in known:
        raise InputError("the unit is not known", where=str(path), expected=", ".join(known), got=unit)
    if unit is not None:
        metres = known[unit] if isinstance(unit, str) else float(unit)
        if not (np.isfinite(metres) and metres > 0):
            raise InputError("the unit must be a positive length", where=str(path), got=f"{metres} m")
        return metres, f"unit {unit} given, rest skeleton {tall * metres:.2f} m tall"
    fitting = [n for n, m in known.items() if STATURE[0] <= tall * m <= STATURE[1]]
    if len(fitting) != 1:
        raise InputError(
            "the unit is ambiguous" if fitting else "the unit cannot be found from the skeleton's height",
            where=str(path),
            expected=f"a rest skeleton {STATURE[0]} to {STATURE[1]} m tall in one of {', '.join(known)}",
            got=f"{tall:.4g} file units" + (f", which fits {' and '.join(fitting)}" if fitting else ""),
            remedy=f"say in {path.name}.yaml beside it, by name or in metres per file unit (unit: 0.01)",
        )
    metres = known[fitting[0]]
    return metres, f"unit {fitting[0]} found: rest skeleton {tall * metres:.2f} m tall"


def _orientations(skeleton: _Skeleton, axes: np.ndarray) -> dict[str, np.ndarray]:
    """Segment → (T, 3, 3); a leg that is not plumb in the rest skeleton counts from plumb."""
    out = {}
    below = {"thigh": ("hip", "knee"), "shank": ("knee", "ankle")}
    for segment, i in skeleton.segments.items():
        turn = axes @ skeleton.rotations[:, i] @ axes.T
        side, _, part = segment.partition("_")
        if part in below:
            top, end = (skeleton.points[f"{side}_{n}"] for n in below[part])
            turn = turn @ _from_plumb(axes @ (skeleton.rest[end] - skeleton.rest[top]))
        out[segment] = turn
    return out


def _from_plumb(direction: np.ndarray) -> np.ndarray:
    """(3, 3) smallest rotation that takes straight down to ``direction``."""
    d, down = direction / np.linalg.norm(direction), np.array([0.0, 0.0, -1.0])
    v, c = np.cross(down, d), float(down @ d)
    k = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0.0]])
    return np.eye(3) + k + k @ k / (1 + c)
