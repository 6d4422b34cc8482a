"""Joint names of skeletons, shipped or a user's own, read from one form of file (``bvh_joints.yaml``)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.core.tables import table
from synthgen.core.userfiles.yamlfile import read_yaml

NEEDED = ("left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", "neck_base")
"""Landmarks without which neither size nor directions of a person can be found."""
_FORM = "points: {LANDMARK: JOINT, …} and segments: {SEGMENT: JOINT, …}"
_EXAMPLE = "see 'Joint names of your own' in docs/motion.md for an example"


@dataclass(frozen=True)
class Chest:
    """A bone that a conversion lost: ``joints`` lie on ``bone``; ``neck_base`` is the joint to take for it then."""

    bone: str
    joints: tuple[str, ...]
    neck_base: str


@dataclass(frozen=True)
class Convention:
    """The joint names of one kind of skeleton.

    Attributes:
        name: what it is called.
        points: landmark of the body model → joint; segments: segment → joint whose rotation it takes.
        optional: landmarks that a skeleton may lack.
        marks: joints that only this kind has.
        units: further units of its lengths, name → metres.
        chest: a bone that may be lost.
    """

    name: str
    points: dict[str, str]
    segments: dict[str, str]
    optional: frozenset[str] = frozenset()
    marks: tuple[str, ...] = ()
    units: dict[str, float] = field(default_factory=dict)
    chest: Chest | None = None

    @property
    def required(self) -> tuple[str, ...]:
        """Joints that a skeleton of this kind has."""
        return (*(j for n, j in self.points.items() if n not in self.optional), *self.marks)


def conventions(source: Path | None) -> list[Convention]:
    """The shipped conventions, or those of a user's file, which may also hold ``points`` and ``segments`` alone.

    Raises:
        InputError: the file cannot be read or has another form.
    """
    data = read_yaml(Path(source), "joint mapping", expected=_FORM, remedy=_EXAMPLE).data if source else _shipped()
    where = str(source or "bvh_joints.yaml")
    table = {Path(where).stem: data} if "points" in data else data.get("conventions")
    if not isinstance(table, dict) or not table:
        raise _unreadable(where, f"neither points nor conventions, but {', '.join(map(str, data))[:100]}")
    return [_convention(str(name)[:40], row, where) for name, row in table.items()]


def _shipped() -> dict[str, Any]:
    return table("motion/readers/bvh/bvh_joints.yaml")


def words() -> dict[str, list[str]]:
    """Part of the body → what joints are called there, without side, small letters; for guesses at unknown names."""
    return dict(_shipped()["words"])


def _unreadable(where: str, got: str) -> InputError:
    return InputError("the joint mapping cannot be read", where=where, expected=_FORM, got=got, remedy=_EXAMPLE)


def _convention(name: str, row: Any, where: str) -> Convention:
    body = reference_body()
    if not isinstance(row, dict):
        raise _unreadable(where, f"{name}: no table")
    points = _names(row.get("points"), f"{name}: points", where)
    segments = _names(row.get("segments", {}), f"{name}: segments", where)
    odd = [n for n in points if n not in body.landmarks] + [n for n in segments if n not in body.tree.segment_index]
    missing = [n for n in NEEDED if n not in points or points[n].endswith("?")]
    if odd or missing:
        what = (
            f"the joint mapping names no {', '.join(missing)}" if missing else "the joint mapping names unknown parts"
        )
        raise InputError(
            what,
            where=f"{where} {name}",
            got=", ".join(map(str, odd))[:200] if odd else None,
            expected=f"points: {', '.join(NEEDED)}, and more landmarks; segments such as pelvis, T6, skull, left_thigh",
            remedy=_EXAMPLE,
        )
    marks, units, chest = row.get("marks", []), row.get("units", {}), row.get("chest")
    if not (isinstance(marks, list) and all(isinstance(m, str) for m in marks)):
        raise _unreadable(where, f"{name}: marks must be a list of joints")
    if not (isinstance(units, dict) and all(type(u) in (int, float) and 0 < u < 1e3 for u in units.values())):
        raise _unreadable(where, f"{name}: units must be metres by name")
    try:
        lost = chest and Chest(str(chest["bone"]), tuple(map(str, chest["joints"])), str(chest["neck_base"]))
    except (TypeError, KeyError) as error:
        raise _unreadable(where, f"{name}: chest must have bone, joints and neck_base") from error
    return Convention(
        name,
        {n: j.rstrip("?") for n, j in points.items()},
        segments,
        frozenset(n for n, j in points.items() if j.endswith("?")),
        tuple(marks),
        {str(n): float(u) for n, u in units.items()},
        lost or None,
    )


def _names(table: Any, key: str, where: str) -> dict[str, str]:
    if not (isinstance(table, dict) and all(isinstance(v, str) and isinstance(n, str) for n, v in table.items())):
        raise _unreadable(where, f"{key}: no table of joint names")
    return dict(table)


def plain(joint: str) -> str:
    """A joint's name for comparing: no prefix up to ``:``, small letters, no separators."""
    return re.sub(r"[\s_.\-]", "", joint.rpartition(":")[2]).lower()
