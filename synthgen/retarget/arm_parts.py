"""What may touch what: the skin of the arms, and the shell of all that they must stay out of. Found once per body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import SIDES, Rig
from synthgen.core.skeleton import REGIONS
from synthgen.retarget.shell import Shell, bunches, spread, vertex_normals
from synthgen.retarget.skin_points import SkinPoints

SPACING = {"hand": 0.015, "forearm": 0.014, "upper_arm": 0.026}
"""Metres between the points that are looked at."""

BODY_SPACING = 0.022
"""Metres between the points of the shell of trunk, head and legs."""

DISTAL = 0.55
"""From this share of its length on the upper arm has to stay clear; above it flesh of arm and trunk are one."""

HALF = {"hand": 0.022, "forearm": 0.05, "upper_arm": 0.08}
"""Metres: half as thick as each part is at most, of heavy people too."""

YIELDS = {"hand": 0.0, "forearm": 0.0, "upper_arm": 0.012}
"""Metres by which a part may press into the flesh beside it [choice: an arm at rest on the flank flattens both]."""


@dataclass(frozen=True)
class ArmSkin:
    """One arm's skin.

    Attributes:
        shell: its points.
        yields: (N,) metres by which each may enter flesh.
        thick: (N,) metres that nothing can be deeper in the part.
        below: (N,) True for what the elbow moves: forearm and hand.
        starts: (L + 1,) where bunches of neighbours begin.
    """

    shell: Shell
    yields: np.ndarray
    thick: np.ndarray
    below: np.ndarray
    starts: np.ndarray


@dataclass(frozen=True)
class ArmParts:
    """Both arms and what they must stay out of.

    Attributes:
        arms: side → its arm.
        rest: trunk, neck, head and legs.
        starts: (L + 1,) where bunches of neighbours begin among those points.
    """

    arms: dict[str, ArmSkin]
    rest: Shell
    starts: np.ndarray

    @classmethod
    def of(cls, body: RestBody, rig: Rig) -> ArmParts | None:
        """Of a character at rest; None for a rig without skin."""
        if not len(body.vertices):
            return None
        normals = vertex_normals(body.vertices, body.faces)
        shown = np.unique(body.faces)
        arms = {side: _arm(body, rig, side, shown, normals) for side in SIDES}
        other = shown[~np.isin(body.regions[shown], _regions(*(f"{s}_{p}" for s in SIDES for p in SPACING)))]
        other = other[spread(body.vertices[other], BODY_SPACING)]
        order, starts = bunches(body.vertices[other])
        return cls(arms, _shell(body, other[order], normals), starts)


def _arm(body: RestBody, rig: Rig, side: str, shown: np.ndarray, normals: np.ndarray) -> ArmSkin:
    shoulder, elbow = (body.bones[body.bone(rig.limbs[side, p][0]), :3, 3] for p in ("upper_arm", "forearm"))
    picked, yields, thick, below = [], [], [], []
    for part, spacing in SPACING.items():
        mine = shown[np.isin(body.regions[shown], _regions(f"{side}_{part}"))]
        if part == "upper_arm":
            along = (body.vertices[mine] - shoulder) @ (elbow - shoulder) / ((elbow - shoulder) @ (elbow - shoulder))
            mine = mine[along > DISTAL]
        mine = mine[spread(body.vertices[mine], spacing)]
        picked.append(mine)
        yields.append(np.full(len(mine), YIELDS[part]))
        thick.append(np.full(len(mine), HALF[part]))
        below.append(np.full(len(mine), part != "upper_arm"))
    whole = np.concatenate(picked)
    order, starts = bunches(body.vertices[whole])
    yields_of, thick_of, is_below = (np.concatenate(values)[order] for values in (yields, thick, below))
    return ArmSkin(_shell(body, whole[order], normals), yields_of, thick_of, is_below, starts)


def _shell(body: RestBody, picked: np.ndarray, normals: np.ndarray) -> Shell:
    skin = SkinPoints(
        body, body.vertices[picked], body.skin_indices[picked], body.skin_weights[picked], body.regions[picked]
    )
    return Shell(skin, normals[picked])


def _regions(*names: str) -> list[int]:
    return [REGIONS.index(n) for n in names]
