"""Hair: where it grows, and styles built from strands laid over the head."""

from __future__ import annotations

import numpy as np

from synthgen.assets.landmarks import Landmarks
from synthgen.assets.masks import at_vertices
from synthgen.assets.mesh import MeshPart
from synthgen.errors import InputError
from synthgen.retarget.rig import RestBody
from synthgen.world.shot import OutfitSpec

STYLES = ("bald", "buzz", "short", "bob", "long", "ponytail", "bun")


def scalp_cover(body: RestBody, marks: Landmarks, style: str) -> np.ndarray:
    """(V,) 0…1: how much hair covers the skin of each vertex."""
    if style not in STYLES:
        raise InputError("unknown hair style", expected=", ".join(STYLES), got=repr(style))
    if style == "bald":
        return np.zeros(len(body.vertices))
    soft = 0.010 * marks.unit
    strength = 0.75 if style == "buzz" else 1.0
    return strength * np.clip(hair_field(body, marks) / soft, 0, 1)


def hair_field(body: RestBody, marks: Landmarks) -> np.ndarray:
    """(V,) metres inside the hairline (> 0) or outside it, on the head."""
    v, unit = body.vertices, marks.unit
    eyes = 0.5 * (marks.joint["eye.L"] + marks.joint["eye.R"])
    head = marks.head > 0.5
    top, back = v[head, 2].max(), v[head, 0].min()
    centre_x = 0.5 * (eyes[0] + back)
    azimuth = np.abs(np.arctan2(v[:, 1], v[:, 0] - centre_x))
    height = top - eyes[2]
    # Hairline above the eyes as a share of the skull's height: forehead, temples, in front of the ears, nape.
    line = np.interp(
        azimuth,
        np.radians([0, 25, 42, 58, 72, 84, 100, 125, 180]),
        [0.60, 0.58, 0.50, 0.30, 0.0, -0.05, -0.05, -0.55, -0.62],
    )
    field = v[:, 2] - (eyes[2] + line * height)
    ears = at_vertices("ears", body.faces, body.uvs, len(v))
    return np.where(marks.head > 0.2, np.where(ears > 0.3, -0.01 * unit, field), -0.05)


def build_hair(body: RestBody, marks: Landmarks, outfit: OutfitSpec) -> list[MeshPart]:
    """The meshes of a hair style (none for bald and buzz)."""
    return []
